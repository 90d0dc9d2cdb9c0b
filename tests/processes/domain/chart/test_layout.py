"""A chart that can be read: no line through a box or over another line, no words over anything."""

from __future__ import annotations

import itertools
from itertools import pairwise
from pathlib import Path
from random import Random
from time import perf_counter

import pytest
from django.conf import settings as django_settings
from django.utils import translation
from hypothesis import HealthCheck, given, seed, settings
from PIL import ImageFont

from processes.domain.chart.drawn import BPMN, TALL, WIDE, Box, Label, Layout, Line, Point, Style
from processes.domain.chart.layout import place
from processes.domain.chart.model import DECISION, END, FORK, JOIN, START, STEP, macro, micro
from processes.domain.chart.svg import svg
from processes.domain.chart.text import balanced, width, wrap
from processes.domain.standard import UNITS, Standard
from procstd.documents import FONTS
from procstd.look.templatetags.look import limit_words
from tests.charts import standard_of
from tests.random_standards import random_standards
from tests.standards import POSTS, Data, complaint, standard, step

POINTED = (DECISION, FORK, JOIN, START, END)
Rect = tuple[float, float, float, float]


def _rect(drawn: Box | Label, shrunk: float = 0) -> Rect:
    if isinstance(drawn, Box):
        x, y = drawn.x - drawn.w / 2, drawn.y - drawn.h / 2
    else:
        x, y = drawn.x, drawn.y
    return x + shrunk, y + shrunk, x + drawn.w - shrunk, y + drawn.h - shrunk


def _meet(one: Rect, other: Rect) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _stretches(line: Line) -> list[tuple[Point, Point]]:
    return list(pairwise(line.points))


def _as_rect(stretch: tuple[Point, Point]) -> Rect:
    (ax, ay), (bx, by) = stretch
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _shared(lines: list[Line]) -> list[str]:
    """Return which lines run on top of each other, by no more than a corner, without arriving at the same node."""
    found = []
    for flat in (0, 1):
        runs = sorted(
            (a[flat], *sorted((a[1 - flat], b[1 - flat])), line.edge.target, line.edge.id)
            for line in lines
            for a, b in _stretches(line)
            if a[flat] == b[flat]
        )
        for index, (at, low, high, target, name) in enumerate(runs):
            for other_at, other_low, other_high, other_target, other_name in runs[index + 1 :]:
                if other_at - at >= 3:
                    break
                # Lines that arrive at one node may share the way into it; nothing else may be shared.
                if target != other_target and min(high, other_high) - max(low, other_low) > 0.5:
                    found.append(f"{name} runs on {other_name}")
    return found


def _within(drawn: Box, point: Point) -> bool:
    """Tell whether *point* lies within the shape of a node, and not on its edge."""
    dx, dy = abs(point[0] - drawn.x) / (drawn.w / 2), abs(point[1] - drawn.y) / (drawn.h / 2)
    return dx + dy < 0.98


def faults_in(drawn: Layout) -> list[str]:
    """Return what a reader would stumble over."""
    found = []
    boxes = {name: _rect(box, 0.5) for name, box in drawn.boxes.items()}
    # A diamond or a circle does not fill its rectangle: lines leave it from its slopes.
    pointed = {name: box for name, box in drawn.boxes.items() if box.node.kind in POINTED}
    labels = [(line.edge.id, _rect(line.label)) for line in drawn.lines if line.label]
    for line in drawn.lines:
        for stretch in _stretches(line):
            (ax, ay), (bx, by) = stretch
            if ax != bx and ay != by:
                found.append(f"{line.edge.id} is aslant")
            rect = _as_rect(stretch)
            for name, box in boxes.items():
                own = name in pointed and name in (line.edge.source, line.edge.target)
                if _meet(rect, box) and not (own and not any(_within(pointed[name], point) for point in stretch)):
                    found.append(f"{line.edge.id} runs through {name}")
            found += [f"{line.edge.id} runs through words of {owner}" for owner, label in labels if _meet(rect, label)]
    found += _shared(drawn.lines)
    for (owner, label), (other_owner, other_label) in itertools.combinations(labels, 2):
        if _meet(label, other_label):
            found.append(f"the words of {owner} lie on those of {other_owner}")
    for owner, label in labels:
        found += [f"the words of {owner} lie on {name}" for name, box in boxes.items() if _meet(label, box)]
        if label[0] < 0 or label[1] < 0 or label[2] > drawn.width or label[3] > drawn.height:
            found.append(f"the words of {owner} leave the chart")
    for one_box, other_box in itertools.combinations(boxes.values(), 2):
        if _meet(one_box, other_box):
            found.append("two boxes lie on each other")
    return found + _text_faults(drawn) + _lane_faults(drawn)


def _text_faults(drawn: Layout) -> list[str]:
    style = drawn.style
    found = []
    for name, box in drawn.boxes.items():
        if box.node.kind == STEP:
            high = len(box.lines) * style.font * 1.28 + len(box.note) * style.small * 1.28
            widest = max(
                [width(line, style.font) for line in box.lines] + [width(line, style.small) for line in box.note]
            )
            if high > box.h - 4 or widest > box.w - 6:
                found.append(f"the words of {name} leave it")
    return found


def _lane_faults(drawn: Layout) -> list[str]:
    found = []
    for name, box in drawn.boxes.items():
        lane = drawn.lanes[box.node.lane]
        x0, y0, x1, y1 = _rect(box)
        if x0 < lane.x or y0 < lane.y or x1 > lane.x + lane.w or y1 > lane.y + lane.h:
            found.append(f"{name} leaves its lane")
    return found


def _wild(seed: int) -> Data:
    """Return a draft that somebody is in the middle of writing: ways into nothing, groups without order, long words."""
    dice = Random(seed)  # noqa: S311 – not for secrets
    count = dice.randint(1, 22)
    keys = [f"s{number}" for number in range(1, count + 1)]
    rows = []
    for key in keys:
        targets = [dice.choice([*keys, None, "s99"]) for _way in range(dice.choice([0, 1, 1, 1, 2, 2, 3, 4, 7]))]
        row = step(key, *targets, post=dice.choice(sorted(POSTS)))
        row["title"] = {"zh": dice.choice(TITLES), "en": ""}
        row |= {"group": dice.choice([None, None, None, 1, 2]), "lane": dice.randint(1, 3)}
        for outcome in row["outcomes"]:
            outcome["send_back"] = dice.random() < 0.3
            outcome["label"] = {"zh": dice.choice(TITLES), "en": ""}
            if dice.random() < 0.3:
                outcome["branches"] = [{"field": "note.way", "value": "b", "target": dice.choice([*keys, None])}]
        rows.append(row)
    return standard(*rows)


TITLES = [
    "审批",
    "核实客户名称、产品型号和问题描述（含照片）",
    "W" * 119,
    "Obtain the customer’s confirmation",
    "投" * 120,
]
NOTES = {f"s{number}": "24 小时（连续计时）, counted around the clock" for number in range(1, 40)}


def _drawings(read: Standard) -> list[Layout]:
    notes = {key: note for key, note in NOTES.items() if int(key[1:]) % 2}
    return [
        *(place(micro(read, notes), vertical=vertical) for vertical in (False, True)),
        *(place(macro(read), vertical=vertical) for vertical in (False, True)),
        place(micro(read), style=BPMN),
    ]


@pytest.mark.pure
@seed(2026)
@settings(max_examples=2000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=random_standards())
def test_two_thousand_random_standards_are_drawn_without_a_fault(data: Data) -> None:
    for drawn in _drawings(standard_of(data)):
        assert faults_in(drawn) == []


@pytest.mark.pure
def test_whatever_a_draft_says_meanwhile_is_drawn_without_a_fault() -> None:
    for seed_number in range(250):
        for drawn in _drawings(standard_of(_wild(seed_number))):
            assert faults_in(drawn) == [], seed_number


def test_an_empty_draft_is_an_empty_chart() -> None:
    drawn = place(micro(standard_of(standard(), name=("空", "Empty"))))

    assert (drawn.boxes, drawn.lines, drawn.lanes) == ({}, [], [])
    assert "<svg" in svg(drawn)


def test_every_way_of_the_standard_is_in_the_chart() -> None:
    read = standard_of(complaint())

    drawn = micro(read)

    shown = {(edge.source.removesuffix("_way"), edge.target) for edge in drawn.edges if edge.ways}
    assert shown == {(key, target or "end") for key, target, _outcome in read.arcs()}
    assert sorted(f"{key} {number}" for edge in drawn.edges for key, number in edge.ways) == sorted(
        f"{outcome.key} {number}"
        for step_ in read.steps
        for outcome in step_.outcomes
        for number in [*range(len(outcome.branches)), None]
    )


def test_a_macro_chart_has_departments_and_core_nodes() -> None:
    drawn = macro(standard_of(complaint()))

    assert drawn.lanes == ("Service", "Quality", "Production")
    assert [node.text for node in drawn.nodes if node.kind == STEP] == [
        "1 Receive the complaint", "2 Grade", "3 Assign the work order", "4 Analyse the cause and draft the solution",
        "5 Approve the solution", "6 Obtain the customer's confirmation", "7 Carry out the solution",
        "8 Call the customer and close",
    ]  # fmt: skip


def test_steps_in_a_row_of_one_department_without_a_key_node_are_one_core_node() -> None:
    rows = [step(f"s{number}", f"s{number + 1}" if number < 5 else None) for number in range(1, 6)]
    rows[3]["key_node"] = True

    drawn = macro(standard_of(standard(*rows)))

    assert [node.steps for node in drawn.nodes if node.kind == STEP] == [("s1",), ("s2", "s3"), ("s4",), ("s5",)]


def test_lanes_of_a_group_begin_at_one_bar_and_end_at_another() -> None:
    drawn = micro(
        standard_of(
            standard(
                step("s1", "s2"),
                step("s2", "s3", group=1),
                step("s3", "s5", "s2", group=1),
                step("s4", "s5", group=1, lane=2),
                step("s5", None, "s2"),
            )
        )
    )

    ways = [(edge.source, edge.target) for edge in drawn.edges]
    assert [goal for source, goal in ways if source == "fork1"] == ["s2", "s4"]
    assert {source for source, goal in ways if goal == "join1"} == {"s3_way", "s4"}
    assert ("s5_way", "fork1") in ways  # back to the whole group
    assert ("join1", "s5") in ways


TEXTS = [
    "", "投诉受理（含照片）：核实客户名称，记录问题描述。", "A" * 300, "the quick (brown) fox, jumps; over it",
    "混合 text 和 words，在一起 100%",
]  # fmt: skip


@pytest.mark.parametrize("words", TEXTS)
def test_lines_fit_their_width_by_the_real_font_and_lose_no_word(words: str) -> None:
    font = ImageFont.truetype(str(Path(django_settings.NPM_ROOT) / FONTS["font:bold"]), 100)

    lines = wrap(words, within=116, size=12.5, most=99)

    assert "".join("".join(lines).split()) == "".join(words.split())
    for line in lines:
        assert font.getlength(line) / 100 * 12.5 <= width(line, 12.5) * 1.02
        assert width(line, 12.5) <= 116
        assert line[0] not in "，。：）" or len(line) > 8


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert wrap("一二三四五六七八九十", within=50, size=12.5, most=2) == ["一二三四", "五六七…"]


def test_a_drawing_of_sixty_steps_takes_milliseconds() -> None:
    rows = [
        step(f"s{n}", f"s{n + 1}" if n < 60 else None, *([f"s{n - 3}"] if n % 4 == 0 else [])) for n in range(1, 61)
    ]
    read = standard_of(standard(*rows))
    taken = []
    for _again in range(5):
        begun = perf_counter()
        svg(place(micro(read)))
        taken.append(perf_counter() - begun)

    assert min(taken) < 0.05  # far above what it takes, for slow machines


LIMITS = [(amount, unit) for unit in UNITS for amount in (0, 1, 24, 30, 120, 1440)]


@pytest.mark.parametrize("style", [WIDE, TALL, BPMN], ids=["wide", "tall", "bpmn"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_steps_limit_is_never_cut(language: str, style: Style) -> None:
    with translation.override(language):
        steps = [
            step(f"s{n}", f"s{n + 1}" if n < len(LIMITS) else None, limit={"amount": amount, "unit": unit, "from": ""})
            for n, (amount, unit) in enumerate(LIMITS, 1)
        ]
        read = standard_of(standard(*steps))
        notes = {row.key: limit_words(row.limit) for row in read.steps}
        drawn = place(micro(read, notes), vertical=style is TALL, style=style)

    for key, words in notes.items():
        assert "".join("".join(drawn.boxes[key].note).split()) == "".join(words.split())


def test_lines_of_like_length_lose_no_word_either() -> None:
    assert balanced("on the same working day", within=120, size=10.5, most=2) == ("on the same", "working day")
