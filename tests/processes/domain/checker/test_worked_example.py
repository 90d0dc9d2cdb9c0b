"""The checker finds by itself every fault that H3 lists in the worked example, and says what the mended one keeps."""

from __future__ import annotations

from django.utils import translation
from hypothesis import HealthCheck, given, settings

from processes.demo_complaint import COMPLAINT
from processes.domain.checker.findings import Finding, findings_of
from tests.processes.domain.checker.definitions import FACTS, Data, printed, read
from tests.random_standards import random_standards


def _found(rule: str, findings: list[Finding], place: str = "") -> list[Finding]:
    return [row for row in findings if row.rule == rule and row.place.startswith(place)]


def test_every_fault_of_the_printed_example_is_found() -> None:
    findings = findings_of(read(printed()), (), FACTS)

    urgent = next(row for row in _found("feasibility.total", findings) if "Urgent" in str(row.message))
    assert "Alone it takes all of that: 6 Carry out the soluti (3 working days)." in str(urgent.message)
    disagreeing = _found("limit.step", findings, "step:s7")
    assert [(row.language, row.words) for row in disagreeing] == [("zh", "1 个工作日内"), ("en", "1 working day")]
    vague = {(row.place, row.words.lower()) for row in _found("wording.vague", findings)}
    assert ("step:s6", "责任部门") in vague
    assert ("step:s6", "responsible department") in vague
    assert ("responsibilities", "协助") in vague
    assert ("responsibilities", "assists") in vague
    assert [row.words for row in _found("structure.key_node", findings)] == ["方案审批", "approval of the solution"]
    assert [str(row.message) for row in _found("structure.exception", findings)] == [
        "An exception names a step that does not exist."
    ]
    unanswered = [row.place for row in _found("structure.raci", findings) if "exactly one post" in str(row.message)]
    assert unanswered == [f"step:s{number}" for number in range(1, 8)]


def test_judging_the_responsible_department_is_not_vague() -> None:
    findings = findings_of(read(printed()), (), FACTS)

    assert [row.words for row in _found("wording.vague", findings, "step:s4")] == []


def test_of_the_mended_example_only_contradictions_of_limits_and_one_question_remain() -> None:
    findings = findings_of(read(COMPLAINT), (), FACTS)

    assert [(row.rule, row.place) for row in findings] == [
        ("feasibility.total", "totals"), ("feasibility.total", "totals"),
        ("feasibility.response", "totals"), ("feasibility.response", "totals"),
        ("purpose.step", "step:s7"),
    ]  # fmt: skip
    with translation.override("en"):
        assert "7 Carry out the solution (3 working days)" in str(findings[1].message)


def test_hostile_texts_are_read_in_time_and_kept_as_they_are() -> None:
    data = printed()
    for text in (
        "<b>相关部门</b>" * 800,
        "1" * 10_000,
        "等、" * 5_000,
        "\u202e相关\u202c部门\ud800",
        "a " * 5_000,
        "within " * 1_400,
    ):
        data["rules"] = {"zh": text, "en": text}
        data["steps"][0]["operation"] = {"zh": text, "en": text}
        for row in findings_of(read(data), (), FACTS):
            assert len(row.excerpt) <= 300
            assert len(row.key) == 16


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random_standards())
def test_any_standard_is_checked_and_says_the_same_twice(data: Data) -> None:
    standard = read(data)

    findings = findings_of(standard, (), FACTS)

    assert [row.key for row in findings] == [row.key for row in findings_of(standard, (), FACTS)]
    assert all(str(row.message) and str(row.why) and str(row.proposal) for row in findings)
