"""Two who decide at once, and one who signs while another edits: one after the other, on the text that is there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from processes.domain.editing import change_draft
from processes.domain.reviewing import ask_again
from processes.domain.signing import sign
from processes.domain.texts import text_of
from processes.models import Decision, ReviewedText, Revision, Signature
from processes.models.revision import State
from procstd.errors import DomainError
from procstd.notices.models import Notice
from tests.reviews import AT, desk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time."),
]


def _at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Carry *acts* out at the same time; return what each returned or refused."""
    ready, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            ready.wait(10)
            results[number] = act()
        except Exception as error:  # shown by the assertion
            results[number] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=row) for row in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results


def test_two_approvals_at_once_are_both_kept_and_the_review_is_approved_once() -> None:
    d = desk()
    d.start()

    results = _at_once(lambda: d.approve(d.first), lambda: d.approve(d.second))

    assert [type(row) for row in results] == [Decision, Decision], results
    assert d.state == State.APPROVED
    assert ReviewedText.objects.count() == 1
    assert Notice.objects.filter(rule="review.to_sign", person=d.lead).count() == 1


def test_who_signs_while_somebody_edits_signs_what_is_there_or_nothing() -> None:
    d = desk()
    d.start()
    d.approve(d.first)
    d.approve(d.second)
    seen = text_of(d.draft).sha256
    refused: list[Any] = []

    def sign_it() -> None:
        try:
            sign(d.draft, meaning="approve", by=d.lead, at=AT, seen=seen)
        except DomainError as error:
            refused.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=sign_it)
    with transaction.atomic():
        step = d.draft.steps.get(key="s3")
        step.title_en = "Other words"
        change_draft(d.draft, saved=[step], by=d.author, reason="x")
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()  # it waits for who is editing
    thread.join(10)

    assert [str(row) for row in refused] == [
        "The text was changed while you were reading. Look at it again, then sign."
    ]
    assert not Signature.objects.exists()
    assert d.state == State.IN_REVIEW


def test_whichever_comes_first_a_signature_and_an_edit_at_once_leave_no_signed_text_that_nobody_read() -> None:
    d = desk()
    d.start()
    for person in (d.first, d.second):
        d.approve(person)
    for number in range(4):
        seen = text_of(Revision.objects.get(pk=d.draft.pk)).sha256
        _at_once(
            lambda seen=seen: sign(d.draft, meaning="approve", by=d.lead, at=AT, seen=seen),
            lambda number=number: d.edit(f"Words {number}"),
        )
        d.draft.refresh_from_db()
        assert d.draft.state == State.IN_REVIEW
        assert not any(row.covers(text_of(d.draft).sha256) for row in Signature.objects.all())
        ask_again(d.review, by=d.author, at=AT)
        for person in (d.first, d.second):
            d.approve(person)
