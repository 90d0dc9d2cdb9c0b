"""The pages of calendars: everybody reads, administrators write and sign, in both languages, at a constant cost."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from procstd.calendars.domain.versions import add_calendar
from procstd.calendars.models import Calendar, CalendarVersion
from procstd.history import version_of
from procstd.jobs.models import Job, State
from procstd.jobs.sweeps import run_job
from tests.calendars.desk import (
    DAY,
    NOTICE,
    SIGNED_AT,
    change,
    draft_of,
    everybodys,
    in_force,
    sign,
    signed_2026,
)
from tests.factories import DepartmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(signed_in: Any, admin_person: Any) -> Any:
    return signed_in(admin_person)


def _text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def _in(client: Any, language: str, address: str) -> str:
    client.post("/language/", {"language": language})
    return _text(client.get(address))


# --- reading -------------------------------------------------------------------------------------


def test_everybody_reads_what_is_signed(signed_in: Any, engineer: Any, admin_person: Any) -> None:
    version = signed_2026(by=admin_person)
    client = signed_in(engineer)

    page = _text(client.get("/calendars/standard/?year=2026"))

    for words in (
        "Version 2, in force",
        NOTICE,
        "Fang Ning",
        "24 Dec 2026",
        version.digest,
        "248 days with working time",
    ):
        assert words in page
    assert "Holiday 33" in page
    assert "Begin a draft" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["The week", "Monday", "October", "Spring Festival"]),
        ("zh-hans", ["十月", "2026年12月24日"]),
    ],
)
def test_the_year_is_shown_in_the_readers_language(desk: Any, language: str, words: list[str]) -> None:
    signed_2026()

    page = _in(desk, language, "/calendars/standard/?year=2026")

    for word in words:
        assert word in page


def test_the_picture_marks_days_by_shape_and_words(desk: Any) -> None:
    signed_2026()

    page = desk.get("/calendars/standard/?year=2026").content.decode()

    assert page.count('<table class="month">') == 12
    for day, kind, words in (
        (14, "made-up", "Make-up or extra working day"),
        (15, "holiday", "Holiday · Spring Festival"),
    ):
        cell = re.search(
            rf'<span class="day-cell day--{kind}" title="([^"]*)">{day}<span class="day-mark"[^>]*>(.)</span>', page
        )
        assert cell is not None
        assert words in cell[1]
        assert cell[2] in "HM"


@pytest.mark.parametrize(
    ("year", "shown", "is_known"),
    [("2026", 2026, True), ("2027", 2027, False), ("1969", 1970, True), ("9999", 2099, False)],
)
def test_years_are_turned_and_those_not_known_say_so(desk: Any, year: str, shown: int, is_known: bool) -> None:
    signed_2026()

    page = desk.get(f"/calendars/standard/?year={year}")

    assert page.context["picture"].number == shown
    assert ("are not known in this version" in _text(page)) is not is_known


@pytest.mark.parametrize("query", ["year=x", "year=", "year=20261", "year=²²²²", "year=-1", "start=x&amount=x&unit=x"])
def test_a_nonsense_query_is_no_error(desk: Any, query: str) -> None:
    signed_2026()

    assert desk.get(f"/calendars/standard/?{query}").status_code == 200
    assert desk.get(f"/calendars/standard/versions/2/try/?{query}").status_code == 200


def test_a_version_shows_what_it_changed(desk: Any) -> None:
    signed_2026()

    page = _text(desk.get("/calendars/standard/versions/2/"))

    assert "Changed since version 1" in page
    assert "as every week: 09:00-12:00 13:30-18:00 holiday (National Day)" in page
    assert "Version 1, replaced" in _text(desk.get("/calendars/standard/versions/1/"))


def test_drafts_are_for_administrators(signed_in: Any, engineer: Any, desk: Any, sales: Any) -> None:
    add_calendar(
        code="sales", name_zh="销售", name_en="Sales calendar", tz="Asia/Shanghai", department=sales, by=None,
        at=SIGNED_AT, reason="x",
    )  # fmt: skip
    client = signed_in(engineer)

    assert "Draft 1" in _text(desk.get("/calendars/sales/"))
    page = _text(client.get("/calendars/sales/"))
    assert "Not in force yet" in page
    assert "Draft 1" not in page
    for address in ("versions/1/", "versions/1/try/", "versions/1/export/json/"):
        assert desk.get(f"/calendars/sales/{address}").status_code == 200
        assert client.get(f"/calendars/sales/{address}").status_code == 404
    for address in ("/calendars/nowhere/", "/calendars/sales/versions/99999999999999999999/"):
        assert desk.get(address).status_code == 404


def test_what_people_type_is_never_markup(desk: Any) -> None:
    evil = "<script>alert(1)</script>{{7*7}}"
    sign(change(draft_of(), holidays={"2026-10-01": evil}), notice=evil, reason=evil)
    draft_of()

    for address in ("", "versions/1/", "versions/2/", "draft/?year=2026"):
        page = desk.get(f"/calendars/standard/{address}").content.decode()
        assert "<script>alert" not in page
    assert "&lt;script&gt;" in desk.get("/calendars/standard/?year=2026").content.decode()


def test_a_try_reckons_in_the_calendars_zone_and_explains(signed_in: Any, engineer: Any) -> None:
    signed_2026()
    type(engineer).objects.filter(pk=engineer.pk).update(time_zone="Europe/Berlin")
    client = signed_in(type(engineer).objects.get(pk=engineer.pk))

    page = _text(client.get("/calendars/standard/versions/2/try/?start=2026-09-24T10:00&amount=5&unit=working_days"))

    assert "Fri 2026-10-09 18:00" in page
    assert "2026-10-09 12:00 in Europe/Berlin" in page
    assert "Holiday · Mid-Autumn Festival" in page
    assert "Provisional" not in page
    late = client.get("/calendars/standard/versions/2/try/?start=2026-12-30T10:00&amount=5&unit=working_days")
    assert "Provisional: it lies behind the last day" in _text(late)
    refused = client.get("/calendars/standard/versions/2/try/?start=2026-12-30T10:00&amount=90000&unit=working_days")
    assert "beyond the year 2099" in str(refused.context["form"].errors["amount"])


# --- the warning ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "style"),
    [
        ("2026-10-31", None),
        ("2026-11-01", "alert-warning"),
        ("2026-12-14", "alert-warning"),
        ("2026-12-15", "alert-danger"),
    ],
)
def test_administrators_are_warned_at_home_and_on_the_list(
    signed_in: Any, admin_person: Any, engineer: Any, day: str, style: str | None
) -> None:
    signed_2026()
    with time_machine.travel(
        datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo("Asia/Shanghai")), tick=False
    ):
        for address in ("/", "/calendars/"):
            page = signed_in(admin_person).get(address).content.decode()
            assert ("The working calendar of 2027 is missing." in page) is (style is not None)
            assert style is None or style in page
            assert "is missing" not in signed_in(engineer).get(address).content.decode()


def test_the_warning_names_the_year_that_is_missing_now(desk: Any, admin_person: Any) -> None:
    everybodys()
    year = admin_person.today.year

    assert f"The working calendar of {year} is missing. No holidays are known yet" in _text(desk.get("/calendars/"))


# --- adding and changing -------------------------------------------------------------------------


def test_a_calendar_is_added_with_a_draft_and_changed(desk: Any, sales: Any) -> None:
    facts = {
        "code": "sales",
        "name_zh": "销售日历",
        "name_en": "Sales calendar",
        "tz": "Europe/Berlin",
        "reason": "New",
    }

    response = desk.post("/calendars/add/", {**facts, "department": sales.pk})

    assert response.headers["Location"] == "/calendars/sales/draft/"
    assert CalendarVersion.objects.drafts().get().plan["tz"] == "Europe/Berlin"
    calendar = Calendar.objects.get(code="sales")
    seen = {
        "seen": version_of(calendar),
        "department": sales.pk,
        "name_zh": "销售",
        "name_en": "Sales",
        "reason": "Short",
    }
    assert desk.post("/calendars/sales/change/", seen).headers["Location"] == "/calendars/sales/"
    page = desk.post("/calendars/sales/change/", {**seen, "name_en": "Late"})
    assert "changed this while you were typing" in _text(page)
    assert "Sales" in _text(desk.get("/calendars/"))


def test_a_refusal_stands_beside_its_field(desk: Any, sales: Any) -> None:
    everybodys()
    facts = {"code": "again", "name_zh": "甲", "name_en": "A", "tz": "Asia/Shanghai", "reason": "x"}

    page = desk.post("/calendars/add/", facts)

    assert list(page.context["form"].errors) == ["department"]


def test_begin_and_discard(desk: Any) -> None:
    everybodys()

    for _click in range(2):
        assert desk.post("/calendars/standard/draft/start/").headers["Location"] == "/calendars/standard/draft/"
    draft = CalendarVersion.objects.drafts().get()
    assert "Draft 2" in _text(desk.get("/calendars/standard/draft/"))

    desk.post("/calendars/standard/draft/discard/", {"reason": "Not needed"})

    assert not CalendarVersion.objects.drafts().exists()
    entry = CalendarVersion.history.filter(id=draft.pk).first()
    assert (entry.history_type, entry.history_change_reason, entry.history_user.username) == (
        "-", "Not needed", "fang.ning",
    )  # fmt: skip
    assert desk.get("/calendars/standard/draft/").status_code == 404


# --- signing -------------------------------------------------------------------------------------


def test_what_changes_is_shown_and_signed(desk: Any, admin_person: Any) -> None:
    signed_2026()
    draft = change(draft_of(), holidays={**in_force(everybodys()).plan["holidays"], "2026-12-31": "厂庆"})
    page = _text(desk.get("/calendars/standard/draft/publish/"))
    assert "2026-12-31 Thu as every week: 09:00-12:00 13:30-18:00 holiday (厂庆)" in page
    assert "National Day" not in page

    facts = {"notice": "HY-2026-7", "known_until": "2026-12-24", "reason": "Anniversary", "seen": version_of(draft)}
    response = desk.post("/calendars/standard/draft/publish/", facts)

    assert response.headers["Location"] == "/calendars/standard/"
    version = in_force(everybodys())
    assert (version.notice, version.published_by, version.known_until) == (
        "HY-2026-7",
        admin_person,
        date(2026, 12, 24),
    )


def test_signing_asks_for_the_password_again(desk: Any) -> None:
    draft_of()
    session = desk.session
    session["reauthenticated_at"] = (timezone.now() - timedelta(hours=1)).isoformat()
    session.save()

    for answer in (desk.get("/calendars/standard/draft/publish/"), desk.post("/calendars/standard/draft/publish/")):
        assert answer.headers["Location"] == "/account/confirm/?next=%2Fcalendars%2Fstandard%2Fdraft%2Fpublish%2F"


def test_who_signs_what_somebody_else_changed_meanwhile_is_told(desk: Any) -> None:
    draft = draft_of()
    facts = {"notice": "1", "known_until": "", "reason": "x", "seen": version_of(draft)}
    change(draft, holidays={"2026-10-01": "国庆节"})

    page = desk.post("/calendars/standard/draft/publish/", facts)

    assert "changed this while you were typing" in _text(page)
    assert CalendarVersion.objects.drafts().exists()


# --- a Chinese year ------------------------------------------------------------------------------


def _bring_in(desk: Any, year: int) -> tuple[Job, str]:
    response = desk.post("/calendars/standard/draft/year/", {"year": year})
    job = Job.objects.get(pk=int(response.headers["Location"].rstrip("/").rsplit("/", 1)[1]))
    run_job(job.pk)
    job.refresh_from_db()
    return job, _text(desk.get(response.headers["Location"]))


def test_a_year_is_brought_in_by_a_job_that_tells_what_it_found(desk: Any) -> None:
    draft = draft_of()

    job, page = _bring_in(desk, 2026)

    assert job.state == State.DONE
    for words in ("2026 is in the draft", "365 / 365", "33 days off", "6 make-up days", "11 Saturdays and Sundays"):
        assert words in page
    draft.refresh_from_db()
    assert draft.plan["extra_workdays"]["2026-02-14"] == {"windows": DAY, "name": "春节"}


def test_a_year_that_nobody_has_announced_is_said_so(desk: Any) -> None:
    draft_of()

    job, page = _bring_in(desk, 2027)

    assert job.state == State.FAILED
    assert "The holidays of 2027 are not known" in page


def test_days_on_which_the_sources_differ_are_listed(desk: Any) -> None:
    draft = draft_of()

    job, page = _bring_in(desk, 2005)

    assert job.state == State.DONE
    assert "differ about 2005, so nothing was written" in page
    assert "2005-12-31 day off works" in page
    draft.refresh_from_db()
    assert draft.plan["holidays"] == {}


def test_days_that_are_not_in_the_notice_are_named(desk: Any) -> None:
    change(draft_of(), holidays={"2026-12-31": "厂庆"})

    _job, page = _bring_in(desk, 2026)

    assert "not in the notice. They stay; remove them if they are no longer right: 2026-12-31" in page


def test_a_draft_that_is_gone_ends_the_job_in_words(desk: Any) -> None:
    draft = draft_of()
    response = desk.post("/calendars/standard/draft/year/", {"year": 2026})
    draft.delete()
    job = Job.objects.get()
    run_job(job.pk)

    assert "This draft is no more" in _text(desk.get(response.headers["Location"]))


# --- cost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/", "/calendars/", "/calendars/panel/missing/", "/calendars/add/", "/calendars/standard/",
        "/calendars/standard/change/", "/calendars/standard/versions/1/", "/calendars/standard/versions/1/try/",
        "/calendars/standard/versions/1/export/xlsx/", "/calendars/standard/draft/",
        "/calendars/standard/draft/publish/", "/calendars/standard/draft/year/", "/calendars/standard/draft/import/",
        "/calendars/standard/draft/discard/",
    ],
)  # fmt: skip
def test_a_page_costs_the_same_with_one_calendar_and_with_thirty(
    desk: Any, django_assert_num_queries: Any, address: str
) -> None:
    draft = draft_of()
    _more(1)
    desk.get(address)
    with django_assert_num_queries(20, exact=False) as few:
        assert desk.get(address).status_code == 200
    _more(30)
    days = {f"{year}-{month:02}-05": "x" for year in (2025, 2026, 2027) for month in range(1, 13)}
    change(draft, holidays=days)

    with django_assert_num_queries(len(few.captured_queries)):
        desk.get(address)


def _more(count: int) -> None:
    """More calendars, each with a version in force and a draft, and more versions of everybody's."""
    for _number in range(count):
        department = DepartmentFactory()
        calendar = add_calendar(
            code=department.code, name_zh="日历", name_en="Calendar", tz="Asia/Shanghai", department=department,
            by=None, at=SIGNED_AT, reason="x",
        )  # fmt: skip
        sign(change(calendar.versions.get(), holidays={"2026-10-01": "国庆节"}))
        draft_of(calendar)
