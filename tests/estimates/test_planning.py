"""How many cases are needed: as books have it, and as trying it out finds (F38)."""

from __future__ import annotations

import numpy as np
import pytest

from procstd.estimates.planning import RANKS, effect_of_durations, effect_of_rates, needed_cases, power_of


def test_cases_for_rates_are_those_of_cohen() -> None:
    """Cohen, Statistical Power Analysis (2nd ed. 1988), table 6.4.1: h = 0.50 at 5 % two-sided, power .80: 63 each."""
    assert needed_cases(0.5, is_rate=True) == 63
    assert needed_cases(0.2, is_rate=True) == pytest.approx(393, abs=1)


def test_cases_for_durations_are_those_of_the_t_test_and_a_few_for_ranks() -> None:
    """Cohen, table 2.4.1: d = 0.80 at 5 % two-sided, power .80: 26 each; a comparison by ranks needs π/3 as many."""
    assert needed_cases(0.8) == pytest.approx(26 * RANKS, abs=1)


def test_with_many_cases_before_the_pilot_needs_fewer() -> None:
    both, many = needed_cases(0.8), needed_cases(0.8, before=200)

    assert both is not None
    assert many is not None
    assert many < both


def test_a_handful_of_cases_before_shows_a_small_effect_never() -> None:
    assert needed_cases(0.3, before=10) is None


def test_the_effect_of_a_change_is_that_of_its_ratio() -> None:
    rng = np.random.default_rng(1)
    hours = list(rng.lognormal(np.log(32), 0.5, 4000))

    assert effect_of_durations(hours, change=-12) == pytest.approx(np.log(32 / 20) / 0.5, rel=0.05)
    assert effect_of_durations(hours, change=-40) is None
    assert effect_of_durations([5.0, 5.0, 5.0], change=-1) is None
    assert effect_of_durations([5.0, 6.0], change=-1) is None


def test_the_effect_of_a_rate_is_cohens_h() -> None:
    """Cohen, table 6.2.2: P₁ = .75 (φ = 2.094) and P₂ = .90 (φ = 2.498)."""
    assert effect_of_rates(0.75, change=0.15) == pytest.approx(2.498 - 2.094, abs=1e-3)
    assert effect_of_rates(0.95, change=0.10) is None


def test_power_is_what_trying_it_out_finds() -> None:
    from scipy.stats import mannwhitneyu

    rng = np.random.default_rng(3)
    found = [mannwhitneyu(rng.normal(0, 1, 40), rng.normal(0.9, 1, 15)).pvalue < 0.05 for _ in range(2000)]

    assert power_of(0.9, cases=15, before=40) == pytest.approx(sum(found) / 2000, abs=0.04)
