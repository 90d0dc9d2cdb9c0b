"""Throttled log-in: per account and per address (S4)."""

from __future__ import annotations

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from procstd.headers import client_ip


class AccountAndAddressHandler(AxesDatabaseHandler):
    """axes counts for one set of limits; we want a low one per account and a high one per address.

    A low limit per address would lock out a whole office behind one address.
    """

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        if super().is_locked(request, credentials):
            return True
        if self._address_is_locked(request):
            # axes knows of locked accounts only; this makes its middleware answer as for those.
            request.axes_locked_out = True  # type: ignore[attr-defined]
            return True
        return False

    def _address_is_locked(self, request: HttpRequest) -> bool:
        failures = AccessAttempt.objects.filter(
            ip_address=client_ip(request), attempt_time__gte=get_cool_off_threshold(request)
        ).aggregate(failures=Sum("failures_since_start"))["failures"]
        return (failures or 0) >= settings.LOGIN_ATTEMPTS_PER_IP


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None, *args: Any) -> HttpResponse:
    """Show the sign-in page with how long to wait. The same words whether the account exists or not."""
    from procstd.organisation.forms.account import SignInForm

    form = SignInForm(request, initial={"username": request.POST.get("username", "")})
    context = {"form": form, "wait_minutes": max(1, round(settings.AXES_COOLOFF_TIME.total_seconds() / 60))}
    return render(request, "organisation/sign_in.html", context, status=429)
