"""What of this room waits for somebody, on the home page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audits.models import Item, Measure
from audits.queries.reading import items_shown
from procstd.access import SIGNED_IN, Request, allow
from procstd.moments import house_day
from procstd.roles import Role

#: A panel shows so many.
SHOWN = 8


def checks_waiting(user: Any) -> int:
    """Return how many cases of samples wait for *user* to check them; a statement for auditors, none for others."""
    if Role.AUDITOR not in user.roles:
        return 0
    rows = items_shown(Item.objects.standing().filter(check_done=None, assignments__auditor=user).distinct())
    return rows.filter(checker_id=user.pk).count()


@require_safe
@allow(SIGNED_IN)
def panel_mine(request: Request) -> HttpResponse:
    """Home panel: cases to check, corrective actions to do, effects to see; nothing when there is none."""
    now = house_day(timezone.now())
    rows = Measure.objects.filter(finding__closed_at=None).select_related("finding").order_by("due_on", "pk")
    context = {
        "checks": checks_waiting(request.user),
        "todo": list(rows.filter(owner=request.user, done_at=None)[:SHOWN]),
        "effects": list(rows.filter(checker=request.user, effect=None, check_on__lte=now)[:SHOWN]),
        "today": now,
    }
    if not any((context["checks"], context["todo"], context["effects"])):
        return HttpResponse("")
    return render(request, "audits/panel_mine.html", context)
