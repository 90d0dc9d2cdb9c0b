"""Structural gaps, purpose, and limits in words: each found where it is, and not where it is not (F15, H4.1, H4.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from processes.domain.checker.durations import limits_in
from processes.domain.checker.findings import BLOCKING, Facts, Finding, findings_of
from processes.domain.standard import Limit
from tests.processes.domain.checker.definitions import FACTS, printed, read, w
from tests.standards import Data, standard, step


def _found(data: Data, *rules: str, facts: Facts = FACTS) -> list[tuple[str, str, str]]:
    findings = findings_of(read(data), (), facts)
    return [(row.rule, row.place, str(row.message)) for row in findings if row.rule.startswith(rules)]


def _branching(target: str | None) -> Data:
    first = step("s1", target)
    first["outcomes"][0]["branches"] = [{"field": "note.way", "value": "b", "target": "s2"}]
    return standard(first, step("s2", "s3"), step("s3", None))


def test_a_branch_whose_default_is_the_end_is_questioned() -> None:
    assert _found(_branching("s3"), "structure.default") == []
    assert _found(_branching(None), "structure.default") == [
        ("structure.default", "step:s1", "Step 1: “To the end” ends the case unless a branch applies.")
    ]


def test_a_field_asked_for_twice_is_found_in_the_second_form() -> None:
    data = standard(step("s1", "s2"), step("s2", None, form="again"))
    data["forms"].append({**data["forms"][0], "key": "again", "name": w("再次", "Again")})

    found = _found(data, "structure.asked_twice")

    assert [row[1:] for row in found] == [
        ("form:again", f"“{label}” is asked for in “Note” already.") for label in ("Text", "Way")
    ]


def test_posts_that_nobody_holds_or_that_do_everything_are_found() -> None:
    facts = replace(FACTS, vacant=frozenset({("service-agent", None)}))
    four = [step(f"s{number}", f"s{number + 1}" if number < 4 else None) for number in range(1, 5)]

    assert len(_found(standard(*four), "structure.vacant", facts=facts)) == 4
    nobody = replace(FACTS, vacant=frozenset({("service-supervisor", None)}))
    assert _found(standard(*four), "structure.vacant", facts=nobody) == [
        ("structure.vacant", "exceptions", "“Something lacks” goes to “service supervisor”, which nobody holds.")
    ]
    assert _found(standard(*four), "structure.everywhere") == [
        ("structure.everywhere", "steps", "“service agent” does or answers for every step.")
    ]
    four[3]["posts"] = {duty: [{"post": {"code": "service-supervisor"}}] for duty in "RA"}
    assert _found(standard(*four), "structure.everywhere", "structure.vacant") == []


def test_an_exception_that_goes_to_whom_it_comes_from_is_found() -> None:
    data = standard(step("s1", None))
    assert _found(data, "structure.exception_owner") == []

    data["exceptions"][0]["escalate_to"]["post"]["code"] = "service-agent"
    assert [row[1] for row in _found(data, "structure.exception_owner")] == ["exceptions"]
    data["exceptions"][0]["escalate_to"]["post"]["code"] = ""
    assert "nobody decides" in _found(data, "structure.exception_owner")[0][2]


def test_an_act_that_the_rules_name_and_no_step_does_is_found() -> None:
    data = standard(step("s1", None), rules=w("合同须经审批后签署。", "The contract is signed after approval."))
    assert len(_found(data, "structure.key_node")) == 2

    data["steps"][0]["operation"] = w("审批合同。", "Approve the contract.")
    assert _found(data, "structure.key_node") == []


def test_a_countersignature_that_only_the_text_asks_for_is_questioned() -> None:
    data = standard(
        step("s1", "s2", operation=w("起草方案，经法务会签。", "Draft it; legal countersigns.")), step("s2", None)
    )
    assert [row[:2] for row in _found(data, "structure.countersign")] == [("structure.countersign", "step:s1")]

    data["steps"][0]["posts"]["S"] = [{"post": {"code": "department-head"}, "department": None}]
    assert _found(data, "structure.countersign") == []
    assert [row[:2] for row in _found(data, "structure.refusal")] == [("structure.refusal", "step:s1")]
    data["steps"][0]["outcomes"].append({"key": "no", "label": w("退回", "No"), "target": "s1", "send_back": True})
    assert _found(data, "structure.refusal") == []
    del data["steps"][0]["posts"]["S"]
    data["steps"][0]["title"] = w("会签", "Countersign")
    assert _found(data, "structure.countersign") == []


def test_steps_that_answer_no_pain_point_are_questioned_and_a_process_without_any_once() -> None:
    data = standard(step("s1", "s2"), step("s2", None))
    assert [row[:2] for row in _found(data, "purpose")] == [("purpose.none", "pain-points")]

    data["pain_points"] = [{"key": key, "text": w(key, key)} for key in ("p1", "p2")]
    data["steps"][0]["answers"] = ["p1"]
    assert [row[:2] for row in _found(data, "purpose")] == [
        ("purpose.unanswered", "pain-points"), ("purpose.step", "step:s2"),
    ]  # fmt: skip


def test_what_keeps_a_standard_from_being_released_comes_first_and_cannot_be_suppressed() -> None:
    data = printed()
    everything = findings_of(read(data), (), FACTS)
    rows = [_row(finding) for finding in everything]

    marked = findings_of(read(data), rows, FACTS)

    severities = [row.severity for row in marked]
    assert severities == sorted(severities, reverse=True)
    assert {bool(row.suppression) for row in marked if row.severity == BLOCKING} == {False}
    assert {bool(row.suppression) for row in marked if row.severity != BLOCKING} == {True}


def _row(finding: Finding) -> Any:
    from processes.models import Suppression

    rule, place, field, words, excerpt = finding.identity
    return Suppression(rule=rule, place=place, field=field, words=words, excerpt=excerpt)


DURATIONS = [
    ("zh", "1个工作日内回访", [(1, "working_days", True), (1, "days", False), (2, "working_days", False)]),
    ("zh", "24小时内响应", [(24, "hours", True), (24, "working_hours", True), (1, "days", True), (12, "hours", False)]),
    ("zh", "半小时内派发", [(30, "minutes", True), (30, "working_minutes", True)]),
    ("zh", "两小时内、最迟三天", [(2, "hours", True)]),
    ("zh", "十五个工作日内", [(15, "working_days", True)]),
    ("zh", "一周内完成", [(7, "days", True), (5, "working_days", True)]),
    ("en", "within 1 working day", [(1, "working_days", True), (1, "days", False)]),
    ("en", "within half an hour", [(30, "minutes", True)]),
    ("en", "no later than two hours after receipt", [(2, "hours", True), (120, "working_minutes", True)]),
    ("en", "within 2 h of it", [(2, "hours", True)]),
]


@pytest.mark.parametrize(("language", "text", "limits"), DURATIONS)
def test_limits_in_words_are_read(language: str, text: str, limits: list[tuple[int, str, bool]]) -> None:
    said = limits_in(text, language)[0]

    assert [(amount, unit, said.says(Limit(amount, unit))) for amount, unit, _is in limits] == limits


def test_durations_that_are_no_limits_are_left_alone() -> None:
    assert limits_in("试运行 30 分钟，保存三年。", "zh") == []
    assert limits_in("Run it for 30 minutes; wait an hour.", "en") == []


def test_words_that_disagree_with_limits_or_with_each_other_are_found() -> None:
    data = standard(step("s1", None, operation=w("4 小时内完成。", "Done within 3 hours.")))
    data["rules"] = w("5 个工作日内结案。", "Closed within 9 working days.")
    data["exceptions"][0]["response"] = w("1 小时内联系。", "Call within 2 hours.")

    assert [(rule, place) for rule, place, _said in _found(data, "limit")] == [
        ("limit.words", "elements"), ("limit.exception", "exceptions"),
        ("limit.step", "step:s1"), ("limit.step", "step:s1"), ("limit.languages", "step:s1"),
    ]  # fmt: skip
