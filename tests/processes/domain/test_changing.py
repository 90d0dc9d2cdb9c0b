"""Changes with their origins, the number that follows, the gate's advice, and who is told when a version begins."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from processes.domain.announcing import announce_effective
from processes.domain.changing import drop_change, mend_change, note_change, renumber_revision
from processes.domain.drafting import write_draft
from processes.domain.gate import Light, criteria_of
from processes.domain.redline.change import Change, Kind, Weight
from processes.domain.redline.numbering import number_for
from processes.domain.switching import replaced_by
from processes.domain.validity import Standing, validity_of
from processes.models import Origin, Process, Release, Revision, Signature
from procstd.errors import DomainError
from procstd.notices.models import Notice
from procstd.organisation.models import Department
from procstd.roles import Role
from tests.factories import person_with
from tests.standards import RELEASED_AT, Data, complaint, holder, process_named, released

pytestmark = pytest.mark.django_db

LATER = RELEASED_AT + timedelta(days=30)


def _changed() -> Data:
    data = copy.deepcopy(complaint())
    rows = {row["key"]: row for row in data["steps"]}
    rows["s4"]["limit"] = {**rows["s4"]["limit"], "amount": 12}
    rows["s8"]["title"] = {"zh": "回访", "en": "Call and close"}
    return data


@pytest.fixture
def draft() -> Revision:
    released()
    return write_draft(process_named("complaint"), _changed(), by=None, reason="x", at=LATER)


def _light(revision: Revision) -> str:
    return next(row.light for row in criteria_of(revision, at=LATER) if row.code == "origins")


# --- origins ---


def test_the_gate_advises_until_each_change_has_an_origin(draft: Revision) -> None:
    assert _light(draft) == Light.AMBER
    for anchor in ("step:s4/limit", "step:s8/title"):
        note_change(draft, origin=Origin.AUDIT, effect="Fewer complaints", anchors=[anchor], by=None, at=LATER)

    assert _light(draft) == Light.GREEN
    assert not any(row.is_red for row in criteria_of(draft, at=LATER) if row.code == "origins")


def test_another_room_notes_a_change_that_is_still_to_be_written(draft: Revision) -> None:
    row = note_change(
        draft, origin=Origin.SUGGESTION, origin_code="S-12", effect="20 % fewer errors", text_zh="自动关联批次",
        text_en="Link the batch", by=None, at=LATER, reason="Suggestion accepted",
    )  # fmt: skip

    assert (row.anchors, row.history.get().history_change_reason) == ([], "Suggestion accepted")
    assert _light(draft) == Light.AMBER


def test_what_is_released_keeps_its_origins(draft: Revision) -> None:
    row = note_change(draft, origin=Origin.LAW, effect="Lawful", anchors=["step:s4/limit"], by=None, at=LATER)
    Revision.objects.filter(pk=draft.pk).update(state="released")

    for act in (
        lambda: note_change(draft, origin=Origin.LAW, effect="x", anchors=["step:s4/limit"], by=None, at=LATER),
        lambda: mend_change(row, by=None, effect="Other"),
        lambda: drop_change(row, by=None, reason="x"),
    ):
        with pytest.raises(DomainError):
            act()
    row.refresh_from_db()
    assert row.effect == "Lawful"


def test_a_note_may_keep_a_difference_that_is_none_any_more_but_not_gain_one(draft: Revision) -> None:
    row = note_change(draft, origin=Origin.LAW, effect="x", anchors=["step:s4/limit"], by=None, at=LATER)
    draft.steps.filter(key="s4").update(limit_amount=24)

    mend_change(row, by=None, effect="Better")
    with pytest.raises(DomainError):
        mend_change(row, by=None, anchors=["step:s4/limit", "step:s1/limit"])


# --- numbers ---


@pytest.mark.parametrize("weight", list(Weight))
def test_all_but_wording_suggests_a_major_number(weight: Weight) -> None:
    words = Change("elements", "purpose", Kind.CHANGED, Weight.WORDING, "Purpose reworded")
    found = number_for([words, Change("step:s1", "x", Kind.CHANGED, weight, "x")])

    assert found.is_major == (weight != Weight.WORDING)
    assert [count for _reason, count in found.reasons] == ([1] if found.is_major else [])


def test_a_draft_is_renumbered_and_its_approvals_are_of_another_text(draft: Revision) -> None:
    assert renumber_revision(draft, major=True, by=None, reason="Proposed").number == "2.0"
    with pytest.raises(DomainError):
        renumber_revision(draft, major=True, by=None, reason="Again")
    made = renumber_revision(draft, major=False, by=None, reason="A slip only")
    assert (made.number, made.number_reason) == ("1.1", "A slip only")
    assert made.edition == draft.edition + 2


def test_the_first_version_and_a_signed_one_keep_their_number(draft: Revision) -> None:
    first = write_draft(process_named("other"), complaint(), by=None, reason="x", at=LATER)
    with pytest.raises(DomainError):
        renumber_revision(first, major=True, by=None, reason="x")
    lead = person_with(Role.PROJECT_LEAD)
    Signature(
        revision=draft, by=lead, name_zh="x", name_en="x", sha256="0" * 64, at=LATER, meaning="approve",
        meaning_zh="x", meaning_en="x",
    ).save()  # fmt: skip
    with pytest.raises(DomainError):
        renumber_revision(draft, major=True, by=None, reason="x")


# --- standing ---


def test_a_version_is_planned_in_force_and_obsolete_by_its_periods() -> None:
    first = released().definition.revision
    second = released(_changed(), at=RELEASED_AT, valid_from=LATER).definition.revision

    def standing(revision: Revision, at: Any) -> tuple[str, str | None]:
        found = validity_of(revision, at)
        return found.standing, found.now and found.now.number

    assert standing(first, LATER - timedelta(minutes=1)) == (Standing.IN_FORCE, "1.0")
    assert standing(second, LATER - timedelta(minutes=1)) == (Standing.PLANNED, "1.0")
    assert standing(first, LATER) == (Standing.OBSOLETE, "1.1")
    assert validity_of(first, LATER).since == LATER
    assert standing(second, LATER) == (Standing.IN_FORCE, "1.1")


def test_a_version_that_still_holds_in_one_department_is_not_obsolete() -> None:
    first = released().definition.revision
    here = Department.objects.get(code="quality")
    second = released(_changed(), at=RELEASED_AT, valid_from=LATER, departments=[here]).definition.revision

    assert validity_of(first, LATER).standing == Standing.IN_FORCE
    assert validity_of(second, LATER).standing == Standing.IN_FORCE
    assert validity_of(write_draft(process_named("x"), complaint(), by=None, reason="x", at=LATER), LATER) == (
        validity_of(Revision(state="draft"), LATER)
    )


# --- the notice ---


def _told(person: Any) -> list[Notice]:
    return list(Notice.objects.filter(person=person, rule__startswith="standard."))


def test_each_reads_once_what_changes_for_his_or_her_posts_first() -> None:
    engineer, agent = holder("quality-engineer", "quality"), holder("service-agent")
    head, owner = holder("department-head", "production"), person_with(Role.PROCESS_SPECIALIST)
    stranger = holder("quality-engineer", "quality", is_active=False)
    released()
    Process.objects.filter(code="complaint").update(owner=owner)
    announce_effective(at=RELEASED_AT)
    Notice.objects.all().delete()
    released(_changed(), at=LATER)

    announce_effective(at=LATER)
    announce_effective(at=LATER + timedelta(minutes=1))

    (to_engineer,), (to_agent,) = _told(engineer), _told(agent)
    assert to_engineer.rule == "standard.changed"
    assert to_engineer.title_en == "Changed from now on: Complaint process V1.0 → V1.1"
    lines = to_engineer.body_en.splitlines()
    assert lines[1:] == [
        "For your posts:", "– Step 4: time limit 24 hours, around the clock → 12 hours, around the clock",
        "Also:", "– Step 8: title “Call the customer and close” → “Call and close”",
    ]  # fmt: skip
    assert "回访并结案" in to_engineer.body_zh
    assert to_engineer.url == "/processes/complaint/redline/?from=1.0&to=1.1&mine=1"
    assert to_agent.body_en.splitlines()[2].startswith("– Step 8")
    assert [len(_told(person)) for person in (head, owner, stranger)] == [1, 1, 0]
    assert "What changes:" in _told(owner)[0].body_en


def test_the_same_text_put_in_force_again_changes_nothing_for_anybody() -> None:
    agent = holder("service-agent")
    first = released()
    announce_effective(at=RELEASED_AT)
    second = Release.objects.create(
        definition=first.definition, process=first.process, valid_from=LATER, reason="Again"
    )
    Release.objects.filter(pk=first.pk).update(valid_until=LATER)

    assert replaced_by(second) is None
    announce_effective(at=LATER)

    assert [row.rule for row in _told(agent)] == ["standard.effective", "standard.effective"]


def test_many_changes_are_told_in_a_few_sentences_and_a_number() -> None:
    owner = person_with(Role.PROJECT_LEAD)
    released()
    Process.objects.filter(code="complaint").update(owner=owner)
    data = _changed()
    for row in data["steps"]:
        row["limit"] = {**row["limit"], "amount": row["limit"]["amount"] + 1}
        row["title"] = {"zh": f"{row['title']['zh']}改", "en": f"{row['title']['en']} anew"}
    released(data, at=LATER)
    announce_effective(at=LATER)

    lines = _told(owner)[-1].body_en.splitlines()
    assert len(lines) == 2 + 12 + 1
    assert lines[-1] == "And 4 more."


def test_the_number_of_statements_does_not_grow_with_people() -> None:
    counts = []
    for code, people in (("few", 1), ("many", 12)):
        for _number in range(people):
            holder("service-agent")
        released(code=code)
        announce_effective(at=RELEASED_AT)
        released(_changed(), code=code, at=LATER)
        with CaptureQueriesContext(connection) as seen:
            assert announce_effective(at=LATER) == 1
        counts.append(len(seen))

    assert counts[0] == counts[1]
