"""Powerful places ask for the password again, and say so in the log (A13)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from procstd.access import Request
from procstd.logs import security_log

View = TypeVar("View", bound=Callable[..., Any])


def recently_authenticated(request: Request) -> bool:
    """Tell whether the person entered the password within REAUTHENTICATION_LASTS."""
    moment = parse_datetime(request.session.get("reauthenticated_at", ""))
    return moment is not None and timezone.now() - moment < settings.REAUTHENTICATION_LASTS


def mark_reauthenticated(request: Request) -> None:
    """Remember that the password was entered just now."""
    request.session["reauthenticated_at"] = timezone.now().isoformat()
    security_log.info("reauthenticated", user=request.user.pk)


def to_reauthentication(request: Request) -> HttpResponseRedirect:
    """Send the person to the password page and back to where this request was made."""
    # A POST cannot be repeated by a redirect: come back to the page with the form.
    back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
    return HttpResponseRedirect(f"{reverse('organisation:reauthenticate')}?{urlencode({'next': back})}")


def needs_recent_password(view: View) -> View:
    """Let the view be called only soon after the password was entered."""

    @wraps(view)
    def checked(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not recently_authenticated(request):
            return to_reauthentication(request)
        return view(request, *args, **kwargs)

    return checked  # type: ignore[return-value]


class ProcstdAdminSite(AdminSite):
    """Django's admin for administrators who just entered their password; each visit is logged."""

    site_header = site_title = "procstd"

    def has_permission(self, request: Any) -> bool:
        return bool(request.user.is_active and request.user.is_staff and recently_authenticated(request))

    def login(self, request: Any, extra_context: Any = None) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': reverse('admin:index')})}")
        if not request.user.is_staff:
            return HttpResponseRedirect(reverse("home"))
        return HttpResponseRedirect(
            f"{reverse('organisation:reauthenticate')}?{urlencode({'next': reverse('admin:index')})}"
        )

    def password_change(self, request: Any, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        return HttpResponseRedirect(reverse("organisation:password-change"))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def logged(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if self.has_permission(request):
                security_log.info(
                    "admin_used",
                    user=request.user.pk,
                    view=request.resolver_match.view_name if request.resolver_match else "",
                    method=request.method,
                )
            return inner(request, *args, **kwargs)

        return logged
