"""Hours as people type them."""

from __future__ import annotations

from typing import Any

import pytest

from procstd.calendars.domain.hours import checked_hours, hours_words, read_hours
from procstd.errors import DomainError


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("09:00-12:00 13:30-18:00", "09:00-12:00 13:30-18:00"),
        ("13:30-18:00, 9:00-12:00", "09:00-12:00 13:30-18:00"),
        ("９：００－１２：００　１３：３０～１８：００", "09:00-12:00 13:30-18:00"),
        ("09:00 – 12:00；13:30—18:00", "09:00-12:00 13:30-18:00"),
        ("9:00至12:00、13:30到18:00", "09:00-12:00 13:30-18:00"),
        ("00:00-24:00", "00:00-24:00"),
        ("09:00:30-12:00:00", "09:00:30-12:00"),
        ("09:00-12:00 12:00-18:00", "09:00-12:00 12:00-18:00"),
        ("   ", ""),
    ],
)
def test_hours_are_read_as_keyboards_here_write_them(text: str, words: str) -> None:
    assert hours_words(read_hours(text)) == words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("morning", "“morning” are no hours. Write them as 09:00-12:00 13:30-18:00."),
        ("09:00", "“09:00” are no hours. Write them as 09:00-12:00 13:30-18:00."),
        ("09:00-25:00", "“09:00-25:00” is no time of a day: from 00:00 to 24:00."),
        ("09:60-10:00", "“09:60-10:00” is no time of a day: from 00:00 to 24:00."),
        ("24:00-24:01", "“24:00-24:01” is no time of a day: from 00:00 to 24:00."),
        ("22:00-06:00", "22:00–06:00 ends before it begins. A night shift is two windows: until 24:00, and from 00:00 "
                        "on the next day."),
        ("09:00-09:00", "09:00–09:00 ends before it begins. A night shift is two windows: until 24:00, and from 00:00 "
                        "on the next day."),
        ("09:00-12:00 11:59-13:00", "Two windows overlap at 11:59."),
        (" ".join(f"{hour:02}:00-{hour:02}:30" for hour in range(13)), "A day has at most 12 windows."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(DomainError) as refusal:
        read_hours(text)

    assert str(refusal.value) == message


@pytest.mark.parametrize("rows", [None, "09:00", [["09:00"]], [["09:00", 12]], [[9, 12]], {"a": 1}, [["9", "10"]]])
def test_data_of_another_shape_is_refused(rows: Any) -> None:
    with pytest.raises(DomainError):
        checked_hours(rows)
