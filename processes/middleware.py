"""What every page answers when the bytes of a released standard were altered, and it did not reckon with it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from processes.models.release import DefinitionBroken


class AlteredMiddleware:
    """Say that a standard was altered, instead of failing: a variant reads another standard on every page (F19)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DefinitionBroken):
            return None
        return render(request, "processes/altered.html", status=503)
