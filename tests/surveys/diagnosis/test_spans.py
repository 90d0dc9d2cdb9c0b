"""Working time as people write it."""

from __future__ import annotations

import pytest

from surveys.domain.diagnosis.spans import Unreadable, read_span, say_span, write_span


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30 min", 30), ("1.5 h", 90), ("2 d", 960), ("1d 4h", 720), ("2天", 960), ("半天", 240), ("3个工作日", 1440),
        ("90分钟", 90), ("１ｈ", 60), ("1 w", 2400), ("", None), ("–", None), ("0", 0), ("2 working days", 960),
    ],
)  # fmt: skip
def test_spans_are_read_as_they_are_written(text: str, minutes: int | None) -> None:
    assert read_span(text) == minutes


@pytest.mark.parametrize("text", ["2", "two days", "2 x", "d", "1 h foo", "-1 h", "9999 d", "=1 h"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_span(text)


@pytest.mark.parametrize("minutes", [None, 0, 1, 59, 60, 480, 481, 959, 2400, 99_999])
def test_what_is_written_is_read_again(minutes: int | None) -> None:
    assert read_span(write_span(minutes)) == minutes


def test_spans_are_said_in_days_hours_and_minutes() -> None:
    assert say_span(750) == "1 d 4 h 30 min"
    assert say_span(None) == "–"
