"""The wall: one page that refreshes itself, at the desk or on a big screen."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.apps import READERS
from cases.domain.wall import wall_for
from procstd.access import Request, allow

#: So many seconds apart the page asks anew, while somebody can see it.
REFRESH_SECONDS = 30


@require_safe
@allow(*READERS)
def wall(request: Request) -> HttpResponse:
    """Figures, the matrix of departments and posts, the most urgent tasks."""
    context = {
        "wall": wall_for(request.user, at=timezone.now(), department=request.GET.get("department", "")),
        "is_screen": request.GET.get("screen") == "1",
        "seconds": REFRESH_SECONDS,
    }
    if request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request:
        return render(request, "cases/wall_region.html", context)
    return render(request, "cases/wall_screen.html" if context["is_screen"] else "cases/wall.html", context)
