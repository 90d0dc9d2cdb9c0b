"""The page behind the code on a sheet: for everybody, and so it says no more than code, version and state (F33)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from processes.domain.drafting import write_draft
from processes.domain.inforce import end_release
from processes.domain.texts import text_of
from processes.manuals.stamp import SHORT
from processes.models import Definition
from processes.views import manual_state
from procstd.ratelimits import RateLimit
from tests.standards import RELEASED_AT, complaint, process_named, released

pytestmark = pytest.mark.django_db


def _asked(sha256: str) -> Any:
    return Client(HTTP_ACCEPT_LANGUAGE="en").get(f"/processes/state/{sha256[:SHORT]}/")


def test_it_says_code_version_and_state_and_nothing_else() -> None:
    made = released()

    answer = _asked(made.definition.sha256)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "complaint · V1.0" in page
    assert "This version of the standard is in force now." in page
    standard = made.definition.load()
    for secret in (standard["process"]["name"]["zh"], standard["purpose"]["zh"], "Service", made.definition.sha256):
        assert secret not in page


def test_it_tells_what_is_planned_and_what_is_obsolete() -> None:
    now = timezone.now()
    planned = released(code="planned", at=now, valid_from=now + timedelta(days=1))
    ended = released(code="ended", at=now - timedelta(days=9))
    end_release(ended, by=None, at=now - timedelta(days=2), reason="Over")

    assert "Not in force yet" in _asked(planned.definition.sha256).content.decode()
    page = _asked(ended.definition.sha256).content.decode()
    assert "Obsolete" in page
    assert 'href="/processes/ended/"' in page


def test_drafts_altered_texts_and_guesses_are_all_unknown() -> None:
    draft = write_draft(process_named("drafted"), complaint(), by=None, reason="Test", at=RELEASED_AT)
    made = released()
    Definition.objects.update(content=made.definition.content.replace("分级", "定级", 1))

    for mark in (text_of(draft).sha256, made.definition.sha256, "0" * 16, "%25", "x", "é" * 16, "0" * 64):
        answer = Client(HTTP_ACCEPT_LANGUAGE="en").get(f"/processes/state/{mark[:SHORT]}/")
        assert answer.status_code == 404, mark
        assert "complaint" not in answer.content.decode()


def test_whoever_guesses_has_to_wait_and_so_does_a_flood(monkeypatch: Any) -> None:
    made = released()
    monkeypatch.setattr(manual_state, "UNKNOWN", RateLimit("test-unknown-marks", 3, 600))

    codes = [_asked(f"{number:016x}").status_code for number in range(5)]
    assert codes == [404, 404, 404, 429, 429]
    assert _asked(made.definition.sha256).status_code == 429

    monkeypatch.setattr(manual_state, "UNKNOWN", RateLimit("test-unknown-marks-2", 3, 600))
    monkeypatch.setattr(manual_state, "LOOKS", RateLimit("test-looks", 2, 600))
    assert [_asked(made.definition.sha256).status_code for _n in range(3)] == [200, 200, 429]


def test_it_takes_as_few_statements_with_one_release_as_with_many() -> None:
    made = released()

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert _asked(made.definition.sha256).status_code == 200
        return len(captured)

    few = statements()
    for number in range(8):
        released(code=f"more-{number}")

    assert statements() == few <= 6
