"""Anonymous suggestions: no person, no moment, no address, no link; followed by a code (A6, A7)."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from improvements.domain.handling import decline, merge, tell_waiting
from improvements.domain.suggesting import new_code, suggestion_behind
from improvements.models import State, Suggestion
from improvements.queries.similar import similar_to, words_of
from improvements.views.suggesting import WRONG_CODES
from procstd.calendars.domain.workdays import standard_workdays
from procstd.files.models import StoredFile
from procstd.notices.models import Notice
from procstd.organisation.models import Session
from tests.factories import DepartmentFactory, PersonFactory
from tests.improvements.desk import NOW, OTHER, TEXTS, anonymous, named, person, process_in_force, specialist

pytestmark = pytest.mark.django_db
CANARY, ADDRESS, DEVICE = "canary-7f3a", "203.0.113.77", "CanaryPhone/77"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def everything_in_the_database() -> dict[str, list[tuple[Any, ...]]]:
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  (names of our own tables)
            rows[table] = cursor.fetchall()
    return rows


def everything_in_the_cache() -> str:
    if hasattr(cache, "_cache") and not hasattr(cache._cache, "get_client"):
        return json.dumps([str(item) for item in cache._cache.items()])
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    return json.dumps([key.decode() for key in client.keys("*")])


def picture(name: str = "IMG_20260302_101500.jpg") -> SimpleUploadedFile:
    """Return a picture as a phone makes it: with a moment and a camera in it."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0110], exif[0x0132] = f"{CANARY}-camera", "2026:03:02 10:15:00"
    Image.new("RGB", (8, 8), "red").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def test_who_suggests_while_signed_in_leaves_no_trace(
    signed_in: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    process, sender, deciding = process_in_force(), person("sender"), specialist()
    client: Client = signed_in(sender)
    standard_workdays()  # the house's calendar is made by whoever asks for it first
    code = new_code()
    typed = {
        **TEXTS, "notes": CANARY, "code": code, "process": process.code, "at": "clause-step-s1", "anonymous": "on",
        "department": str(sender.department_id), "photo": picture(),
    }  # fmt: skip
    before, session = everything_in_the_database(), list(Session.objects.values())

    with caplog.at_level(logging.INFO):
        answer = client.post(
            "/improvements/suggest/", typed, REMOTE_ADDR=ADDRESS,
            headers={"User-Agent": DEVICE, "Referer": f"http://testserver/{CANARY}-referrer"},
        )  # fmt: skip

    assert answer.status_code == 200
    assert code in answer.content.decode().replace(" ", "")
    after = everything_in_the_database()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"improvements_suggestion", "files_storedfile"}
    made = Suggestion.objects.get()
    assert (made.proposer, made.suggested_at, made.case, made.department) == (None, None, None, None)
    assert made.history.count() == 0
    assert made.month.day == 1
    whole = str({name: rows for name, rows in after.items() if name in changed})
    for trace in (ADDRESS, DEVICE, f"{CANARY}-referrer", f"{CANARY}-camera", code, "IMG_2026", sender.username):
        assert trace not in whole
    assert list(Session.objects.values()) == session
    assert Notice.objects.filter(person=deciding).count() == 0
    # Only how many were sent in this hour by the whole house is counted.
    assert "suggestion-anonymous:all" in everything_in_the_cache()
    assert ADDRESS not in everything_in_the_cache()
    said = caplog.text + "".join(capsys.readouterr())
    for trace in (CANARY, ADDRESS, DEVICE, code, sender.username, made.number):
        assert trace not in said


def test_the_picture_says_neither_when_nor_where_it_came() -> None:
    process = process_in_force()
    usual = named(process, photo=picture("a.jpg"))

    made, _code = anonymous(process, photo=picture(), at=datetime(2026, 3, 17, 5, 30, tzinfo=UTC))
    following = named(process, photo=picture("b.jpg"), **OTHER)

    file = StoredFile.objects.get(owner=None)
    first = datetime(2026, 3, 1, tzinfo=UTC)
    assert (file.name, file.created_at, file.object_id) == ("photo.jpg", first, made.pk)
    assert os.stat(Path(settings.MEDIA_ROOT) / str(file.content.name)).st_mtime == first.timestamp()
    assert not Image.open(io.BytesIO(file.content.read())).getexif()
    # Its key is by chance, and the keys of others go on as if it were not there.
    keys = [StoredFile.objects.get(object_id=row.pk).pk for row in (usual, following)]
    assert file.pk < 0
    assert keys[1] - keys[0] in (1, 2)


def test_neither_rows_nor_files_of_pictures_lie_in_the_order_of_their_coming() -> None:
    process = process_in_force()

    made = [anonymous(process, photo=picture(f"{number}.jpg"))[0].pk for number in range(12)]
    files = {row.object_id: row for row in StoredFile.objects.filter(owner=None)}
    touched = [os.stat(row.content.path).st_ctime_ns for row in files.values()]
    made.append(anonymous(process, photo=picture())[0].pk)

    with connection.cursor() as cursor:
        cursor.execute("SELECT object_id FROM files_storedfile WHERE owner_id IS NULL")
        lying = [row[0] for row in cursor.fetchall()]
    assert sorted(lying) == sorted(made)
    assert lying != made
    # When the last came the files of all were touched; each still says its month.
    assert min(os.stat(row.content.path).st_ctime_ns for row in files.values()) > max(touched)
    month = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
    assert {os.stat(row.content.path).st_mtime for row in files.values()} == {month}


def test_a_small_department_is_not_kept_and_a_large_one_is() -> None:
    process = process_in_force()
    few, many = DepartmentFactory(code="few"), DepartmentFactory(code="many")
    for number in range(5):
        PersonFactory(department=many if number else few)
    assert anonymous(process, department=many)[0].department is None

    PersonFactory(department=many)

    assert anonymous(process, department=many)[0].department == many
    assert anonymous(process, department=few)[0].department is None


def test_neither_numbers_nor_keys_nor_rows_follow_the_order_of_suggestions() -> None:
    process = process_in_force()

    made = [anonymous(process, notes=str(place))[0] for place in range(40)]

    in_order = [str(place) for place in range(40)]
    by_key = list(Suggestion.objects.order_by("pk").values_list("notes", flat=True))
    by_number = list(Suggestion.objects.order_by("number").values_list("notes", flat=True))
    lying = list(Suggestion.objects.order_by().values_list("notes", flat=True))
    assert sorted(by_key) == sorted(by_number) == sorted(lying) == sorted(in_order)
    assert in_order not in (by_key, by_number, lying)
    assert {row.month for row in made} == {date(2026, 3, 1)}
    assert all(5_000 <= int(row.number[8:]) < 10_000 for row in made)
    assert named(process).number == "SG-2026-0001"


def test_the_code_is_long_random_and_stored_only_as_a_fingerprint() -> None:
    codes = [new_code() for _number in range(100)]
    made, code = anonymous(process_in_force())

    assert len(set(codes)) == 100
    assert all(len(bytes.fromhex(row)) * 8 == 128 for row in codes)
    assert code not in str(everything_in_the_database())
    assert suggestion_behind(code) == made
    assert suggestion_behind(codes[0]) is None


def test_a_code_of_a_form_by_name_opens_nothing() -> None:
    code = new_code()
    named(process_in_force(), code=code)

    assert suggestion_behind(code) is None


def test_by_the_code_one_sees_what_becomes_of_it_signed_in_or_not(client: Client) -> None:
    process, deciding = process_in_force(), specialist()
    made, code = anonymous(process)
    spaced = " ".join(code[place : place + 4].upper() for place in range(0, 32, 4))

    fresh = client.post("/improvements/follow/", {"code": spaced}, headers=ENGLISH).content.decode()
    decline(made, reason="It costs too much.", by=deciding, at=NOW)
    decided = client.post("/improvements/follow/", {"code": code}, headers=ENGLISH).content.decode()

    assert "nobody has taken it up yet" in fresh
    assert "It costs too much." in decided
    assert client.get("/improvements/follow/").status_code == 200


def test_a_merged_one_shows_the_state_of_the_one_that_goes_on(client: Client) -> None:
    process, deciding = process_in_force(), specialist()
    main, (made, code) = named(process), anonymous(process)
    merge(made, into=main, by=deciding, at=NOW)

    page = client.post("/improvements/follow/", {"code": code}, headers=ENGLISH).content.decode()

    assert main.number in page
    assert "nobody has taken it up yet" in page


def test_wrong_codes_are_limited_and_right_ones_are_not_counted(client: Client) -> None:
    _made, code = anonymous(process_in_force())
    for _number in range(WRONG_CODES.times - 1):
        client.post("/improvements/follow/", {"code": new_code()})
    for _number in range(5):
        assert client.post("/improvements/follow/", {"code": code}).status_code == 200
    assert client.post("/improvements/follow/", {"code": new_code()}).status_code == 200

    answer = client.post("/improvements/follow/", {"code": code})

    assert answer.status_code == 429
    assert answer["Retry-After"] == "600"


def test_it_is_shown_to_others_only_after_somebody_has_taken_it_up() -> None:
    process = process_in_force()
    made, _code = anonymous(process)
    words = words_of("", TEXTS["proposal"])

    assert similar_to(process, words) == []
    assert [row.suggestion for row in similar_to(process, words, shows_new=True)] == [made]
    Suggestion.objects.filter(pk=made.pk).update(state=State.IN_WORK)
    assert [row.suggestion for row in similar_to(process, words)] == [made]


def test_specialists_hear_once_a_week_how_many_wait() -> None:
    process, deciding = process_in_force(), specialist()
    assert tell_waiting([deciding.pk], "/improvements/", at=NOW) == 0
    anonymous(process)
    anonymous(process, **OTHER)

    told = [tell_waiting([deciding.pk], "/improvements/", at=NOW + timedelta(days=day)) for day in (0, 3, 6, 7)]

    assert told == [1, 0, 0, 1]
    assert Notice.objects.filter(person=deciding).earliest("pk").title_en == "2 suggestions wait to be taken up"
