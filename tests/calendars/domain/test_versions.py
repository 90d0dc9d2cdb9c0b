"""Drafts, signatures, and versions that stay as they are (R14)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from procstd.calendars.domain import versions
from procstd.calendars.domain.current import Snapshot, calendar_for, edition_in, ensure_default, snapshot
from procstd.calendars.domain.versions import (
    add_calendar,
    change_calendar,
    discard_draft,
    publish,
    start_draft,
    when_published,
)
from procstd.calendars.models import Calendar, CalendarVersion, digest_of
from procstd.errors import DomainError
from procstd.history import version_of
from tests.calendars.desk import DAY, NOTICE, SIGNED_AT, at, change, draft_of, everybodys, in_force, sign, signed_2026
from tests.factories import DepartmentFactory, PersonFactory

pytestmark = pytest.mark.django_db


def _add(code: str, department: Any) -> Calendar:
    return add_calendar(
        code=code, name_zh="日历", name_en="Calendar", tz="Asia/Shanghai", department=department, by=None,
        at=SIGNED_AT, reason="Test",
    )  # fmt: skip


def _refusal(act: Any, *args: Any, **facts: Any) -> tuple[str, str | None]:
    with pytest.raises(DomainError) as refused:
        act(*args, **facts)
    return str(refused.value), refused.value.field


def test_a_draft_begins_with_the_version_published_last() -> None:
    version = signed_2026()

    draft = start_draft(version.calendar, by=None, at=SIGNED_AT)

    assert (draft.plan, draft.known_until, draft.number) == (version.plan, date(2026, 12, 24), version.number + 1)
    assert _refusal(start_draft, version.calendar, by=None, at=SIGNED_AT)[0].startswith("There is a draft already")


def test_publishing_signs_freezes_and_puts_in_force(admin_person: Any) -> None:
    draft = change(draft_of(), holidays={"2026-10-01": "国庆节"})

    version = publish(
        draft, notice=f" {NOTICE} ", known_until=date(2026, 12, 24), reason="2026", by=admin_person, at=SIGNED_AT
    )

    assert (version.notice, version.published_by, version.published_at) == (NOTICE, admin_person, SIGNED_AT)
    assert version.digest == digest_of(version.plan)
    assert calendar_for(None).version_id == version.pk
    assert (version.history.first().history_user, version.history.first().history_change_reason) == (
        admin_person,
        "2026",
    )


def test_only_administrators_sign(engineer: Any) -> None:
    draft = change(draft_of(), holidays={"2026-10-01": "国庆节"})
    gone = PersonFactory(staff=True, gone=True)

    for person in (None, engineer, gone):
        facts = {"notice": "1", "known_until": None, "reason": "x", "by": person, "at": SIGNED_AT}
        assert _refusal(publish, draft, **facts) == ("Only administrators sign working calendars.", None)
    assert not CalendarVersion.objects.filter(pk=draft.pk).published().exists()


@pytest.mark.parametrize(
    ("changed", "facts", "field", "words"),
    [
        ({}, {}, None, "Nothing differs"),
        ({"holidays": {"2026-10-01": ""}}, {"notice": "  "}, "notice", "Write the number"),
        ({"weekly": {}}, {}, "mon", "No weekday has hours"),
        ({}, {"known_until": date(2026, 12, 24)}, "known_until", "The plan has no holiday in 2026"),
        ({"holidays": {"2026-10-01": ""}}, {"known_until": date(2027, 12, 24)}, "known_until", "no holiday in 2027"),
    ],
)
def test_what_cannot_be_right_is_not_signed(changed: Any, facts: Any, field: str | None, words: str) -> None:
    draft = change(draft_of(), **changed)

    message, beside = _refusal(sign, draft, **facts)

    assert words in message
    assert beside == field


def test_a_calendar_that_works_every_day_needs_no_holidays() -> None:
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    draft = change(draft_of(), weekly={day: [["00:00", "24:00"]] for day in days})

    assert sign(draft, known_until=date(2026, 12, 24)).is_published


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"weekly": {"tue": [["12:00", "09:00"]]}}, "tue", "ends before it begins"),
        ({"tz": "Mars/Base"}, "tz", "is not a time zone"),
        ({"holidays": {"2026-02-30": "x"}}, None, "2026-02-30: “2026-02-30” is no day"),
        ({"extra_workdays": {"2026-10-10": {"windows": [], "name": ""}}}, None, "needs hours"),
        ({"holidays": {"2026-10-10": ""}, "extra_workdays": {"2026-10-10": {"windows": DAY}}}, None, "twice"),
        ({"holidays": {"2026-10-01": "a\x00b"}}, None, "cannot be shown"),
        ({"holidays": {"2026-10-01": "\ud800"}}, None, "cannot be shown"),
        ({"holidays": {"2026-10-01": "x" * 81}}, None, "at most 80 letters"),
        ({"holidays": {"1969-12-31": ""}}, None, "A day lies from 1970-01-01 to 2099-12-31"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_beside_its_field(changed: Any, field: Any, words: str) -> None:
    draft = draft_of()

    message, beside = _refusal(change, draft, **changed)

    assert words in message
    assert beside == field


def test_who_saves_later_is_told_who_was_first(admin_person: Any) -> None:
    draft = draft_of()
    seen = version_of(draft)
    versions.save_plan(draft, **{**draft.plan, "holidays": {"2026-10-01": ""}}, known_until=None, by=admin_person)

    for act, facts in (
        (versions.save_plan, {**draft.plan, "known_until": None}),
        (publish, {"notice": "1", "known_until": None, "reason": "x", "at": SIGNED_AT}),
    ):
        message, _field = _refusal(act, draft, **facts, by=admin_person, seen=seen)
        assert message.startswith("Fang Ning changed this while you were typing")


def test_a_published_version_is_changed_by_nobody() -> None:
    version = signed_2026()
    row = CalendarVersion.objects.get(pk=version.pk)
    row.plan = {}

    for found in (version, row):
        with pytest.raises(TypeError, match="never changed"):
            found.save()
        with pytest.raises(TypeError, match="never changed"):
            found.delete()
    for act in (change, lambda row: discard_draft(row, by=None, reason="x"), lambda row: sign(row)):
        assert _refusal(act, version)[0].startswith("This version is published and does not change")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE calendars_calendarversion SET notice = 'other' WHERE id = %s",
        "UPDATE calendars_calendarversion SET state = 'draft' WHERE id = %s",
        "DELETE FROM calendars_calendarversion WHERE id = %s",
    ],
)
def test_the_database_itself_keeps_what_is_published(statement: str) -> None:
    version = signed_2026()

    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [version.pk])

    assert CalendarVersion.objects.get(pk=version.pk).notice == NOTICE


def test_a_draft_can_be_changed_and_thrown_away() -> None:
    draft = draft_of()
    change(draft, holidays={"2026-10-01": "国庆节"})

    discard_draft(draft, by=None, reason="Not needed")

    assert not CalendarVersion.objects.drafts().exists()
    assert _refusal(discard_draft, draft, by=None, reason="x")[0] == "This draft is no more: somebody discarded it."


def test_those_above_follow_within_the_transaction(monkeypatch: Any, admin_person: Any) -> None:
    monkeypatch.setattr(versions, "_followers", [])
    seen: list[Any] = []

    def follow(version: CalendarVersion, *, by: Any, at: Any) -> None:
        seen.append((version.pk, version.is_published, by, at, transaction.get_connection().in_atomic_block))

    when_published(follow)
    when_published(follow)
    version = signed_2026(by=admin_person)

    assert seen == [(version.pk, True, admin_person, SIGNED_AT, True)]


def test_nothing_is_published_when_a_follower_fails(monkeypatch: Any) -> None:
    monkeypatch.setattr(versions, "_followers", [])
    draft = change(draft_of(), holidays={"2026-10-01": "国庆节"})

    def fail(version: CalendarVersion, *, by: Any, at: Any) -> None:
        raise RuntimeError("no")

    when_published(fail)
    with pytest.raises(RuntimeError):
        sign(draft)

    assert [row.pk for row in CalendarVersion.objects.drafts()] == [draft.pk]


def test_a_department_works_by_its_own_calendar_or_the_nearest_above(sales: Any) -> None:
    below = DepartmentFactory(parent=sales)
    everybody = signed_2026()
    assert calendar_for(below).version_id == everybody.pk

    calendar = _add("sales", sales)
    assert calendar_for(below).version_id == everybody.pk  # a draft holds nowhere
    own = sign(change(calendar.versions.get(), weekly={"sat": DAY}), known_until=None)

    assert (calendar_for(below).version_id, calendar_for(sales.pk).version_id) == (own.pk, own.pk)
    assert calendar_for(DepartmentFactory()).version_id == everybody.pk


def test_a_new_calendar_begins_with_what_everybody_works_by(sales: Any) -> None:
    everybody = signed_2026()

    draft = _add("sales", sales).versions.get()

    assert (draft.plan, draft.known_until, draft.is_published) == (everybody.plan, everybody.known_until, False)


def test_a_department_has_one_calendar_and_all_others_one(sales: Any) -> None:
    everybodys()
    _add("sales", sales)

    assert _refusal(_add, "sales", None) == ("This code is taken.", "code")
    assert _refusal(_add, "add", None) == ("This code is taken.", "code")
    assert _refusal(_add, "again", sales) == ("This department has a calendar already.", "department")
    assert _refusal(_add, "again", None) == ("There is a calendar for all other departments already.", "department")


def test_a_calendar_is_moved_to_another_department_and_everybody_knows_at_once(sales: Any, quality: Any) -> None:
    everybody = in_force(everybodys())
    calendar = _add("sales", sales)
    own = sign(change(calendar.versions.get(), weekly={"sat": DAY}))
    assert (calendar_for(sales).version_id, calendar_for(quality).version_id) == (own.pk, everybody.pk)

    change_calendar(calendar, name_zh="质量", name_en="Quality", department=quality, by=None, reason="Moved")

    assert (calendar_for(sales).version_id, calendar_for(quality).version_id) == (everybody.pk, own.pk)


def test_everybodys_calendar_stays_everybodys(sales: Any) -> None:
    everybody = everybodys()
    names = {"name_zh": "甲", "name_en": "A", "by": None, "reason": "x"}

    assert _refusal(change_calendar, everybody, department=sales, **names)[1] == "department"
    assert _refusal(change_calendar, _add("sales", sales), department=None, **names)[1] == "department"
    assert change_calendar(everybody, department=None, **names).name == "A"


def test_a_version_signed_with_an_earlier_day_is_seen_at_once(sales: Any) -> None:
    calendar = _add("sales", sales)
    sign(change(calendar.versions.get(), weekly={"sat": DAY}), at=at("11-20 10:00"))
    calendar_for(sales)

    # A notice of last year, entered with its day, behind what another calendar has already.
    version = signed_2026()

    assert version.published_at < at("11-20 10:00")
    assert calendar_for(None).version_id == version.pk


def test_what_nothing_has_changed_is_read_once(django_assert_num_queries: Any) -> None:
    signed_2026()
    known = snapshot()

    with django_assert_num_queries(1):
        assert snapshot() is known
    with django_assert_num_queries(0):
        assert snapshot(known.edition) is known


def test_whoever_asks_with_a_statement_of_their_own_carries_the_edition() -> None:
    from procstd.calendars.domain.current import edition

    signed_2026()
    row = Calendar.objects.annotate(**edition()).get()

    assert snapshot().edition == edition_in(row)
    assert Snapshot(edition_in(row)).for_department(None).known_until == date(2026, 12, 24)


def test_a_draft_made_before_the_default_calendar_is_in_force_does_no_harm() -> None:
    calendar = _add("standard", None)
    draft = calendar.versions.get()

    ensure_default()
    assert in_force(calendar).number == 2

    version = sign(change(draft, holidays={"2026-10-01": "国庆节"}))
    assert version.number == 3
    assert calendar_for(None).version_id == version.pk


def test_due_times_behind_the_known_holidays_are_provisional() -> None:
    signed_2026()
    current = calendar_for(None)

    assert not current.is_provisional(at("12-24 23:59"))
    assert current.is_provisional(at("12-25 00:00"))
    assert current.is_provisional(at("12-24 23:59") + timedelta(days=365))


def test_all_due_times_of_the_unsigned_default_are_provisional() -> None:
    ensure_default()

    assert calendar_for(None).is_provisional(at("01-05 10:00"))


def test_the_zone_of_a_version_becomes_the_calendars_when_it_is_signed(sales: Any) -> None:
    calendar = _add("sales", sales)

    sign(change(calendar.versions.get(), tz="Europe/Berlin", holidays={"2026-10-03": "Tag der Einheit"}))

    calendar.refresh_from_db()
    assert calendar.tz == "Europe/Berlin"


def test_a_refusal_is_in_the_readers_language() -> None:
    draft = draft_of()

    with translation.override("zh-hans"):
        message, _field = _refusal(change, draft, tz="Mars/Base")

    assert message == "“Mars/Base”不是时区；正确的例子：“Asia/Shanghai”。"
