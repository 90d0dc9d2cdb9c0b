"""Numbers of new rows: what is taken is passed over, and too much of it is refused."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

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


def test_what_another_constraint_refuses_is_raised_as_it_is() -> None:
    nowhere = Survey(process=None, title_zh="二", title_en="Two", owner=specialist(), began_at=AT)

    with pytest.raises(IntegrityError, match="process_id"), transaction.atomic():
        save_numbered(nowhere, "S", by=nowhere.owner, reason="Made")
    assert not Survey.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time by itself")
def test_of_two_that_are_made_at_once_the_second_takes_the_number_behind_the_first() -> None:
    first = _taken(4)

    def lose() -> str:
        try:
            return _another(first).number
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            won = _another(first).number
            losing = pool.submit(lose)
            _wait_until_somebody_waits()
        lost = losing.result(30)

    assert (won, lost) == ("S-0005", "S-0006")


def _wait_until_somebody_waits() -> None:
    """Come back when a connection to this database waits for another one's lock."""
    until = time.monotonic() + 20
    waiting = "SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT granted AND datname = %s"
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(waiting, [connection.settings_dict["NAME"]])
            if cursor.fetchone():
                return
            time.sleep(0.05)
    raise AssertionError("Nobody waits.")
