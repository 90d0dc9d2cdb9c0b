"""A variant is brought up to a newer version: what differs stays, what both changed is decided, the rest is named."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from processes.domain.definition import build
from processes.domain.gate import criteria_of
from processes.domain.parsing import parse
from processes.domain.releasing import checks_only, release
from processes.domain.variants.behind import latest_variants
from processes.domain.variants.rebasing import Fate, Plan, plan_for, rebase
from processes.domain.variants.varying import Values, begin_variant
from processes.models import Definition, Difference, Process, Revision
from procstd.errors import DomainError
from procstd.notices.models import Notice
from procstd.organisation.models import Department
from tests.factories import PersonFactory
from tests.standards import RELEASED_AT, complaint, released
from tests.variants import FASTER, released_variant, variant

pytestmark = pytest.mark.django_db
LATER = RELEASED_AT + timedelta(days=30)
MANY: Values = {
    **FASTER,
    ("step:s3", "I"): [],
    ("step:s5", "limit"): {"amount": 2, "unit": "working_hours"},
    ("total:grading.grade=normal", "limit"): {"amount": 8, "unit": "working_days"},
    ("exception:e1", "limit"): {"amount": 30, "unit": "minutes"},
}


def newer(**changes: Any) -> Process:
    """Release a newer version of the complaint standard: the complaint with *changes* by step key, or of the whole."""
    data = complaint()
    for name, value in changes.items():
        if name in ("exceptions", "totals"):
            data[name] = value
            continue
        step = next(row for row in data["steps"] if row["key"] == name)
        step.update(value)
    return released(data, at=LATER).process


def plan_of(made: Revision) -> Plan:
    plan = plan_for(Revision.objects.select_related("process", "variant_of").get(pk=made.pk))
    assert plan is not None
    return plan


def up(made: Revision, plan: Plan, **facts: Any) -> Revision:
    facts = {"kept": (), "dropped": (), "is_known": True, "onto": plan.onto.sha256, **facts}
    return rebase(made, by=None, reason="Brought up", at=LATER, **facts)


def rows(made: Revision) -> set[tuple[str, str]]:
    return {(row.place, row.field) for row in made.differences.all()}


def test_what_the_newer_version_left_alone_stays_with_its_value() -> None:
    made = released_variant(values=MANY).definition.revision
    newer(s1={"operation": {"zh": "改", "en": "Changed"}})
    plan = plan_of(made)

    assert [move.fate for move in plan.moves] == [Fate.STAYS] * 5
    fresh = up(made, plan, is_known=False)

    assert str(fresh) == "V1.1-sales"
    assert fresh.is_draft
    assert rows(fresh) == set(MANY)
    standard = parse(build(fresh))
    assert standard.step("s1").operation.en == "Changed"
    assert standard.step("s2").limit.amount == 2
    assert standard.variant.sha256 == plan.onto.sha256


def test_what_the_newer_version_says_too_or_no_longer_has_falls_away_knowingly() -> None:
    made = released_variant(values=MANY).definition.revision
    totals = [{"limit": {"amount": 3, "unit": "working_days"}, "when": None}]
    newer(s2={"limit": {"amount": 2, "unit": "working_hours", "from": "s1"}}, totals=totals)
    plan = plan_of(made)

    assert {move.delta.after.key: move.fate for move in plan.falling_away} == {
        "step:s2": Fate.SAME, "total:grading.grade=normal": Fate.GONE,
    }  # fmt: skip
    with pytest.raises(DomainError, match="seen what falls away"):
        up(made, plan, is_known=False)
    fresh = up(made, plan)

    assert rows(fresh) == {("step:s3", "I"), ("step:s5", "limit"), ("exception:e1", "limit")}


@pytest.mark.parametrize(("keeps", "amount"), [(True, 2), (False, 6)])
def test_what_both_changed_is_decided_and_not_before(keeps: bool, amount: int) -> None:
    made = released_variant(values=MANY).definition.revision
    newer(s5={"limit": {"amount": 6, "unit": "working_hours", "from": "s4"}})
    plan = plan_of(made)
    move = plan.to_decide[0]
    assert (move.delta.old, move.newer, move.delta.new) == ("4 working hours", "6 working hours", "2 working hours")

    for wrong in ({}, {"kept": {move.key}, "dropped": {move.key}}):
        with pytest.raises(DomainError, match="Decide on each"):
            up(made, plan, **wrong)
    assert not Revision.objects.filter(major=1, minor=1, variant_for="sales").exists()
    fresh = up(made, plan, **{"kept" if keeps else "dropped": {move.key}})

    assert parse(build(fresh)).step("s5").limit.amount == amount
    assert (("step:s5", "limit") in rows(fresh)) is keeps


def test_a_step_that_is_called_something_else_now_is_decided_on() -> None:
    made = released_variant().definition.revision
    newer(s2={"title": {"zh": "通知客户", "en": "Tell the customer"}})

    move = plan_of(made).to_decide[0]

    assert move.is_renamed
    assert move.place is not None
    assert move.place.title == "Step 2: Tell the customer"


def test_an_exception_is_found_again_by_what_it_says_and_not_by_its_place_in_the_list() -> None:
    made = released_variant(values=MANY).definition.revision
    old = complaint()["exceptions"][0]
    first = {**copy.deepcopy(old), "trigger": {"zh": "电话打不通", "en": "Nobody answers the phone"}}
    newer(exceptions=[first, old])

    fresh = up(made, plan_of(made))

    assert ("exception:e2", "limit") in rows(fresh)
    assert [rule.limit.amount for rule in parse(build(fresh)).exceptions] == [2, 30]


def test_a_reworded_exception_is_decided_on_and_another_one_is_not_taken_for_it() -> None:
    made = released_variant(values=MANY).definition.revision
    old = complaint()["exceptions"][0]
    reworded = {**copy.deepcopy(old), "trigger": {"zh": "信息缺失", "en": "Information is missing"}}
    newer(exceptions=[reworded])
    assert [move.delta.after.key for move in plan_of(made).to_decide] == ["exception:e1"]

    released(complaint(exceptions=[{**copy.deepcopy(old), "step": "s4", "starts": ""}]), at=LATER + timedelta(days=1))

    assert [move.delta.after.key for move in plan_of(made).of(Fate.GONE)] == ["exception:e1"]


def test_a_draft_moves_to_the_newer_version_as_it_stands() -> None:
    made = variant(values=MANY)
    newer(s2={"limit": {"amount": 2, "unit": "working_hours", "from": "s1"}})

    moved = up(made, plan_of(made), seen=made.edition)

    assert (moved.pk, str(moved)) == (made.pk, "V1.1-sales")
    assert rows(moved) == set(MANY) - set(FASTER)
    assert moved.edition == made.edition + 1
    entry = Revision.history.filter(id=made.pk).latest("history_id")
    assert (entry.history_change_reason, entry.minor) == ("Brought up", 1)


def test_who_brings_a_draft_up_too_late_overwrites_nobody() -> None:
    made = variant(values=MANY)
    newer()
    plan = plan_of(made)
    Revision.objects.filter(pk=made.pk).update(edition=made.edition + 1)

    with pytest.raises(DomainError, match="changed this draft while you were typing"):
        up(made, plan, seen=made.edition)


def test_a_version_released_meanwhile_is_looked_at_first() -> None:
    made = released_variant().definition.revision
    newer()
    plan = plan_of(made)
    released(at=LATER + timedelta(days=1))

    with pytest.raises(DomainError, match=r"V1\.2 was released meanwhile"):
        up(made, plan)


def test_what_is_up_to_date_and_what_has_a_newer_draft_is_not_brought_up() -> None:
    made = released_variant().definition.revision
    assert plan_for(made) is None
    stale = Definition.objects.latest("pk")
    with pytest.raises(DomainError, match="varies the newest version already"):
        rebase(made, onto=stale.sha256, kept=(), dropped=(), is_known=True, by=None, reason="x", at=LATER)
    newer()
    plan = plan_of(made)
    up(made, plan)

    with pytest.raises(DomainError, match=r"V1\.1-sales is newer"):
        up(made, plan)


def test_a_further_variant_of_an_older_version_is_begun_by_bringing_it_up_only() -> None:
    process = released_variant().process
    newer()

    with pytest.raises(DomainError, match=r"has the variant V1\.0-sales\. Bring it up to V1\.1 instead"):
        variant(process)
    assert str(variant(process, department="quality")) == "V1.1-quality"


def test_nothing_may_be_left_and_such_a_variant_is_not_released() -> None:
    made = released_variant().definition.revision
    newer(s2={"limit": {"amount": 2, "unit": "working_hours", "from": "s1"}})

    fresh = up(made, plan_of(made))

    assert not fresh.differences.exists()
    with pytest.raises(DomainError, match="cannot be released yet: 1 faults"):
        release(fresh, by=None, at=LATER, gate=checks_only)


def test_the_owner_and_the_writers_are_told_once_that_a_variant_is_behind() -> None:
    owner, writer = PersonFactory(), PersonFactory()
    process = released().process
    Process.objects.update(owner=owner)
    made = released_variant(process, by=writer).definition.revision
    assert not Notice.objects.exists()

    newer()

    told = Notice.objects.filter(rule="variant.behind")
    assert {row.person for row in told} == {owner, writer}
    assert {row.title_en for row in told} == {"Complaint process: the variant V1.0-sales is behind V1.1"}
    assert {row.url for row in told} == {"/processes/complaint/1.0-sales/rebase/"}
    assert [str(row) for row in latest_variants(process)] == [str(made)]


def test_the_gate_of_a_variant_that_is_behind_is_red_until_somebody_answers_for_it() -> None:
    made = variant()
    before = {row.code: row for row in criteria_of(made, at=RELEASED_AT)}["variant"]
    newer()

    after = {row.code: row for row in criteria_of(made, at=LATER)}["variant"]

    assert (before.light, str(before.sentence)) == ("green", "It varies V1.0, the newest version.")
    assert (after.light, after.can_be_overridden) == ("red", True)
    assert str(after.sentence) == "It varies V1.0, but V1.1 is released. Bring it up to that."
    whole = Definition.objects.latest("pk").revision
    assert "variant" not in {row.code for row in criteria_of(whole, at=LATER)}


def test_history_says_what_was_kept_when_a_draft_was_brought_up(admin_person: Any) -> None:
    made = variant(values=MANY)
    newer(s5={"limit": {"amount": 6, "unit": "working_hours", "from": "s4"}})
    plan = plan_of(made)

    rebase(made, onto=plan.onto.sha256, kept={plan.to_decide[0].key}, dropped=(), is_known=False, by=admin_person,
           reason="Sales stays faster", at=LATER)  # fmt: skip

    entries = Difference.history.filter(history_change_reason="Sales stays faster", history_type="+")
    assert {(row.place, row.field) for row in entries} == set(MANY)
    assert {row.history_user for row in entries} == {admin_person}


def test_an_issue_begun_again_after_the_first_was_deleted_has_its_number() -> None:
    process = released().process
    made = variant(process)
    made.delete()

    assert str(begin_variant(
        process, department=Department.objects.get(code="sales"), by=None, reason="x", at=LATER
    )) == "V1.0-sales"  # fmt: skip
