"""What a request may carry: refused before anything reads it, in the reader's language (S6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from procstd.logs import security_log

#: A form may have a few files of the largest size, and its words.
MOST_FILES = 3


class IntakeMiddleware:
    """Refuse a body that no form of ours has: far too long, or in an encoding that no browser sends.

    Django spools a whole upload before any view, rate limit or token is asked. A file that is only
    somewhat too large still comes in, so that its refusal can stand beside its field.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Answer instead of the view, once language and appearance are known."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = MOST_FILES * settings.UPLOAD_LIMIT_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if not length.isdecimal() or int(length) > most:
            security_log.warning("body_refused", length=length[:20])
            return render(request, "errors/413.html", status=413)
        if (request.content_params or {}).get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            return render(request, "errors/400.html", status=400)
        return None
