"""Several administrators at once, each with a connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from procstd.calendars.domain.current import Snapshot, calendar_for, snapshot
from procstd.calendars.domain.versions import add_calendar, start_draft
from procstd.calendars.models import CalendarVersion
from procstd.errors import DomainError
from tests.calendars.desk import DAY, SIGNED_AT, change, draft_of, everybodys, sign
from tests.factories import DepartmentFactory, PersonFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time by itself"),
]


def _at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Call *acts* in threads that start together; return what each said, or its refusal."""
    together = threading.Barrier(len(acts))

    def call(act: Callable[[], Any]) -> Any:
        with translation.override("en"):
            try:
                together.wait(10)
                return act()
            except DomainError as refusal:
                return str(refusal)
            finally:
                connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(call, acts))


def test_of_four_signatures_at_once_one_holds() -> None:
    draft, signer = change(draft_of(), weekly={"sat": DAY}), PersonFactory(staff=True)

    answers = _at_once(*[lambda: sign(draft, by=signer)] * 4)

    refused = [answer for answer in answers if isinstance(answer, str)]
    assert len(refused) == 3
    assert {answer.split(".")[0] for answer in refused} == {"This version is published and does not change any more"}
    assert CalendarVersion.objects.filter(pk=draft.pk).published().count() == 1


def test_of_four_drafts_begun_at_once_there_is_one() -> None:
    calendar = everybodys()

    _at_once(*[lambda: start_draft(calendar, by=None, at=SIGNED_AT)] * 4)

    assert calendar.versions.drafts().count() == 1


def test_whoever_reads_while_others_sign_ends_with_what_holds() -> None:
    everybodys()
    signer, drafts = PersonFactory(staff=True), []
    for number in range(4):
        calendar = add_calendar(
            code=f"c{number}", name_zh="日历", name_en="Calendar", tz="Asia/Shanghai", department=DepartmentFactory(),
            by=None, at=SIGNED_AT, reason="x",
        )  # fmt: skip
        drafts.append(change(calendar.versions.get(), weekly={"sat": DAY}))

    _at_once(
        *(lambda draft=draft: sign(draft, by=signer) for draft in drafts),
        *[lambda: [calendar_for(None) for _time in range(50)]] * 2,
    )

    fresh = Snapshot(snapshot().edition)
    for draft in drafts:
        department = draft.calendar.department_id
        assert snapshot().for_department(department).version_id == draft.pk
        assert fresh.for_department(department).version_id == draft.pk
