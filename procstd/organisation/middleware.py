"""The person's own language and time zone, for everything after log-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from procstd.organisation.backends import remember


class PersonMiddleware:
    """Speak the language and show the time of the person who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The key first: it loads the session, and the person with it, before Django asks who this is.
        session: Any = request.session
        remember(session.person if session.get(SESSION_KEY) else None)
        person = request.user
        if not person.is_authenticated:
            timezone.deactivate()
            return self.get_response(request)
        translation.activate(person.language)
        request.LANGUAGE_CODE = translation.get_language() or person.language
        with timezone.override(person.zone):
            return self.get_response(request)
