"""The editor of a draft: the week as text, the days of a year as lines, errors beside their fields, files."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from procstd.calendars.domain.workbook import write_plan_workbook
from procstd.calendars.models import CalendarVersion
from procstd.history import version_of
from tests.calendars.desk import DAY, change, draft_of, everybodys, in_force, signed_2026

pytestmark = pytest.mark.django_db
ADDRESS = "/calendars/standard/draft/?year=2026"
HALF = [["09:00", "12:00"]]


@pytest.fixture(autouse=True)
def _scratch(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def desk(signed_in: Any, admin_person: Any) -> Any:
    return signed_in(admin_person)


def _as_shown(desk: Any, address: str = ADDRESS) -> dict[str, Any]:
    """Return what the browser would send back unchanged."""
    page = desk.get(address)
    form, rows = page.context["form"], page.context["rows"]
    sent = {field.html_name: field.value() for field in [*form, *rows.management_form]}
    for row in rows:
        sent |= {field.html_name: field.value() for field in row if field.name != "DELETE"}
    return {name: _typed(value) for name, value in sent.items()}


def _typed(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(f"{a}-{b}" for a, b in value)
    return "" if value is None else str(value)


def _draft() -> CalendarVersion:
    return CalendarVersion.objects.drafts().get()


def test_what_is_shown_and_sent_back_changes_nothing(desk: Any) -> None:
    signed_2026()
    plan = draft_of().plan

    response = desk.post(ADDRESS, _as_shown(desk))

    assert response.headers["Location"] == ADDRESS
    assert (_draft().plan, _draft().known_until.isoformat()) == (plan, "2026-12-24")


def test_the_week_and_the_days_are_written(desk: Any) -> None:
    draft_of()
    sent = _as_shown(desk) | {
        "sat": "9:00－12:00", "fri": "", "tz": "Europe/Berlin", "known_until": "2026-12-24",
        "days-0-day": "2026-10-01", "days-0-name": " 国庆节 ",
        "days-1-day": "2026-10-10", "days-1-kind": "work", "days-1-name": "国庆节",
        "days-2-day": "2026-12-31", "days-2-kind": "work", "days-2-hours": "09:00-12:00",
    }  # fmt: skip

    desk.post(ADDRESS, sent)

    plan = _draft().plan
    assert (plan["tz"], plan["weekly"]["sat"], "fri" in plan["weekly"]) == ("Europe/Berlin", HALF, False)
    assert plan["holidays"] == {"2026-10-01": "国庆节"}
    assert plan["extra_workdays"] == {
        "2026-10-10": {"windows": DAY, "name": "国庆节"},  # as on a Monday
        "2026-12-31": {"windows": HALF, "name": ""},
    }
    assert _draft().known_until.isoformat() == "2026-12-24"


def test_a_line_is_removed_and_days_of_other_years_stay(desk: Any) -> None:
    change(draft_of(), holidays={"2025-10-01": "a", "2026-10-01": "b", "2026-10-02": "c"})

    desk.post(ADDRESS, _as_shown(desk) | {"days-0-DELETE": "on"})

    assert _draft().plan["holidays"] == {"2025-10-01": "a", "2026-10-02": "c"}


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"mon": "late"}, "mon", "“late” are no hours"),
        ({"mon": "22:00-06:00"}, "mon", "ends before it begins"),
        ({"mon": "09:00-12:00 11:00-13:00"}, "mon", "overlap at 11:00"),
        ({"tz": "Mars"}, "tz", "Select a valid choice"),
        ({"known_until": "soon"}, "known_until", "Enter a valid date"),
        ({"days-1-name": "New"}, "day", "Which day?"),
        ({"days-1-day": "2026-10-01"}, "day", "This day stands here twice."),
        ({"days-1-day": "2025-10-01"}, "day", "This day stands here twice."),
        ({"days-1-day": "1969-01-01"}, "day", "A day lies from"),
        ({"days-1-day": "x"}, "day", "Enter a valid date"),
        ({"days-1-day": "2026-10-02", "days-1-hours": "09:00-12:00"}, "hours", "A holiday has no hours"),
        ({"days-1-day": "2026-10-02", "days-1-kind": "work", "mon": ""}, "hours", "Write the hours"),
        ({"days-1-day": "2026-10-02", "days-1-kind": "feast"}, "kind", "Select a valid choice"),
        ({"days-1-day": "2026-10-02", "days-1-name": "x" * 81}, "name", "at most 80"),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_is_saved(desk: Any, sent: Any, field: str, words: str) -> None:
    plan = change(draft_of(), holidays={"2025-10-01": "a", "2026-10-01": "b"}).plan

    page = desk.post(ADDRESS, _as_shown(desk) | sent)

    errors = page.context["form"].errors or page.context["rows"].forms[1].errors
    assert list(errors) == [field]
    assert words in str(errors)
    assert "Nothing is saved yet" in page.content.decode()
    assert _draft().plan == plan


def test_who_saves_later_is_told_and_keeps_the_text(desk: Any) -> None:
    draft = draft_of()
    sent = _as_shown(desk) | {"sat": "10:00-11:00"}
    change(draft, holidays={"2026-10-01": "b"})

    page = desk.post(ADDRESS, sent).content.decode()

    assert "changed this while you were typing" in page
    assert 'value="10:00-11:00"' in page
    assert _draft().plan["holidays"] == {"2026-10-01": "b"}


def test_a_zone_that_came_by_a_file_stays(desk: Any) -> None:
    change(draft_of(), tz="UTC")

    desk.post(ADDRESS, _as_shown(desk))

    assert _draft().plan["tz"] == "UTC"


def test_saving_leads_on_to_the_signature_when_asked(desk: Any) -> None:
    draft_of()

    response = desk.post(ADDRESS, _as_shown(desk) | {"publish": "1"})

    assert response.headers["Location"] == "/calendars/standard/draft/publish/"


# --- files ---------------------------------------------------------------------------------------


def _send(desk: Any, content: bytes, name: str, **sent: Any) -> Any:
    return desk.post("/calendars/standard/draft/import/", {"file": SimpleUploadedFile(name, content), **sent})


@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_a_version_goes_out_as_a_file_and_comes_in_again(desk: Any, kind: str) -> None:
    signed = signed_2026()
    out = desk.get(f"/calendars/standard/versions/{signed.number}/export/{kind}/")
    assert out.headers["Content-Disposition"] == f'attachment; filename="calendar-standard-2.{kind}"'
    draft = change(draft_of(), holidays={}, extra_workdays={}, weekly={"mon": HALF}, known_until=None)

    response = _send(desk, out.content, f"mine.{kind}", seen=version_of(draft))

    assert response.headers["Location"] == "/calendars/standard/draft/"
    assert (_draft().plan, _draft().known_until) == (signed.plan, signed.known_until)


def test_a_year_that_no_library_knows_comes_by_a_file_and_is_signed(desk: Any) -> None:
    signed = signed_2026()
    draft_of()
    book = load_workbook(io.BytesIO(write_plan_workbook(signed)))
    book["calendar"]["E3"] = "2027-12-24"
    book["days"].append(["2027-01-01", "holiday", "", "元旦"])
    book["days"].append(["2027-01-09", "work", "", "元旦"])
    out = io.BytesIO()
    book.save(out)

    _send(desk, out.getvalue(), "2027.xlsx")
    facts = {
        "notice": "Notice of 2027",
        "known_until": "2027-12-24",
        "reason": "2027",
        "seen": version_of(_draft()),
    }
    desk.post("/calendars/standard/draft/publish/", facts)

    version = in_force(everybodys())
    assert version.known_until.isoformat() == "2027-12-24"
    assert version.plan["extra_workdays"]["2027-01-09"] == {"windows": DAY, "name": "元旦"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_faults_of_a_file_are_listed_by_place_and_nothing_is_read_in(desk: Any, language: str) -> None:
    draft_of()
    book = load_workbook(io.BytesIO(write_plan_workbook(in_force(everybodys()))))
    book["weekly"]["B4"] = "late"
    out = io.BytesIO()
    book.save(out)
    desk.post("/language/", {"language": language})

    page = _send(desk, out.getvalue(), "a.xlsx").content.decode()

    cells = [" ".join(re.sub(r"<[^>]*>", "", cell).split()) for cell in re.findall(r"<td[^>]*>(.*?)</td>", page)]
    assert cells[:4] == ["weekly", "4", "windows", "late"]
    assert "late" not in str(_draft().plan)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"hello", "not of the kind that its name says"),
        ("a.json", b"{", "This is no JSON file"),
        ("a.json", b"\x00", "This is no JSON file"),
        ("a.exe", b"MZ", "Files of this kind are not taken here"),
        ("a.xlsx", b"", "The submitted file is empty"),
    ],
)
def test_a_file_that_is_none_is_refused_beside_the_field(desk: Any, name: str, content: bytes, words: str) -> None:
    draft_of()

    page = _send(desk, content, name)

    assert words in str(page.context["form"].errors["file"])


def test_a_file_does_not_overwrite_what_somebody_else_wrote_meanwhile(desk: Any) -> None:
    draft = draft_of()
    seen = version_of(draft)
    change(draft, holidays={"2026-10-01": "b"})

    page = _send(desk, json.dumps(draft.plan).encode(), "a.json", seen=seen)

    assert "changed this while you were typing" in str(page.context["form"].errors["file"])
    assert _draft().plan["holidays"] == {"2026-10-01": "b"}


def test_there_are_two_kinds_of_files(desk: Any) -> None:
    signed_2026()

    assert desk.get("/calendars/standard/versions/2/export/csv/").status_code == 404
