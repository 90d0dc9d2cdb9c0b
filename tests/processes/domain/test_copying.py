"""Copies of manuals (F34): numbered, recalled once their version is over, and what became of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.utils import timezone

from processes import pdf_signing
from processes.domain.copying import hand_out_copy, recall_copies, settle_copy
from processes.domain.inforce import end_release
from processes.models import CopyState, ManualCopy
from procstd.errors import DomainError
from procstd.notices.models import Notice
from procstd.organisation.models import Department
from procstd.roles import Role
from tests.factories import beyond_reach
from tests.processes.pages.desk import person_as
from tests.signatures import signature_status
from tests.standards import holder, released

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)


def hand_out(release: Any, **facts: Any) -> ManualCopy:
    usual = {"kind": "controlled", "holder": None, "place": "Hall 2", "language": "en", "by": None, "reason": "Test"}
    return hand_out_copy(release.definition, **{**usual, "at": NOW, **facts})


def test_copies_are_numbered_by_process() -> None:
    one, other = released(), released(code="other")

    numbers = [str(hand_out(release)) for release in (one, one, other)]

    assert numbers == ["complaint-001", "complaint-002", "other-001"]


def test_a_new_version_recalls_what_is_out_of_the_old_one_once_and_tells_holders() -> None:
    agent = holder("service-agent")
    old = released()
    controlled, told = hand_out(old, holder=agent), hand_out(old, kind="uncontrolled", holder=agent)
    settled = hand_out(old)
    settle_copy(settled, outcome="returned", by=None, reason="Back", at=NOW)
    assert recall_copies(at=NOW) == 0
    newer = released(at=NOW)
    kept = hand_out(newer)

    assert [recall_copies(at=NOW), recall_copies(at=NOW)] == [2, 0]

    for row in (controlled, told, settled, kept):
        row.refresh_from_db()
    assert [row.state for row in (controlled, told, settled, kept)] == ["recalled", "out", "returned", "out"]
    assert told.recalled_at == NOW
    assert Notice.objects.filter(person=agent, rule="copy.recalled").count() == 2


def test_a_holder_who_cannot_be_told_keeps_no_other_copy_from_being_recalled() -> None:
    broken, agent = holder("service-agent"), holder("quality-engineer")
    old = released()
    first, second = hand_out(old, holder=broken), hand_out(old, holder=agent)
    beyond_reach(broken)
    released(at=NOW)

    assert recall_copies(at=NOW) == 1

    for row in (first, second):
        row.refresh_from_db()
    assert [row.state for row in (first, second)] == ["out", "recalled"]


def test_a_version_that_goes_on_in_one_department_is_not_recalled() -> None:
    old = released()
    copy = hand_out(old)

    released(at=NOW, departments=[Department.objects.get(code="sales")])

    assert recall_copies(at=NOW) == 0
    copy.refresh_from_db()
    assert copy.state == CopyState.OUT


def test_no_copy_is_handed_out_of_what_is_over_or_to_nobody() -> None:
    old = released()
    with pytest.raises(DomainError, match="Say who"):
        hand_out(old, place=" ")
    released(at=NOW)

    with pytest.raises(DomainError, match="over"):
        hand_out(old, at=NOW + timedelta(minutes=1))


def test_a_settled_copy_is_not_settled_again() -> None:
    copy = hand_out(released())
    settle_copy(copy, outcome="lost", by=None, reason="Fire", at=NOW)

    with pytest.raises(DomainError, match="settled"):
        settle_copy(copy, outcome="returned", by=None, reason="Found", at=NOW)
    assert list(ManualCopy.history.values_list("history_change_reason", flat=True)) == ["Fire", "Test"]


def test_the_register_hands_out_lists_and_settles(signed_in: Any) -> None:
    released()
    writer = signed_in(person_as(Role.PROCESS_SPECIALIST, language="en"))
    base = "/centre/of/complaint/copies/"
    form = writer.get(f"{base}add/").context["form"]
    version = form.fields["definition"].queryset.get().pk
    facts = {
        "definition": version,
        "kind": "controlled",
        "place": "Hall 2",
        "language": "zh-hans",
        "reason": "New board",
    }

    assert list(writer.post(f"{base}add/", {**facts, "place": ""}).context["form"].errors) == ["holder"]
    assert writer.post(f"{base}add/", facts).status_code == 302
    copy = ManualCopy.objects.get()
    assert "complaint-001" in writer.get(base).content.decode()
    assert writer.post(f"{base}{copy.pk}/settle/", {"outcome": "destroyed", "reason": "Torn"}).status_code == 302
    copy.refresh_from_db()
    assert copy.state == CopyState.DESTROYED


def test_a_copy_is_printed_with_its_number_and_its_holder_on_every_sheet(
    signed_in: Any, settings: Any, tmp_path: Any
) -> None:
    settings.VAR_DIR = tmp_path
    pdf_signing._signer.cache_clear()
    copy = hand_out(released())
    writer = signed_in(person_as(Role.PROCESS_SPECIALIST, language="en"))
    base = "/centre/of/complaint/copies/"
    assert f"{base}{copy.pk}/manual.pdf" in writer.get(base).content.decode()

    answer = writer.get(f"{base}{copy.pk}/manual.pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('inline; filename="complaint-001-V1.0-')
    status, _signature = signature_status(answer.content)
    assert status.intact
    sheets = [sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(answer.content)]
    assert len(sheets) > 10
    said = "Controlled copy complaint-001, held by Hall 2"
    assert all(said in " ".join(sheet.split()) for sheet in sheets)
    pdf_signing._signer.cache_clear()


def test_what_is_recalled_is_not_printed_again(signed_in: Any) -> None:
    made = released()
    copy = hand_out(made)
    end_release(made, by=None, at=NOW, reason="Over")
    recall_copies(at=NOW)
    writer = signed_in(person_as(Role.PROCESS_SPECIALIST, language="en"))

    assert f"{copy.pk}/manual.pdf" not in writer.get("/centre/of/complaint/copies/").content.decode()
    assert writer.get(f"/centre/of/complaint/copies/{copy.pk}/manual.pdf").status_code == 404
