"""The page of a case whose standard was altered behind the house's back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from cases.domain.acting import Broken
from procstd.access import Request

View = Callable[..., HttpResponse]


def shows_broken(view: View) -> View:
    """Let a page say that the standard was altered, instead of failing."""
    return _guarded(view, "cases/case_broken.html")


def shows_broken_to_customers(view: View) -> View:
    """Let a customer's page say that it cannot be shown now."""
    return _guarded(view, "cases/public_broken.html")


def _guarded(view: View, template: str) -> View:
    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Broken as refusal:
            return render(request, template, {"refusal": refusal}, status=503)

    return guarded
