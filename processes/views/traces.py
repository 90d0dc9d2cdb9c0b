"""The trace of a process: each version, what it changed, where that came from; and of one step."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from processes.apps import READERS
from processes.domain.tracing import Version, trace, versions_of_step
from processes.models import Process
from processes.models.release import DefinitionBroken
from processes.views.manual import altered
from procstd.access import Request, allow


def _traced(request: Request, code: str) -> tuple[Process, list[Version], Any]:
    """Return the process with its visible versions; the first of them instead, if stored bytes were altered."""
    process = get_object_or_404(Process.objects.visible_to(request.user), code=code)
    rows = process.revisions.whole().visible_to(request.user).select_related("definition")
    revisions = list(rows.prefetch_related("changes", "definition__releases"))
    for row in revisions:
        row.process = process
    try:
        return process, trace(revisions), None
    except DefinitionBroken:
        return process, [], revisions[0]


@require_safe
@allow(*READERS)
def process_trace(request: Request, code: str) -> HttpResponse:
    """Every version with its changes and their origins."""
    process, versions, broken = _traced(request, code)
    if broken:
        return altered(request, broken)
    return render(request, "processes/trace.html", {"process": process, "trace": versions})


@require_safe
@allow(*READERS)
def step_trace(request: Request, code: str, key: str) -> HttpResponse:
    """One step through all versions."""
    process, versions, broken = _traced(request, code)
    if broken:
        return altered(request, broken)
    found = versions_of_step(versions, key)
    step = next((step for row in found if (step := row.step(key))), None)
    if step is None:
        raise Http404
    context = {
        "process": process,
        "step": step,
        "trace": [(row, row.step(key)) for row in found],
    }
    return render(request, "processes/step_trace.html", context)
