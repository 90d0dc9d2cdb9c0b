"""The starters of H1.1: each could be released as it stands, and says the same in both languages, nothing vaguely."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from processes.domain.checker.findings import findings_of
from processes.domain.checks import faults_of
from processes.domain.starting import standard_of_starter
from processes.starters import STARTERS

#: The processes that H1.1 names, by category.
NAMED = {
    "approval": {"expense-claim", "purchase-request", "contract-approval", "personnel-change"},
    "business": {"customer-development", "order-handling", "project-delivery", "after-sales"},
    "management": {"quarterly-planning", "performance-appraisal", "risk-control", "knowledge-management"},
    "support": {"it-operations", "administration", "recruiting-training", "asset-management"},
}
_HAN = re.compile("[\u4e00-\u9fff]")


def pairs_in(data: Any, where: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield every text in both languages, with its place."""
    if isinstance(data, dict):
        if "zh" in data and "en" in data:
            yield where, data["zh"], data["en"]
        else:
            for key, value in data.items():
                yield from pairs_in(value, f"{where}.{key}")
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from pairs_in(value, f"{where}[{number}]")


@pytest.mark.pure
def test_every_process_that_the_handbook_names_has_a_starter_in_its_category():
    found: dict[str, set[str]] = {}
    for starter in STARTERS.values():
        found.setdefault(starter.category, set()).add(starter.key)
    assert found == NAMED


@pytest.mark.pure
@pytest.mark.parametrize("starter", STARTERS.values(), ids=STARTERS)
def test_a_starter_has_no_fault_and_both_languages_say_the_same(starter):
    standard = standard_of_starter(starter)

    assert [(fault.place, str(fault.message)) for fault in faults_of(standard)] == []
    # H4.2, H3: no vague words, no limits that cannot be kept. Pain points come from a survey, not from a starter.
    found = [finding for finding in findings_of(standard) if finding.kind in ("wording", "feasibility")]
    assert [(finding.place, str(finding.message)) for finding in found] == []
    texts = [*pairs_in(starter.data), *pairs_in({"name": starter.name, "roles": dict(starter.roles)})]
    assert len(texts) > 70
    for where, zh, en in texts:
        assert all((zh.strip(), en.strip())), where
        assert not _HAN.search(en), (where, en)
        assert _HAN.search(zh) or zh == en, (where, zh)
        digits = [Counter(re.findall(r"\d+", text)) for text in (zh, en)]
        assert digits[0] == digits[1], (where, zh, en)


@pytest.mark.pure
@pytest.mark.parametrize("starter", STARTERS.values(), ids=STARTERS)
def test_a_starter_holds_what_an_author_would_otherwise_write(starter):
    standard = standard_of_starter(starter)
    outcomes = [outcome for step in standard.steps for outcome in step.outcomes]
    placed = {place.post for step in standard.steps for places in step.posts.values() for place in places}

    assert 5 <= len(standard.steps) <= 9
    assert 1 <= len(standard.forms) <= 3
    assert 1 <= len(standard.exceptions) <= 2
    assert any(outcome.is_send_back for outcome in outcomes)
    assert all(step.example.zh and step.limit for step in standard.steps)
    assert all(field.help.zh for form in standard.forms for field in form.fields)
    assert placed == set(starter.roles), "every role works in some step, and is named"
