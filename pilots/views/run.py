"""While a pilot runs: progress, meetings with actions."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilots.apps import KEEPERS, READERS
from pilots.domain.rights import may_keep
from pilots.domain.running import agree_action, finish_action, write_minutes
from pilots.forms.run import ActionForm, MinutesForm
from pilots.models import Action
from pilots.queries.cases import steps_named
from pilots.queries.progress import progress_of
from pilots.views.shared import GET_OR_POST, form_page, kept_or_404, pilot_or_404, rights, shows_broken, standard_of
from procstd.access import Request, allow
from procstd.act_pages import press
from procstd.calendars.domain.workdays import standard_workdays


@require_safe
@allow(*READERS)
@shows_broken
def run(request: Request, code: str) -> HttpResponse:
    """How far it is, what was agreed, what was seen, what is wrong."""
    found, now = pilot_or_404(request, code), timezone.now()
    today = standard_workdays().today(now)
    meetings = found.meetings.select_related("by").prefetch_related("actions__owner")
    steps = steps_named(standard_of(found))
    checks = found.checks.select_related("department", "checker").prefetch_related("lines")
    context = {
        **rights(request, found, "run"),
        "progress": progress_of(found, at=now),
        "meetings": [(row, [(action, action.is_late(today)) for action in row.actions.all()]) for row in meetings],
        "checks": [(row, steps.get(row.step, row.step), _counts(row)) for row in checks],
        "issues": [(row, steps.get(row.step, row.step)) for row in found.issues.select_related("case")],
        "may_raise": found.is_running,
    }
    return render(request, "pilots/run.html", context)


def _counts(check: object) -> dict[str, int]:
    seen = [line.seen for line in check.lines.all()]  # type: ignore[attr-defined]
    return {name: seen.count(name) for name in ("ok", "not_ok", "not_seen")}


@require_http_methods(GET_OR_POST)
@allow(*KEEPERS)
@shows_broken
def meeting_add(request: Request, code: str) -> HttpResponse:
    """Write the minutes of a meeting."""
    found, now = kept_or_404(request, code), timezone.now()
    form = MinutesForm(request.POST or None, initial={"held_on": standard_workdays().today(now)})
    to = reverse("pilots:run", args=[code])
    return form_page(
        request, found, form, partial(write_minutes, found, by=request.user, at=now),
        title=_("Write the minutes of a meeting"), done=_("It is written down. Now say who does what."),
        to=lambda made: reverse("pilots:action-add", args=[code, made.pk]), back=to,
        advice=_("Write in your own words. What is written is not changed afterwards."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*KEEPERS)
@shows_broken
def action_add(request: Request, code: str, pk: int) -> HttpResponse:
    """Note what somebody will do until a day."""
    found = kept_or_404(request, code)
    meeting = get_object_or_404(found.meetings.select_related("pilot"), pk=pk)
    to = reverse("pilots:run", args=[code])
    return form_page(
        request, found, ActionForm(request.POST or None),
        partial(agree_action, meeting, by=request.user, at=timezone.now()),
        title=_("Agree on an action"), done=_("It is noted, and its owner is told."), to=to, back=to,
        advice=_("Meeting of %(day)s") % {"day": meeting},
    )  # fmt: skip


@require_POST
@allow(*READERS)
@shows_broken
def action_done(request: Request, code: str, pk: int) -> HttpResponse:
    """Say that it is done: its owner, or who keeps the pilot."""
    found = pilot_or_404(request, code)
    action = get_object_or_404(Action.objects.filter(meeting__pilot=found), pk=pk)
    if action.owner_id != request.user.pk and not may_keep(request.user):
        raise Http404
    return press(
        request, partial(finish_action, action, by=request.user, at=timezone.now()), done=_("It is done."),
        to=reverse("pilots:run", args=[code]),
    )  # fmt: skip
