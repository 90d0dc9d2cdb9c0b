"""Before and after (F40, F42): each criterion with its cases, its estimate, and what can be said of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cases.queries.facts import CaseFacts, facts_of
from cases.queries.indicators import Durations, Share, measure
from pilots.models import Criterion, Pilot
from pilots.queries.cases import cases_before, chosen_of, pilot_cases
from procstd.estimates import rates
from procstd.estimates.differences import Estimate, difference_in_differences, median_difference, rate_difference
from procstd.estimates.medians import median, median_interval
from procstd.estimates.verdicts import Outcome, Verdict, Why, verdict
from surveys.models import Baseline

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Compared:
    """A criterion as it stands. Durations are working hours, rates parts of 1."""

    criterion: Criterion
    before: Durations | Share
    after: Durations | Share
    estimate: Estimate
    verdict: Verdict
    #: Whether the figure after reaches what was asked for; None: it is not known.
    is_reached: bool | None
    #: The survey's figure, where that is all that is known of before.
    point: float | None = None
    #: What is left when the change of the control departments is taken off (F41); None beside a survey's figure.
    controlled: Estimate | None = None

    @property
    def is_duration(self) -> bool:
        return isinstance(self.after, Durations)

    @property
    def threshold(self) -> float:
        return in_parts(self.criterion, self.criterion.threshold)

    @property
    def margin(self) -> float:
        return in_parts(self.criterion, self.criterion.minimum_effect)

    @property
    def interval_after(self) -> tuple[float | None, float | None]:
        """The interval of the figure after itself."""
        if isinstance(self.after, Durations):
            return median_interval(self.after)
        return rate_interval(self.after)


def in_parts(criterion: Criterion, value: Decimal | None) -> float:
    """Return a value as it is counted: hours as they are, per cent as parts of 1."""
    number = float(value or 0)
    return number if criterion.measured.is_duration else number / 100


def rate_interval(share: Share) -> tuple[float | None, float | None]:
    """Return the exact (Clopper–Pearson) interval of a rate; none of no case."""
    if not share.n:
        return None, None
    found = rates.rate_interval(share.hits, share.n, CONFIDENCE)
    return found.low, found.high


def seed_of(pilot: Pilot, criterion: Criterion) -> int:
    """Return the number that intervals are drawn with: the same for the same pilot, so that anybody can draw again."""
    lock = getattr(pilot, "lock", None)
    return int(lock.sha256[:8], 16) + criterion.pk if lock else criterion.pk


def compare(pilot: Pilot, *, at: datetime) -> list[Compared]:
    """Compare every criterion as it stands *at* a moment. So many queries whatever the number of cases below 500."""
    criteria = list(pilot.criteria.select_related("baseline"))
    places = chosen_of(pilot)
    before = list(facts_of(cases_before(pilot, places), at=at))
    after = list(facts_of(pilot_cases(pilot, places), at=at))
    controls = _controls(pilot, at) if any(row.measured.is_duration for row in criteria) else None
    return [_compared(pilot, row, before, after, controls) for row in criteria]


def _controls(pilot: Pilot, at: datetime) -> tuple[Sequence[CaseFacts], Sequence[CaseFacts]] | None:
    """Return what the control departments did before and meanwhile: by whatever version is in force there."""
    places = list(pilot.controls.order_by("pk").values_list("pk", flat=True))
    if not places or pilot.begun_at is None:
        return None
    from cases.models import Case
    from pilots.queries.days import counts_until

    meanwhile = Case.objects.in_figures().filter(
        process=pilot.process_id, department__in=places, created__gte=pilot.begun_at, created__lt=counts_until(pilot)
    )
    return list(facts_of(cases_before(pilot, places), at=at)), list(facts_of(meanwhile, at=at))


def _compared(
    pilot: Pilot, row: Criterion, cases_before: Sequence[CaseFacts], cases_after: Sequence[CaseFacts],
    controls: tuple[Sequence[CaseFacts], Sequence[CaseFacts]] | None,
) -> Compared:  # fmt: skip
    before, after = _measured(row, cases_before), _measured(row, cases_after)
    point = in_parts(row, row.point) if row.baseline_id and row.point is not None else None
    if point is not None and row.baseline is not None:
        known = known_before(row.baseline, point, is_duration=isinstance(before, Durations))
        before, point = known or before, None if isinstance(known, Durations) else point
    estimate = estimate_of(before, after, seed=seed_of(pilot, row))
    said = verdict(
        estimate, lower_is_better=row.lower_is_better, margin=in_parts(row, row.minimum_effect),
        minimum=pilot.cases_least,
    )  # fmt: skip
    if point is not None and isinstance(after, Durations):
        estimate = _against_a_point(point, row, after)
        said = Verdict(Outcome.UNKNOWN, Why.TOO_FEW if after.n < pilot.cases_least else Why.ONLY_A_POINT)
    return Compared(
        criterion=row, before=before, after=after, estimate=estimate, verdict=said,
        is_reached=_is_reached(row, estimate.after), point=point,
        controlled=_controlled(pilot, row, before, after, controls),
    )  # fmt: skip


def known_before(baseline: Baseline, point: float, *, is_duration: bool) -> Durations | Share | None:
    """Return the cases behind a figure of the survey that is *point* in our unit; None where only the figure is known.

    A rate and its number of cases are the cases: 75 % of 40 are 30 of 40. Single values are turned into hours as the
    figure itself was: 4 days that are 32 hours make each day 8.
    """
    if not is_duration:
        return Share(round(point * baseline.n), baseline.n)
    if not baseline.has_values:
        return None
    return Durations(hours=[value * point / float(baseline.value) for value in baseline.values or ()])


def _measured(row: Criterion, facts: Iterable[CaseFacts]) -> Durations | Share:
    return measure(row.indicator, facts, step=row.step)


def estimate_of(before: Durations | Share, after: Durations | Share, *, seed: int) -> Estimate:
    """Return the estimate of a difference, by the kind of figure."""
    if isinstance(before, Durations) and isinstance(after, Durations):
        return median_difference(before, after, confidence=CONFIDENCE, seed=seed)
    if isinstance(before, Share) and isinstance(after, Share):
        return rate_difference(before.hits, before.n, after.hits, after.n, confidence=CONFIDENCE)
    raise TypeError("Durations are compared with durations, rates with rates.")


def _against_a_point(point: float, row: Criterion, after: Durations) -> Estimate:
    """Return how far the median after lies from the survey's figure. How that one varied nobody knows: no interval."""
    found = median(after)
    return Estimate(
        before=point, after=found, difference=None if found is None else found - point, low=None, high=None, p=None,
        n_before=row.baseline.n if row.baseline else 0, n_after=after.n, open_after=len(after.open_hours),
    )  # fmt: skip


def _is_reached(row: Criterion, value: float | None) -> bool | None:
    if value is None:
        return None
    wanted = in_parts(row, row.threshold)
    return value <= wanted if row.lower_is_better else value >= wanted


def _controlled(
    pilot: Pilot, row: Criterion, before: Durations | Share, after: Durations | Share,
    controls: tuple[Sequence[CaseFacts], Sequence[CaseFacts]] | None,
) -> Estimate | None:  # fmt: skip
    # The survey measured another way, over other weeks: its difference less that of recorded cases would say nothing.
    if row.baseline_id or controls is None or not isinstance(before, Durations) or not isinstance(after, Durations):
        return None
    one, two = (_measured(row, facts) for facts in controls)
    if not isinstance(one, Durations) or not isinstance(two, Durations) or not one.hours or not two.hours:
        return None
    return difference_in_differences(before, after, one, two, confidence=CONFIDENCE, seed=seed_of(pilot, row))
