"""Texts word by word: nothing of either is lost, and long ones do not take long."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from processes.domain.redline.matching import match, staying
from processes.domain.redline.pieces import ADDED, REMOVED, SAME, pieces

_TEXTS = st.text(alphabet="ab 中文，。.\n", max_size=40)


@settings(max_examples=300, deadline=None)
@given(_TEXTS, _TEXTS)
def test_what_stayed_and_went_is_the_old_text_and_what_stayed_and_came_the_new_one(old: str, new: str) -> None:
    found = pieces(old, new)

    assert "".join(text for kind, text in found if kind != ADDED) == old
    assert "".join(text for kind, text in found if kind != REMOVED) == new
    assert all(text for _kind, text in found)


def test_english_is_compared_by_words_and_chinese_by_letters() -> None:
    assert pieces("within 24 hours of it", "within 12 hours of it") == [
        (SAME, "within "), (REMOVED, "24"), (ADDED, "12"), (SAME, " hours of it"),
    ]  # fmt: skip
    assert pieces("一般投诉两天内响应", "一般投诉一天内响应") == [
        (SAME, "一般投诉"), (REMOVED, "两"), (ADDED, "一"), (SAME, "天内响应"),
    ]  # fmt: skip


def test_words_beside_each_other_make_one_piece() -> None:
    assert pieces("the old way goes", "a new way goes") == [(REMOVED, "the old"), (ADDED, "a new"), (SAME, " way goes")]


def test_the_longest_texts_are_compared_in_a_second() -> None:
    old, new = "一二三四五六七八九十" * 1000, "一三二四六五七九八十" * 1000
    began = time.process_time()

    found = pieces(old, new)

    assert time.process_time() - began < 2
    assert "".join(text for kind, text in found if kind != REMOVED) == new


@given(st.permutations(range(8)))
def test_what_stays_keeps_its_order_and_is_as_much_as_can_be(order: list[int]) -> None:
    kept = [order[place] for place in sorted(staying(order))]

    assert kept == sorted(kept)
    best = max(
        len(rows) for bits in range(1 << len(order))
        if (rows := [value for place, value in enumerate(order) if bits >> place & 1]) == sorted(rows)
    )  # fmt: skip
    assert len(kept) == best


def test_rows_are_matched_by_the_first_identity_that_fits() -> None:
    found = match([("a", 1), ("b", 2)], [("b", 3), ("a", 1), ("c", 9)], lambda row: row, lambda row: row[0])

    assert (found.removed, found.added) == ([], [("c", 9)])
    assert found.kept == [(("b", 2), ("b", 3)), (("a", 1), ("a", 1))]
    assert len(found.moved) == 1
