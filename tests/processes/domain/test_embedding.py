"""Embedded pages (F49): which sites may frame them, and tokens that end at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes.domain.embedding import (
    embed_token_in_force,
    issue_embed_token,
    read_origins,
    revoke_embed_token,
)
from processes.models import EmbedToken
from procstd.errors import DomainError
from tests.standards import RELEASED_AT, process_named

pytestmark = pytest.mark.django_db


def test_sites_are_read_as_origins() -> None:
    text = "https://Intranet.Example.com/\nhttp://wiki:8080, https://例子.cn https://wiki:443"

    assert read_origins(text) == [
        "https://intranet.example.com", "http://wiki:8080", "https://xn--fsqu00a.cn", "https://wiki:443",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "word",
    ["*", "https://*.example.com", "javascript:alert(1)", "https://a.example/path", "https://u@a.example", "'self'",
     "https://a.example?x", "a.example", "https://", "https://a.example:99999", "data:", "https://a_b", "https://-a.com"],
)  # fmt: skip
def test_what_is_no_site_is_refused(word: str) -> None:
    with pytest.raises(DomainError):
        read_origins(word)


def test_a_policy_cannot_be_written_through_a_site() -> None:
    with pytest.raises(DomainError):
        read_origins("https://a.example;script-src *")


def test_a_token_is_kept_as_its_hash_and_ends_in_time_or_at_once() -> None:
    process = process_named("complaint")
    row, text = issue_embed_token(
        process, label="Intranet", language="en", days=2, origins=[], by=None, reason="Test", at=RELEASED_AT
    )

    assert text not in str(EmbedToken.objects.values().get())
    assert text not in str(list(EmbedToken.history.values()))
    assert embed_token_in_force(text, at=RELEASED_AT + timedelta(hours=47)) == row
    assert embed_token_in_force(text, at=RELEASED_AT + timedelta(days=2)) is None
    for _twice in range(2):
        revoke_embed_token(row, by=None, reason="Leaked", at=RELEASED_AT + timedelta(hours=1))
    assert embed_token_in_force(text, at=RELEASED_AT + timedelta(hours=2)) is None
    assert list(EmbedToken.history.values_list("history_change_reason", flat=True)) == ["Leaked", "Test"]
