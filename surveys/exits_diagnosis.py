"""What the diagnosis says at a project's gates: causes, endings, baselines (F01, F08, F09, H4.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.gates import Asked, ExitCriterion, Fact, Phase, contribute
from surveys.queries.exits import Tally, tallies


def causes_found(asked: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
    """Tell whether every pain point has causes, and each chain of them ends in one that can be acted on."""
    return {project: _causes(rows) for project, rows in _by_project(asked).items()}


def pains_resolved(asked: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
    """Tell whether every pain point is solved or rejected (F08)."""
    return {project: _endings(rows) for project, rows in _by_project(asked).items()}


def baselines_frozen(asked: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
    """Tell whether each process has frozen figures, so that one can say later what became better (F09)."""
    return {project: _frozen(rows) for project, rows in _by_project(asked).items()}


def _by_project(asked: Sequence[Asked]) -> dict[int, list[Tally]]:
    found = tallies(process for row in asked for process in row.processes)
    return {row.project: [found.get(process, Tally()) for process in row.processes] for row in asked}


def _causes(rows: list[Tally]) -> Fact:
    total, loose = sum(row.pains for row in rows), sum(row.causeless for row in rows)
    if not total:
        return Fact(False, _("No pain point is named."), _link(rows))
    words = {"found": total - loose, "total": total}
    sentence = filled(_("%(found)d of %(total)d pain points end in causes that can be acted on."), **words)
    return Fact(not loose, sentence, _link(rows, lambda row: row.causeless > 0))


def _endings(rows: list[Tally]) -> Fact:
    total, left = sum(row.pains for row in rows), sum(row.open for row in rows)
    if not total:
        return Fact(False, _("No pain point is named."), _link(rows))
    words = {"found": total - left, "total": total}
    sentence = filled(_("%(found)d of %(total)d pain points are solved or rejected."), **words)
    return Fact(not left, sentence, _link(rows, lambda row: row.open > 0))


def _frozen(rows: list[Tally]) -> Fact:
    total = sum(row.frozen for row in rows)
    sentence = filled(_("%(n)d baseline figures are frozen."), n=total) if total else _("No baseline figure is frozen.")
    return Fact(bool(rows) and all(row.frozen for row in rows), sentence, _link(rows, lambda row: not row.frozen))


def _link(rows: list[Tally], wanted: object = None) -> str:
    """Return where it is mended: the diagnosis of the first survey concerned."""
    concerned = [row for row in rows if row.survey and (not callable(wanted) or wanted(row))]
    surveyed = concerned or [row for row in rows if row.survey]
    return reverse("surveys:diagnosis", args=[surveyed[0].survey]) if surveyed else ""


contribute(ExitCriterion("diagnosis.causes", Phase.MAPPING, _("Each pain point has a cause to act on"), causes_found))
contribute(
    ExitCriterion("diagnosis.resolved", Phase.DEFINITION, _("Every pain point is solved or rejected"), pains_resolved)
)
contribute(ExitCriterion("diagnosis.baseline", Phase.DEFINITION, _("Baseline figures are frozen"), baselines_frozen))
