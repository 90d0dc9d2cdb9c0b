"""Better, worse, no difference, cannot tell: what an estimate says, and why (F42)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from procstd.estimates.differences import Estimate


class Outcome(StrEnum):
    """What can be said."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "no_difference"
    UNKNOWN = "cannot_tell"


class Why(StrEnum):
    """Why it is said; pages say it in words."""

    #: There is nothing to compare with.
    NOTHING_BEFORE = "nothing_before"
    #: Only one figure is known of before, without the cases behind it.
    ONLY_A_POINT = "only_a_point"
    #: Fewer cases than were asked for.
    TOO_FEW = "too_few"
    #: More than half of the cases are still open, so that no median is known.
    NOT_REACHED = "not_reached"
    #: The whole interval lies within what does not matter.
    WITHIN_MARGIN = "within_margin"
    #: The whole interval lies on one side of zero, and the test agrees.
    ONE_SIDE = "one_side"
    #: The interval lies on one side of zero, the test does not exclude chance.
    TEST_DISAGREES = "test_disagrees"
    #: The interval holds zero and differences that matter.
    TOO_WIDE = "too_wide"


@dataclass(frozen=True)
class Verdict:
    """What is said of one figure, and why."""

    outcome: Outcome
    why: Why


def verdict(estimate: Estimate, *, lower_is_better: bool, margin: float, minimum: int) -> Verdict:
    """Judge an estimate. *margin* is the smallest difference that matters, *minimum* the cases wanted on each side.

    “No difference” needs an interval within the margin on both sides: not having found one is no proof of none.
    “Better” and “worse” need an interval that leaves zero out and a test that agrees: two witnesses, so that pilots
    without any effect are called better in fewer than one of twenty.
    """
    if not estimate.n_before:
        return Verdict(Outcome.UNKNOWN, Why.NOTHING_BEFORE)
    if min(estimate.n_before, estimate.n_after) < minimum:
        return Verdict(Outcome.UNKNOWN, Why.TOO_FEW)
    if estimate.difference is None:
        return Verdict(Outcome.UNKNOWN, Why.NOT_REACHED)
    low, high = estimate.low, estimate.high
    if low is not None and high is not None and -margin <= low and high <= margin:
        return Verdict(Outcome.SAME, Why.WITHIN_MARGIN)
    is_less, is_more = high is not None and high < 0, low is not None and low > 0
    if not is_less and not is_more:
        return Verdict(Outcome.UNKNOWN, Why.TOO_WIDE)
    if estimate.p is not None and estimate.p > 1 - estimate.confidence:
        return Verdict(Outcome.UNKNOWN, Why.TEST_DISAGREES)
    return Verdict(Outcome.BETTER if is_less == lower_is_better else Outcome.WORSE, Why.ONE_SIDE)
