"""A variant inherits everything but what is stored as a difference, and what it differs in is told (F19)."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from processes.domain.authors import authors_of
from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.domain.editing import change_draft, rewrite_steps
from processes.domain.faulting import faults_in
from processes.domain.operations import apply_operations
from processes.domain.parsing import parse
from processes.domain.proposing import propose
from processes.domain.releasing import NotReleasable, checks_only, release
from processes.domain.texts import text_of
from processes.domain.variants.deltas import deltas_between
from processes.domain.variants.inheriting import inherited, names_in, with_differences
from processes.domain.variants.places import places_of, value_of
from processes.domain.variants.varying import begin_variant, inherit, vary
from processes.models import Definition, Difference, Revision, Step
from processes.models.release import DefinitionBroken
from processes.models.revision import State
from procstd.errors import DomainError
from procstd.organisation.models import Department, Post
from procstd.roles import Role
from tests.factories import PersonFactory, person_with
from tests.standards import RELEASED_AT, complaint, holder, organisation, process_named, released
from tests.variants import FASTER, released_variant, variant

pytestmark = pytest.mark.django_db

AGENT = {"post": "service-agent", "department": None}
SELLER = {"post": "sales-representative", "department": "sales"}


def _apart(one: Any, other: Any, path: str = "") -> dict[str, tuple[Any, Any]]:
    """Return every leaf in which two definitions differ, by its path."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = one.keys() | other.keys()
        return {k: v for key in keys for k, v in _apart(one.get(key), other.get(key), f"{path}/{key}").items()}
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return {
            k: v for n, pair in enumerate(zip(one, other, strict=True)) for k, v in _apart(*pair, f"{path}/{n}").items()
        }
    return {} if one == other else {path: (one, other)}


def test_a_variant_says_what_its_standard_says_but_for_its_differences() -> None:
    made = variant()
    Department.objects.filter(code="sales").update(name_zh="销售部")

    parent, data = inherited(made), build(made)

    apart = _apart(parent, data)
    assert apart.pop("/variant")[1] == {
        "of": {"number": "1.0", "sha256": Definition.objects.get().sha256},
        "department": {
            "code": "sales",
            "name": {"zh": "销售部", "en": "Sales"},
        },
    }
    assert apart == {"/number": ("1.0", "1.0-sales"), "/steps/1/limit/amount": (1, 2)}
    assert made.steps.count() == made.forms.count() == made.totals.count() == 0


def test_every_kind_of_field_varies_and_is_read_back() -> None:
    made = variant(values={
        ("elements", "scope"): {"zh": "仅限销售部", "en": "Sales only"},
        ("response:grading.grade=urgent", "limit"): {"amount": 1, "unit": "hours"},
        ("total:grading.grade=normal", "limit"): {"amount": 8, "unit": "working_days"},
        ("step:s3", "R"): [SELLER, AGENT],
        ("step:s3", "I"): [],
        ("step:s4", "customer_days"): 7,
        ("step:s2", "example"): {"zh": "大客户投诉：紧急。", "en": "A key account complains: urgent."},
        ("exception:e1", "escalate_to"): "sales-representative",
        ("exception:e1", "limit"): {"amount": 30, "unit": "minutes"},
    })  # fmt: skip

    standard = parse(build(made))

    assert standard.scope.en == "Sales only"
    assert [row.limit.amount for row in standard.responses] == [24, 1]
    assert [row.limit.amount for row in standard.totals] == [8, 3]
    step = standard.step("s3")
    assert step is not None
    assert [(place.post, place.department) for place in step.responsible] == [
        ("sales-representative", "sales"), ("service-agent", None),
    ]  # fmt: skip
    assert "I" not in step.posts
    assert (step.limit.amount, step.limit.start) == (30, "s2")
    assert standard.step("s4").customer_days == 7
    assert standard.step("s2").example.zh == "大客户投诉：紧急。"
    rule = standard.exception("e1")
    assert (rule.escalate_to.post, rule.limit.amount, rule.limit.unit) == ("sales-representative", 30, "minutes")
    assert (standard.variant.number, standard.variant.department) == ("1.0", "sales")
    assert faults_in(made) == []


def test_only_what_differs_is_stored() -> None:
    made = variant(values={})
    places = places_of(inherited(made))
    inherits = {(place.key, field.name): value_of(place.row, field) for place in places for field in place.fields}
    assert len(inherits) > 60

    vary(made, {**inherits, **FASTER}, by=None, reason="Everything as it is, but one")

    row = made.differences.get()
    assert (row.place, row.field, row.value) == ("step:s2", "limit", {"amount": 2, "unit": "working_hours"})


def test_a_text_whose_lines_a_browser_broke_and_posts_in_another_order_are_no_difference() -> None:
    data = complaint()
    data["rules"] = {"zh": "一\n二", "en": "one\ntwo"}
    data["steps"][2]["posts"]["R"] = [{"post": {"code": "service-agent"}}, {"post": {"code": "quality-engineer"}}]
    made = variant(released(data).process, {
        ("elements", "rules"): {"zh": "一\r\n二 ", "en": "one\r\ntwo"},
        ("step:s3", "R"): [AGENT, {"post": "quality-engineer", "department": None}],
    })  # fmt: skip

    assert not made.differences.exists()
    assert made.edition == 0


def test_a_value_that_equals_the_inherited_one_again_is_no_longer_stored() -> None:
    made = variant()

    back = vary(made, {("step:s2", "limit"): {"amount": 1, "unit": "working_hours"}}, by=None, reason="As before")

    assert not back.differences.exists()
    assert [entry.history_type for entry in Difference.history.order_by("history_id")] == ["+", "-"]


def test_a_field_is_reset_to_what_it_inherits() -> None:
    made = variant(values={**FASTER, ("step:s3", "I"): []})

    inherit(made, place="step:s2", field="limit", by=None, reason="Not needed")

    assert [row.field for row in made.differences.all()] == ["I"]
    with pytest.raises(DomainError, match="inherited already"):
        inherit(made, place="step:s2", field="limit", by=None, reason="Once more")


def test_the_hash_never_equals_its_standards_and_what_differs_in_nothing_is_not_released() -> None:
    made = variant(values={})

    assert text_of(made).sha256 != Definition.objects.get().sha256
    with pytest.raises(NotReleasable) as refusal:
        release(made, by=None, at=RELEASED_AT, gate=checks_only)
    assert [str(fault.message) for fault in refusal.value.faults] == [
        "It differs in nothing from V1.0, which holds without a variant too."
    ]


def test_what_a_variant_differs_in_is_told_in_plain_sentences_in_both_languages() -> None:
    made = variant(values={
        **FASTER, ("step:s3", "R"): [SELLER], ("step:s5", "C"): [AGENT],
        ("elements", "purpose"): {"zh": "更快", "en": "Faster"},
    })  # fmt: skip
    Department.objects.filter(code="sales").update(name_zh="销售部")
    Post.objects.filter(code="sales-representative").update(name_zh="销售代表")
    Post.objects.filter(code="service-agent").update(name_zh="客服专员")
    parent, data = inherited(made), build(made)

    told = [delta.sentence for delta in deltas_between(parent, data)]

    assert told[0].startswith("Purpose, scope and rules – Purpose: “Faster” instead of “")
    assert told[1:] == [
        "Step 2: Grade – Time limit: 2 working hours instead of 1 working hour.",
        "Step 3: Assign the work order – Responsible: Sales representative (Sales) instead of Service agent.",
        "Step 5: Approve the solution – Consulted: Service agent instead of nobody.",
    ]
    with translation.override("zh-hans"):
        chinese = [delta.sentence for delta in deltas_between(parent, data)]
    assert "“更快”" in chinese[0]
    assert "销售代表" in chinese[2]
    assert "客服专员" in chinese[3]


def test_numbers_name_the_standard_and_the_department() -> None:
    process = released().process

    first = released_variant(process).definition.revision
    second = variant(process, {("step:s3", "I"): []})
    other = variant(process, department="quality")

    assert [str(row) for row in (first, second, other)] == ["V1.0-sales", "V1.0.2-sales", "V1.0-quality"]
    assert {(row.place, row.field) for row in second.differences.all()} == {("step:s2", "limit"), ("step:s3", "I")}
    assert str(write_draft(process, complaint(), by=None, reason="Test", at=RELEASED_AT)) == "V1.1"


def test_a_variant_needs_a_released_standard_and_one_draft_at_a_time() -> None:
    process = process_named("complaint")
    organisation()
    with pytest.raises(DomainError, match="none is released yet"):
        variant(process)
    released()
    variant(process)
    with pytest.raises(DomainError, match=r"has a draft of a variant already: V1\.0-sales"):
        variant(process)
    sales = Department.objects.get(code="quality")
    sales.is_active = False
    sales.save()
    with pytest.raises(DomainError, match="is abolished"):
        begin_variant(process, department=sales, by=None, reason="Test", at=RELEASED_AT)


def test_a_variant_and_a_draft_of_the_next_version_stand_beside_each_other() -> None:
    process = released().process
    write_draft(process, complaint(), by=None, reason="Test", at=RELEASED_AT)

    assert str(variant(process)) == "V1.0-sales"


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        (("step:s99", "limit"), {"amount": 1, "unit": "hours"}, "cannot vary"),
        (("step:s2", "title"), {"zh": "x", "en": "x"}, "cannot vary"),
        (("step:s2", "outcomes"), [], "cannot vary"),
        (("thresholds", "rows"), [], "cannot vary"),
        (("step:s2", "limit"), {"amount": -1, "unit": "hours"}, "whole number"),
        (("step:s2", "limit"), {"amount": 10**12, "unit": "hours"}, "whole number"),
        (("step:s2", "limit"), {"amount": 1, "unit": "moons"}, "no unit"),
        (("total:grading.grade=normal", "limit"), None, "write a limit"),
        (("step:s2", "customer_days"), 91, "whole number"),
        (("step:s2", "R"), [{"post": "astronaut", "department": None}], "no such post"),
        (("step:s2", "R"), [{"post": "service-agent", "department": "moon"}], "no such post"),
        (("step:s2", "R"), [AGENT, AGENT], "twice"),
        (("step:s2", "I"), [AGENT] * 21, "at most 20"),
        (("exception:e1", "escalate_to"), "astronaut", "no such post"),
        (("elements", "rules"), {"zh": "x" * 10_001, "en": "x"}, "at most 10000"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(key: Any, value: Any, why: str) -> None:
    made = variant(values={})

    with pytest.raises(DomainError, match=why):
        vary(made, {**FASTER, key: value}, by=None, reason="Try")

    assert not Difference.objects.exists()


def test_who_comes_too_late_overwrites_nobody(admin_person: Any) -> None:
    made = variant(values={})
    vary(made, FASTER, by=admin_person, reason="Sales is faster", seen=0)

    with pytest.raises(DomainError, match=r"Fang Ning changed this draft while you were typing \(reason: “Sales is"):
        vary(made, {("step:s2", "limit"): {"amount": 3, "unit": "hours"}}, by=None, reason="Mine", seen=0)

    assert made.differences.get().value["amount"] == 2


def test_rows_of_a_variant_are_written_by_no_act_of_the_editor() -> None:
    made = variant()
    step = Step(revision=made, key="s1", number=1, title_zh="x", title_en="x")

    for act in (
        lambda: change_draft(made, saved=[step], by=None, reason="x"),
        lambda: rewrite_steps(made, lambda _draft: ([], [[step]]), by=None, reason="x"),
        lambda: apply_operations(made, [{"do": "insert", "after": "s1"}], by=None, at=RELEASED_AT, reason="x"),
    ):
        with pytest.raises(DomainError, match="is a variant: only what may differ"):
            act()
    assert made.steps.count() == 0
    whole = write_draft(process_named("other"), complaint(), by=None, reason="x", at=RELEASED_AT)
    with pytest.raises(DomainError, match="This is no variant"):
        vary(whole, FASTER, by=None, reason="x")


def test_a_released_variant_is_never_changed() -> None:
    made = released_variant().definition.revision

    with pytest.raises(DomainError, match="is released"):
        vary(made, {("step:s3", "I"): []}, by=None, reason="x")
    with pytest.raises(DomainError, match="is released"):
        inherit(made, place="step:s2", field="limit", by=None, reason="x")


def test_who_wrote_a_difference_is_an_author_and_who_wrote_the_standard_is_none(admin_person: Any) -> None:
    writer = PersonFactory()
    process = released().process
    made = variant(process, by=admin_person)
    vary(made, {("step:s3", "I"): []}, by=writer, reason="x")
    inherit(made, place="step:s3", field="I", by=writer, reason="x")

    assert authors_of(made) == {admin_person.pk, writer.pk}


def test_those_concerned_by_what_it_inherits_and_the_head_of_its_department_are_proposed_as_reviewers() -> None:
    organisation()
    head = holder("department-head", "sales")
    quality = holder("department-head", "quality")
    made = variant()

    proposed = {row.person for row in propose(made, on=RELEASED_AT.date())}

    assert {head, quality} <= proposed


def test_an_abolished_post_that_it_inherits_keeps_it_from_being_released_until_it_differs_there() -> None:
    made = variant()
    engineer = Post.objects.get(code="quality-engineer")
    engineer.is_active = False
    engineer.save()

    places = {fault.place for fault in faults_in(made)}
    assert {"step:s3", "step:s4"} <= places
    with pytest.raises(DomainError, match="no such post"):
        vary(made, {("step:s2", "C"): [{"post": "quality-engineer", "department": None}]}, by=None, reason="x")
    vary(made, {("step:s3", "I"): []}, by=None, reason="Abolished")

    assert "step:s3" not in {fault.place for fault in faults_in(made)}


def test_a_standard_altered_by_one_byte_is_inherited_by_nobody() -> None:
    made = variant()
    definition = Definition.objects.get()
    Definition.objects.update(content=definition.content.replace("分级", "定级", 1))

    with pytest.raises(DefinitionBroken):
        build(Revision.objects.get(pk=made.pk))


def test_a_change_voids_what_was_given_for_another_text() -> None:
    made = variant()
    Revision.objects.filter(pk=made.pk).update(state=State.SIGNED)

    vary(made, {("step:s3", "I"): []}, by=None, reason="x")

    assert Revision.objects.get(pk=made.pk).state == State.DRAFT


def test_a_variant_over_a_definition_of_the_first_schema_is_read() -> None:
    data = build(released().definition.revision)
    old = {**data, "schema": 1}
    for name in (
        "responses",
        "thresholds",
        "clockwork",
        "dissatisfaction",
        "recipient_posts",
        "glossary",
        "references",
    ):
        old.pop(name)
    for row in old["exceptions"]:
        row.pop("key")
    rows = [Difference(place="exception:e1", field="limit", value={"amount": 9, "unit": "hours"})]

    made = parse(with_differences(old, rows, names_in(rows)))

    assert made.exceptions[0].limit.amount == 9
    assert made.variant is None


def test_a_constant_number_of_statements_builds_a_variant(django_assert_num_queries: Any) -> None:
    made = variant(values={**FASTER, ("step:s3", "R"): [SELLER], ("step:s5", "C"): [AGENT]})
    fresh = Revision.objects.select_related("process", "variant_of", "variant_for").get(pk=made.pk)

    with django_assert_num_queries(3):
        build(fresh)


def test_a_writers_own_head_reads_the_draft_of_a_variant() -> None:
    made = variant()
    head = person_with(Role.DEPARTMENT_HEAD, Department.objects.get(code="sales"))
    agent = holder("service-agent")

    assert made in Revision.objects.visible_to(head)
    assert made not in Revision.objects.visible_to(agent)
