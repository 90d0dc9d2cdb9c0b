"""Charts of single values: against a published example, rule by rule, and by simulation."""

from __future__ import annotations

import random
from statistics import mean, median

import pytest

from procstd.estimates.alarms import false_alarm_of_medians, false_alarm_of_shares
from procstd.estimates.control import BEYOND, RANGE, RUNNING, Signal, chart_of, false_alarm_of

#: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: flow rates of ten batches.
NIST = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
#: Up and down by one around ten, so that nothing of it is a signal.
STEADY = [9.0, 11.0] * 10


def signals(values: list[float | None]) -> list[tuple[int, str, int]]:
    chart = chart_of(values)
    assert chart is not None
    return [(signal.place, signal.rule, signal.side) for signal in chart.signals]


def test_the_limits_are_those_of_the_published_example() -> None:
    chart = chart_of(NIST)

    assert chart is not None
    assert round(chart.centre, 2) == 50.81
    assert round(chart.mean_range, 4) == 1.8778
    assert (round(chart.lower or 0, 4), round(chart.upper or 0, 4)) == (45.8159, 55.8041)
    assert round(chart.upper_range, 3) == 6.135
    assert chart.ranges[:3] == (None, pytest.approx(2.0), pytest.approx(2.3))
    assert chart.signals == ()


def test_fewer_than_ten_values_give_no_chart() -> None:
    assert chart_of(NIST[:9]) is None
    assert chart_of([*NIST[:9], None, None]) is None


def test_a_value_beyond_the_limits_is_a_signal_and_so_are_the_ranges_to_it() -> None:
    high = [row for row in signals([*STEADY, 40.0, 10.0]) if row[1] != RUNNING]
    low = [row for row in signals([*STEADY, -20.0, 10.0]) if row[1] != RUNNING]

    assert high == [(20, BEYOND, 1), (20, RANGE, 0), (21, RANGE, 0)]
    assert low == [(20, BEYOND, -1), (20, RANGE, 0), (21, RANGE, 0)]


def test_the_ninth_value_in_a_row_on_one_side_is_a_signal_and_the_eighth_is_none() -> None:
    # The centre is 10: as much above it as below.
    eight = [9.0, 11.0, 9.0] + [11.0] * 8 + [9.0, 11.0, 9.0] + [9.0] * 3 + [11.0, 8.0, 8.0, 8.0]
    nine = [9.0, 11.0, 9.0] + [11.0] * 9 + [9.0, 11.0, 9.0] + [9.0] * 3 + [11.0, 8.0, 8.0, 7.0]

    assert [row for row in signals(eight) if row[1] == RUNNING] == []
    assert [row for row in signals(nine) if row[1] == RUNNING] == [(11, RUNNING, 1)]


@pytest.mark.parametrize("value", [0.1, 1 / 3, 0.0, 1.0, 1234.56])
def test_values_that_are_all_the_same_give_no_signal(value: float) -> None:
    assert signals([value] * 26) == []
    assert signals([value, value + 1e-13 * value] * 13) == []


def test_weeks_without_a_value_are_passed_over() -> None:
    gap: list[float | None] = [*NIST[:5], None, None, *NIST[5:]]
    chart, whole = chart_of(gap), chart_of(NIST)

    assert chart is not None
    assert whole is not None
    assert (chart.centre, chart.mean_range) == (whole.centre, whole.mean_range)
    assert chart.ranges[5:8] == (None, None, pytest.approx(3.4))
    assert len(chart.values) == 12


def test_a_limit_outside_of_what_is_possible_is_none() -> None:
    chart = chart_of([0.1, 0.2, 0.1, 0.3, 0.2, 0.1, 0.2, 0.1, 0.4, 0.2], least=0, most=1)

    assert chart is not None
    assert chart.lower is None
    # 0.19 + 3 · 0.1444… / 1.128
    assert chart.upper == pytest.approx(0.5742, abs=0.0001)
    assert chart.signals_at(3) == ()


@pytest.mark.parametrize("count", [10, 26, 52])
def test_steady_processes_give_signals_as_often_as_is_stated(count: int) -> None:
    """Other numbers by chance than those of the statement, drawn and judged one by one."""
    chance = random.Random(count)  # noqa: S311
    rounds = 1_500
    alarms = sum(bool(signals([chance.gauss(5, 2) for _value in range(count)])) for _round in range(rounds))

    assert abs(alarms / rounds - false_alarm_of(count)) < 0.045


def median_of(chance: random.Random, size: int) -> float:
    return median(chance.lognormvariate(1, 1) for _case in range(size))


@pytest.mark.parametrize("size", [5, 20])
def test_shares_give_signals_as_often_as_is_stated_which_is_more_often_than_normal_values(size: int) -> None:
    """Errors of 5 %: drawn and judged one by one; stated of each series from itself."""
    chance = random.Random(size)  # noqa: S311
    drawn: list[list[float | None]] = [
        [sum(chance.random() < 0.05 for _case in range(size)) / size for _week in range(26)] for _round in range(150)
    ]
    alarms = sum(bool(signals(values)) for values in drawn) / len(drawn)
    stated = mean(false_alarm_of_shares(values, [size] * 26) for values in drawn[:25])

    assert abs(alarms - stated) < 0.12
    assert stated > false_alarm_of(26) + 0.15


@pytest.mark.parametrize("size", [3, 9])
def test_medians_of_times_give_signals_as_often_as_is_stated_which_is_more_often_than_normal_values(size: int) -> None:
    chance = random.Random(size)  # noqa: S311
    drawn: list[list[float | None]] = [[median_of(chance, size) for _week in range(26)] for _round in range(150)]
    alarms = sum(bool(signals(values)) for values in drawn) / len(drawn)
    stated = mean(false_alarm_of_medians(values, [size] * 26) for values in drawn[:25])

    assert abs(alarms - stated) < 0.12
    assert stated > false_alarm_of(26) + 0.05


def test_weeks_without_cases_and_weeks_that_are_alike_are_stated_too() -> None:
    gaps: list[float | None] = [0.0, None] * 13
    assert false_alarm_of_shares(gaps, [7, 0] * 13) == 0
    assert false_alarm_of_medians([2.0] * 26, [4] * 26) == 0
    assert false_alarm_of_medians([0.0] * 26, [4] * 26) == false_alarm_of(26)
    with pytest.raises(ValueError, match="needs 10"):
        false_alarm_of_shares([0.5] * 9, [2] * 9)


def test_more_values_cry_wolf_more_often() -> None:
    assert 0 < false_alarm_of(10) < false_alarm_of(26) < false_alarm_of(104) < 1


def test_a_shift_of_three_deviations_is_mostly_seen() -> None:
    chance = random.Random(7)  # noqa: S311
    seen = 0
    for _round in range(200):
        values: list[float | None] = [chance.gauss(0, 1) for _value in range(20)]
        values += [chance.gauss(3, 1) for _value in range(6)]
        seen += any(place >= 20 for place, _rule, _side in signals(values))

    assert seen > 140


def test_a_signal_names_its_place_rule_and_side() -> None:
    assert Signal(3, BEYOND, -1) == Signal(place=3, rule="beyond", side=-1)
