"""What a field takes, and what it refuses (F17, A5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases.domain.answers import AnswersRefused, settle
from processes.domain.standard import Field, Form, Words

W = Words("字", "word")
OPTIONS = (("a", W), ("b", W))


def _form(kind: str, *, required: bool = True, **more: Any) -> Form:
    return Form("f", W, (Field("x", kind, W, W, is_required=required, is_personal=False, **more),))


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", "  emoji 🛠️ and ‮right to left  ", "emoji 🛠️ and ‮right to left"),
        ("long_text", "<script>{{7*7}}</script>", "<script>{{7*7}}</script>"),
        ("number", "1.50", "1.50"),
        ("number", -3, "-3"),
        ("money", "12.30", "12.30"),
        ("date", date(2026, 2, 28), "2026-02-28"),
        ("date", "2026-02-28", "2026-02-28"),
        ("rating", "5", 5),
        ("yes_no", False, False),
        ("person", "chen.jing", "chen.jing"),
    ],
)
def test_a_good_answer_is_kept(kind: str, given: Any, kept: Any) -> None:
    assert settle(_form(kind), {"x": given}) == {"x": kept}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", "x" * 501),
        ("text", ["list"]),
        ("text", "nul\x00"),
        ("text", "   "),
        ("long_text", "x" * 10_000_000),
        ("number", "NaN"),
        ("number", "1e400"),
        ("number", "twelve"),
        ("money", "-1"),
        ("money", "0.001"),
        ("date", "2026-02-30"),
        ("choice", "c"),
        ("choices", "a"),
        ("choices", ["a", "c"]),
        ("rating", 6),
        ("rating", True),
        ("yes_no", "yes"),
        ("person", "x" * 65),
    ],
)
def test_a_bad_answer_is_refused_beside_its_field(kind: str, given: Any) -> None:
    with pytest.raises(AnswersRefused) as refusal:
        settle(_form(kind, options=OPTIONS), {"x": given})

    assert set(refusal.value.errors) == {"x"}


@pytest.mark.parametrize("nothing", [None, "", []])
def test_nothing_is_an_answer_only_where_none_is_required(nothing: Any) -> None:
    assert settle(_form("text", required=False), {"x": nothing}) == {}
    with pytest.raises(AnswersRefused):
        settle(_form("text"), {"x": nothing})


def test_a_hidden_field_is_neither_asked_nor_kept() -> None:
    shown = Field("x", "choice", W, W, is_required=True, is_personal=False, options=OPTIONS)
    hidden = Field("y", "text", W, W, is_required=True, is_personal=False, visible_if=("x", "b"))
    form = Form("f", W, (shown, hidden))

    assert settle(form, {"x": "a", "y": "sent all the same"}) == {"x": "a"}
    with pytest.raises(AnswersRefused) as refusal:
        settle(form, {"x": "b"})
    assert set(refusal.value.errors) == {"y"}
