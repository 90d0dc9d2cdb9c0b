"""Numbers of new rows: what is taken is passed over, and too much of it is refused."""

import pytest

from procstd.errors import DomainError
from procstd.numbers import next_number, save_numbered
from surveys.models import Survey
from tests.surveys.field import AT, specialist, survey_of

pytestmark = pytest.mark.django_db


def _another(first: Survey, busy: str = "Too many") -> Survey:
    row = Survey(process=first.process, title_zh="二", title_en="Two", owner=first.owner, began_at=AT)
    return save_numbered(row, "S", by=first.owner, reason="Made", busy=busy)


def _taken(*numbers: int) -> Survey:
    """Have surveys of these numbers, made in this order, and return the first."""
    owner = specialist()
    rows = [survey_of(owner=owner) for _number in numbers]
    for place, row in enumerate(rows):
        Survey.objects.filter(pk=row.pk).update(number=f"X-{place}")
    for row, number in zip(rows, numbers, strict=True):
        Survey.objects.filter(pk=row.pk).update(number=f"S-{number:04d}")
    return rows[0]


def test_the_next_number_follows_that_of_the_newest_row() -> None:
    assert next_number(Survey, "S") == "S-0001"
    _taken(20, 7)

    assert (next_number(Survey, "S"), next_number(Survey, "S", more=3)) == ("S-0008", "S-0011")


def test_numbers_that_are_taken_are_passed_over_and_the_history_tells_one_row() -> None:
    made = _another(_taken(2, 3, 1))

    assert made.number == "S-0004"
    assert [row.number for row in made.history.all()] == ["S-0004"]


def test_after_five_numbers_that_are_taken_it_is_refused_in_the_words_given() -> None:
    first = _taken(2, 3, 4, 5, 6, 1)

    with pytest.raises(DomainError, match="Several surveys"):
        _another(first, "Several surveys are being started")
    assert Survey.objects.count() == 6
