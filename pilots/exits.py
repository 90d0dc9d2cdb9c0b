"""What pilots say at the gate of a project's pilot phase: enough cases, decided “go”, a proposal per issue (F01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pilots.models import Pilot, State
from pilots.queries.exits import Tally, tallies
from procstd.bilingual import filled
from procstd.gates import Asked, ExitCriterion, Fact, Phase, contribute

Tell = Callable[[Tally | None], Fact]


def _latest(asked: Sequence[Asked]) -> dict[int, Tally | None]:
    """Return the pilot that counts of each project: its own, or the latest of its processes since it began."""
    projects = {row.project for row in asked}
    processes = {process for row in asked for process in row.processes}
    rows = Pilot.objects.filter(Q(project__in=projects) | Q(process__in=processes))
    pilots = list(rows.select_related("process", "revision").order_by("pk"))
    found = tallies(pilots)
    own: dict[int, list[Pilot]] = defaultdict(list)
    for pilot in pilots:
        for row in asked:
            is_of_it = pilot.project_id == row.project
            is_since = row.began_at is None or pilot.planned_at >= row.began_at
            if is_of_it or (pilot.project_id is None and pilot.process_id in row.processes and is_since):
                own[row.project].append(pilot)
    return {row.project: _counting(own[row.project], found) for row in asked}


def _counting(pilots: list[Pilot], found: Mapping[int, Tally]) -> Tally | None:
    """Return the tally of the pilot that was decided “go”, else of the latest one."""
    if not pilots:
        return None
    best = next((pilot for pilot in reversed(pilots) if pilot.state == State.GO), pilots[-1])
    return found[best.pk]


def _measure(tell: Tell) -> Callable[[Sequence[Asked], datetime], Mapping[int, Fact]]:
    def measure(asked: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
        return {project: tell(tally) for project, tally in _latest(asked).items()}

    return measure


def _none() -> Fact:
    return Fact(False, _("No pilot is planned yet."), reverse("pilots:home"))


def _cases(tally: Tally | None) -> Fact:
    if tally is None:
        return _none()
    pilot = tally.pilot
    words: dict[str, Any] = {"pilot": pilot.code, "count": tally.cases, "least": pilot.cases_least}
    sentence = filled(_("%(pilot)s has %(count)d cases, at least %(least)d are wanted."), **words)
    return Fact(tally.cases >= pilot.cases_least, sentence, reverse("pilots:run", args=[pilot.code]))


def _decided(tally: Tally | None) -> Fact:
    if tally is None:
        return _none()
    pilot = tally.pilot
    link = reverse("pilots:comparison", args=[pilot.code])
    if pilot.state == State.GO:
        return Fact(True, filled(_("%(pilot)s is decided: go."), pilot=pilot.code), link)
    state = State(pilot.state).label
    return Fact(False, filled(_("%(pilot)s is not decided “go”: %(state)s."), pilot=pilot.code, state=state), link)


def _report(tally: Tally | None) -> Fact:
    if tally is None:
        return _none()
    pilot = tally.pilot
    words: dict[str, Any] = {"pilot": pilot.code, "found": tally.proposals, "total": tally.issues}
    link = reverse("pilots:report", args=[pilot.code])
    if pilot.begun_at is None:
        return Fact(False, filled(_("%(pilot)s has not begun, so there is nothing to report."), pilot=pilot.code), link)
    if not tally.issues:
        return Fact(True, filled(_("%(pilot)s: the report stands, no issue was raised."), pilot=pilot.code), link)
    sentence = filled(_("%(pilot)s: %(found)d of %(total)d issues in the report have a proposal."), **words)
    return Fact(tally.proposals == tally.issues, sentence, link)


contribute(ExitCriterion("pilots.a-cases", Phase.PILOT, _("Enough pilot cases"), _measure(_cases)))
contribute(ExitCriterion("pilots.b-decided", Phase.PILOT, _("Pilot decided “go”"), _measure(_decided)))
contribute(ExitCriterion("pilots.c-report", Phase.PILOT, _("Report with a proposal per issue"), _measure(_report)))
