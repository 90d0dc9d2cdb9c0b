"""The editor: a standard is written from nothing to its release over the pages alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import Task
from processes.domain.drafting import write_draft
from processes.domain.editing import change_draft
from processes.models import Definition, Form, Process, Release, Revision
from procstd.errors import DomainError
from procstd.organisation.models import Department, Post
from procstd.roles import Role
from tests.cases.journeys import opened
from tests.processes.pages.desk import errors_of, person_as, save, shown
from tests.standards import RELEASED_AT, complaint, holder, organisation, process_named, released, standard, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(signed_in: Any) -> Client:
    organisation()
    client: Client = signed_in(person_as(Role.PROCESS_SPECIALIST, username="he.lin", name_en="He Lin"))
    return client


@pytest.fixture
def lead(signed_in: Any) -> Client:
    client: Client = signed_in(person_as(Role.PROJECT_LEAD, username="sun.yue"))
    return client


def _draft(code: str = "complaint") -> Revision:
    return write_draft(process_named(code), complaint(), by=None, reason="Test", at=RELEASED_AT)


def _both(name: str, text: str) -> dict[str, str]:
    return {f"{name}_zh": f"{text}（中）", f"{name}_en": text}


def signed_for(lead: Client, base: str) -> None:
    """Answer for the missing review and sign, as a lead does in a hurry."""
    seen = lead.get(f"{base}sign/").context["text"].sha256
    lead.post(f"{base}gate/reviews/override/", {"seen": seen, "reason": "Urgent"})
    signed = lead.post(f"{base}sign/", {"seen": seen, "meaning": "approve"})
    assert signed.headers["Location"] == f"{base}release/", errors_of(signed)


def test_a_standard_is_written_from_nothing_released_and_run(writer: Client, lead: Client) -> None:
    agent, supervisor = Post.objects.get(code="service-agent"), Post.objects.get(code="service-supervisor")
    service = Department.objects.get(code="service")
    answer = writer.post(
        "/processes/add/",
        {"code": "visit", "name_zh": "客户拜访流程", "name_en": "Customer visit", "category": "business",
         "department": service.pk, "reason": "New"},
    )  # fmt: skip
    assert answer.headers["Location"] == "/processes/visit/"
    writer.post("/processes/visit/draft/", {"reason": "The first text"})
    base = "/processes/visit/1.0/"

    def written(address: str, **changes: Any) -> None:
        answer = save(writer, base + address, **changes)
        assert answer.status_code == 302, errors_of(answer)

    elements = {}
    for name in ("purpose", "scope", "rules", "inputs", "outputs"):
        elements |= _both(name, name.title())
    written("parts/elements/", **elements)
    written("parts/responsibilities/", rows_0_post=agent.pk, rows_0_duty_zh="拜访", rows_0_duty_en="Visits")
    written("parts/totals/", rows_0_amount="5", rows_0_unit="working_days")
    written(
        "forms/add/", **_both("name", "Report"), key="report",
        fields_0_kind="choice", fields_0_label_zh="结果", fields_0_label_en="Result", fields_0_key="result",
        fields_0_options="good = 良好 / Good\nbad = 不佳 / Bad",
        fields_1_kind="long_text", fields_1_label_zh="说明", fields_1_label_en="Remarks",
        fields_1_help_zh="写明经过", fields_1_help_en="Say what happened", fields_1_order="1",
    )  # fmt: skip
    form = Revision.objects.get().forms.get()
    for _number in (1, 2):
        written(
            "steps/add/", **_both("title", "Visit"), **_both("operation", "Go there"), **_both("inputs", "Plan"),
            **_both("outputs", "Report"), limit_amount="2", limit_unit="working_hours", form=form.pk, is_key_node="on",
            posts_0_duty="R", posts_0_post=agent.pk, posts_1_duty="A", posts_1_post=supervisor.pk,
            outcomes_0_label_zh="完成", outcomes_0_label_en="Done",
        )  # fmt: skip
    second = Revision.objects.get().steps.get(key="s2")
    written("steps/s1/", outcomes_0_target=second.pk)
    first = Revision.objects.get().steps.get(key="s1").outcomes.get()
    written("steps/s1/", branches_0_outcome=first.pk, branches_0_condition="report.result=bad", branches_0_target="")
    broken = lead.get(f"{base}release/").content.decode()
    assert "No exception is provided for." in broken
    refused = lead.post(f"{base}release/", {"reason": "Signed"})
    assert refused.status_code == 200
    assert "cannot be released yet" in refused.content.decode()
    written(
        "parts/exceptions/", rows_0_step=second.pk, rows_0_escalate_to=supervisor.pk, rows_0_limit_amount="2",
        rows_0_limit_unit="hours", rows_0_trigger_zh="无人", rows_0_trigger_en="Nobody is there",
        rows_0_response_zh="改期", rows_0_response_en="Another day",
    )  # fmt: skip
    unsigned = lead.post(f"{base}release/", {"reason": "Signed"})
    assert "Nobody has reviewed it." in unsigned.content.decode()
    signed_for(lead, base)
    assert lead.post(f"{base}release/", {"reason": "Signed"}).headers["Location"] == f"{base}manual/"

    case = opened(
        Process.objects.get(code="visit"), {"result": "good", "field1": "All well"}, channel="staff", at=timezone.now()
    )
    assert Task.objects.open().get(process=case).key == "s1"
    manual = writer.get(f"{base}manual/").content.decode()
    assert "Nobody is there" in manual
    assert "Result = Bad" in manual


def test_each_fault_leads_to_the_field_that_mends_it(writer: Client) -> None:
    data = standard(step("s1", "s2", limit=None), step("s2", None, posts={"R": []}), exceptions=[])
    data["forms"][0]["fields"][0]["help"] = {"zh": "", "en": ""}
    write_draft(process_named("complaint"), data, by=None, reason="Test", at=RELEASED_AT)

    page = writer.get("/processes/complaint/1.0/")

    addresses = {address for _message, address in page.context["faults"]}
    assert addresses == {
        "/processes/complaint/1.0/forms/note/#id_fields-0-help_zh",
        "/processes/complaint/1.0/steps/s1/#id_limit_amount", "/processes/complaint/1.0/steps/s2/#table-posts",
        "/processes/complaint/1.0/parts/exceptions/",
    }  # fmt: skip
    for address in addresses:
        page_address, _mark, anchor = address.partition("#")
        answer = writer.get(page_address)
        assert answer.status_code == 200
        assert not anchor or f'id="{anchor}"' in answer.content.decode()


def test_saving_a_page_unchanged_changes_no_word(writer: Client) -> None:
    from processes.domain.definition import build

    revision = _draft()
    before = build(revision)
    base = "/processes/complaint/1.0/"
    parts = [f"parts/{name}/" for name in ("elements", "responsibilities", "totals", "exceptions")]
    parts += [f"steps/{row.key}/" for row in revision.steps.all()] + [
        f"forms/{row.key}/" for row in revision.forms.all()
    ]

    for part in parts:
        answer = save(writer, base + part)
        assert answer.status_code == 302, (part, errors_of(answer))

    assert build(Revision.objects.get()) == before


def test_who_saves_later_is_told_who_was_first_and_keeps_the_text(writer: Client, signed_in: Any) -> None:
    _draft()
    address = "/processes/complaint/1.0/steps/s3/"
    colleague = signed_in(person_as(Role.PROCESS_SPECIALIST, name_en="Tang Wei"))
    seen = shown(writer, address)
    save(colleague, address, title_en="Dispatch", reason="Shorter")

    answer = writer.post(address, {**seen, "title_en": "Send the order"})
    text = answer.content.decode()

    assert answer.status_code == 200
    assert "Tang Wei changed this draft" in text
    assert "Shorter" in text
    assert 'value="Send the order"' in text
    assert Revision.objects.get().steps.get(key="s3").title_en == "Dispatch"


def test_every_change_keeps_who_and_why(writer: Client) -> None:
    revision = _draft()

    save(writer, "/processes/complaint/1.0/steps/s3/", title_en="Dispatch", reason="Asked by quality")

    entry = revision.steps.get(key="s3").history.latest()
    assert (entry.history_user.name_en, entry.history_change_reason) == ("He Lin", "Asked by quality")
    assert "Asked by quality" in writer.get("/processes/complaint/1.0/").content.decode()


def test_a_step_that_others_lead_to_is_not_deleted(writer: Client) -> None:
    revision = _draft()

    answer = writer.post("/processes/complaint/1.0/steps/s3/delete/", {"reason": "Not needed"})

    assert answer.status_code == 200
    assert "is still used by" in answer.content.decode()
    assert revision.steps.filter(key="s3").exists()


def test_a_step_that_nothing_leads_to_and_a_form_that_nothing_uses_are_deleted(writer: Client) -> None:
    data = standard(step("s1", None), step("s2", None))
    data["forms"].append({**data["forms"][0], "key": "spare"})
    revision = write_draft(process_named("complaint"), data, by=None, reason="Test", at=RELEASED_AT)

    for part in ("steps/s2", "forms/spare"):
        answer = writer.post(f"/processes/complaint/1.0/{part}/delete/", {"reason": "Not needed"})
        assert answer.status_code == 302, answer.content.decode()

    assert [row.key for row in revision.steps.all()] == ["s1"]
    assert [row.key for row in revision.forms.all()] == ["note"]


def test_a_draft_is_thrown_away_and_begun_anew_from_the_released_text(writer: Client, lead: Client) -> None:
    process = released().process
    writer.post("/processes/complaint/draft/", {"reason": "Faster", "step": "minor"})
    assert {str(row) for row in process.revisions.all()} == {"V1.0", "V1.1"}
    assert writer.get("/processes/complaint/draft/").status_code == 200
    second = writer.post("/processes/complaint/draft/", {"reason": "Again", "step": "minor"})
    assert "There is a draft already" in second.content.decode()

    writer.post("/processes/complaint/1.1/delete/", {"reason": "Wrong way"})
    writer.post("/processes/complaint/draft/", {"reason": "Newer", "step": "major"})

    assert {str(row) for row in process.revisions.all()} == {"V1.0", "V2.0"}
    assert process.revisions.get(major=2).steps.count() == 8


def test_what_is_released_cannot_be_edited(writer: Client) -> None:
    released()

    for part in ("parts/elements/", "steps/s1/", "steps/add/", "forms/register/", "delete/"):
        assert writer.get(f"/processes/complaint/1.0/{part}").status_code in (403, 404), part
    assert writer.get("/processes/complaint/1.0/").headers["Location"] == "/processes/complaint/1.0/manual/"


def test_who_reads_drafts_but_writes_none(signed_in: Any) -> None:
    _draft()
    head = signed_in(person_as(Role.DEPARTMENT_HEAD))
    worker = signed_in(holder("service-agent"))

    assert head.get("/processes/complaint/1.0/").status_code == 200
    assert head.get("/processes/complaint/1.0/manual/").status_code == 200
    assert head.get("/processes/complaint/1.0/steps/s1/").status_code == 403
    for part in ("", "manual/", "manual.pdf", "definition.json"):
        assert worker.get(f"/processes/complaint/1.0/{part}").status_code == 404


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("urgent 紧急", "is no option"),
        ("a = 甲 / A\na = 乙 / B", "stands here twice"),
        ("ein schlüssel! = 甲 / A", "is no option"),
        ("\n".join(f"k{n} = 甲{n} / A{n}" for n in range(61)), "At most 60"),
    ],
)
def test_options_that_cannot_be_read_are_refused_beside_their_field(writer: Client, text: str, message: str) -> None:
    _draft()

    answer = save(writer, "/processes/complaint/1.0/forms/grading/", fields_0_options=text)

    assert message in answer.content.decode()


def test_rows_of_another_draft_cannot_be_reached(writer: Client) -> None:
    _draft()
    other = _draft("other")
    foreign = other.steps.get(key="s2")

    answer = save(writer, "/processes/complaint/1.0/steps/s1/", outcomes_0_target=foreign.pk)

    assert "outcomes-0-target" in answer.content.decode()
    assert any("target" in error for error in errors_of(answer))


@pytest.mark.parametrize("address", ["/processes/", "/processes/complaint/", "/processes/complaint/1.0/manual/"])
def test_pages_cost_the_same_with_few_rows_and_many(writer: Client, address: str) -> None:
    organisation()
    released(standard(step("s1", "s2"), step("s2", None)))
    costs = [_cost(writer, address)]
    for number in range(30):
        process_named(f"p{number}")
        released(standard(step("s1", None)), code=f"q{number}") if number < 3 else None
    for _version in range(3):
        released(complaint(), at=RELEASED_AT.replace(month=4 + _version))
    costs.append(_cost(writer, address))

    assert costs[0] == costs[1] <= 15


def _cost(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_step_page_costs_the_same_with_few_rows_and_many(writer: Client) -> None:
    def draft(code: str, steps: int) -> str:
        rows = [step(f"s{n}", f"s{n + 1}" if n < steps else None) for n in range(1, steps + 1)]
        write_draft(process_named(code), standard(*rows), by=None, reason="Test", at=RELEASED_AT)
        return f"/processes/{code}/1.0/"

    few, many = draft("few", 2), draft("many", 30)

    for part in ("", "steps/s1/", "parts/exceptions/", "forms/note/"):
        assert _cost(writer, few + part) == _cost(writer, many + part) <= 40, part


def test_a_key_or_a_post_that_stands_there_already_is_refused_beside_its_field(writer: Client) -> None:
    _draft()
    agent = Post.objects.get(code="service-agent")

    new = save(writer, "/processes/complaint/1.0/forms/add/", name_zh="新", name_en="New", key="register")
    renamed = save(writer, "/processes/complaint/1.0/forms/grading/", key="register")
    field = save(writer, "/processes/complaint/1.0/forms/grading/", fields_1_key="grade")
    post = save(writer, "/processes/complaint/1.0/steps/s1/", posts_2_duty="R", posts_2_post=agent.pk)

    assert [errors_of(answer) for answer in (new, renamed, field, post)] == [
        [{"key": ["Another form has this key."]}],
        [{"key": ["Another form has this key."]}],
        [{"key": ["This stands here twice."]}],
        [{"post": ["This stands here twice."]}],
    ]


def test_a_post_has_the_same_duty_in_two_departments(writer: Client) -> None:
    revision = _draft()
    head = Post.objects.get(code="department-head")
    sales = Department.objects.get(code="sales")

    answer = save(
        writer,
        "/processes/complaint/1.0/steps/s5/",
        posts_2_duty="R",
        posts_2_post=head.pk,
        posts_2_department=sales.pk,
    )

    assert answer.status_code == 302, errors_of(answer)
    places = revision.steps.get(key="s5").posts.filter(duty="R").values_list("department__code", flat=True)
    assert set(places) == {"quality", "sales"}


def test_a_branch_goes_with_the_outcome_that_is_deleted(writer: Client) -> None:
    revision = _draft()
    revision.steps.get(key="s7").outcomes.update(target=None)

    answer = save(
        writer, "/processes/complaint/1.0/steps/s6/",
        outcomes_0_DELETE="on", branches_0_target=revision.steps.get(key="s8").pk,
    )  # fmt: skip

    assert answer.status_code == 302, errors_of(answer)
    assert not revision.steps.get(key="s6").outcomes.exists()


def test_the_key_of_a_deleted_step_names_no_other_step(writer: Client) -> None:
    data = standard(step("s1", "s2"), step("s2", None, not_by="s3"), step("s3", None))
    revision = write_draft(process_named("complaint"), data, by=None, reason="Test", at=RELEASED_AT)
    writer.post("/processes/complaint/1.0/steps/s3/delete/", {"reason": "Not needed"})

    answer = save(writer, "/processes/complaint/1.0/steps/add/", **_both("title", "Another"))

    assert answer.status_code == 302, errors_of(answer)
    assert [row.key for row in revision.steps.all()] == ["s1", "s2", "s4"]


def test_what_two_requests_write_at_once_is_refused_in_words(writer: Client) -> None:
    revision = _draft()
    twin = Form(revision=revision, key="register", name_zh="二", name_en="Two")

    with pytest.raises(DomainError, match="stands there already"):
        change_draft(revision, saved=[twin], by=None, reason="x")

    assert revision.forms.filter(key="register").count() == 1


def test_a_release_is_ended_withdrawn_and_given_to_further_departments_over_the_pages(
    writer: Client, lead: Client
) -> None:
    first = released()
    sales = Department.objects.get(code="sales")
    page = lead.get("/processes/complaint/").content.decode()
    assert f"/processes/complaint/releases/{first.pk}/end/" in page
    assert f"/processes/complaint/releases/{first.pk}/end/" not in writer.get("/processes/complaint/").content.decode()

    lead.post("/processes/complaint/1.0/release/", {"departments": ["sales"], "reason": "Sales too"})
    added = Release.objects.get(departments=sales)
    assert added.definition == first.definition
    assert "planned" not in lead.get("/processes/complaint/").content.decode()
    assert "Sales" in lead.get("/processes/complaint/1.0/release/").content.decode()
    answer = lead.post(f"/processes/complaint/releases/{added.pk}/end/", {"reason": ""})
    assert "reason" in answer.context["form"].errors
    lead.post(f"/processes/complaint/releases/{added.pk}/end/", {"reason": "Over"})

    added.refresh_from_db()
    assert added.is_over(timezone.now())
    assert not first.is_over(timezone.now())


@pytest.mark.parametrize("departments", [["9" * 40], ["nowhere"], ["\x00"]])
def test_departments_that_do_not_exist_are_refused_beside_their_field(lead: Client, departments: list[str]) -> None:
    organisation()
    _draft()

    answer = lead.post("/processes/complaint/1.0/release/", {"departments": departments, "reason": "x"})

    assert "departments" in answer.context["form"].errors


def test_a_draft_is_not_begun_from_a_text_that_was_altered(writer: Client) -> None:
    released()
    Definition.objects.update(content="{}")

    answer = writer.post("/processes/complaint/draft/", {"reason": "Faster", "step": "minor"})

    assert answer.status_code == 503
    assert "SHA-256" in answer.content.decode()
