"""Spot checks, for a phone: the rules of the step one below the other, each with its own small form."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilots.apps import KEEPERS, READERS
from pilots.domain.checking import begin_check, end_check, tick
from pilots.forms.run import CheckForm, TickForm
from pilots.models import Pilot, SpotCheck, SpotLine
from pilots.queries.cases import chosen_of, steps_named
from pilots.views.shared import GET_OR_POST, form_page, kept_or_404, pilot_or_404, rights, shows_broken, standard_of
from procstd.access import Request, allow
from procstd.act_pages import press
from procstd.organisation.models import Department


@require_http_methods(GET_OR_POST)
@allow(*KEEPERS)
@shows_broken
def check_add(request: Request, code: str) -> HttpResponse:
    """Begin a spot check. Nobody is told."""
    found = kept_or_404(request, code)
    places = Department.objects.without_tree_fields().filter(pk__in=chosen_of(found))
    form = CheckForm(request.POST or None, departments=places, standard=standard_of(found))
    return form_page(
        request, found, form, partial(begin_check, found, by=request.user, at=timezone.now()),
        title=_("Begin a spot check"), done=_("Tick what you see."), to=lambda made: made.get_absolute_url(),
        back=reverse("pilots:run", args=[code]), save=_("Begin"),
        advice=_("Nobody is told before. The step's own rules are the list: watch, and tick what you see."),
    )  # fmt: skip


def _check(request: Request, code: str, number: int) -> tuple[Pilot, SpotCheck]:
    found = pilot_or_404(request, code)
    row = get_object_or_404(found.checks.select_related("department", "checker"), number=number)
    row.pilot = found
    return found, row


@require_safe
@allow(*READERS)
@shows_broken
def check(request: Request, code: str, number: int) -> HttpResponse:
    """One spot check."""
    return _page(request, *_check(request, code, number))


def _page(request: Request, pilot: Pilot, row: SpotCheck, refused: tuple[int, TickForm] | None = None) -> HttpResponse:
    may = rights(request, pilot, "run")
    lines = []
    for line in row.lines.all():
        form = TickForm(initial={"seen": line.seen, "note": line.note}, prefix=str(line.pk))
        lines.append((line, refused[1] if refused and refused[0] == line.pk else form))
    context = {
        **may, "check": row, "step": steps_named(standard_of(pilot)).get(row.step, row.step), "lines": lines,
        "left": sum(not line.seen for line, _form in lines), "may_tick": may["may_run"] and row.is_open,
    }  # fmt: skip
    return render(request, "pilots/check.html", context)


@require_POST
@allow(*KEEPERS)
@shows_broken
def check_tick(request: Request, code: str, number: int, pk: int) -> HttpResponse:
    """Note what was seen of one rule; a refusal is said beside it, and nothing typed is lost."""
    kept_or_404(request, code)
    found, row = _check(request, code, number)
    line = get_object_or_404(SpotLine.objects.filter(spot_check=row), pk=pk)
    line.spot_check = row
    form = TickForm(request.POST, request.FILES, prefix=str(pk))
    if form.carry_out(tick, line, by=request.user, at=timezone.now()):
        return redirect(f"{row.get_absolute_url()}#rule-{pk}")
    return _page(request, found, row, (pk, form))


@require_POST
@allow(*KEEPERS)
@shows_broken
def check_end(request: Request, code: str, number: int) -> HttpResponse:
    """End a spot check: what was not ticked was not seen."""
    kept_or_404(request, code)
    _found, row = _check(request, code, number)
    return press(
        request, partial(end_check, row, by=request.user, at=timezone.now()), done=_("The spot check is ended."), to=row
    )
