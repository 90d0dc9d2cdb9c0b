"""Everything that a survey found, read at once, and whether the diagnosis is complete (H2.2.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.models import AsIsStep, Baseline, Cause, Freeze, Pain, Survey


@dataclass
class Diagnosis:
    """A survey with its steps, pain points, causes and figures."""

    survey: Survey
    steps: list[AsIsStep]
    pains: list[Pain]
    causes: dict[int, list[Cause]]
    baselines: list[Baseline]
    freezes: list[Freeze] = field(default_factory=list)

    @property
    def by_step(self) -> list[tuple[AsIsStep | None, list[Pain]]]:
        """The pain points clustered by step, in the order of the steps; last those of no step (None)."""
        found: dict[int | None, list[Pain]] = defaultdict(list)
        for pain in self.pains:
            keys: list[int | None] = [step.pk for step in pain.steps.all()]
            for key in keys or [None]:
                found[key].append(pain)
        groups: list[tuple[AsIsStep | None, list[Pain]]] = [
            (step, found[step.pk]) for step in self.steps if found[step.pk]
        ]
        return [*groups, (None, found[None])] if found[None] else groups

    @property
    def open_pains(self) -> list[Pain]:
        return [pain for pain in self.pains if pain.is_open]


def diagnosis_of(survey: Survey) -> Diagnosis:
    """Read the diagnosis of a survey. Seven queries, however much there is."""
    causes: dict[int, list[Cause]] = defaultdict(list)
    for cause in Cause.objects.filter(pain__survey=survey).order_by("pk"):
        causes[cause.pain_id].append(cause)
    freezes = list(Freeze.objects.filter(survey=survey).select_related("frozen_by"))
    of_key = {row.pk: row for row in freezes}
    baselines = list(Baseline.objects.filter(survey=survey).order_by("pk"))
    for row in baselines:
        row.freeze = of_key.get(row.freeze_id) if row.freeze_id else None
    pains = list(
        Pain.objects.filter(survey=survey).select_related("carried", "ended_by").prefetch_related("steps", "evidences")
    )
    for pain in pains:
        pain.survey = survey
    return Diagnosis(
        survey, list(AsIsStep.objects.filter(survey=survey).in_order()), pains, causes, baselines, freezes
    )  # fmt: skip


#: By what pain points are weighed in the Pareto picture: title, unit, value of a pain point.
MEASURES: dict[str, tuple[Any, Any, Callable[[Pain], Decimal | None]]] = {
    "times": (_("Frequency"), _("times a month"), lambda pain: pain.times_a_month),
    "time": (_("Time lost"), _("working hours a month"), lambda pain: pain.hours_a_month),
    "cost": (_("Cost"), _("money a month"), lambda pain: pain.cost_a_month),
}


def measured(pains: Sequence[Pain], by: str) -> list[tuple[str, Decimal | None, str]]:
    """Return the pain points as rows of the Pareto picture."""
    value = MEASURES[by][2]
    return [(f"P{pain.number}", value(pain), pain.text) for pain in pains]


def best_measure(pains: Sequence[Pain]) -> str:
    """Return the measure by which most pain points are known; time lost before frequency before cost."""
    known = {by: sum(1 for pain in pains if MEASURES[by][2](pain)) for by in ("time", "times", "cost")}
    return max(known, key=lambda by: known[by])
