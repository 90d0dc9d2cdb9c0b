"""Where and when a standard is in force: periods of a scope meet exactly and never overlap (F25, F37)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from processes.domain.inforce import end_release, put_in_force
from processes.models import Process, Release
from procstd.errors import DomainError
from procstd.organisation.models import Department
from tests.standards import RELEASED_AT, released

pytestmark = pytest.mark.django_db


def day(number: int) -> datetime:
    return RELEASED_AT + timedelta(days=number)


def periods(process: Process) -> list[tuple[str, int, int | None]]:
    """Return version, first day and first day after, of every release."""
    rows = process.releases.select_related("definition__revision").order_by("valid_from", "pk")
    return [
        (
            row.definition.revision.number,
            (row.valid_from - RELEASED_AT).days,
            (row.valid_until - RELEASED_AT).days if row.valid_until else None,
        )
        for row in rows
    ]


def test_what_is_interrupted_for_a_while_goes_on_afterwards() -> None:
    process = released().process

    released(at=day(10), valid_until=day(20))

    assert periods(process) == [("1.0", 0, 10), ("1.1", 10, 20), ("1.0", 20, None)]
    assert Release.objects.in_force(day(20)).get().definition.revision.number == "1.0"


def test_a_release_before_a_planned_one_ends_where_that_begins() -> None:
    process = released().process
    released(at=day(1), valid_from=day(60))

    released(at=day(2))

    assert periods(process) == [("1.0", 0, 2), ("1.2", 2, 60), ("1.1", 60, None)]


def test_a_period_before_a_planned_release_is_taken_and_one_that_reaches_into_it_is_refused() -> None:
    process = released().process
    released(at=day(1), valid_from=day(60))

    released(at=day(2), valid_until=day(30))
    with pytest.raises(DomainError, match="takes effect there on") as refusal:
        released(at=day(3), valid_until=day(61))

    assert refusal.value.field == "valid_until"
    assert periods(process)[:4] == [("1.0", 0, 2), ("1.2", 2, 30), ("1.0", 30, 60), ("1.1", 60, None)]


def test_a_release_that_has_ended_leaves_the_place_to_the_one_for_all() -> None:
    everywhere = released()
    service = Department.objects.get(code="service")
    pilot = released(at=day(1), departments=[service])

    end_release(pilot, by=None, at=day(5), reason="The pilot is over")

    assert list(Release.objects.in_force(day(5)).for_department(service.pk)) == [everywhere]
    with pytest.raises(DomainError, match="over already"):
        end_release(pilot, by=None, at=day(6), reason="Again")
    assert pilot.history.order_by("-history_id").first().history_change_reason == "The pilot is over"


def test_a_planned_release_that_is_withdrawn_lets_the_one_before_go_on() -> None:
    process = released().process
    planned = released(at=day(1), valid_from=day(60))

    end_release(planned, by=None, at=day(2), reason="Not yet")

    assert periods(process) == [("1.0", 0, None)]
    assert Release.history.filter(history_type="-").get().history_change_reason == "Not yet"


def test_a_withdrawn_release_gives_back_no_more_than_was_planned_or_is_free() -> None:
    process = released(valid_until=day(50)).process
    first = released(at=day(1), valid_from=day(30), valid_until=day(40))
    end_release(first, by=None, at=day(2), reason="x")
    # What was to resume on day 40 is a release of its own, so the first part ends where that begins.
    assert periods(process) == [("1.0", 0, 40), ("1.0", 40, 50)]

    second = released(at=day(3), valid_from=day(50))
    end_release(second, by=None, at=day(4), reason="x")

    assert periods(process) == [("1.0", 0, 40), ("1.0", 40, 50)]


def test_a_released_revision_is_put_in_force_elsewhere_and_again() -> None:
    first = released()
    second = released(at=day(1))
    sales, service = (Department.objects.get(code=code) for code in ("sales", "service"))

    again = put_in_force(first.definition.revision, by=None, at=day(2), departments=[sales], reason="Sales stays")

    assert again.definition == first.definition
    assert set(Release.objects.in_force(day(2)).for_department(sales.pk)) == {again, second}
    assert set(Release.objects.in_force(day(2)).for_department(service.pk)) == {second}


def test_a_draft_or_an_altered_text_is_not_put_in_force() -> None:
    from processes.domain.drafting import write_draft
    from processes.models import Definition

    first = released()
    draft = write_draft(first.process, first.definition.load(), by=None, reason="x", at=day(1))

    with pytest.raises(DomainError, match="release it first"):
        put_in_force(draft, by=None, at=day(1))
    Definition.objects.update(content="{}")
    with pytest.raises(DomainError, match="not the one that was released"):
        put_in_force(first.definition.revision, by=None, at=day(1))
