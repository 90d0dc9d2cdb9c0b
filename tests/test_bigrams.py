"""Words as the index sees them: pairs of Chinese, beginnings of other words, nothing that is an operator."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procstd.bigrams import MOST_TERMS, index_words, marked, terms_of


def test_a_run_of_chinese_gives_its_pairs_and_its_last_character() -> None:
    assert index_words("投诉单") == "z0629508bc9 z08bc905355 z05355"


def test_other_words_are_small_and_without_accents() -> None:
    assert index_words("Café HY-200", "ＡＢＣ") == "wcafe why w200 wabc"


def test_a_question_is_cut_as_the_index_is() -> None:
    terms = terms_of("投诉 Register 单")

    assert [(term.words, len(term.tokens), term.is_beginning) for term in terms] == [
        ("投诉", 1, False), ("register", 1, True), ("单", 1, True),
    ]  # fmt: skip


@given(st.text(max_size=300))
def test_whatever_is_typed_gives_letters_and_digits_only(text: str) -> None:
    tokens = [token for term in terms_of(text) for token in term.tokens]

    assert all(token.isascii() and token.isalnum() for token in tokens)
    assert len(terms_of(text)) <= MOST_TERMS


@given(st.text(max_size=80), st.text(max_size=20))
def test_what_is_marked_is_still_the_text(text: str, question: str) -> None:
    assert "".join(piece for piece, _is_hit in marked(text, terms_of(question))) == text


@pytest.mark.parametrize(
    ("text", "question", "hits"),
    [
        ("接收客户投诉并登记", "投诉", ["投诉"]), ("Complaint register", "REG comp", ["Comp", "reg"]),
        ("progress", "press", []), ("客户投诉，投诉人", "投诉", ["投诉", "投诉"]),
        ("Ｃafé 24小时", "cafe 24 小", ["Ｃafé", "24", "小"]),
    ],
)  # fmt: skip
def test_what_was_looked_for_is_marked(text: str, question: str, hits: list[str]) -> None:
    assert [piece for piece, is_hit in marked(text, terms_of(question)) if is_hit] == hits


def test_a_long_text_is_cut_around_the_first_hit() -> None:
    pieces = marked("开" * 500 + "投诉" + "尾" * 500, terms_of("投诉"), most=100)

    assert (pieces[0], pieces[-1]) == (("…", False), ("…", False))
    assert ("投诉", True) in pieces
    assert len("".join(piece for piece, _hit in pieces)) == 102
