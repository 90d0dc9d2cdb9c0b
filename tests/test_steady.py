"""A clock that is set shows against the uptime of its machine (T8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from procstd.steady import Steadiness

DAY = 24 * 3600


class Machine:
    """A wall clock and an uptime, in seconds."""

    def __init__(self) -> None:
        self.wall, self.uptime = 1_790_000_000.0, 5_000.0
        self.steadiness = Steadiness(
            timedelta(seconds=30),
            timedelta(minutes=10),
            wall=lambda: self.wall,
            since_start=lambda: self.uptime,
        )

    def runs(self, seconds: float) -> None:
        self.wall += seconds
        self.uptime += seconds


@pytest.mark.parametrize("seconds", [DAY, -DAY, 31, -31])
def test_a_jump_counts_until_the_clock_is_put_right(seconds: int) -> None:
    machine = Machine()
    machine.runs(3600)
    assert machine.steadiness.jump() == 0

    machine.wall += seconds
    machine.runs(5)
    assert machine.steadiness.jump() == seconds
    machine.runs(5)
    assert machine.steadiness.jump() == seconds

    machine.wall -= seconds
    machine.runs(5)
    assert machine.steadiness.jump() == 0


def test_a_new_time_that_stays_is_believed_after_ten_minutes() -> None:
    machine = Machine()
    machine.wall += DAY
    assert machine.steadiness.jump() == DAY
    machine.runs(599)
    assert machine.steadiness.jump() == DAY
    machine.runs(1)
    assert machine.steadiness.jump() == 0
    machine.wall -= DAY
    assert machine.steadiness.jump() == -DAY


def test_slow_drift_never_counts() -> None:
    machine = Machine()
    for _minute in range(24 * 60):
        machine.runs(60)
        machine.wall += 0.5
        assert machine.steadiness.jump() == 0
