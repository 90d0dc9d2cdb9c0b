"""What a project's gates want to know of the diagnoses of its processes: for many projects at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from surveys.models import Baseline, Cause, Ending, Pain, Survey


@dataclass
class Tally:
    """Counts of one process: pain points, those still open, those whose whys end nowhere, frozen figures."""

    pains: int = 0
    open: int = 0
    causeless: int = 0
    frozen: int = 0
    survey: str = ""


def tallies(processes: Iterable[int]) -> dict[int, Tally]:
    """Return the counts by process. Three queries, however many processes and surveys there are."""
    found: dict[int, Tally] = defaultdict(Tally)
    keys = list(set(processes))
    below = Cause.objects.filter(parent=OuterRef("pk"))
    loose = Cause.objects.filter(pain=OuterRef("pk"), is_actionable=False).exclude(Exists(below))
    rows = (
        Pain.objects.filter(survey__process__in=keys)
        .annotate(is_causeless=~Exists(Cause.objects.filter(pain=OuterRef("pk"))) | Exists(loose))
        .order_by()
        .values("survey__process")
        .annotate(
            pains=Count("pk"),
            open_pains=Count("pk", filter=Q(ending=Ending.OPEN)),
            # A rejected one needs no cause: nobody is going to act on it.
            causeless=Count("pk", filter=Q(is_causeless=True) & ~Q(ending=Ending.REJECTED)),
        )
    )
    for row in rows:
        tally = found[row["survey__process"]]
        tally.pains, tally.open, tally.causeless = row["pains"], row["open_pains"], row["causeless"]
    frozen = (
        Baseline.objects.filter(survey__process__in=keys).exclude(freeze=None).order_by()
        .values("survey__process").annotate(figures=Count("pk"))
    )  # fmt: skip
    for figure in frozen:
        found[figure["survey__process"]].frozen = figure["figures"]
    for process, number in Survey.objects.filter(process__in=keys).order_by("pk").values_list("process", "number"):
        found[process].survey = number
    return found
