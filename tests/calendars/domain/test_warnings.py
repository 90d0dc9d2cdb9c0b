"""That a year is missing is said in time, on both sides of each boundary (F57)."""

from __future__ import annotations

from datetime import date

import pytest

from procstd.calendars.domain.current import ensure_default
from procstd.calendars.domain.warnings import missing_year
from tests.calendars.desk import change, draft_of, sign

pytestmark = pytest.mark.django_db


def _known_until(day: str) -> None:
    sign(change(draft_of(), holidays={f"{day[:4]}-10-01": ""}, known_until=date.fromisoformat(day)))


@pytest.mark.parametrize(
    ("on", "found"),
    [
        ("2026-01-01", None),
        ("2026-10-31", None),
        ("2026-11-01", "warning"),
        ("2026-12-14", "warning"),
        ("2026-12-15", "error"),
        ("2026-12-25", "error"),
        ("2026-12-31", "error"),
        ("2027-01-01", "error"),
        ("2027-06-01", "error"),
    ],
)
def test_next_year_is_missed_from_november_and_badly_from_mid_december(on: str, found: str | None) -> None:
    _known_until("2026-12-24")

    assert missing_year(date.fromisoformat(on)) == found


@pytest.mark.parametrize("on", ["2026-11-01", "2026-12-15", "2026-12-31", "2027-01-01", "2027-10-31"])
def test_once_it_is_signed_nothing_is_missed(on: str) -> None:
    _known_until("2027-12-24")

    assert missing_year(date.fromisoformat(on)) is None


@pytest.mark.parametrize(("known_until", "found"), [("2027-12-23", "warning"), ("2027-12-24", None)])
def test_a_year_that_is_known_in_part_is_missed_too(known_until: str, found: str | None) -> None:
    _known_until(known_until)

    assert missing_year(date(2026, 11, 24)) == found


def test_without_a_signed_year_it_is_an_error_at_any_time() -> None:
    assert missing_year(date(2026, 3, 1)) == "error"
    ensure_default()
    assert missing_year(date(2026, 3, 1)) == "error"


def test_a_draft_does_not_count() -> None:
    _known_until("2026-12-24")
    change(draft_of(), holidays={"2027-10-01": ""}, known_until=date(2027, 12, 24))

    assert missing_year(date(2026, 11, 24)) == "warning"
