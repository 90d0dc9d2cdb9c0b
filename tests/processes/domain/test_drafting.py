"""Drafts: numbered, one at a time, with history and reasons."""

from __future__ import annotations

from typing import Any

import pytest

from processes.domain.drafting import write_draft
from processes.models import Process, Revision, Step
from procstd.errors import DomainError
from tests.standards import RELEASED_AT, complaint, process_named, released, standard, step

pytestmark = pytest.mark.django_db


def _draft(process: Process, data: Any = None, **facts: Any) -> Revision:
    return write_draft(process, data or standard(step("s1", None)), by=None, reason="Why", at=RELEASED_AT, **facts)


def test_a_draft_keeps_who_wrote_it_and_why(admin_person: Any) -> None:
    revision = write_draft(process_named("x"), complaint(), by=admin_person, reason="First text", at=RELEASED_AT)

    for row in (revision, revision.steps.get(key="s4"), revision.forms.get(key="register").fields.get(key="photo")):
        entry = row.history.get()
        assert (entry.history_user, entry.history_change_reason) == (admin_person, "First text")


def test_numbers_follow_the_latest_version() -> None:
    released(standard(step("s1", None)), code="x")
    process = Process.objects.get(code="x")

    minor = _draft(process)
    assert str(minor) == "V1.1"
    Step.objects.filter(revision=minor).delete()
    minor.delete()

    assert str(_draft(process, major=True)) == "V2.0"


def test_a_second_open_draft_is_refused() -> None:
    process = process_named("x")
    _draft(process)

    with pytest.raises(DomainError, match="There is a draft already"):
        _draft(process)


def test_posts_that_do_not_exist_are_refused() -> None:
    with pytest.raises(DomainError, match="no post with the code “astronaut”"):
        _draft(process_named("x"), standard(step("s1", None, post="astronaut")))
    assert not Revision.objects.exists()
