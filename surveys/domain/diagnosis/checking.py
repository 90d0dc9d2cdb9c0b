"""Whether a diagnosis is ready to be reported: what is there, and what lacks, with where to mend it (H2.2.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from surveys.domain.diagnosis.causes import open_chains
from surveys.models import Ending
from surveys.queries.diagnosis import Diagnosis


@dataclass(frozen=True)
class Check:
    """One line: whether it is met, what is so, and where one mends it."""

    is_met: bool
    sentence: Any
    link: str


def checks(found: Diagnosis) -> Iterator[Check]:
    """Yield what a finished diagnosis has, in the order of the work. No query."""
    number = [found.survey.number]
    steps, timed = len(found.steps), sum(1 for step in found.steps if step.duration)
    placed = sum(1 for step in found.steps if step.post_id or step.department_id)
    grid = reverse("surveys:asis-grid", args=number)
    yield Check(
        bool(steps) and timed == steps,
        _("%(timed)d of %(steps)d steps have a duration with its source.") % {"timed": timed, "steps": steps}
        if steps else _("No step as it is today is written down."),
        grid,
    )  # fmt: skip
    if steps:
        yield Check(
            placed == steps,
            _("%(placed)d of %(steps)d steps say who does them.") % {"placed": placed, "steps": steps}, grid,
        )  # fmt: skip
    pains = reverse("surveys:pain-list", args=number)
    if not found.pains:
        yield Check(False, _("No pain point is named."), pains)
    else:
        proven = [pain for pain in found.pains if pain.evidence or pain.evidences.all()]
        yield Check(
            len(proven) == len(found.pains),
            _("%(proven)d of %(pains)d pain points have evidence.")
            % {"proven": len(proven), "pains": len(found.pains)}, pains,
        )  # fmt: skip
        yield from _causes(found)
        left = len(found.open_pains)
        text = ngettext("%(n)d pain point is open.", "%(n)d pain points are open.", left) % {"n": left}
        yield Check(not left, text if left else _("Every pain point is solved or rejected."), pains)
    frozen = sum(1 for row in found.baselines if row.is_frozen)
    yield Check(
        bool(frozen) and frozen == len(found.baselines),
        _("%(frozen)d of %(all)d baseline figures are frozen.") % {"frozen": frozen, "all": len(found.baselines)}
        if found.baselines else _("No baseline figure is written down."),
        reverse("surveys:baseline-list", args=number),
    )  # fmt: skip


def _causes(found: Diagnosis) -> Iterator[Check]:
    """Yield a line for each pain point whose whys end nowhere, or one that all end in a cause to act on.

    A rejected one needs no cause, as at the gate.
    """
    faults = []
    for pain in found.pains:
        if pain.ending == Ending.REJECTED:
            continue
        causes = found.causes.get(pain.pk, [])
        where = pain.get_absolute_url()
        if not causes:
            faults.append(Check(False, _("P%(number)d: nobody asked why yet.") % {"number": pain.number}, where))
        faults += [
            Check(
                False,
                _("P%(number)d: the chain ending in “%(cause)s” ends in nothing one can act on.")
                % {"number": pain.number, "cause": chain[-1]},
                where,
            )
            for chain in open_chains(causes)
        ]
    yield from faults or [
        Check(
            True, _("Every chain of whys ends in a cause that can be acted on."),
            reverse("surveys:pain-list", args=[found.survey.number]),
        )
    ]  # fmt: skip
