"""Every figure of the training material is that of the raw rows and of the definition's JSON, read in plain Python."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from processes.manuals.blocks import Manual, Section
from processes.models import Definition
from rollouts.domain.quizzing import set_quiz_rule
from rollouts.domain.training import cancel_training, plan_training
from rollouts.models import QuizRule, Training
from rollouts.reports.material import MATERIAL
from rollouts.reports.source import source_of
from tests.rollouts.hall import DAY, NOW, newer, specialist
from tests.standards import complaint, released

pytestmark = pytest.mark.django_db
Data = dict[str, Any]
#: How units are said, by hand: of one, and of more.
UNITS = {
    "working_minutes": ("working minute", "working minutes"),
    "working_hours": ("working hour", "working hours"),
    "working_days": ("working day", "working days"),
    "minutes": ("minute, around the clock", "minutes, around the clock"),
    "hours": ("hour, around the clock", "hours, around the clock"),
    "days": ("day, around the clock", "days, around the clock"),
}


def limit_said(limit: Data | None) -> str:
    """Say a limit of the JSON as people do."""
    if limit is None:
        return "–"
    if limit["amount"] == 0:
        return {"working_days": "on the same working day", "working_hours": "at once, in working time",
                "working_minutes": "at once, in working time"}.get(limit["unit"], "at once")  # fmt: skip
    return f"{limit['amount']} {UNITS[limit['unit']][limit['amount'] > 1]}"


def other_figures(data: Data) -> None:
    """Change every limit and threshold of a text that has a number, to numbers nobody would write into a test."""
    rows = [row for name in ("steps", "totals", "responses", "exceptions") for row in data[name]]
    for number, row in enumerate(rows):
        if row["limit"] and row["limit"]["amount"]:
            row["limit"]["amount"] += 1 + number % 7
    for number, row in enumerate(row for chain in data["thresholds"].values() for row in chain):
        if row["kind"] == "warn":
            row["percent"] += 1 + number
        elif row["kind"] == "escalate":
            row["minutes"] += 60 * (1 + number % 3)


def raw(definition: Definition) -> Data:
    content: Data = json.loads(Definition.objects.values_list("content", flat=True).get(pk=definition.pk))
    return content


def material(definition: Definition) -> Manual:
    with translation.override("en"):
        return MATERIAL.write(source_of(definition), choice="en", at=NOW)[0]


def section(manual: Manual, anchor: str) -> Section:
    def all_of(rows: Any) -> Iterator[Section]:
        for row in rows:
            yield row
            yield from all_of(row.sections)

    return next(row for row in all_of(manual.sections) if row.anchor == anchor)


def lines(part: Section) -> list[str]:
    return [str(line) for block in part.blocks for line in getattr(block, "lines", ())]


def table(part: Section) -> list[list[str]]:
    (block,) = [block for block in part.blocks if block.kind == "table"]
    return [[" ".join(map(str, cell)) for cell in row] for row in block.rows]  # type: ignore[union-attr]


def facts(part: Section, name: str) -> list[str]:
    return [
        str(cell[0])
        for block in part.blocks
        if block.kind == "facts"
        for head, cell in block.rows  # type: ignore[union-attr]
        if str(head) == name
    ]


def title(step: Data) -> str:
    return f"{step['number']} {step['title']['en']}"


def test_steps_and_limits_of_each_post_are_those_of_the_definition() -> None:
    definition = newer(released(complaint()), other_figures).definition
    data = raw(definition)
    acting: dict[str, list[Data]] = {}
    for step in data["steps"]:
        for code in {place["post"]["code"] for duty in "RA" for place in step["posts"].get(duty, ())}:
            acting.setdefault(code, []).append(step)
    fields = {
        f"{form['key']}.{field['key']}": field for form in data["forms"] for field in form["fields"]
    }  # fmt: skip
    totals = []
    for total in data["totals"]:
        field = fields[total["when"]["field"]]
        value = next(row["en"] for row in field["options"] if row["key"] == total["when"]["value"])
        totals.append([f"The whole case: {field['label']['en']} = {value}", limit_said(total["limit"])])

    manual = material(definition)

    below = section(manual, "execution").sections
    assert {row.anchor.removeprefix("post-") for row in below} == set(acting)
    assert sum(map(len, acting.values())) > len(data["steps"])  # some steps are of two posts
    for code, steps in acting.items():
        part = section(manual, f"post-{code}")
        assert lines(part) == [title(step) for step in steps]
        assert facts(part, "Time limit") == [limit_said(step["limit"]) for step in steps]
        limited = [[title(step), limit_said(step["limit"])] for step in steps if step["limit"]]
        assert table(part) == limited + totals


def test_what_is_new_says_the_limits_before_and_after() -> None:
    first = released(complaint())
    second = newer(first, other_figures)
    before, after = raw(first.definition), raw(second.definition)

    said = lines(section(material(second.definition), "changed"))

    pairs = [
        (f"Step {new['number']}:", limit_said(old["limit"]), limit_said(new["limit"]))
        for old, new in zip(before["steps"], after["steps"], strict=True)
        if old["limit"] != new["limit"]
    ]
    assert len(pairs) >= 5
    for name, old, new in pairs:
        assert any(line.startswith(name) and f"{old} → {new}" in line for line in said), (name, said)


def test_what_supervision_watches_is_that_of_the_definition() -> None:
    definition = newer(released(complaint()), other_figures).definition
    data = raw(definition)

    manual = material(definition)

    nodes = [title(step) for step in data["steps"] if step["key_node"]]
    watched = [line for line in lines(section(manual, "watch")) if line.startswith("Key node")]
    assert [line.removeprefix("Key node ").partition(":")[0] for line in watched] == nodes
    told = [row[1] for row in table(section(manual, "told"))]
    chains: list[list[Data]] = []
    for name in ("response", "total", "step", "exception"):
        if data["thresholds"][name] not in chains:  # the same chain stands there once
            chains.append(data["thresholds"][name])
    assert told == [_when(row) for chain in chains for row in chain]
    exceptions = [row[3] for row in table(section(manual, "escalate"))]
    assert exceptions == [
        f"{limit_said(row['limit'])} {row['escalate_to']['post']['name']['en']}" for row in data["exceptions"]
    ]


def _when(row: Data) -> str:
    if row["kind"] == "warn":
        return f"at {row['percent']} % of the limit"
    return f"{row['minutes'] // 60} h after it was due" if row["minutes"] else "when the limit is exceeded"


def test_quiz_and_trainings_are_those_of_the_rows() -> None:
    definition = released(complaint()).definition
    by = specialist()
    set_quiz_rule(
        definition.revision.process, pass_percent=73, attempts=4, questions=17, by=by, reason="Test"
    )  # fmt: skip
    for number in (3, 1, 2):
        made = plan_training(
            definition, tier="execution", title_zh="培训", title_en=f"Training {number}", starts_at=NOW + number * DAY,
            minutes=60, place=f"Room {number}", trainer=by, departments=[], posts=[], by=by, at=NOW,
        )  # fmt: skip
    cancel_training(made, by=by, at=NOW, reason="Nobody has time")

    manual = material(definition)

    rule = QuizRule.objects.values("questions", "pass_percent", "attempts").get()
    (quiz,) = [line for line in lines(section(manual, "proof")) if line.startswith("The quiz")]
    assert quiz == (
        f"The quiz asks {rule['questions']} questions; passed with {rule['pass_percent']} % right, "
        f"in {rule['attempts']} attempts at most."
    )
    rows = Training.objects.filter(cancelled_at=None).values_list("starts_at", "title_en", "place")
    wanted = [
        [f"{at + timedelta(hours=8):%Y-%m-%d %H:%M}", name, place]  # Shanghai is eight hours ahead
        for at, name, place in sorted(rows)
    ]
    shown = [[row[0], row[1].rpartition(" ")[0], row[2]] for row in table(section(manual, "trainings"))]
    assert [row[2] for row in wanted] == ["Room 1", "Room 3"]
    assert shown == wanted
