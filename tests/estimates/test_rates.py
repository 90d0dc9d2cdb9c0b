"""Bounds of a share: against published tables, by brute force, and by counting every sample there is."""

from __future__ import annotations

from itertools import product
from math import comb

import pytest

from procstd.estimates.rates import (
    Stratum,
    least_sample,
    lower_bound,
    percent,
    rate_interval,
    stratified_lower_bound,
    stratified_upper_bound,
    upper_bound,
    weighted_share,
    what_it_proves,
)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Clopper and Pearson (1934), as tabled: Documenta Geigy, Scientific Tables, exact 95 % limits in percent.
        (0, 10, 0.0, 30.85), (1, 10, 0.25, 44.50), (5, 10, 18.71, 81.29), (10, 10, 69.15, 100.0), (2, 20, 1.23, 31.70),
        # Agresti and Coull (1998) and Newcombe (1998), example: 81 of 263.
        (81, 263, 25.27, 36.76), (15, 148, 5.78, 16.17), (0, 20, 0.0, 16.84), (1, 29, 0.09, 17.76),
    ],
)  # fmt: skip
def test_the_two_sided_interval_is_the_published_one(hits: int, n: int, low: float, high: float) -> None:
    found = rate_interval(hits, n)

    assert (round(found.low * 100, 2), round(found.high * 100, 2)) == (low, high)


@pytest.mark.parametrize(("n", "most"), [(1, 95.0), (10, 25.89), (20, 13.91), (29, 9.81), (59, 4.95), (100, 2.95)])
def test_without_a_miss_the_bound_is_the_rule_of_the_nth_root(n: int, most: float) -> None:
    # 1 - 0.05 ** (1 / n): the exact form of the "rule of three".
    assert round(upper_bound(0, n) * 100, 2) == most
    assert lower_bound(n, n) == pytest.approx(0.05 ** (1 / n))


def test_the_sample_sizes_are_those_of_the_table_for_success_runs() -> None:
    # Success-run table, n without a failure for 95 % confidence: 80 % 14, 90 % 29, 95 % 59, 99 % 299.
    assert [least_sample(share) for share in (0.8, 0.9, 0.95, 0.99)] == [14, 29, 59, 299]


def _tail(hits: int, population: int, good: int, n: int) -> float:
    ways = sum(comb(good, k) * comb(population - good, n - k) for k in range(hits, n + 1) if n - k <= population - good)
    return ways / comb(population, n)


@pytest.mark.parametrize("population", [1, 2, 7, 12, 20])
def test_the_bound_of_a_finite_population_is_the_one_found_by_trying_every_share(population: int) -> None:
    for n in range(1, population + 1):
        for hits in range(n + 1):
            possible = range(hits, population - (n - hits) + 1)
            least = next(good for good in possible if _tail(hits, population, good, n) > 0.05) if hits else 0
            assert lower_bound(hits, n, population=population) == least / population, (n, hits)


def test_who_drew_everything_knows_it() -> None:
    assert lower_bound(18, 20, population=20) == 0.9
    assert upper_bound(18, 20, population=20) == pytest.approx(0.9)
    assert lower_bound(9, 10) < lower_bound(9, 10, population=30) < lower_bound(9, 10, population=10)


def test_no_truth_is_missed_more_often_than_said() -> None:
    population, n = 40, 12
    for good in range(population + 1):
        too_high = sum(
            comb(good, hits) * comb(population - good, n - hits)
            for hits in range(max(0, n - population + good), min(good, n) + 1)
            if lower_bound(hits, n, population=population) > good / population + 1e-12
        )
        assert too_high / comb(population, n) <= 0.05


@pytest.mark.parametrize("sizes", [((8, 2), (6, 2)), ((12, 3), (4, 2)), ((10, 4), (5, 1), (3, 3)), ((9, 1), (9, 4))])
def test_no_truth_is_missed_more_often_than_said_when_strata_are_drawn_unevenly(
    sizes: tuple[tuple[int, int], ...],
) -> None:
    total = sum(size for size, _drawn in sizes)
    bounds: dict[tuple[int, ...], float] = {}
    for hits in product(*(range(drawn + 1) for _size, drawn in sizes)):
        bounds[hits] = stratified_lower_bound(
            Stratum(size, drawn, hit) for (size, drawn), hit in zip(sizes, hits, strict=True)
        )

    worst = 0.0
    for goods in product(*(range(size + 1) for size, _drawn in sizes)):
        too_high = 0.0
        for hits, bound in bounds.items():
            chance = 1.0
            for (size, drawn), good, hit in zip(sizes, goods, hits, strict=True):
                chance *= comb(good, hit) * comb(size - good, drawn - hit) / comb(size, drawn)
            if chance and bound > sum(goods) / total + 1e-9:
                too_high += chance
        worst = max(worst, too_high)

    assert 0 < worst <= 0.05


def test_strata_drawn_whole_leave_no_doubt() -> None:
    assert stratified_lower_bound([Stratum(4, 4, 3), Stratum(6, 6, 6)]) == 0.9
    assert stratified_upper_bound([Stratum(4, 4, 3), Stratum(6, 6, 6)]) == pytest.approx(0.9)
    assert stratified_lower_bound([Stratum(50, 20, 19)]) == lower_bound(19, 20, population=50)


def test_a_stratum_of_which_nothing_was_drawn_may_hold_anything() -> None:
    assert stratified_lower_bound([Stratum(90, 90, 90), Stratum(10, 0)]) == pytest.approx(0.9)


def test_the_estimate_weighs_strata_by_what_is_in_them() -> None:
    assert weighted_share([Stratum(90, 10, 10), Stratum(10, 10, 0)]) == pytest.approx(0.9)


def test_words_say_what_a_sample_proves_and_what_it_cannot() -> None:
    proven = what_it_proves(n=60, low=lower_bound(60, 60), wanted=0.9, most=lower_bound(60, 60))
    small = what_it_proves(n=22, low=lower_bound(22, 22), wanted=0.9, most=lower_bound(22, 22))
    open_ = what_it_proves(n=60, low=lower_bound(55, 60), wanted=0.9, most=lower_bound(60, 60))

    assert proven[:2] == [
        "With 95 % confidence at least 95.1 % of all cases comply.", "This proves that the 90 % wanted are reached.",
    ]  # fmt: skip
    assert small[1] == "22 cases cannot prove 90 %: even without a single miss they prove 87.2 % at most."
    assert open_[1] == "It does not prove that the 90 % wanted are reached; nor does it prove the contrary."


def test_what_is_no_sample_is_refused() -> None:
    for hits, n, population in ((3, 2, None), (0, 0, None), (1, 5, 4), (-1, 3, None)):
        with pytest.raises(ValueError, match="no sample"):
            lower_bound(hits, n, population=population)
    assert percent(0.87999) == "87.9 %"


def test_the_upper_end_of_an_interval_is_not_rounded_down() -> None:
    assert percent(0.87901, up=True) == "88 %"
    assert [percent(share, up=True) for share in (0.879, 0.0, 1.0)] == ["87.9 %", "0 %", "100 %"]
