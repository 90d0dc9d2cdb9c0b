"""Differences of medians and rates: as books and papers have them, and as simulation finds them (F40, F42)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from procstd.estimates.differences import difference_in_differences, median_difference, rate_difference
from procstd.estimates.medians import median, medians_of_rows
from procstd.estimates.verdicts import Outcome, verdict


@dataclass
class Spans:
    hours: list[float]
    open_hours: list[float] = field(default_factory=list)


#: Weeks of remission of children with leukaemia: Freireich et al., Blood 21 (1963) 699–716; as in Kleinbaum and
#: Klein, Survival Analysis (3rd ed. 2012), ch. 2: medians 8 and 23 weeks, log-rank chi-square 16.79.
PLACEBO = Spans([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23])
TREATED = Spans([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])

#: Newcombe, Statistics in Medicine 17 (1998) 873–890, table II, method 10 (hybrid score, no continuity correction).
NEWCOMBE = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0000)),
]


def test_medians_and_test_of_the_leukaemia_trial_are_those_of_the_book() -> None:
    found = median_difference(PLACEBO, TREATED, seed=1)

    assert (found.before, found.after, found.difference) == (8, 23, 15)
    assert found.p == pytest.approx(4.17e-5, rel=0.01)  # chi-square 16.79 with one degree of freedom
    assert (found.n_before, found.n_after, found.open_before, found.open_after) == (21, 21, 0, 12)
    assert found.low is not None
    assert 0 < found.low < 15


@pytest.mark.parametrize(("one", "two", "interval"), NEWCOMBE)
def test_intervals_of_rates_are_those_of_newcombe(
    one: tuple[int, int], two: tuple[int, int], interval: tuple[float, float]
) -> None:
    found = rate_difference(*two, *one)

    assert (found.low, found.high) == (pytest.approx(interval[0], abs=6e-5), pytest.approx(interval[1], abs=6e-5))


def test_the_exact_test_is_barnards_as_in_the_vaccine_trial() -> None:
    """Mehta and Senchaudhuri (2003): 7 of 15 vaccinated and 12 of 15 others fell ill; one-sided p 0.0341, so twice."""
    assert rate_difference(12, 15, 7, 15).p == pytest.approx(2 * 0.0341, abs=2e-4)
    assert rate_difference(3, 10, 3, 10).p == 1
    assert rate_difference(0, 10, 10, 10).p < 0.001  # type: ignore[operator]


def test_an_exact_test_writes_nothing_to_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        rate_difference(12, 15, 7, 15)

    assert caplog.records == []


def test_many_cases_are_tested_by_the_score_test() -> None:
    """It is the chi-square test of the two-by-two table, with n − 1 in place of n."""
    from scipy.stats import chi2_contingency

    expected = chi2_contingency([[300, 200], [340, 160]], correction=False).pvalue

    assert rate_difference(300, 500, 340, 500).p == pytest.approx(float(expected), rel=0.01)


def test_without_open_cases_the_median_is_the_ordinary_one() -> None:
    rng = np.random.default_rng(5)
    for n in (1, 2, 5, 10, 11):
        hours = list(rng.integers(1, 9, n).astype(float))
        assert median(Spans(hours)) == pytest.approx(float(np.median(hours)))


def test_many_medians_at_once_are_those_of_statsmodels() -> None:
    """The curve of the resamples is that of the estimate, ties and open cases included."""
    rng = np.random.default_rng(7)
    for _ in range(300):
        n = int(rng.integers(1, 14))
        times, done = rng.integers(1, 7, n).astype(float), (rng.random(n) < 0.7).astype(int)
        order = np.lexsort((1 - done, times))
        at_once = float(medians_of_rows(times[order][None], done[order][None])[0])
        spans = Spans([*times[done == 1]], [*times[done == 0]])
        assert (None if np.isinf(at_once) else at_once) == median(spans)


def test_an_open_case_counts_as_so_long_at_least() -> None:
    left_out = median(Spans([1, 2, 3, 4, 5]))
    known = median(Spans([1, 2, 3, 4, 5], [9, 9, 9]))

    assert left_out == 3
    assert known == 4.5  # the fourth of eight, and the curve is at one half until the fifth
    assert median(Spans([1, 2], [9, 9, 9])) is None


def test_what_half_of_the_cases_have_not_reached_leaves_the_interval_open() -> None:
    found = median_difference(Spans([1, 2, 3, 4, 5]), Spans([9, 9, 9], [9] * 4), seed=1)

    assert found.difference is None
    assert found.high is None


def test_the_same_seed_gives_the_same_interval() -> None:
    assert median_difference(PLACEBO, TREATED, seed=3) == median_difference(PLACEBO, TREATED, seed=3)


def test_equal_times_everywhere_are_no_difference() -> None:
    found = median_difference(Spans([2.0] * 12), Spans([2.0] * 12), seed=1)

    assert (found.difference, found.low, found.high, found.p) == (0, 0, 0, 1.0)
    assert verdict(found, lower_is_better=True, margin=0.5, minimum=10).outcome == Outcome.SAME


def test_the_change_of_the_control_departments_is_taken_off() -> None:
    rng = np.random.default_rng(2)
    groups = [Spans(list(rng.normal(mean, 2, 60))) for mean in (30, 20, 30, 27)]

    found = difference_in_differences(*groups, seed=1)

    assert found.difference == pytest.approx(-7, abs=2)
    assert found.low is not None
    assert found.high is not None
    assert found.low < -7 < found.high < 0


def _null_pilots(times: int, seed: int) -> list[Outcome]:
    """Return verdicts of pilots that change nothing: 10 to 15 cases, skew durations, some still open."""
    rng = np.random.default_rng(seed)
    outcomes = []
    for number in range(times):
        drawn = []
        for n in (int(rng.integers(10, 41)), int(rng.integers(10, 16))):
            hours, limit = rng.lognormal(3, 0.6, n), rng.lognormal(4.2, 0.5, n)
            drawn.append(Spans([*hours[hours <= limit]], [*limit[hours > limit]]))
        found = median_difference(*drawn, seed=number)
        outcomes.append(verdict(found, lower_is_better=True, margin=1, minimum=10).outcome)
    return outcomes


def test_pilots_that_change_nothing_are_hardly_ever_called_better() -> None:
    outcomes = _null_pilots(500, seed=20261130)

    assert outcomes.count(Outcome.BETTER) / len(outcomes) <= 0.05
    assert outcomes.count(Outcome.WORSE) / len(outcomes) <= 0.05
    assert outcomes.count(Outcome.SAME) == 0  # ten cases prove no equality


def test_rates_that_do_not_change_are_hardly_ever_called_better() -> None:
    rng = np.random.default_rng(11)
    better = 0
    for _ in range(400):
        n1, n2, rate = int(rng.integers(10, 41)), int(rng.integers(10, 16)), rng.uniform(0.5, 0.95)
        found = rate_difference(int(rng.binomial(n1, rate)), n1, int(rng.binomial(n2, rate)), n2)
        better += verdict(found, lower_is_better=False, margin=0.05, minimum=10).outcome == Outcome.BETTER

    assert better / 400 <= 0.05


def test_an_effect_as_large_as_the_examples_is_mostly_found() -> None:
    """4 days become 2.5 (H2.4.4): a pilot of 15 cases beside 40 sees it more often than not."""
    rng = np.random.default_rng(4)
    found = []
    for number in range(100):
        before, after = Spans([*rng.lognormal(np.log(32), 0.5, 40)]), Spans([*rng.lognormal(np.log(20), 0.5, 15)])
        estimate = median_difference(before, after, seed=number)
        found.append(verdict(estimate, lower_is_better=True, margin=1, minimum=10).outcome)

    assert found.count(Outcome.BETTER) >= 60
    assert found.count(Outcome.WORSE) == 0
