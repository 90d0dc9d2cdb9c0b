"""Pages that belong to no room: home, language, appearance, errors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_POST, require_safe

from procstd.access import PUBLIC, SIGNED_IN, Request, allow
from procstd.look.navigation import home_panels


@require_safe
@allow(SIGNED_IN)
def home(request: Request) -> HttpResponse:
    """My work: panels that the rooms serve."""
    return render(request, "home.html", {"panels": home_panels()})


def _back(request: Request) -> HttpResponseRedirect:
    """Return to the page the form was on, never to another host."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    return HttpResponseRedirect(target)


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=settings.LANGUAGE_COOKIE_AGE, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


@require_POST
@allow(PUBLIC)
def language_set(request: Request) -> HttpResponse:
    """Speak another language from now on: to this browser, and to this person everywhere."""
    response = _back(request)
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
        _keep_for_person(request, language=language)
    return response


@require_POST
@allow(PUBLIC)
def theme_set(request: Request) -> HttpResponse:
    """Light, dark, or as the device is."""
    response = _back(request)
    theme = request.POST.get("theme")
    if theme in ("auto", "light", "dark"):
        _remember(response, settings.THEME_COOKIE_NAME, theme)
        _keep_for_person(request, theme=theme)
    return response


def _keep_for_person(request: Request, **facts: Any) -> None:
    if request.user.is_authenticated:
        from procstd.organisation.domain.people import change_profile

        change_profile(request.user, **facts)


@require_safe
@allow(PUBLIC)
def robots(request: Request) -> HttpResponse:
    """Search engines have no business here."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


# Errors. Each says what happened and what to do next; none shows a stack or SQL (S11).


@requires_csrf_token
def bad_request(request: Request, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return render(request, "errors/413.html", status=413)
    return render(request, "errors/400.html", status=400)


@requires_csrf_token
def permission_denied(request: Request, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


@requires_csrf_token
def page_not_found(request: Request, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


@requires_csrf_token
def server_error(request: Request) -> HttpResponse:
    # Render without context processors: one of them, or the database behind it, may be the fault.
    from django.template.loader import render_to_string

    content = render_to_string("errors/500.html", {"number": getattr(request, "number", "")})
    return HttpResponse(content, status=500)


@requires_csrf_token
def csrf_failed(request: Request, reason: str = "") -> HttpResponse:
    """A form that is too old or not ours: say so and offer the way back."""
    return render(request, "errors/csrf.html", status=403)
