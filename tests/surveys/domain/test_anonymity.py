"""Anonymous answers: no person, no time, no address, no link, nothing of fewer than five (A6, A7, A8)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from procstd.errors import DomainError
from procstd.organisation.models import Session
from surveys.domain.answering import MIXED_WITH, answer_anonymously, draw_code
from surveys.domain.asking import close_questionnaire, fingerprint, print_codes
from surveys.domain.exporting import workbook_of
from surveys.models import Invitation, Questionnaire, Response, Sheet, Ticket
from surveys.queries.results import results_of, shown_groups
from tests.factories import DepartmentFactory, PersonFactory
from tests.surveys.field import AT, asked, keys, questionnaire

pytestmark = pytest.mark.django_db
CANARY = "canary-7f3a"
ADDRESS = "203.0.113.77"
DEVICE = "CanaryPhone/77"


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def everything_in_the_database() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table as it lies there, in the order in which the database hands it out."""
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


def paper(made: Questionnaire, count: int, department: Any = None) -> list[str]:
    return print_codes(made, count=count, department=department, by=made.survey.owner, at=AT)


def fill(made: Questionnaire, codes: list[str], mark: int = 3, **more: Any) -> None:
    key = keys(made)
    for code in codes:
        answer_anonymously(code, answers={key["scale"]: mark, **{key[kind]: value for kind, value in more.items()}})


def test_who_answers_while_signed_in_leaves_no_trace(
    signed_in: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    made = questionnaire(anonymous=True)
    person = asked(made, each=6)[0]
    client: Client = signed_in(person)
    drawn = client.post(f"/surveys/asked/{made.pk}/draw/", REMOTE_ADDR=ADDRESS, headers={"User-Agent": DEVICE})
    code = drawn["Location"].rstrip("/").rpartition("/")[2]
    before = everything_in_the_database()
    session = list(Session.objects.values())

    with caplog.at_level(logging.DEBUG):
        page = client.get(drawn["Location"], REMOTE_ADDR=ADDRESS, headers={"User-Agent": DEVICE})
        sent = client.post(
            drawn["Location"],
            {f"q{keys(made)['scale']}": "4", f"q{keys(made)['text']}": CANARY},
            REMOTE_ADDR=ADDRESS,
            headers={"User-Agent": DEVICE, "Referer": f"http://testserver/{CANARY}-referrer"},
        )

    assert (page.status_code, sent.status_code) == (200, 302)
    after = everything_in_the_database()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"surveys_sheet", "surveys_ticket"}
    (sheet,) = after["surveys_sheet"]
    assert {type(value) for value in sheet} <= {str, type(Sheet.objects.get().pk), int, dict}
    assert set(Sheet.objects.values().get()) == {"id", "questionnaire_id", "department_id", "answers"}
    # The answer itself is there; whose it is, from where, with what, is nowhere.
    tables = {table for table, rows in after.items() if CANARY in str(rows)}
    assert tables == {"surveys_sheet"}
    whole = str(after)
    for trace in (ADDRESS, DEVICE, f"{CANARY}-referrer", code):
        assert trace not in whole
    assert str(Sheet.objects.get().pk) not in str(
        {name: rows for name, rows in after.items() if name != "surveys_sheet"}
    )
    assert list(Session.objects.values()) == session
    assert everything_in_the_cache() == "[]"
    said = caplog.text + "".join(capsys.readouterr())
    for trace in (CANARY, ADDRESS, DEVICE, code, person.username):
        assert trace not in said


def test_the_ticket_of_an_answer_is_gone_and_nothing_points_from_the_sheet_to_anybody() -> None:
    made = questionnaire(anonymous=True)
    people = asked(made, each=2)
    code = draw_code(Invitation.objects.get(person=people[0]), by=people[0])
    assert Ticket.objects.filter(code_sha256=fingerprint(code)).exists()
    assert code not in str(everything_in_the_database())

    fill(made, [code])

    assert [ticket.invitation.person for ticket in Ticket.objects.select_related("invitation__person")] == [people[1]]
    people_models = {Invitation, Ticket, Response, apps.get_model("organisation", "User")}
    assert not {field.related_model for field in Sheet._meta.get_fields() if field.is_relation} & people_models
    assert not hasattr(Sheet, "history")
    assert not hasattr(Ticket, "history")


def test_the_order_of_the_rows_does_not_follow_the_order_of_answers() -> None:
    made = questionnaire(anonymous=True)
    codes = paper(made, 40)

    for place, code in enumerate(codes):
        fill(made, [code], number=str(place))

    # As the database hands them out when nobody asks for an order, and by their keys.
    column = keys(made)["number"]
    in_order = [float(number) for number in range(40)]
    lying = [row.answers[column] for row in Sheet.objects.order_by()]
    by_key = [row.answers[column] for row in Sheet.objects.order_by("pk")]
    assert sorted(lying) == sorted(by_key) == in_order
    assert lying != in_order
    assert by_key != in_order
    assert MIXED_WITH >= 40


def test_a_code_is_random_long_and_stored_only_as_a_fingerprint() -> None:
    made = questionnaire(anonymous=True)

    codes = paper(made, 200)

    assert len(set(codes)) == 200
    assert all(len(bytes.fromhex(code)) * 8 == 128 for code in codes)
    # Every bit falls both ways: none is fixed.
    bits = [f"{int(code, 16):0128b}" for code in codes]
    assert all({code[place] for code in bits} == {"0", "1"} for place in range(128))
    assert not any(code in str(everything_in_the_database()) for code in codes)


def test_a_code_is_good_for_one_answer() -> None:
    made = questionnaire(anonymous=True)
    (code,) = paper(made, 1)
    fill(made, [code])

    with pytest.raises(DomainError):
        fill(made, [code])

    assert Sheet.objects.count() == 1


def test_a_new_code_takes_the_place_of_a_lost_one() -> None:
    made = questionnaire(anonymous=True)
    (person,) = asked(made)
    invitation = Invitation.objects.get()
    lost, found = draw_code(invitation, by=person), draw_code(invitation, by=person)

    with pytest.raises(DomainError):
        fill(made, [lost])
    fill(made, [found])

    with pytest.raises(DomainError):
        draw_code(invitation, by=person)
    assert Sheet.objects.count() == 1


def test_nobody_draws_the_code_of_another() -> None:
    made = questionnaire(anonymous=True)
    asked(made)

    with pytest.raises(DomainError):
        draw_code(Invitation.objects.get(), by=made.survey.owner)


def test_refused_answers_leave_the_code_good() -> None:
    made = questionnaire(anonymous=True)
    (code,) = paper(made, 1)

    with pytest.raises(DomainError):
        answer_anonymously(code, answers={})
    fill(made, [code])

    assert Sheet.objects.count() == 1


def test_guessing_codes_is_stopped_and_the_right_one_still_opens_elsewhere() -> None:
    made = questionnaire(anonymous=True)
    (code,) = paper(made, 1)
    client = Client()

    answers = [client.get(f"/surveys/answer/{number:032x}/", REMOTE_ADDR=ADDRESS).status_code for number in range(31)]

    assert answers == [404] * 30 + [429]
    assert client.get(f"/surveys/answer/{code}/", REMOTE_ADDR=ADDRESS).status_code == 429
    assert client.get(f"/surveys/answer/{code}/", REMOTE_ADDR="198.51.100.1").status_code == 200


def test_used_shared_and_scripted_links_get_clear_pages() -> None:
    made = questionnaire(anonymous=True)
    code, other = paper(made, 2)
    english = {"accept-language": "en"}
    first, second = Client(headers=english), Client(enforce_csrf_checks=True, headers=english)
    address = reverse("surveys:answer-anonymous", args=[code])
    field = f"q{keys(made)['scale']}"

    assert first.post(address, {field: "4"}).status_code == 302
    shared = second.get(address)
    assert shared.status_code == 404
    assert "good for one answer" in shared.content.decode()
    # A script has no token from a page; one that fills in every field is thanked and not counted.
    other_address = reverse("surveys:answer-anonymous", args=[other])
    assert second.post(other_address, {field: "4"}).status_code == 403
    assert first.post(other_address, {field: "4", "website": "spam"}).status_code == 302
    assert Sheet.objects.count() == 1
    close_questionnaire(made, by=made.survey.owner, at=AT)
    closed = first.get(other_address)
    assert closed.status_code == 410
    assert "closed" in closed.content.decode()


@pytest.mark.parametrize(("count", "is_shown"), [(4, False), (5, True)])
def test_nothing_is_shown_of_fewer_than_five(count: int, is_shown: bool) -> None:
    made = questionnaire(anonymous=True)
    fill(made, paper(made, count), mark=2, text=CANARY)

    assert results_of(made).hidden == "open"  # today's page less yesterday's would be one person
    closed = close_questionnaire(made, by=made.survey.owner, at=AT)

    found = results_of(closed)
    assert found.hidden == ("" if is_shown else "few")
    assert [result.is_shown for result in found.results if result.question.kind == "scale"] == [True] * is_shown
    assert (CANARY in str(found.results)) == is_shown
    book = load_workbook(io.BytesIO(workbook_of(closed)))
    assert (CANARY in str([row for sheet in book for row in sheet.values])) == is_shown


def test_a_question_that_four_answered_is_not_shown_beside_one_that_all_did() -> None:
    made = questionnaire(anonymous=True)
    codes = paper(made, 9)
    fill(made, codes[:4], text=CANARY, single="a")
    fill(made, codes[4:])
    closed = close_questionnaire(made, by=made.survey.owner, at=AT)

    shown = {result.question.kind: (result.is_shown, result.n) for result in results_of(closed).results}

    assert shown == {
        "scale": (True, 9), "single": (False, 0), "multiple": (False, 0), "text": (False, 0), "number": (False, 0),
    }  # fmt: skip
    assert CANARY not in str(results_of(closed))


def test_a_small_department_is_never_the_difference_between_the_whole_and_the_others() -> None:
    large, middle, small = (DepartmentFactory(name_en=name) for name in ("Large", "Middle", "Small"))
    made = questionnaire(anonymous=True)
    for department, count in ((large, 8), (middle, 5), (small, 2)):
        fill(made, paper(made, count, department))
    closed = close_questionnaire(made, by=made.survey.owner, at=AT)

    scale = results_of(closed).results[0]

    # The middle one goes too: else the whole less the large and the middle one were two people.
    assert scale.departments == (("Large", 8, 3.0),)
    assert [(rate.name, rate.asked) for rate in results_of(closed).by_department] == [
        ("Large", 8), ("Middle", 5), ("smaller departments together", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({1: 5, 2: 5}, [1, 2]),
        ({1: 5, 2: 4}, []),
        ({1: 9, 2: 6, 3: 1}, [1]),
        ({1: 9, 2: 3, 3: 2}, [1]),
        ({1: 4}, []),
        ({}, []),
    ],
)
def test_what_is_hidden_is_nobody_or_five_at_least(sizes: dict[int | None, int], shown: list[int]) -> None:
    assert sorted(shown_groups(sizes, least=5)) == shown


def test_the_export_of_anonymous_answers_has_no_row_of_one_person() -> None:
    made = questionnaire(anonymous=True)
    for place, code in enumerate(paper(made, 6)):
        fill(made, [code], mark=place % 5 + 1, text=f"=cmd{place}")
    closed = close_questionnaire(made, by=made.survey.owner, at=AT)

    book = load_workbook(io.BytesIO(workbook_of(closed)))

    assert book.sheetnames == ["Results"]
    cells = [str(cell) for row in book.active.values for cell in row if cell]
    assert [cell for cell in cells if "cmd" in cell] == [f"'=cmd{place}" for place in range(6)]


def test_who_may_still_answer_is_counted_and_the_rate_is_right() -> None:
    made = questionnaire(anonymous=True)
    department = DepartmentFactory()
    people = [PersonFactory(department=department) for _number in range(6)]
    asked(made, department, each=6)
    fill(made, [draw_code(row, by=row.person) for row in Invitation.objects.all()[:3]])
    fill(made, paper(made, 4, department)[:1])

    found = results_of(made)

    assert (found.whole.asked, found.whole.answered) == (10, 4)
    assert people
