"""Half-open periods, against a twin that counts days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from procstd.organisation.models import PostHolding
from tests.factories import PostHoldingFactory

pytestmark = pytest.mark.django_db

FIRST = date(2026, 1, 1)
DAYS = st.integers(min_value=0, max_value=12)


def _day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def periods(draw: st.DrawFn) -> tuple[date, date | None]:
    start = draw(DAYS)
    length = draw(st.one_of(st.none(), st.integers(min_value=1, max_value=8)))
    return _day(start), None if length is None else _day(start + length)


def _days(start: date, end: date | None) -> set[date]:
    """The days of a period, within a month."""
    return {_day(number) for number in range(31) if start <= _day(number) and (end is None or _day(number) < end)}


@settings(max_examples=60, deadline=None)
@given(period=periods(), other=periods(), on=DAYS)
def test_queries_agree_with_counting_days(
    period: tuple[date, date | None], other: tuple[date, date | None], on: int
) -> None:
    with transaction.atomic():
        holding = PostHoldingFactory(valid_from=period[0], valid_until=period[1])
        day = _day(on)

        assert PostHolding.objects.in_force(day).exists() == (day in _days(*period)) == holding.covers(day)
        assert PostHolding.objects.overlapping(*other).exists() == bool(_days(*period) & _days(*other))
        transaction.set_rollback(True)


@pytest.mark.parametrize("length", [0, -1])
def test_a_period_that_ends_before_it_starts_cannot_be_stored(length: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PostHoldingFactory(valid_from=_day(5), valid_until=_day(5 + length))
