"""In a sweep one that breaks stops no other: no row another row, no act another act."""

from __future__ import annotations

import logging

import pytest

from procstd.alone import acts_alone, each_alone


def test_what_cannot_be_worked_on_is_left_out_and_written_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def inverse(number: int) -> float:
        return 1 / number

    with caplog.at_level(logging.ERROR):
        found = each_alone([1, 0, 2], inverse, event="not_inverted")

    assert found == [1, 0.5]
    assert "not_inverted" in caplog.text


def test_an_act_that_fails_as_a_whole_skips_no_other_and_is_not_kept_quiet(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    with caplog.at_level(logging.ERROR), pytest.raises(ZeroDivisionError):
        acts_alone(lambda: done.append("first"), lambda: 1 / 0, lambda: {}["x"], lambda: done.append("last"))

    assert done == ["first", "last"]
    assert caplog.text.count("act_of_sweep_failed") == 2


def test_acts_that_go_well_say_nothing() -> None:
    done: list[str] = []

    acts_alone(lambda: done.append("first"), lambda: done.append("last"))

    assert done == ["first", "last"]
