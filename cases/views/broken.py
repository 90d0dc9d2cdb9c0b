"""The page of a case whose standard was altered behind the house's back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from cases.domain.acting import Broken
from procstd.access import Request


def shows_broken(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a page say that the standard was altered, instead of failing."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Broken as refusal:
            return render(request, "cases/case_broken.html", {"refusal": refusal}, status=503)

    return guarded
