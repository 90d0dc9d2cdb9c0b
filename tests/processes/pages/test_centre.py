"""The process centre: search as one types, one's own steps, forms, questions, favourites, what is in force where."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from processes.models import Favourite, Process, Question, SearchEntry
from procstd.organisation.models import Department, User
from procstd.roles import Role
from tests.processes.pages.desk import person_as
from tests.standards import RELEASED_AT, also_holds, complaint, holder, process_named, released, standard, step, words

pytestmark = pytest.mark.django_db
HOSTILE = [
    '"', "'", '" OR 1=1 --', "投诉 AND NOT 处理", "NEAR(投诉 处理)", "title_words: x", "a:* & !b | (c", "(((", "*",
    "^投", "\\", "%_", "{}", "-投诉", "投" * 200, " ", "，。！", "\u200b", "😀", "ﬀ", "𠀀𠀁",
]  # fmt: skip


@pytest.fixture
def agent(signed_in: Any) -> Client:
    released()
    client: Client = signed_in(holder("service-agent", username="chen.jing", language="en"))
    return client


@pytest.fixture
def writer(signed_in: Any) -> Client:
    client: Client = signed_in(person_as(Role.PROCESS_SPECIALIST, username="he.lin", language="en"))
    return client


def page(client: Client, address: str = "/centre/", **asked: str) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def found(client: Client, **asked: str) -> dict[str, list[str]]:
    """Return the places that a search shows, by section."""
    result = client.get("/centre/", asked).context["found"]
    return {name: [row.place for row in rows] for name, rows in result.rows.items() if rows}


def test_what_is_found_leads_to_its_clause_and_is_marked(agent: Client) -> None:
    text = page(agent, q="receive complaint")

    assert 'href="/processes/complaint/1.0/manual/#step-s1"' in text
    assert "<mark>Receive</mark>" in text
    assert "step:s1" in found(agent, q="受理投诉")["steps"]


def test_htmx_gets_the_results_alone_and_a_page_without_script_the_whole(agent: Client) -> None:
    part = agent.get("/centre/", {"q": "complaint"}, headers={"HX-Request": "true"}).content.decode()

    assert part.lstrip().startswith('<div id="results">')
    assert "</html>" in page(agent, q="complaint")


@pytest.mark.parametrize("question", HOSTILE)
def test_no_question_breaks_the_search(agent: Client, question: str) -> None:
    assert agent.get("/centre/", {"q": question}).status_code == 200


@pytest.mark.parametrize("question", ["诉" * 10_000, "a\x00b"])
def test_what_is_no_question_is_said_beside_the_field(agent: Client, question: str) -> None:
    answer = agent.get("/centre/", {"q": question})

    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert "found" not in answer.context


def test_choices_that_are_none_narrow_nothing_and_break_nothing(agent: Client) -> None:
    answer = agent.get(
        "/centre/", {"q": "complaint", "category": "x' OR", "department": "\x00", "post": "?", "section": "!"}
    )

    assert answer.status_code == 200


def test_what_is_typed_comes_back_as_text(agent: Client) -> None:
    assert "<script>alert" not in page(agent, q="<script>alert(1)</script>")


def test_another_departments_pilot_is_there_but_neither_found_nor_listed(agent: Client, signed_in: Any) -> None:
    tried = complaint()
    tried["steps"][0]["title"] = words("Scan the parcel")
    tried["forms"][0]["name"] = words("Parcel slip")
    released(tried, at=RELEASED_AT + timedelta(hours=1), departments=[Department.objects.get(code="sales")])
    seller = signed_in(holder("service-agent", "sales", language="en"))
    assert SearchEntry.objects.filter(title_en="Parcel slip").exists()

    pages = [
        "/centre/?q=parcel", "/centre/", "/centre/steps/", "/centre/forms/", "/centre/of/complaint/",
        "/centre/changes/", "/centre/in-force/", "/centre/?q=parcel&department=sales",
        "/centre/in-force/?department=sales",
    ]  # fmt: skip
    hidden = [address for address in pages if "arcel s" in page(agent, address) or "Scan the" in page(agent, address)]
    shown = [address for address in pages if "arcel" in page(seller, address).replace('value="parcel"', "")]

    assert hidden == []
    assert shown[:4] == ["/centre/?q=parcel", "/centre/", "/centre/steps/", "/centre/forms/"]
    assert "V1.1" not in page(agent, "/centre/in-force/")


def test_my_steps_are_those_of_my_posts_where_i_hold_them(agent: Client, signed_in: Any) -> None:
    text = page(agent, "/centre/steps/")
    assert "#step-s1" in text
    assert "#step-s2" not in text.replace("#step-s20", "")

    person = person_as(Role.FRONTLINE, language="en")
    assert "No step of a standard" in page(signed_in(person), "/centre/steps/")
    also_holds(person, "quality-engineer", "quality")
    assert "#step-s4" in page(signed_in(User.objects.get(pk=person.pk)), "/centre/steps/")


def test_a_step_tells_its_limit_and_its_form(agent: Client) -> None:
    text = page(agent, "/centre/steps/")

    assert "/centre/of/complaint/1.0/forms/register.pdf" in text
    assert "at once" in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_blank_form_is_a_pdf_in_the_readers_language(agent: Client, language: str) -> None:
    agent.post("/language/", {"language": language})

    answer = agent.get("/centre/of/complaint/1.0/forms/register.pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert agent.get("/centre/of/complaint/1.0/forms/nothing.pdf").status_code == 404


def test_a_star_is_put_on_and_taken_off_and_is_ones_own(agent: Client, signed_in: Any) -> None:
    facts = {"place": "step:s1", "wanted": "yes", "name": "x"}
    for _twice in range(2):
        assert agent.post("/centre/of/complaint/favourite/", facts).status_code == 302
    assert Favourite.objects.count() == 1
    other = signed_in(holder("service-agent", language="en"))

    assert "star--on" in page(agent)
    assert "star--on" not in page(other)
    swapped = agent.post("/centre/of/complaint/favourite/", {**facts, "wanted": "no"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="false"' in swapped.content.decode()
    assert not Favourite.objects.exists()


def test_a_question_can_be_a_favourite_too(agent: Client, writer: Client) -> None:
    facts = {"question_zh": "周末怎么办？", "answer_zh": "值班人员处理。", "reason": "Asked often"}
    writer.post("/centre/of/complaint/questions/add/", facts)
    key = Question.objects.get().pk

    agent.post("/centre/of/complaint/favourite/", {"place": f"question:{key}", "wanted": "yes"})

    assert f"/centre/of/complaint/#question-{key}" in page(agent)


def test_a_star_leads_back_to_this_house_only(agent: Client) -> None:
    answer = agent.post("/centre/of/complaint/favourite/", {"wanted": "yes", "next": "https://evil.example/"})

    assert answer.headers["Location"] == "/centre/of/complaint/"


def test_questions_are_written_ordered_found_and_kept_in_the_history(agent: Client, writer: Client) -> None:
    base = "/centre/of/complaint/questions/"
    first = {
        "question_zh": "赔偿找谁批？",
        "answer_zh": "客服主管。",
        "question_en": "Who approves refunds?",
        "answer_en": "The supervisor.",
        "reason": "Asked often",
    }
    second = {"question_zh": "周末怎么办？", "answer_zh": "值班人员处理。", "reason": "Asked often"}
    for facts in (first, second):
        assert writer.post(f"{base}add/", facts).status_code == 302
    one, two = Question.objects.all()
    writer.post(f"{base}{two.pk}/move/", {"to": "up"})
    writer.post(f"{base}{two.pk}/move/", {"to": "up"})

    assert [row.question_zh for row in Question.objects.all()] == ["周末怎么办？", "赔偿找谁批？"]
    assert found(agent, q="refunds") == {"questions": [f"question:{one.pk}"]}
    assert "周末怎么办？" in page(agent, "/centre/of/complaint/")
    writer.post(f"{base}{one.pk}/change/", {**first, "answer_en": "The head of sales."})
    assert found(agent, q="head of sales")["questions"] == [f"question:{one.pk}"]
    writer.post(f"{base}{one.pk}/delete/", {"reason": "Settled"})
    assert found(agent, q="refunds") == {}
    assert Question.history.filter(history_type="-", history_change_reason="Settled").exists()


def test_half_a_question_is_refused_beside_its_field(writer: Client) -> None:
    process_named("complaint")

    answers = [
        writer.post("/centre/of/complaint/questions/add/", facts).context["form"].errors
        for facts in (
            {"question_zh": "为什么？", "reason": "x"},
            {"answer_en": "Because.", "reason": "x"},
            {"reason": "x"},
        )
    ]

    assert [list(errors) for errors in answers] == [["answer_zh"], ["question_en"], ["question_zh"]]


def test_a_question_changed_meanwhile_is_not_overwritten(writer: Client) -> None:
    facts = {"question_zh": "问？", "answer_zh": "答。", "reason": "x"}
    process_named("complaint")
    writer.post("/centre/of/complaint/questions/add/", facts)
    address = f"/centre/of/complaint/questions/{Question.objects.get().pk}/change/"
    seen = writer.get(address).context["form"].initial["seen"]
    writer.post(address, {**facts, "answer_zh": "甲。", "seen": seen})

    late = writer.post(address, {**facts, "answer_zh": "乙。", "seen": seen})

    assert late.status_code == 200
    assert Question.objects.get().answer_zh == "甲。"


def test_what_changed_of_late_names_the_version_before(agent: Client, signed_in: Any) -> None:
    released(at=timezone.now() - timedelta(days=1), reason="Clearer words")

    text = page(agent, "/centre/changes/")

    assert "V1.1" in text
    assert "Clearer words" in text
    assert agent.get("/centre/").context["changes"][0].before.number == "1.0"


def test_what_is_in_force_where_shows_departments_with_a_version_of_their_own(agent: Client, writer: Client) -> None:
    sales = Department.objects.get(code="sales")
    released(at=RELEASED_AT + timedelta(hours=1), departments=[sales])

    rows = writer.get("/centre/in-force/").context["map"]
    assert [department.code for department in rows.departments] == ["sales"]
    assert [(row[1], row[2]) for row in rows.rows] == [("V1.0", ["V1.1"])]
    assert [row[1:] for row in writer.get("/centre/in-force/?department=quality").context["map"].rows] == [("V1.0", [])]


def test_pages_ask_as_much_for_one_as_for_thirty(signed_in: Any) -> None:
    person = holder("service-agent", language="en")
    client = signed_in(person)
    addresses = [
        "/centre/", "/centre/?q=title", "/centre/steps/", "/centre/forms/", "/centre/changes/", "/centre/in-force/",
        "/centre/of/p1/",
    ]  # fmt: skip
    counts: list[dict[str, int]] = []
    for most in (1, 30):
        for number in range(1 if most == 1 else 2, most + 1):
            released(standard(step("s1", None)), code=f"p{number}", at=timezone.now() - timedelta(hours=1))
            process = Process.objects.get(code=f"p{number}")
            Favourite.objects.create(person=person, process=process, place="step:s1", created_at=timezone.now())
        for address in addresses:
            client.get(address)
        asked = {}
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            asked[address] = len(captured)
        counts.append(asked)

    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 18
