"""A year of improvement in figures (H2.6): suggestions, people, versions, evaluations, effects, compliance.

Of anonymous suggestions nothing is told that rests on fewer than five (A8): they are counted apart from those by
name, a group too small is left open, and so is one beside it that would give it away.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from improvements.models import Effect, Evaluation, Kind, State, Suggestion, WeekFigures
from improvements.models.suggestion import TAKEN
from improvements.queries.evidence_audits import compliance_of
from improvements.queries.links import first_in_force
from processes.models import Process, Revision
from processes.models.revision import State as RevisionState
from procstd.moments import house_day, house_midnight
from surveys.queries.results import LEAST, shown_groups


@dataclass(frozen=True)
class Count:
    """How many by name, and anonymously; None where too few are to be told."""

    key: Any
    named: int
    anonymous: int | None


@dataclass(frozen=True)
class Credit:
    """Somebody whose suggestion was adopted, or merged into one that was."""

    person: Any
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class VersionMade:
    """A version that took effect in the year."""

    revision: Revision
    since: datetime
    changes: int


@dataclass(frozen=True)
class Punctual:
    """A process with its closed cases, how many of them exceeded no limit, and how many were right the first time."""

    process: Process
    closed: int
    in_time: int
    right: int


@dataclass
class Year:
    """What the report is written of."""

    year: int
    at: datetime
    total: Count
    states: list[Count]
    processes: list[Count]
    kinds: list[Count]
    departments: list[Count]
    adopted: list[Suggestion]
    credits: list[Credit]
    versions: list[VersionMade]
    evaluations: list[Evaluation]
    overdue: int
    effects: list[Effect]
    punctual: list[Punctual]
    audited: list[dict[str, Any]] = field(default_factory=list)


def year_of(year: int, *, at: datetime) -> Year:
    """Return the figures of a calendar year, as they are at a moment. A constant number of statements."""
    since, until = date(year, 1, 1), date(year + 1, 1, 1)
    begin, end = house_midnight(since), house_midnight(until)
    made = list(
        Suggestion.objects.filter(month__gte=since, month__lt=until)
        .select_related("process", "department", "proposer__department")
        .defer("words")
        .order_by("number")
    )
    taken = list(
        Suggestion.objects.filter(state__in=TAKEN, decided_at__gte=begin, decided_at__lt=end)
        .select_related("process", "proposer__department")
        .defer("words")
        .order_by("number")
    )
    return Year(
        year=year, at=at, total=_total(made), states=_ordered(counted(made, lambda row: State(row.state)), list(State)),
        processes=counted(made, lambda row: row.process), kinds=counted(made, lambda row: Kind(row.kind)),
        departments=counted(made, lambda row: row.department), adopted=_listed(taken), credits=_credits(taken),
        versions=_versions(begin, end, at),
        evaluations=list(
            Evaluation.objects.filter(decided_at__gte=begin, decided_at__lt=end)
            .select_related("process").order_by("decided_at", "pk")
        ),
        overdue=Evaluation.objects.overdue(house_day(min(at, end))).filter(due_on__gte=since).count(),
        effects=list(
            Effect.objects.filter(measured_at__gte=begin, measured_at__lt=end)
            .select_related("definition__revision__process").defer("definition__content").order_by("measured_at")
        ),
        punctual=_punctual(since, until), audited=compliance_of(begin, end),
    )  # fmt: skip


def counted(rows: Iterable[Suggestion], key: Callable[[Suggestion], Hashable]) -> list[Count]:
    """Return how many suggestions each group has, the largest first; small anonymous groups are left open or out.

    Equal ones stand in the order of their codes: the same in every language.
    """
    named: Counter[Any] = Counter()
    anonymous: Counter[Any] = Counter()
    for row in rows:
        (anonymous if row.is_anonymous else named)[key(row)] += 1
    shown = set(shown_groups(anonymous, least=LEAST))
    every = [Count(group, named[group], _told(anonymous, group, shown)) for group in {**named, **anonymous}]
    # A line without any by name stands there only because of anonymous ones: that would be told of too few as well.
    found = [row for row in every if row.named or row.anonymous]
    return sorted(found, key=lambda row: (-(row.named + (row.anonymous or 0)), getattr(row.key, "code", str(row.key))))


def _told(anonymous: Mapping[Any, int], group: Any, shown: set[Any]) -> int | None:
    """Return a count if it may be told. That there are none is told only where nobody at all was anonymous."""
    if not anonymous:
        return 0
    return anonymous[group] if group in shown else None


def _total(rows: Iterable[Suggestion]) -> Count:
    every = list(rows)
    anonymous = sum(row.is_anonymous for row in every)
    return Count("", len(every) - anonymous, anonymous if anonymous == 0 or anonymous >= LEAST else None)


def _ordered(rows: list[Count], order: list[Any]) -> list[Count]:
    return sorted(rows, key=lambda row: order.index(row.key))


def _listed(taken: list[Suggestion]) -> list[Suggestion]:
    """Return what was adopted; anonymous ones only where at least five of them were: else a list would count them."""
    anonymous = sum(row.is_anonymous for row in taken)
    return [row for row in taken if anonymous >= LEAST or not row.is_anonymous]


def _credits(taken: list[Suggestion]) -> list[Credit]:
    """Return by name whoever suggested what was adopted, or something that was merged into it."""
    numbers: dict[Any, set[str]] = defaultdict(set)
    merged = Suggestion.objects.filter(merged_into__in=[row.pk for row in taken]).exclude(proposer=None)
    for row in [*taken, *merged.select_related("proposer__department").defer("words")]:
        if row.proposer is not None:
            numbers[row.proposer].add(row.number)
    found = [Credit(person, tuple(sorted(given))) for person, given in numbers.items()]
    return sorted(found, key=lambda row: (-len(row.numbers), row.person.username))


def _versions(begin: datetime, end: datetime, at: datetime) -> list[VersionMade]:
    rows = list(
        Revision.objects.filter(state=RevisionState.RELEASED, variant_for=None)
        .filter(definition__releases__valid_from__gte=begin, definition__releases__valid_from__lt=end)
        .select_related("process").prefetch_related("changes").distinct()
    )  # fmt: skip
    since = first_in_force([row.pk for row in rows], at=at)
    found = [
        VersionMade(row, since[row.pk], len(row.changes.all()))
        for row in rows
        if row.pk in since and begin <= since[row.pk] < end
    ]
    return sorted(found, key=lambda row: (row.since, row.revision.pk))


def _punctual(since: date, until: date) -> list[Punctual]:
    """Return how cases kept their limits, by the weeks that began in the year."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for process, content in _weeks(since, until):
        for place, value in enumerate((content["closed"], content["breached"], content["right"])):
            sums[process][place] += value
    names = Process.objects.in_bulk(list(sums))
    found = [
        Punctual(names[key], closed, closed - late, right) for key, (closed, late, right) in sums.items() if closed
    ]
    return sorted(found, key=lambda row: row.process.code)


def _weeks(since: date, until: date) -> Iterable[tuple[int, dict[str, Any]]]:
    for row in WeekFigures.objects.filter(monday__gte=since, monday__lt=until):
        yield row.process_id, row.data


def years_told(*, at: datetime) -> list[int]:
    """Return the years of which something can be told, the newest first: since the first suggestion or version."""
    from processes.models import Release

    first = Suggestion.objects.order_by("month").values_list("month", flat=True).first()
    released = Release.objects.order_by("valid_from").values_list("valid_from", flat=True).first()
    this = house_day(at).year
    known = [first.year] if first is not None else []
    known += [house_day(released).year] if released is not None else []
    return list(range(this, min(known, default=this) - 1, -1))
