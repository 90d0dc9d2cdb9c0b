"""The pages of variants: begin one, let it differ, bring it up; every other page of a revision reads it too (F19)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from processes import urls
from processes.domain.variants.varying import vary
from processes.models import Decision, Definition, Difference, Process, Revision
from processes.models.revision import State
from procstd.roles import Role
from tests.factories import PersonFactory, PostFactory, PostHoldingFactory
from tests.processes.pages.desk import person_as
from tests.standards import RELEASED_AT, complaint, holder, organisation, process_named, released, standard, step
from tests.variants import FASTER, released_variant, variant

pytestmark = pytest.mark.django_db
BASE = "/processes/complaint/1.0-sales/"
HOSTILE = "<script>alert(1)</script>{{7*7}}\u202e=1+1"


@pytest.fixture
def writer(signed_in: Callable[..., Client]) -> Client:
    return signed_in(person_as(Role.PROCESS_SPECIALIST, username="he.lin", name_en="He Lin"))


def shown(client: Client, address: str) -> dict[str, Any]:
    """Return what the page's form would send if nothing was changed."""
    form = client.get(address).context["form"]
    return {field.html_name: "" if field.value() is None else field.value() for field in form}


def save(client: Client, address: str, **changes: Any) -> Any:
    return client.post(address, {**shown(client, address), **changes})


def test_a_variant_is_begun_from_the_page_of_the_process(writer: Client) -> None:
    released()
    page = writer.get("/processes/complaint/").content.decode()
    assert 'href="/processes/complaint/variants/add/"' in page
    assert "No department has a variant." in page

    made = writer.post("/processes/complaint/variants/add/", {"department": "sales", "reason": "Sales is faster"})

    assert made.headers["Location"] == BASE
    page = writer.get(BASE).content.decode()
    assert "It differs in nothing yet." in page
    assert "It differs in nothing from V1.0" in page
    assert "Sales is faster" in page
    assert f'href="{BASE}"' in writer.get("/processes/complaint/").content.decode()
    again = writer.post("/processes/complaint/variants/add/", {"department": "sales", "reason": "x"})
    assert "has a draft of a variant already" in again.content.decode()


def test_without_a_released_standard_there_is_nothing_to_vary(writer: Client) -> None:
    organisation()
    process_named("complaint")
    assert "variants/add/" not in writer.get("/processes/complaint/").content.decode()

    answer = writer.post("/processes/complaint/variants/add/", {"department": "sales", "reason": "x"})

    assert "none is released yet" in answer.content.decode()


def test_a_field_is_changed_beside_what_it_inherits_in_both_languages(writer: Client) -> None:
    variant(values={})
    address = f"{BASE}vary/step:s2/"
    page = writer.get(address).content.decode()
    assert '<p lang="zh-Hans">' in page
    assert "1 working hour" in page

    texts = {"operation_zh": "按销售部的办法定级。", "operation_en": "Grade it as sales do."}
    answer = save(writer, address, limit_amount="2", reason="Sales grades itself", **texts)

    assert answer.headers["Location"] == BASE
    page = writer.get(BASE).content.decode()
    assert "Step 2: Grade – Time limit: 2 working hours instead of 1 working hour." in page
    assert "Grade it as sales do." in page
    assert "Sales grades itself" in page
    assert "He Lin" in page
    assert {(row.place, row.field) for row in Difference.objects.all()} == {
        ("step:s2", "limit"), ("step:s2", "operation"),
    }  # fmt: skip


def test_what_is_saved_as_it_was_shown_stores_nothing_on_any_page(writer: Client) -> None:
    data = complaint()
    data["steps"][1]["operation"]["en"] = "One\nTwo\n\nThree"
    made = variant(released(data).process, {})
    for part in ("elements", "totals", "exceptions", *(f"step:s{number}" for number in range(1, 9))):
        answer = save(writer, f"{BASE}vary/{part}/", reason="As it is")
        assert answer.status_code == 302, part

    assert not Difference.objects.exists()
    assert Revision.objects.get(pk=made.pk).edition == 0


def test_limits_exceptions_and_posts_are_changed_on_their_pages(writer: Client) -> None:
    made = variant(values={})

    save(writer, f"{BASE}vary/totals/", **{"total-2-limit_amount": "8", "response-1-limit_unit": "minutes"})
    save(writer, f"{BASE}vary/exceptions/",
         **{"exception-0-limit_amount": "1", "exception-0-escalate_to": "sales-representative"})  # fmt: skip
    posts = {"R-0-post": "sales-representative", "R-0-department": "sales", "R-1-post": "service-agent"}
    save(writer, f"{BASE}vary/step:s3/", **posts, **{"I-0-post": ""})

    found = {(row.place, row.field): row.value for row in made.differences.all()}
    assert found == {
        ("response:grading.grade=urgent", "limit"): {"amount": 2, "unit": "minutes"},
        ("total:grading.grade=normal", "limit"): {"amount": 8, "unit": "working_days"},
        ("exception:e1", "limit"): {"amount": 1, "unit": "hours"},
        ("exception:e1", "escalate_to"): "sales-representative",
        ("step:s3", "R"): [
            {"post": "sales-representative", "department": "sales"}, {"post": "service-agent", "department": None},
        ],
        ("step:s3", "I"): [],
    }  # fmt: skip


def test_a_field_is_inherited_again_by_its_button_and_what_else_was_typed_is_saved(writer: Client) -> None:
    made = variant(values={**FASTER, ("step:s2", "customer_days"): 3})
    address = f"{BASE}vary/step:s2/"

    answer = save(writer, address, customer_days="5", reset="step:s2|limit")

    assert answer.headers["Location"] == address
    assert [(row.field, row.value) for row in made.differences.all()] == [("customer_days", 5)]
    edition = Revision.objects.get(pk=made.pk).edition
    reset = {"place": "step:s2", "field": "customer_days", "seen": edition}
    assert writer.post(f"{BASE}reset/", reset).headers["Location"] == BASE
    assert not made.differences.exists()
    told = writer.post(f"{BASE}reset/", {**reset, "seen": edition + 1}, follow=True).content.decode()
    assert "This is inherited already." in told
    assert "This is no field" in writer.post(f"{BASE}reset/", {}, follow=True).content.decode()


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(writer: Client) -> None:
    variant(values={})
    wrong = {
        "limit_amount": "-1", "limit_unit": "moons", "customer_days": "91", "R-0-post": "astronaut",
        "R-1-department": "sales", "A-1-post": "service-supervisor", "operation_en": "x" * 10_001,
    }  # fmt: skip

    answer = save(writer, f"{BASE}vary/step:s2/", **wrong)

    assert set(answer.context["form"].errors) == {
        "limit_amount", "limit_unit", "customer_days", "R-0-post", "R-1-post", "A-1-post", "operation_en",
    }  # fmt: skip
    assert 'value="-1"' in answer.content.decode()
    assert not Difference.objects.exists()
    missing = save(writer, f"{BASE}vary/totals/", **{"total-2-limit_amount": ""})
    assert set(missing.context["form"].errors) == {"total-2-limit_amount"}


def test_who_saves_too_late_is_told_and_keeps_what_was_typed(writer: Client) -> None:
    made = variant(values={})
    address = f"{BASE}vary/step:s2/"
    late = {**shown(writer, address), "limit_amount": "7"}
    vary(made, FASTER, by=PersonFactory(name_en="Zhao Min"), reason="First")

    answer = writer.post(address, late)

    assert "Zhao Min changed this draft while you were typing" in answer.content.decode()
    assert 'value="7"' in answer.content.decode()
    assert made.differences.get().value["amount"] == 2


def test_a_variant_that_is_behind_is_told_and_brought_up(writer: Client) -> None:
    made = released_variant(values={**FASTER, ("step:s5", "limit"): {"amount": 2, "unit": "working_hours"},
                                    ("step:s3", "I"): []}).definition.revision  # fmt: skip
    assert "behind" not in writer.get("/processes/complaint/").content.decode()
    assert writer.get(f"{BASE}rebase/").headers["Location"] == BASE
    data = complaint()
    data["steps"][1]["limit"]["amount"] = 2
    data["steps"][4]["limit"]["amount"] = 6
    released(data, at=RELEASED_AT + timedelta(days=1))

    assert "behind V1.1" in writer.get("/processes/complaint/").content.decode()
    assert "It varies V1.0, but V1.1 is released." in writer.get(BASE).content.decode()
    page = writer.get(f"{BASE}rebase/").content.decode()
    assert "V1.1 says the same: it is inherited." in page
    assert "6 working hours" in page
    refused = save(writer, f"{BASE}rebase/")
    assert set(refused.context["form"].errors) == {"decide-0"}
    refused = save(writer, f"{BASE}rebase/", **{"decide-0": "keep", "is_known": ""})
    assert set(refused.context["form"].errors) == {"is_known"}
    answer = save(writer, f"{BASE}rebase/", **{"decide-0": "keep", "is_known": "on"})

    assert answer.headers["Location"] == "/processes/complaint/1.1-sales/"
    fresh = Revision.objects.get(minor=1, variant_for="sales")
    assert {(row.place, row.field) for row in fresh.differences.all()} == {("step:s5", "limit"), ("step:s3", "I")}
    assert "behind" not in writer.get("/processes/complaint/").content.decode()
    assert made.differences.count() == 3


def test_the_address_of_a_draft_that_was_brought_up_still_leads_to_it(writer: Client) -> None:
    variant()
    released(at=RELEASED_AT + timedelta(days=1))
    assert save(writer, f"{BASE}rebase/").headers["Location"] == "/processes/complaint/1.1-sales/"

    assert writer.get(BASE).context["revision"].number == "1.1-sales"
    assert writer.get("/processes/complaint/1.0-quality/").status_code == 404
    Process.objects.update(is_active=False)
    assert writer.get(BASE).status_code == 404


def test_a_variant_is_compared_with_what_it_varies_and_only_if_somebody_asks(writer: Client) -> None:
    released_variant()
    released(at=RELEASED_AT + timedelta(days=1))

    usual = writer.get("/processes/complaint/redline/").context
    asked = writer.get("/processes/complaint/redline/?to=1.0-sales").context

    assert (str(usual["before"]), str(usual["after"])) == ("V1.0", "V1.1")
    assert (str(asked["before"]), str(asked["after"])) == ("V1.0", "V1.0-sales")


def test_the_manual_of_a_variant_says_what_differs(signed_in: Callable[..., Client]) -> None:
    released_variant()
    reader = signed_in(holder("service-agent"))

    page = reader.get(f"{BASE}manual/").content.decode()

    assert "of V1.0, for Sales" in page
    assert "Variant of V1.0 for Sales. Everything else is as in V1.0." in page
    assert "Step 2: Grade – Time limit: 2 working hours instead of 1 working hour." in page
    assert "1 difference" in reader.get(BASE).content.decode()
    assert "Inherit again" not in reader.get(BASE).content.decode()
    assert reader.get(f"{BASE}definition.json").json()["variant"]["of"]["number"] == "1.0"
    reader.post("/language/", {"language": "zh-hans"})
    assert reader.get(BASE).status_code == reader.get(f"{BASE}manual/").status_code == 200


def test_a_variant_is_released_for_its_department_and_those_below_only(signed_in: Callable[..., Client]) -> None:
    variant()
    lead = signed_in(person_as(Role.PROJECT_LEAD))

    page = lead.get(f"{BASE}release/").content.decode()

    assert re.findall(r'name="departments" value="(\w+)"', page) == ["sales"]
    assert "none chosen: all of these without" in page
    refused = lead.post(f"{BASE}release/", {"departments": ["quality"], "reason": "x"})
    assert "departments" in refused.context["form"].errors


def _addresses() -> list[tuple[str, dict[str, Any]]]:
    """Return every address of a revision, with the words of one of each thing in it."""
    usual: dict[str, Any] = {
        "key": "s2", "part": "elements", "pk": 1, "file": uuid.UUID(int=1), "language": "en", "criterion": "reviews",
    }  # fmt: skip
    forms = {"form-change", "form-build", "form-delete"}
    found = []
    for pattern in urls.urlpatterns:
        words = set(pattern.pattern.converters) - {"code", "number"}
        if "number" in pattern.pattern.converters:
            named = {word: usual[word] for word in words}
            found.append((str(pattern.name), named | ({"key": "register"} if pattern.name in forms else {})))
    return found


@pytest.mark.parametrize("is_released", [False, True])
@pytest.mark.parametrize(("name", "words"), _addresses(), ids=[name for name, _words in _addresses()])
def test_every_page_of_a_revision_answers_for_a_variant(
    signed_in: Callable[..., Client], name: str, words: dict[str, Any], is_released: bool
) -> None:
    made = released_variant().definition.revision if is_released else variant()
    person = person_as(Role.PROCESS_SPECIALIST)
    PostHoldingFactory(person=person, post=PostFactory(role=Role.PROJECT_LEAD))
    client = signed_in(person)
    address = reverse(f"processes:{name}", kwargs={"code": "complaint", "number": made.number, **words})

    for method in ("get", "post"):
        answer = getattr(client, method)(address)
        assert answer.status_code in (200, 302, 400, 403, 404, 405, 409), (method, address)
        if name in ROWS and not is_released and answer.status_code == 302:
            assert answer.headers["Location"].startswith(BASE)
            assert answer.headers["Location"] == BASE or "/vary/" in answer.headers["Location"]
    assert made.steps.count() == made.forms.count() == 0


ROWS = frozenset({
    "draft-write", "draft-progress", "draft-changes", "step-write", "form-build", "chart-import", "chart-expert",
    "part-change", "steps-import", "steps-import-check", "steps-template", "step-add", "step-change", "step-delete",
    "form-add", "form-change", "form-delete",
})  # fmt: skip


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("write/", ""), ("write/steps/s2/", "vary/step:s2/"), ("steps/s2/", "vary/step:s2/"), ("steps/add/", ""),
        ("parts/totals/", "vary/totals/"), ("parts/elements/", "vary/elements/"), ("parts/glossary/", ""),
        ("forms/register/", ""), ("import/", ""), ("chart/import/", ""), ("write/changes/", ""),
    ],
)  # fmt: skip
def test_pages_on_which_rows_are_written_lead_to_the_variants_own(writer: Client, page: str, leads_to: str) -> None:
    variant()

    answer = writer.get(f"{BASE}{page}")

    assert answer.headers["Location"] == f"{BASE}{leads_to}"
    assert "only what may differ is written" in writer.get(BASE).content.decode()


def test_the_editors_scripts_are_refused_in_their_own_language(writer: Client) -> None:
    variant()

    answer = writer.post(f"{BASE}write/operations/", {"operations": []}, content_type="application/json")

    assert (answer.status_code, answer.json()["message"][:22]) == (409, "V1.0-sales is a varian")


def test_a_variant_goes_from_the_review_to_the_release_over_the_pages(signed_in: Callable[..., Client]) -> None:
    author, lead = person_as(Role.PROCESS_SPECIALIST), person_as(Role.PROJECT_LEAD)
    organisation()
    head = holder("department-head", "sales")
    made = variant(by=author)
    writer, leader, reviewer = signed_in(author), signed_in(lead), signed_in(head)
    assert "head of a department concerned" in writer.get(f"{BASE}review/start/").content.decode()
    assert writer.get(f"{BASE}checker/").status_code == 200
    route = {"mode": "all", "days": "3", f"person-{head.pk}-on": "on"}
    assert writer.post(f"{BASE}review/start/", route).headers["Location"] == f"{BASE}review/"
    assert reviewer.get(f"{BASE}review/").status_code == 200
    pk = made.review.reviewers.get().pk
    yes = dict.fromkeys(("complete", "operable", "compliant", "clear"), "yes")
    seen = reviewer.get(f"{BASE}review/").context["text"].sha256
    reviewer.post(f"{BASE}review/reviewers/{pk}/decide/", {**yes, "verdict": "approved", "seen": seen})
    assert Decision.objects.get().is_approval
    session = leader.session
    session["reauthenticated_at"] = timezone.now().isoformat()
    session.save()
    assert leader.get(f"{BASE}sign/").status_code == 200
    signed = leader.post(f"{BASE}sign/", {"meaning": "approve", "seen": seen})
    assert signed.headers["Location"] == f"{BASE}release/"
    done = leader.post(f"{BASE}release/", {"reason": "Sales is faster"})

    assert done.headers["Location"] == f"{BASE}manual/"
    assert Revision.objects.get(pk=made.pk).state == State.RELEASED


@pytest.mark.parametrize(
    "number",
    ["1.0-", "1.0-SALES", "1.0-sales/", "1.0.1-sales", "1.0.0-sales", "1.0.2", "1.0-moon", "1.0-" + "a" * 40,
     "1.0.99999-sales", "-sales", "1.0.2-sales", "1.0-sales%00", "1.0--sales", "１.0-sales"],
)  # fmt: skip
def test_numbers_of_no_variant_are_not_found(writer: Client, number: str) -> None:
    variant()

    assert writer.get(f"/processes/complaint/{number}/manual/").status_code == 404


def test_parts_that_do_not_vary_and_pages_of_whole_drafts_are_not_found(writer: Client) -> None:
    variant()
    for part in ("steps", "step:s99", "thresholds", "step:", "response:grading.grade=urgent", HOSTILE.replace("/", "")):
        assert writer.get(f"{BASE}vary/{part}/").status_code == 404
    for address in ("/processes/complaint/1.0/vary/elements/", "/processes/complaint/1.0/rebase/"):
        assert writer.get(address).status_code == 404
    assert writer.post("/processes/complaint/1.0/reset/").status_code == 404


def test_nothing_that_is_typed_becomes_a_tag(writer: Client) -> None:
    variant(values={})
    save(writer, f"{BASE}vary/step:s2/", operation_zh=HOSTILE, operation_en=HOSTILE, reason=HOSTILE)

    for page in ("", "vary/step:s2/", "manual/", "checker/", "chart/", "release/"):
        content = writer.get(f"{BASE}{page}").content.decode()
        assert "<script>alert(1)" not in content, page
    assert "&lt;script&gt;alert(1)" in writer.get(BASE).content.decode()


@pytest.mark.parametrize("posted", [{"place": "step:s2", "field": "title"}, {"place": HOSTILE, "field": "x" * 999}])
def test_what_is_no_difference_is_not_reset(writer: Client, posted: dict[str, str]) -> None:
    variant()

    told = writer.post(f"{BASE}reset/", posted, follow=True).content.decode()

    assert "This is inherited already." in told
    assert Difference.objects.count() == 1


def _statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


def _long(count: int) -> Process:
    """Release a standard of so many steps, and let each of them differ in a variant."""
    steps = [step(f"s{number}", f"s{number + 1}" if number < count else None) for number in range(1, count + 1)]
    process = released(standard(*steps), code=f"long-{count}").process
    seller = [{"post": "sales-representative", "department": "sales"}]
    values: dict[tuple[str, str], Any] = {}
    for number in range(1, count + 1):
        values[f"step:s{number}", "limit"] = {"amount": 3, "unit": "hours"}
        values[f"step:s{number}", "R"] = seller
    variant(process, values)
    return process


@pytest.mark.parametrize("page", ["", "manual/", "vary/step:s1/", "vary/totals/", "checker/", "chart/", "rebase/"])
def test_a_variant_of_thirty_steps_takes_as_many_statements_as_one_of_one_step(writer: Client, page: str) -> None:
    counts = set()
    for count in (1, 30):
        process = _long(count)
        if page == "rebase/":
            released(standard(step("s1", None)), code=process.code, at=RELEASED_AT + timedelta(days=1))
        counts.add(_statements(writer, f"/processes/{process.code}/1.0-sales/{page}"))

    assert len(counts) == 1
    assert max(counts) < 45


def test_a_process_with_many_variants_takes_as_many_statements_as_one_with_one(writer: Client) -> None:
    process = released().process
    variant(process)
    one = _statements(writer, "/processes/complaint/")
    for code in ("quality", "service", "production"):
        variant(process, department=code)

    assert _statements(writer, "/processes/complaint/") == one


@pytest.mark.parametrize(
    "page", ["", "manual/", "chart/", "raci/", "checker/", "review/start/", "rebase/", "vary/step:s2/"]
)
def test_a_variant_of_an_altered_standard_is_shown_to_nobody(writer: Client, page: str) -> None:
    variant()
    if page == "rebase/":
        released(complaint(purpose={"zh": "另一个", "en": "Another"}), at=RELEASED_AT + timedelta(days=1))
    assert writer.get(BASE + page).status_code == 200
    Definition.objects.filter(revision__minor=0, revision__major=1).update(content="{}")

    answer = writer.get(BASE + page)

    assert answer.status_code == 503
    assert "is not the one that was released" in answer.content.decode()
