"""Vague words are found, and what only looks like them is not: measured on sentences, not on words (F14, F16)."""

from __future__ import annotations

from pathlib import Path

import pytest

from processes.domain.checker.wording import Known, vague_in
from processes.domain.checker.wordlists import entries

_FOLDER = Path(__file__).parents[2] / "wording"
#: Of the sentences that the lists were written with, and of those that their writer has never seen.
_FLOORS = {"develop": 0.9, "heldout": 0.9}


def _sentences(name: str, language: str) -> list[tuple[bool, str, str]]:
    path = _FOLDER / f"{name}.{language}.tsv"
    if not path.exists():
        pytest.skip(f"{path.name} is not written yet.")
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line.strip() and line[0] in "01"]
    return [(verdict == "1", field, text) for verdict, field, text in rows]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["develop", "heldout"])
def test_precision_and_recall_stay_above_their_floors(
    name: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [(is_vague, bool(vague_in(text, language, field))) for is_vague, field, text in _sentences(name, language)]

    right = rows.count((True, True))
    precision = right / (right + rows.count((False, True)))
    recall = right / (right + rows.count((True, False)))
    with capsys.disabled():
        print(f"\n{name}.{language}: n={len(rows)} precision={precision:.3f} recall={recall:.3f}")  # noqa: T201
    assert (precision >= _FLOORS[name], recall >= _FLOORS[name]) == (True, True), (precision, recall)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_pattern_needs_words_that_are_not_looked_for(language: str) -> None:
    """The triggers of an entry are searched first: one that is missing would hide what the pattern finds."""
    sentences = [text for _vague, _field, text in _sentences("develop", language)]

    hidden = [
        (entry.pattern.pattern[:40], text)
        for entry in entries(language)
        for text in sentences
        if entry.pattern.search(text) and not any(trigger in text.lower() for trigger in entry.triggers)
        and not vague_in(text, language, "operation")
    ]  # fmt: skip

    assert hidden == []


CASES = [
    ("zh", "rules", "应在2小时内及时联系客户。", []),
    ("zh", "rules", "应及时联系客户。", ["及时"]),
    ("zh", "rules", "发票、合同等材料", ["等"]),
    ("zh", "rules", "等待客户、等级判定、平等协商、同等条件、等于零", []),
    ("zh", "rules", "相关部门（质量部、生产部）会签。", []),
    ("zh", "rules", "选择“其他”并填写《相关部门会签表》。", []),
    ("zh", "help", "如漏油、异响等", []),
    ("zh", "example", "由相关部门处理。", []),
    ("zh", "purpose", "提升效率，及时到账。", []),
    ("zh", "operation", "判定责任部门，由责任部门执行。", ["责任部门"]),
    ("en", "rules", "Answer promptly, within 2 hours.", []),
    ("en", "rules", "Answer promptly.", ["promptly"]),
    ("en", "rules", "Invoices relevant to the order are checked.", []),
    ("en", "rules", "The relevant department checks them.", ["relevant department"]),
    ("en", "rules", "The board may appropriate funds.", []),
    ("en", "duty", "Judge the responsible department; the responsible party pays.", ["responsible party"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "field", "text", "words"), CASES)
def test_a_word_is_vague_by_what_stands_beside_it(language: str, field: str, text: str, words: list[str]) -> None:
    assert [text[row.start : row.end] for row in vague_in(text, language, field)] == words


def test_a_term_of_the_glossary_is_not_vague() -> None:
    known = Known(["相关部门", "Relevant department"])

    assert vague_in("由相关部门处理。", "zh", "rules", known) == []
    assert vague_in("The relevant department acts.", "en", "rules", known) == []
    assert len(vague_in("由相关人员处理。", "zh", "rules", known)) == 1
