"""What gates ask about pilots: for all projects at once, in a constant number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cases.models import Case
from pilots.models import Candidate, Issue, Pilot
from pilots.queries.days import end_of


@dataclass(frozen=True)
class Tally:
    """A pilot in numbers."""

    pilot: Pilot
    cases: int
    issues: int
    proposals: int


def tallies(pilots: Iterable[Pilot]) -> dict[int, Tally]:
    """Return the numbers of *pilots*, by pilot. Three statements."""
    rows = {pilot.pk: pilot for pilot in pilots}
    places: dict[int, set[int]] = defaultdict(set)
    chosen = Candidate.objects.filter(pilot__in=rows, is_chosen=True)
    for pilot, department in chosen.order_by().values_list("pilot_id", "department_id"):
        places[pilot].add(department)
    issues: Counter[int] = Counter()
    proposals: Counter[int] = Counter()
    for key, zh, en in Issue.objects.filter(pilot__in=rows).values_list("pilot_id", "proposal_zh", "proposal_en"):
        issues[key] += 1
        proposals[key] += bool(zh or en)
    cases = _cases(rows, places)
    return {key: Tally(pilot, cases[key], issues[key], proposals[key]) for key, pilot in rows.items()}


def _cases(rows: dict[int, Pilot], places: dict[int, set[int]]) -> Counter[int]:
    """Count the cases of every pilot that has begun."""
    begun = [pilot for pilot in rows.values() if pilot.begun_at is not None]
    found: Counter[int] = Counter()
    if not begun:
        return found
    cases = Case.objects.in_figures().filter(
        definition__revision__in={pilot.revision_id for pilot in begun},
        department__in={place for pilot in begun for place in places[pilot.pk]},
    )
    ends = {pilot.pk: end_of(pilot) for pilot in begun}
    for revision, department, created in cases.order_by().values_list(
        "definition__revision_id", "department_id", "created"
    ):
        for pilot in begun:
            if pilot.revision_id == revision and department in places[pilot.pk] and pilot.begun_at is not None:
                found[pilot.pk] += pilot.begun_at <= created < ends[pilot.pk]
    return found
