"""Exit criteria of a project's rollout that this room knows (F01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from processes.models import Definition
from procstd.bilingual import filled
from procstd.gates import Asked, ExitCriterion, Fact, Phase, contribute
from rollouts.models import Wave, WaveState
from rollouts.queries.coverage import Row, coverage_now, total_of


def everybody_confirmed(projects: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
    """Tell whether everybody concerned has confirmed what is in force. Eleven queries, however many projects."""
    processes = {process for project in projects for process in project.processes}
    found = coverage_now(at, processes=processes) if processes else {}
    of = dict(Definition.objects.filter(pk__in=found).values_list("pk", "revision__process"))
    rows: dict[int, list[Row]] = {}
    for definition, lines in found.items():
        rows.setdefault(of[definition], []).extend(lines)
    return {project.project: _confirmed(project, rows) for project in projects}


def _confirmed(project: Asked, rows: Mapping[int, list[Row]]) -> Fact:
    mine = [rows[process] for process in project.processes if process in rows]
    link = reverse("rollouts:coverage")
    if not mine:
        return Fact(False, _("Nothing is in force for anybody yet."), link)
    totals = [total_of(lines) for lines in mine]
    done, of = sum(total.confirmed for total in totals), sum(total.concerned for total in totals)
    words = filled(_("%(done)d of %(of)d have confirmed."), done=done, of=of)
    return Fact(done == of and len(mine) == len(project.processes), words, link)


def waves_released(projects: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
    """Tell whether the waves planned since each project began are released. One query, however many."""
    processes = {process for project in projects for process in project.processes}
    path = "rollout__definition__revision__process"
    rows = Wave.objects.filter(**{f"{path}__in": processes}).exclude(state=WaveState.WITHDRAWN).order_by()
    found = list(rows.values_list(path, "state", "rollout__planned_at"))
    link = reverse("rollouts:home")

    def fact(project: Asked) -> Fact:
        mine = [
            state
            for process, state, planned in found
            if process in project.processes and (project.began_at is None or planned >= project.began_at)
        ]
        if not mine:
            return Fact(False, _("No wave is planned yet."), link)
        done = sum(state == WaveState.RELEASED for state in mine)
        return Fact(
            done == len(mine), filled(_("%(done)d of %(of)d waves are released."), done=done, of=len(mine)), link
        )

    return {project.project: fact(project) for project in projects}


contribute(ExitCriterion("rollouts.a-waves", Phase.ROLLOUT, _("All waves are released"), waves_released))
contribute(ExitCriterion("rollouts.b-confirmed", Phase.ROLLOUT, _("Everybody has confirmed"), everybody_confirmed))
