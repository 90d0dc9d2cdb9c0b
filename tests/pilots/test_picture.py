"""Axes of the pictures: round numbers, three to six parts."""

from __future__ import annotations

import pytest

from pilots.queries.picture import _step


@pytest.mark.parametrize(("top", "step"), [(87.5, 20), (28.1, 10), (1.0, 0.2), (0.04, 0.01), (3.2, 1), (10, 2)])
def test_an_axis_has_round_numbers(top: float, step: float) -> None:
    assert _step(top) == pytest.approx(step)
    assert 2 <= top / _step(top) <= 6
