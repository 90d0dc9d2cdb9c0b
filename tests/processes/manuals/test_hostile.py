"""Words that want to be more than words: addresses, markup, formulas of style sheets, marks that turn text around."""

from __future__ import annotations

import copy
import io
import re
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.template.loader import render_to_string
from docx import Document

from processes.domain.parsing import parse
from processes.domain.standard import Standard, Words
from processes.domain.validity import Standing
from processes.manuals.blocks import Manual
from processes.manuals.content import manual_of
from processes.manuals.facts import Facts
from processes.manuals.page import shown
from processes.manuals.pdf import manual_pdf
from processes.manuals.word import manual_word
from processes.models import Release
from tests.manuals import read_of
from tests.outside import Counter
from tests.standards import RELEASED_AT, released, standard, step

pytestmark = pytest.mark.django_db
CANARY = "CANARY-IN-A-FILE"
CONTROLS = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 127, 0x85, 0xFFFE])) + "\u202e\u2066\u2069\u202c"


def _poisoned(data: Any, poison: str) -> Any:
    """Return *data* with *poison* before and after each text that people write."""
    if isinstance(data, dict):
        return {
            key: f"{poison}{value}{poison}"
            if key in ("zh", "en") and isinstance(value, str)
            else _poisoned(value, poison)
            for key, value in data.items()
        }
    return [_poisoned(row, poison) for row in data] if isinstance(data, list) else data


def _manual(poison: str, choice: str = "en") -> tuple[Manual, Standard, Facts]:
    """Return the manual of a small standard, poisoned in everything that people write."""
    made = _small()
    poisoned = parse(_poisoned(copy.deepcopy(made.definition.load()), poison))
    words = Words(f"部{poison}", f"Dep{poison}")
    facts = Facts(words, words, words, "business", "", Standing.OBSOLETE, "a" * 64, RELEASED_AT, current="1.1")
    return manual_of(poisoned, facts, choice=choice, at=RELEASED_AT), poisoned, facts


def _texts_of(word: bytes) -> list[str]:
    return [node.text or "" for node in Document(io.BytesIO(word)).element.body.iter() if node.tag.endswith("}t")]


def _small() -> Release:
    return released(standard(step("s1", "s2"), step("s2", None)))


def _streams(content: bytes) -> Iterator[bytes]:
    yield content
    for part in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            yield zlib.decompress(part)
        except zlib.error:
            yield part


def test_addresses_and_markup_in_any_text_fetch_nothing_and_stay_words(outside: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    poison = (
        f'"\'>)}}]]><img src="file://{secret}"><link rel=attachment href="file://{secret}"><img src={outside}/a>'
        f"<style>@import url({outside}/b)</style>url(data:text/plain,x)\\\n{{{{ 7|add:7 }}}}{{% now %}}"
    )
    manual, read, facts = _manual(poison)

    pdf = manual_pdf(manual, read, facts)
    word = manual_word(manual, read)
    page = render_to_string("processes/manual_body.html", shown(manual, read))

    assert Counter.hits == 0
    assert not any(CANARY.encode() in part for part in _streams(pdf))
    with zipfile.ZipFile(io.BytesIO(word)) as parts:
        assert not any(CANARY.encode() in parts.read(name) for name in parts.namelist())
        assert b"TargetMode" not in parts.read("word/_rels/document.xml.rels")  # nothing leads outside
    text = "".join(
        node.text or "" for node in Document(io.BytesIO(word)).element.body.iter() if node.tag.endswith("}t")
    )
    assert "{{ 7|add:7 }}" in text
    assert "{{ 7|add:7 }}" in page
    assert not re.search(r"<(img|link|style|script|object|iframe)\b", page)
    assert "/EmbeddedFile" not in str(pdf)


def test_control_characters_and_marks_that_turn_text_are_left_out_everywhere() -> None:
    manual, read, facts = _manual(CONTROLS, "en")

    word = manual_word(manual, read)
    pdf = manual_pdf(manual, read, facts)
    page = render_to_string("processes/manual_body.html", shown(manual, read))

    texts = _texts_of(word)
    document = pypdfium2.PdfDocument(pdf)
    texts += [sheet.get_textpage().get_text_bounded() for sheet in document]
    texts.append(re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL))
    for text in texts:
        assert not set(text) & (set(CONTROLS) - {"\ufffe"}), [hex(ord(letter)) for letter in set(text) & set(CONTROLS)]
    assert any("Title s1" in text for text in texts)


@pytest.mark.parametrize("word", ["x" * 5_000, "投" * 2_000, "\u202eמ" * 2_000, "=cmd|' /C calc'!A1 " * 200])
def test_a_text_without_end_takes_seconds_and_not_hours(word: str) -> None:
    data = _small().definition.load()
    data["purpose"] = {"zh": word, "en": word}
    data["steps"][0]["title"] = {"zh": word[:200], "en": word[:200]}
    read, facts = parse(data), read_of().facts
    manual = manual_of(read, facts, choice="en", at=RELEASED_AT)

    begun = time.process_time()
    pdf = manual_pdf(manual, read, facts)
    word_file = manual_word(manual, read)

    assert time.process_time() - begun < 30  # far above what it takes, for slow machines
    assert pdf.startswith(b"%PDF-")
    Document(io.BytesIO(word_file))
