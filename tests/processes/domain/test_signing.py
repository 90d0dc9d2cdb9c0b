"""The leader's signature, the gate and its overrides, the switch of versions (F24, F26, F29)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from processes.domain import gate
from processes.domain.announcing import announce_effective
from processes.domain.clauses import Clause
from processes.domain.commenting import comment
from processes.domain.gate import Criterion, GateClosed, Light, criteria_of
from processes.domain.releasing import NotReleasable, release
from processes.domain.signing import override, sign
from processes.domain.texts import text_of
from processes.models import Override, Process, Release, Signature
from processes.models.revision import State
from processes.queries.approvals import approvals_of
from procstd.errors import DomainError
from procstd.notices.models import Notice
from procstd.organisation.models import User
from procstd.roles import Role
from tests.factories import PersonFactory, person_with
from tests.reviews import AT, Desk, desk
from tests.standards import holder, released

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    """A desk whose draft is approved."""
    made = desk()
    made.start()
    made.approve(made.first)
    made.approve(made.second)
    return made


def _lights(d: Desk) -> dict[str, str]:
    return {row.code: str(row.light) for row in criteria_of(d.draft, at=AT)}


def test_a_signed_text_is_released_and_its_approvals_are_read_beside_it(d: Desk) -> None:
    assert _lights(d) == {
        "checks": "green", "translation": "green", "reviews": "green", "comments": "green", "signature": "red",
        "effective": "grey", "origins": "grey", "training": "amber", "migration": "green",
    }  # fmt: skip
    with pytest.raises(GateClosed, match="has not signed it"):
        release(d.draft, by=d.lead, at=AT)
    signature = sign(d.draft, meaning="approve", by=d.lead, at=AT, seen=text_of(d.draft).sha256)
    assert d.state == State.SIGNED

    made = release(d.draft, by=d.lead, at=AT)

    assert made.definition.sha256 == signature.sha256
    assert "I approve this standard as V1.0" in signature.meaning_en
    assert "V1.0" in signature.meaning_zh
    found = approvals_of(made.definition.revision)
    assert [(row.who, row.what, row.is_valid) for row in found] == [
        (d.first.name_en, "Approved", True), (d.second.name_en, "Approved", True), (d.lead.name_en, "Signed", True),
    ]  # fmt: skip


def test_any_later_byte_voids_the_signature(d: Desk) -> None:
    sign(d.draft, meaning="approve", by=d.lead, at=AT)
    d.edit("Assign the work orders")

    assert d.state == State.IN_REVIEW
    assert _lights(d)["signature"] == "red"
    with pytest.raises(GateClosed):
        release(d.draft, by=d.lead, at=AT)
    assert [row.is_valid for row in approvals_of(d.draft, text_of(d.draft).sha256)] == [False] * 3
    # A name that the text carries is part of it, wherever it is kept.
    d.edit("Assign the work order")
    assert _lights(d)["signature"] == "green"
    d.draft.process.name_en = "Renamed"
    d.draft.process.save()
    assert _lights(d)["signature"] == "red"


def test_only_a_leader_who_wrote_nothing_signs(d: Desk) -> None:
    admin, owner = PersonFactory(staff=True), PersonFactory()
    d.draft.process.owner = owner
    d.draft.process.save()
    writing_lead = person_with(Role.PROJECT_LEAD)
    for somebody in (admin, d.first, d.author):
        with pytest.raises(DomainError, match="and nobody else"):
            sign(d.draft, meaning="approve", by=somebody, at=AT)
    words = d.draft.steps.get(key="s3").title_en
    d.edit("Mine", by=writing_lead)
    d.edit(words, by=writing_lead)
    for person in (writing_lead,):
        with pytest.raises(DomainError, match="wrote part"):
            sign(d.draft, meaning="approve", by=person, at=AT)
        with pytest.raises(DomainError, match="wrote part"):
            override(d.draft, criterion="reviews", reason="x", by=person, at=AT)
    with pytest.raises(DomainError, match="Choose what"):
        sign(d.draft, meaning="maybe", by=owner, at=AT)
    with pytest.raises(DomainError, match="changed while you were reading"):
        sign(d.draft, meaning="approve", by=owner, at=AT, seen="0" * 64)

    signature = sign(d.draft, meaning="approve", by=owner, at=AT)

    assert signature.post_en == "Process owner"
    with pytest.raises(DomainError, match="signed this text already"):
        sign(d.draft, meaning="approve", by=d.lead, at=AT)


def test_nobody_signs_before_the_gate_is_green_or_answered_for() -> None:
    d = desk()
    with pytest.raises(DomainError, match="Nobody has reviewed it"):
        sign(d.draft, meaning="approve", by=d.lead, at=AT)
    d.start()
    said = comment(d.review, clause=Clause("elements", "purpose", "Purpose"), text="Why?", by=d.second, at=AT)
    d.approve(d.first)

    for criterion, reason, message in (
        ("signature", "x", "cannot be overridden"),
        ("checks", "x", "is not red"),
        ("nothing", "x", "is not red"),
        ("reviews", " ", "Say why"),
    ):
        with pytest.raises(DomainError, match=message):
            override(d.draft, criterion=criterion, reason=reason, by=d.lead, at=AT)
    for criterion in ("reviews", "comments"):
        override(d.draft, criterion=criterion, reason="The customer waits", by=d.lead, at=AT)
    sign(d.draft, meaning="approve", by=d.lead, at=AT)
    made = release(d.draft, by=d.lead, at=AT)

    assert said.pk
    overridden = [row for row in approvals_of(made.definition.revision) if row.what.startswith("Overridden")]
    assert [row.meaning for row in overridden] == [
        "1 of 2 reviewers have approved this text. The customer waits", "1 comment is not settled. The customer waits",
    ]  # fmt: skip


def test_an_override_holds_for_the_very_text_it_was_signed_for() -> None:
    d = desk()
    override(d.draft, criterion="reviews", reason="Urgent", by=d.lead, at=AT)
    assert not next(row for row in criteria_of(d.draft, at=AT) if row.code == "reviews").is_red
    sign(d.draft, meaning="approve", by=d.lead, at=AT)

    d.edit()

    assert next(row for row in criteria_of(d.draft, at=AT) if row.code == "reviews").is_red
    assert d.state == State.DRAFT


def test_what_cannot_run_is_never_released_but_a_missing_language_can_be_answered_for() -> None:
    d = desk()
    d.edit("")
    red = {row.code: row for row in criteria_of(d.draft, at=AT) if row.is_red}
    assert set(red) == {"translation", "reviews", "signature"}
    for criterion in ("translation", "reviews"):
        override(d.draft, criterion=criterion, reason="English follows", by=d.lead, at=AT)
    sign(d.draft, meaning="approve", by=d.lead, at=AT)
    made = release(d.draft, by=d.lead, at=AT)
    assert made.definition.load()["steps"][2]["title"]["en"] == ""

    broken = desk_with_a_fault()
    with pytest.raises(DomainError, match="cannot be overridden"):
        override(broken.draft, criterion="checks", reason="x", by=broken.lead, at=AT)
    with pytest.raises(NotReleasable):
        release(broken.draft, by=broken.lead, at=AT)


def desk_with_a_fault() -> Desk:
    from processes.domain.drafting import write_draft
    from tests.standards import process_named, standard, step

    author, lead = person_with(Role.PROCESS_SPECIALIST), person_with(Role.PROJECT_LEAD)
    draft = write_draft(process_named("loop"), standard(step("s1", "s1")), by=author, reason="x", at=AT)
    return Desk(draft, author, author, author, lead)


def test_a_room_above_adds_its_criterion(d: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_rules", [])
    gate.gate_with(
        lambda facts: Criterion("training", "Training", Light.RED, "Nobody is trained.", can_be_overridden=True)
    )

    with pytest.raises(DomainError, match="Nobody is trained"):
        sign(d.draft, meaning="approve", by=d.lead, at=AT)
    override(d.draft, criterion="training", reason="They train tomorrow", by=d.lead, at=AT)

    sign(d.draft, meaning="approve", by=d.lead, at=AT)


def test_what_somebody_signed_is_never_changed_nor_deleted(d: Desk) -> None:
    signature = sign(d.draft, meaning="approve", by=d.lead, at=AT)
    with pytest.raises(TypeError):
        signature.save()
    tables = ("processes_signature", "processes_decision", "processes_reviewedtext")
    for statement in ("UPDATE {} SET sha256 = 'x'", "DELETE FROM {}"):
        for table in tables:
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(table))
    assert Signature.objects.count() == 1
    assert Override.objects.count() == 0


def test_people_concerned_are_told_once_when_a_version_takes_effect() -> None:
    agent, elsewhere = holder("service-agent"), PersonFactory()
    later = AT + timedelta(days=30)
    first, second = released(), released(at=AT + timedelta(days=1), valid_from=later)

    def told() -> list[tuple[int, str]]:
        rows = Notice.objects.filter(rule="standard.effective", person__in=[agent, elsewhere])
        return list(rows.order_by("pk").values_list("person_id", "title_en"))

    announce_effective(at=later - timedelta(microseconds=1))
    assert told() == [(agent.pk, "In force now: Complaint process V1.0")]
    assert list(Release.objects.in_force(later - timedelta(microseconds=1))) == [first]
    for _twice in range(2):
        announce_effective(at=later)
    assert told()[1:] == [(agent.pk, "In force now: Complaint process V1.1")]
    assert list(Release.objects.in_force(later)) == [second]


def test_a_version_that_cannot_be_told_of_keeps_no_other_untold() -> None:
    agent = holder("service-agent")
    broken, other = released(), released(code="other")
    Process.objects.filter(pk=broken.process_id).update(code="a/b")  # no address leads there

    assert announce_effective(at=AT) == 1

    for row in (broken, other):
        row.refresh_from_db()
    assert (broken.announced_at, other.announced_at) == (None, AT)
    assert Notice.objects.filter(rule="standard.effective", person=agent).count() == 1


def test_each_person_finds_only_what_he_or_she_may_sign(d: Desk) -> None:
    from processes.queries.reviews import reviews_waiting_for, standards_to_sign

    assert [row.pk for row in standards_to_sign(User.objects.get(pk=d.lead.pk))] == [d.draft.pk]
    assert standards_to_sign(d.first) == []
    assert reviews_waiting_for(d.first) == []
