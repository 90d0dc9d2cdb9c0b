"""What the room of projects itself knows about exits: team, choice, plan, deliverables (F01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from procstd.bilingual import filled
from procstd.calendars.domain.workdays import standard_workdays
from procstd.gates import Asked, ExitCriterion, Fact, Measure, Phase, contribute
from projects.models import PlanItem, Project
from projects.queries.scope import standings
from projects.queries.team import gaps_of
from projects.queries.words import Listed


def _codes(asked: Sequence[Asked]) -> dict[int, str]:
    return dict(Project.objects.filter(pk__in=[row.project for row in asked]).values_list("pk", "code"))


def measure_team(asked: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
    """The team is complete: a leader, the heads of the departments concerned, a specialist, IT (H2.1.1)."""
    codes = _codes(asked)
    found = gaps_of([row.project for row in asked], on=standard_workdays().today(at))
    facts = {}
    for pk, code in codes.items():
        gaps = found[pk]
        sentence = gaps[0].sentence if gaps else _("Leader, heads, specialist and IT are in it.")
        facts[pk] = Fact(not gaps, sentence, reverse("projects:team", args=[code]))
    return facts


def measure_choice(asked: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
    """One or two processes are chosen, and the leader's signature covers the newest ranking (H2.1.2)."""
    codes = _codes(asked)
    found = standings(codes)
    facts = {}
    sentence: Any
    for pk, code in codes.items():
        standing = found[pk]
        if standing.newest is None:
            sentence = _("No candidate is scored yet.")
        elif standing.choice is None:
            sentence = _("The leader has not signed the choice yet.")
        elif not standing.is_valid:
            sentence = _("The ranking was changed after the leader signed; the signature is void.")
        else:
            sentence = filled(_("%(who)s has signed the choice."), who=_Name(standing.choice))
        facts[pk] = Fact(standing.is_valid, sentence, reverse("projects:scope", args=[code]))
    return facts


class _Name:
    def __init__(self, signed: object) -> None:
        self._signed = signed

    def __str__(self) -> str:
        return str(getattr(self._signed, "name", ""))


def measure_plan(asked: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
    """Six phases, each with an owner, a milestone, a deliverable and resources (H2.1.3)."""
    codes = _codes(asked)
    phases: dict[int, list[PlanItem]] = defaultdict(list)
    for item in PlanItem.objects.filter(project__in=codes, kind="phase"):
        phases[item.project_id].append(item)
    facts = {}
    sentence: Any
    for pk, code in codes.items():
        bare = [item for item in phases[pk] if not _is_complete(item)]
        if len(phases[pk]) < len(Phase):
            sentence = _("There is no plan yet.")
        elif bare:
            sentence = filled(_("Owner, milestone, deliverable or resources lack in: %(phases)s."), phases=Listed(bare))
        else:
            sentence = _("Every phase has dates, owner, milestone, deliverable and resources.")
        is_met = len(phases[pk]) == len(Phase) and not bare
        facts[pk] = Fact(is_met, sentence, reverse("projects:plan", args=[code]))
    return facts


def _is_complete(item: PlanItem) -> bool:
    return bool(item.owner_id and item.milestone and item.deliverable and item.resources)


def _deliverable(phase: Phase) -> Measure:
    def measure(asked: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
        codes = _codes(asked)
        items = {
            item.project_id: item
            for item in PlanItem.objects.filter(project__in=codes, kind="phase", phase=phase).select_related(
                "delivered_by"
            )
        }
        facts = {}
        sentence: Any
        for pk, code in codes.items():
            item = items.get(pk)
            if item is None:
                sentence, is_met = _("There is no plan yet."), False
            elif item.delivered_at is None:
                sentence, is_met = filled(_("%(what)s is not confirmed yet."), what=_Deliverable(item)), False
            else:
                sentence = filled(_("%(who)s has confirmed %(what)s."), who=item.delivered_by or _("The software"),
                                  what=_Deliverable(item))  # fmt: skip
                is_met = True
            facts[pk] = Fact(is_met, sentence, reverse("projects:gate", args=[code, int(phase)]))
        return facts

    return measure


class _Deliverable:
    def __init__(self, item: PlanItem) -> None:
        self._item = item

    def __str__(self) -> str:
        return str(self._item.deliverable or self._item.title)


def measure_tasks_of(phase: Phase) -> Measure:
    """Every task of the phase is done."""

    def measure(asked: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
        codes = _codes(asked)
        waiting: dict[int, int] = defaultdict(int)
        rows = PlanItem.objects.filter(project__in=codes, kind="task", phase=phase, done_at=None)
        for pk in rows.values_list("project_id", flat=True):
            waiting[pk] += 1
        facts = {}
        for pk, code in codes.items():
            count = waiting[pk]
            sentence = (
                filled(ngettext_lazy("%(n)d task is not done yet.", "%(n)d tasks are not done yet.", count), n=count)
                if count
                else _("No task is open.")
            )
            facts[pk] = Fact(not count, sentence, reverse("projects:plan", args=[code]))
        return facts

    return measure


contribute(ExitCriterion("projects.a-team", Phase.PREPARATION, _("Team complete"), measure_team))
contribute(ExitCriterion("projects.b-choice", Phase.PREPARATION, _("Process chosen and signed"), measure_choice))
contribute(ExitCriterion("projects.c-plan", Phase.PREPARATION, _("Plan complete"), measure_plan))
for _phase in Phase:
    contribute(ExitCriterion(f"projects.d-tasks-{_phase}", _phase, _("Tasks done"), measure_tasks_of(_phase)))
    contribute(ExitCriterion(f"projects.e-deliverable-{_phase}", _phase, _("Deliverable confirmed"),
                             _deliverable(_phase)))  # fmt: skip
