"""Long charts on paper: every sheet fits A4 portrait, nothing is lost, and letters say where a line goes on."""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree

from processes.domain.chart.layout import place
from processes.domain.chart.model import micro
from processes.domain.chart.pages import sheets
from processes.domain.picture import pages
from tests.charts import standard_of
from tests.processes.domain.chart.test_layout import _wild
from tests.standards import complaint, standard, step

SVG = "{http://www.w3.org/2000/svg}"


def _long(count: int) -> list[str]:
    posts = ("service-agent", "quality-engineer", "department-head", "sales-representative")
    rows = []
    for number in range(1, count + 1):
        back = [f"s{number - 3}"] if number % 4 == 0 else []
        ahead = [f"s{number + 9}"] if number % 7 == 0 and number + 9 <= count else []
        onward = f"s{number + 1}" if number < count else None
        rows.append(step(f"s{number}", onward, *back, *ahead, post=posts[number * 5 % 4]))
    return [str(sheet) for sheet in pages(standard_of(standard(*rows)))]


def _letters(sheet: str) -> list[str]:
    return re.findall(r">([A-Z]+)</text></g>", sheet)


def test_every_sheet_fits_portrait_and_every_step_stands_on_one() -> None:
    drawn = _long(60)

    assert len(drawn) > 3
    found = [etree.fromstring(sheet) for sheet in drawn]
    for root in found:
        width, height = (float(root.get(name)) for name in ("width", "height"))
        assert height / max(width, 640) <= 225 / 174 + 0.001
        heads = [head.text for head in root.iter(f"{SVG}text") if head.get("font-weight") == "700"]
        assert "Service agent" in heads
    steps = [group.get("data-step") for root in found for group in root.iter(f"{SVG}g") if group.get("data-step")]
    assert sorted(steps) == sorted(f"s{number}" for number in range(1, 61))


def test_a_letter_stands_where_a_line_leaves_and_where_it_goes_on() -> None:
    drawn = _long(60)

    for place_, sheet in enumerate(drawn):
        for letter in set(_letters(sheet)):
            beside = [*drawn[max(0, place_ - 1) : place_], *drawn[place_ + 1 : place_ + 2]]
            assert sum(letter in _letters(other) for other in beside) == 1, (place_, letter)
    assert all(count % 2 == 0 for count in Counter(letter for s in drawn for letter in set(_letters(s))).values())


def test_a_chart_that_fits_is_one_sheet() -> None:
    short = standard(step("s1", "s2"), step("s2", None))

    assert len(pages(standard_of(short))) == 1
    assert len(pages(standard_of(standard()))) == 1
    assert 1 <= len(pages(standard_of(complaint()))) <= 2


def test_whatever_a_draft_says_comes_onto_sheets_that_are_sound() -> None:
    for number in range(60):
        read = standard_of(_wild(number))
        for sheet in sheets(place(micro(read), vertical=True)):
            etree.fromstring(str(sheet))
