"""The chart's pages: to look at, to take along, to replace by a drawing; nothing is saved before one says so."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree
from PIL import Image

from processes.demo_expense import EXPENSE
from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.models import ExceptionRule, Revision, Step
from procstd.organisation.models import User
from procstd.roles import Role
from tests.factories import DepartmentFactory, PostFactory
from tests.processes.domain.chart.bpmn_files import BROKEN, drawn_by
from tests.processes.pages.desk import person_as
from tests.standards import RELEASED_AT, Data, complaint, holder, process_named, released, standard, step

pytestmark = pytest.mark.django_db
CHART = "/processes/complaint/1.0/chart/"
IMPORT, EXPERT = f"{CHART}import/", f"{CHART}expert/"


@pytest.fixture
def specialist() -> User:
    return person_as(Role.PROCESS_SPECIALIST)


@pytest.fixture
def client(signed_in: Any, specialist: User) -> Client:
    write_draft(process_named("complaint"), complaint(), by=None, reason="Test", at=RELEASED_AT)
    made: Client = signed_in(specialist)
    made.post("/language/", {"language": "en"})
    return made


def _draft() -> Revision:
    return Revision.objects.get(process__code="complaint")


def _steps() -> Any:
    return build(_draft())["steps"]


def _upload(client: Client, content: bytes, name: str = "drawing.bpmn") -> Any:
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content)})


def _sent(answer: Any, **more: Any) -> dict[str, Any]:
    values = {name: answer.context["form"][name].value() for name in ("drawing", "pool", "seen", "reason")}
    return {name: "" if value is None else value for name, value in values.items()} | more


def test_the_page_shows_both_levels_for_both_ways_of_holding_a_screen(client: Client) -> None:
    page = client.get(CHART).content.decode()

    assert page.count('class="flow" role="group"') == 4
    assert 'href="/processes/complaint/1.0/steps/s2/"' in page
    assert "<title>2 Grade · 1 working hour</title>" in page


def test_a_panel_is_nothing_but_the_svg(client: Client) -> None:
    for query, steps in (("?panel=1&level=micro", 8), ("?panel=1&level=macro", 8), ("?panel=1&level=x", 8)):
        panel = client.get(CHART + query).content.decode()
        assert (panel[:4], panel[-6:], panel.count("data-step")) == ("<svg", "</svg>", steps)


def test_readers_of_a_released_text_get_links_into_the_manual(signed_in: Any) -> None:
    released()
    reader = signed_in(holder("service-agent"))

    page = reader.get(CHART).content.decode()

    assert "/manual/#step-s2" in page
    assert 'id="step-s2"' in reader.get("/processes/complaint/1.0/manual/").content.decode()
    assert "chart/import" not in page


@pytest.mark.parametrize(
    ("kind", "media", "start"),
    [("svg", "image/svg+xml", b"<svg"), ("png", "image/png", b"\x89PNG"), ("pdf", "application/pdf", b"%PDF"),
     ("bpmn", "application/xml", b"<?xml")],
)  # fmt: skip
def test_it_can_be_taken_along(client: Client, kind: str, media: str, start: bytes) -> None:
    answer = client.get(f"{CHART}?as={kind}&level=micro")

    assert (answer.headers["Content-Type"], answer.content[: len(start)]) == (media, start)
    assert f".{kind}" in answer.headers["Content-Disposition"]
    if kind == "svg":
        etree.fromstring(answer.content)


def test_a_png_has_chinese_letters_and_no_boxes(client: Client) -> None:
    """Two characters that Noto Sans SC has differ in shape; a font without them draws the same box for both."""
    from processes.domain.chart.png import png
    from processes.domain.picture import laid_out
    from tests.charts import standard_of

    def drawn(title: str) -> Image.Image:
        row = step("s1", None)
        row["title"] = {"zh": title, "en": title}
        return Image.open(io.BytesIO(png(laid_out(standard_of(standard(row)))))).convert("L")

    pictures = [drawn(title) for title in ("投投投", "诉诉诉", "一一一")]

    assert len({picture.tobytes() for picture in pictures}) == 3
    assert pictures[0].size == pictures[1].size
    darkness = [sum(255 - value for value in picture.getdata()) for picture in pictures]
    assert darkness[0] > darkness[2] + 5000  # 投 has far more ink than 一
    assert darkness[1] > darkness[2] + 5000


def test_an_unknown_kind_of_file_leads_back(client: Client) -> None:
    assert client.get(f"{CHART}?as=exe").status_code == 302


def test_an_empty_draft_says_what_to_do(client: Client) -> None:
    write_draft(process_named("empty"), {}, by=None, reason="Test", at=RELEASED_AT)

    page = client.get("/processes/empty/1.0/chart/").content.decode()

    assert "The chart draws itself from the steps" in page
    assert client.get("/processes/empty/1.0/chart/?as=bpmn").status_code == 200
    assert client.get("/processes/empty/1.0/chart/?as=png").status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_statements_does_not_grow_with_the_steps(
    client: Client, django_assert_max_num_queries: Any, count: int
) -> None:
    rows = [step(f"s{n}", f"s{n + 1}" if n < count else None) for n in range(1, count + 1)]
    draft = write_draft(process_named("long"), standard(*rows), by=None, reason="Test", at=RELEASED_AT)
    address = "/processes/long/1.0/chart/"
    file = client.get(f"{address}?as=bpmn").content
    with django_assert_max_num_queries(30):
        client.get(address)
    report = client.post(f"{address}import/", {"file": SimpleUploadedFile("x.bpmn", file)})

    with CaptureQueriesContext(
        connection,
    ) as taken:
        answer = client.post(f"{address}import/", _sent(report))

    assert answer.status_code == 302
    assert len(taken) < 85
    assert draft.steps.count() == count


def test_nothing_is_saved_before_one_says_so_and_then_all_of_it(client: Client) -> None:
    PostFactory(code="stock", name_zh="仓管员", name_en="Stock room")
    before = _steps()

    report = _upload(client, drawn_by("camunda"))

    page = report.content.decode()
    assert _steps() == before
    for words in ("Check the parcel", "Complete? Yes → Book it in", "boundaryEvent", "2 days", "8 Call the customer"):
        assert words in page

    answer = client.post(IMPORT, _sent(report))

    assert answer.status_code == 302
    rows = _steps()
    assert [(row["key"], row["title"]["en"]) for row in rows] == [
        ("s9", "Check the parcel"), ("s10", "Book it in"), ("s11", "Ask the customer"),
    ]  # fmt: skip
    assert ExceptionRule.objects.count() == 0  # a new step has nothing to do with the old one of its place
    assert [[place["post"]["code"] for place in row["posts"]["R"]] for row in rows] == [
        ["service-agent"], ["stock"], ["stock"],
    ]  # fmt: skip
    assert Step.history.filter(history_type="-").count() == 8
    assert set(Step.history.values_list("history_change_reason", flat=True)) == {
        "Test", "Drawing taken over: drawing.bpmn",
    }  # fmt: skip


def test_our_own_file_changes_nothing(client: Client) -> None:
    before, exceptions = _steps(), list(ExceptionRule.objects.values_list("step__key", "trigger_en", "starts"))
    for language in ("en", "zh-hans"):
        client.post("/language/", {"language": language})
        report = _upload(client, client.get(f"{CHART}?as=bpmn").content)
        assert report.context["proposal"].drops == []
        assert client.post(IMPORT, _sent(report)).status_code == 302
        assert _steps() == before
    assert list(ExceptionRule.objects.values_list("step__key", "trigger_en", "starts")) == exceptions


def test_the_drawing_of_another_process_brings_its_steps_under_keys_of_their_own(client: Client) -> None:
    write_draft(process_named("other"), complaint(), by=None, reason="Test", at=RELEASED_AT)
    file = client.get("/processes/other/1.0/chart/?as=bpmn").content

    client.post(IMPORT, _sent(_upload(client, file)))

    rows = _steps()
    assert [row["key"] for row in rows] == [f"s{number}" for number in range(9, 17)]
    assert [way["target"] for way in rows[5]["outcomes"]] == ["s15"]
    assert [branch["target"] for branch in rows[5]["outcomes"][0]["branches"]] == ["s12"]
    assert ExceptionRule.objects.filter(step__revision=_draft()).count() == 0


def test_of_two_pools_one_may_choose_the_other(client: Client) -> None:
    report = _upload(client, drawn_by("bizagi"))
    other = client.post(IMPORT, _sent(report, look="I2"))

    assert "Elsewhere" in other.content.decode()
    assert client.post(IMPORT, _sent(other)).status_code == 302
    assert [row["title"]["en"] for row in _steps()] == ["Elsewhere"]


def test_lanes_in_lanes_name_post_and_department(client: Client) -> None:
    PostFactory(code="buyer", name_zh="采购员", name_en="Buyer")
    DepartmentFactory(code="buying", name_zh="采购部", name_en="Purchasing")

    client.post(IMPORT, _sent(_upload(client, drawn_by("signavio"))))

    place = _steps()[0]["posts"]["R"][0]
    assert (place["post"]["code"], place["department"]["code"]) == ("buyer", "buying")


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(client: Client, name: str) -> None:
    answer = _upload(client, BROKEN[name])

    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert len(_steps()) == 8


@pytest.mark.parametrize("address", [IMPORT, EXPERT])
def test_who_comes_too_late_is_told_and_loses_nothing(client: Client, address: str) -> None:
    report = _upload(client, drawn_by("aris"))
    late = _sent(report)
    client.post(IMPORT, _sent(_upload(client, drawn_by("bizagi"))))

    answer = client.post(address, late)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "changed this draft while you were typing" in page
    assert "Write the offer" in page  # the drawing is still there
    assert [row["title"]["en"] for row in _steps()] == ["One", "Two", "Three"]


def test_a_reason_is_asked_for_and_a_drawing_altered_on_the_way_is_refused(client: Client) -> None:
    report = _upload(client, drawn_by("aris"))

    assert client.post(IMPORT, _sent(report, reason="")).context["form"].errors["reason"]
    assert client.post(IMPORT, _sent(report, drawing="<x/>")).status_code == 302
    assert client.post(EXPERT, _sent(report, drawing="<x/>")).context["form"].errors["__all__"]
    assert client.post(EXPERT, _sent(report, drawing="\0")).context["form"].errors["drawing"]
    assert len(_steps()) == 8


def test_the_expert_mode_saves_the_drawing_with_keys_kept(client: Client) -> None:
    page = client.get(EXPERT).content.decode()
    drawing = client.get(f"{CHART}?as=bpmn").content.decode().replace('name="Grade"', 'name="Grade it"')

    answer = client.post(EXPERT, {"drawing": drawing, "seen": _draft().edition, "reason": "Drawn"})

    assert "bpmn-modeler.production.min" in page
    assert "needs scripts" in page
    assert answer.status_code == 302
    rows = _steps()
    assert [row["key"] for row in rows] == [f"s{number}" for number in range(1, 9)]
    assert (rows[1]["title"], rows[1]["form"]) == ({"zh": "投诉分级", "en": "Grade it"}, "grading")


def test_a_released_text_has_no_import_and_no_expert_mode(signed_in: Any) -> None:
    released()
    writer = signed_in(person_as(Role.PROCESS_SPECIALIST))

    assert [writer.get(address).status_code for address in (IMPORT, EXPERT, CHART)] == [404, 404, 200]


def test_words_of_people_cannot_become_markup(client: Client) -> None:
    bad: Data = standard(step("s1", None, title={"zh": "<script>alert(1)</script>", "en": '"><img src=x onerror=1>'}))
    write_draft(process_named("bad"), bad, by=None, reason="Test", at=RELEASED_AT)

    page = client.get("/processes/bad/1.0/chart/").content.decode()

    assert not re.search(r"<script>alert|<img src=x", page)
    etree.fromstring(client.get("/processes/bad/1.0/chart/?as=svg").content)
    etree.fromstring(client.get("/processes/bad/1.0/chart/?as=bpmn").content)


def test_expenses_are_drawn_with_a_question_at_their_branch() -> None:
    from processes.domain.picture import draw, pages
    from tests.charts import standard_of

    read = standard_of(EXPENSE)

    drawn = draw(read, {"s1": "done", "s2": "now", "s3": "waiting"}, marks={"s4": "changed"})

    assert re.findall(r'class="flow-step ([^"]+)"', drawn) == [
        "flow-step--done", "flow-step--now", "flow-step--waiting", "flow-step--todo flow-mark flow-mark--changed",
    ]  # fmt: skip
    assert "flow-step--now" not in draw(read, {"s1": "done", "s2": "done"})
    assert len(pages(read)) == 1
