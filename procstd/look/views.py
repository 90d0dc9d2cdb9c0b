"""The design page: every component in every state, for staff (docs/apps/look.md)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from procstd.access import STAFF, Request, allow
from procstd.look.showroom import showroom


@require_safe
@allow(STAFF)
def design(request: Request) -> HttpResponse:
    """Every component in every state."""
    return render(request, "design.html", showroom(request))
