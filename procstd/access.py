"""Deny by default: a view answers only those it names (A1).

    @allow(Role.AUDITOR, Role.PROJECT_LEAD)
    def sample_list(request): ...

A view that names nobody answers nobody. Which *rows* a person sees is the business of
``.visible_to(user)`` on the queryset; what is not visible does not exist (404, A2).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from procstd.logs import security_log
from procstd.roles import Role


class Request(HttpRequest):
    """A request as views see it: our middleware has put a person, a number and htmx's headers on it."""

    user: Any
    htmx: Any
    number: str


#: Anybody, signed in or not.
PUBLIC = "public"
#: Anybody who is signed in, with or without a post.
SIGNED_IN = "signed_in"
#: Administrators: people with ``is_staff``.
STAFF = "staff"

View = TypeVar("View", bound=Callable[..., Any])

# Views of others that check for themselves: the admin site through its own has_permission.
_GUARDED_ELSEWHERE = {"admin"}


def allow(*who: str) -> Callable[[View], View]:
    """Let those in *who* (roles, SIGNED_IN, STAFF or PUBLIC) call the view; nobody else."""
    allowed = frozenset(who)
    if not allowed or not allowed <= {PUBLIC, SIGNED_IN, STAFF, *Role.values}:
        raise ValueError(f"allow() takes roles, PUBLIC, SIGNED_IN or STAFF, not {sorted(who)}.")

    def mark(view: View) -> View:
        view.allowed = allowed  # type: ignore[attr-defined]
        return view

    return mark


def may_call(user: Any, allowed: frozenset[str]) -> bool:
    """Tell whether *user* is one of *allowed*."""
    if PUBLIC in allowed:
        return True
    if not user.is_authenticated:
        return False
    return SIGNED_IN in allowed or (STAFF in allowed and user.is_staff) or bool(allowed & user.roles)


class AccessMiddleware:
    """Refuse every view that does not name the one who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match: ResolverMatch | None = request.resolver_match
        if match and match.namespaces and match.namespaces[0] in _GUARDED_ELSEWHERE:
            return None
        allowed = allowed_on(view)
        if may_call(request.user, allowed):
            return None
        if not request.user.is_authenticated:
            from django.contrib.auth.views import redirect_to_login  # loads models: apps.py imports this module

            return redirect_to_login(request.get_full_path())
        security_log.warning("access_refused", view=match.view_name if match else "", user=request.user.pk)
        raise PermissionDenied


def allowed_on(view: Callable[..., Any]) -> frozenset[str]:
    """Return whom *view* names: on itself or, for class-based views, on its class."""
    class_of = getattr(view, "view_class", None) or getattr(view, "cls", None)
    found: Any = getattr(view, "allowed", None) or getattr(class_of, "allowed", None)
    return found or frozenset()
