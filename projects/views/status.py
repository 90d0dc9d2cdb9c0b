"""The weekly status, as it was written (F04)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from procstd.access import Request, allow
from procstd.bilingual import suffix
from projects.apps import READERS
from projects.models import WeeklyStatus
from projects.queries.health import LOOKS, Health
from projects.views.shared import project_or_404, rights


@require_safe
@allow(*READERS)
def status_detail(request: Request, code: str, week: str) -> HttpResponse:
    """The status of one week."""
    project = project_or_404(request, code)
    monday = WeeklyStatus.monday(week)
    if monday is None:
        raise Http404
    status = get_object_or_404(project.statuses, week_from=monday)
    health = Health(status.health)
    context = {
        **rights(request, project),
        "status": status,
        "health": health,
        "look": LOOKS[health],
        "lines": status.data["lines"][suffix()],
    }
    return render(request, "projects/status_detail.html", context)
