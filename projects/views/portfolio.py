"""The portfolio, and the inventory of processes (F02)."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from procstd.access import Request, allow, may_call
from procstd.gates import Phase
from procstd.organisation.models import Department
from projects.apps import IMPORTERS, LEADING, READERS, STARTERS
from projects.documents import inventory_workbook
from projects.models import Project, State
from projects.queries.health import Health
from projects.queries.inventory import Priority, as_tree, inventory
from projects.queries.portfolio import Standing, standings_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 50


@require_safe
@allow(*READERS)
def home(request: Request) -> HttpResponse:
    """All projects that the reader sees, the worst first: one line each, health from facts."""
    shown = request.GET.get("show", "running")
    rows = Project.objects.visible_to(request.user).select_related("lead")
    total = rows.count()
    found = rows.running() if shown == "running" else rows
    standings = standings_of(found, at=timezone.now())
    counts = [(health, sum(row.health.health == health for row in standings)) for health in Health]
    kept = _filtered(request, standings)
    context = {
        "page": Paginator(kept, PER_PAGE).get_page(request.GET.get("page")),
        "total": total,
        "counts": [(health, count) for health, count in counts if count],
        "healths": Health,
        "phases": Phase,
        "asked": {name: request.GET.get(name, "") for name in ("health", "phase", "q")},
        "shown": shown,
        "is_filtered": any(request.GET.get(name) for name in ("health", "phase", "q")) or shown != "running",
        "may_start": may_call(request.user, frozenset(STARTERS)),
        "may_import": may_call(request.user, frozenset(IMPORTERS)),
        "sees_inventory": may_call(request.user, frozenset(LEADING)),
        "states": State,
    }
    return render(request, "projects/home.html", context)


def _filtered(request: Request, rows: list[Standing]) -> list[Standing]:
    health, phase, text = (request.GET.get(name, "") for name in ("health", "phase", "q"))
    wanted = text.strip().casefold()
    return [
        row
        for row in rows
        if (not health or row.health.health == health)
        and (not phase or str(int(row.present or 0)) == phase)
        and (
            not wanted
            or any(
                wanted in value.casefold()
                for value in (row.project.code, row.project.name_zh, row.project.name_en, str(row.project.lead))
            )
        )
    ]


def _asked(request: Request) -> dict[str, str]:
    return {
        "text": request.GET.get("q", "").strip()[:80],
        "department": request.GET.get("department", "")[:32],
        "priority": request.GET.get("priority", "")[:10],
    }


@require_safe
@allow(*LEADING)
def process_inventory(request: Request) -> HttpResponse:
    """Every process by department, with its owner and its priority."""
    asked = _asked(request)
    rows = inventory(request.user, **asked)
    context: dict[str, Any] = {
        "branches": as_tree(rows),
        "count": len(rows),
        "without_owner": sum(row.process.owner_id is None for row in rows),
        "asked": asked,
        "departments": Department.objects.without_tree_fields().visible_to(request.user),
        "priorities": Priority,
        "is_filtered": any(asked.values()),
        "query": request.GET.urlencode(),
    }
    return render(request, "projects/inventory.html", context)


@require_safe
@allow(*LEADING)
def inventory_export(request: Request) -> HttpResponse:
    """The inventory as it is filtered, as a workbook."""
    response = HttpResponse(inventory_workbook(inventory(request.user, **_asked(request))), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="process-inventory.xlsx"'
    return response
