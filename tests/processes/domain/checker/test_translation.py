"""Both languages of a text name the same numbers and the same posts (F36)."""

from __future__ import annotations

import pytest

from processes.domain.checker.findings import findings_of
from processes.starters import STARTERS
from tests.processes.domain.checker.definitions import FACTS, read, w
from tests.standards import standard, step


def _found(zh: str, en: str) -> list[tuple[str, str, str]]:
    data = standard(step("s1", "s2"), step("s2", None))
    data["steps"][0]["operation"] = w(zh, en)
    data["steps"][1]["posts"]["R"] = [
        {"post": {"code": "agent", "name": w("客服专员", "Service agent")}, "department": None}
    ]
    findings = findings_of(read(data), (), FACTS)
    return [(row.rule, row.field, row.words) for row in findings if row.rule.startswith("translation")]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("填写 3 份表", "Fill in three sheets"),
        ("填写三份表", "Fill in 3 sheets"),
        ("金额超过 1 万元", "Amounts over 10,000 yuan"),
        ("金额超过五千元", "Amounts over 5,000 yuan"),
        ("第十二页", "Page 12"),
        ("10 月 5 日前", "By 5 October"),
        ("1 天内回复", "Answer within 24 hours"),
        ("误差 0.5 毫米", "Half a millimetre"),
        ("统一填写", "Fill it in the same way"),
        ("编号 V1.0 与 A4", "Number V1.0 and A4"),
    ],
)
def test_the_same_numbers_in_other_words_are_the_same(zh: str, en: str) -> None:
    assert _found(zh, en) == []


@pytest.mark.parametrize(
    ("zh", "en", "found"),
    [
        ("填写 3 份表", "Fill in 2 sheets", [("operation_zh", "3"), ("operation_en", "2")]),
        ("填写表", "Fill in 2 sheets", [("operation_en", "2")]),
        ("金额超过 1 万元", "Amounts over 1,000 yuan", [("operation_zh", "1"), ("operation_en", "1,000")]),
        ("满意度 90%", "Satisfaction of 95%", [("operation_zh", "90"), ("operation_en", "95")]),
    ],
)
def test_other_numbers_are_found_where_they_stand(zh: str, en: str, found: list[tuple[str, str]]) -> None:
    assert [(field, words) for _rule, field, words in _found(zh, en)] == found


def test_a_post_named_in_one_language_only_is_found() -> None:
    assert _found("客服专员登记", "The service agent registers") == []
    assert _found("专员登记", "The service agent registers") == []
    assert _found("客服专员登记", "The agent registers") == []
    assert _found("登记", "The service agent registers") == [("translation.posts", "operation_en", "service agent")]
    assert _found("客服专员登记", "Sales registers") == [("translation.posts", "operation_zh", "客服专员")]


def test_no_starter_says_one_thing_in_chinese_and_another_in_english() -> None:
    for starter in STARTERS.values():
        findings = findings_of(read(starter.data), (), FACTS)
        assert [str(row.message) for row in findings if row.kind == "translation"] == [], starter.key
