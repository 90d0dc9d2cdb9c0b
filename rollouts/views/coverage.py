"""How far versions have reached people: by standard, by department, with those who have not confirmed (F46)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from processes.models import Definition
from procstd.access import Request, allow
from rollouts.apps import COVERAGE_READERS
from rollouts.queries.coverage import coverage_now, coverage_of, total_of
from rollouts.queries.rights import departments_read_by, may_plan
from rollouts.views.shared import definition_or_404


@require_safe
@allow(*COVERAGE_READERS)
def coverage(request: Request) -> HttpResponse:
    """Every version in force with its figures, the least confirmed first; heads see their own departments."""
    found = coverage_now(timezone.now(), departments=departments_read_by(request.user))
    definitions = Definition.objects.select_related("revision__process").defer("content").in_bulk(list(found))
    lines = [(definitions[pk], total_of(rows), rows) for pk, rows in found.items()]
    lines.sort(key=lambda line: (line[1].percent, line[0].revision.process.code))
    return render(request, "rollouts/coverage.html", {"lines": lines})


@require_safe
@allow(*COVERAGE_READERS)
def coverage_standard(request: Request, pk: int) -> HttpResponse:
    """One version: figures by department, and who has not confirmed it yet.

    Where it is in force it is about those who work by it; where it is not yet, about everybody it names.
    """
    definition = definition_or_404(request, pk)
    halls, now = departments_read_by(request.user), timezone.now()
    if halls is not None and not halls:
        raise Http404
    rows = coverage_now(now, departments=halls, processes=[definition.revision.process_id]).get(definition.pk)
    context: dict[str, Any] = {
        "definition": definition,
        "in_force": rows is not None,
        "rows": coverage_of(definition, halls, now) if rows is None else rows,
        "may_plan": may_plan(request.user),
    }
    return render(request, "rollouts/coverage_standard.html", {**context, "total": total_of(context["rows"])})
