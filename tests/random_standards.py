"""Random standards that can be released, and what a case of one does next, told without the engine."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from processes.domain.standard import Standard
from processes.models import Unit
from tests.random_limits import random_limits
from tests.standards import POSTS, Data, standard, step, words

FORMS = ("note", "check", "report", "lane1", "lane2", "lane3")
MOST_STEPS = 25


@st.composite
def random_standards(draw: Any) -> Data:
    """Draw a releasable standard of 2 to 25 steps: a line of blocks, each a few steps in a row or parallel lanes.

    Steps in a row may lead back to an earlier block or, by a branch, ahead; steps of a lane may
    lead back within it or leave it early. Posts, departments, limits and forms are drawn for each,
    and what tests/random_limits.py adds.
    """
    blocks = draw(st.lists(st.one_of(_line(), _lanes()), min_size=2, max_size=6))
    named: list[list[list[str]]] = []
    count = 0
    for block in blocks:
        lanes = []
        for size in block:
            lanes.append([f"s{count + number}" for number in range(1, size + 1)])
            count += size
        if count > MOST_STEPS:
            break
        named.append(lanes)
    rows, group = [], 0
    for position, lanes in enumerate(named):
        following = named[position + 1][0][0] if position + 1 < len(named) else None
        group += len(lanes) > 1
        for lane, keys in enumerate(lanes, 1):
            for index, key in enumerate(keys):
                row = _step(draw, key, f"lane{lane}" if len(lanes) > 1 else None)
                onward = keys[index + 1] if index + 1 < len(keys) else following
                if len(lanes) > 1:
                    row |= {"group": group, "lane": lane, "outcomes": _in_a_lane(draw, onward, keys, following)}
                else:
                    row["outcomes"] = _in_a_row(draw, onward, position, named)
                rows.append(row)
    rows[0]["form"] = "note"
    data = standard(*rows)
    used = {row["form"] for row in rows}
    field = data["forms"][0]["fields"]
    data["forms"] = [{"key": key, "name": words(f"The {key}"), "fields": field} for key in FORMS if key in used]
    return {**data, **draw(random_limits(rows))}


def _line() -> st.SearchStrategy[list[int]]:
    return st.integers(1, 4).map(lambda size: [size])


def _lanes() -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(1, 3), min_size=2, max_size=3)


def _step(draw: Any, key: str, own_form: str | None) -> Data:
    def place(*others: str) -> Data:
        department = draw(st.sampled_from([None, "service", "quality"]))
        return {
            "post": {"code": draw(st.sampled_from(sorted(POSTS.keys() - set(others))))},
            "department": department and {"code": department},
        }

    posts = {"R": [place()], "A": [place()]}
    if draw(st.integers(0, 4)) == 0:  # who countersigns has another post than who does it
        posts["S"] = [place(posts["R"][0]["post"]["code"])]
    forms = [None, own_form] if own_form else [None, "note", "check", "report"]
    return {
        **step(key),
        "posts": posts,
        "limit": {"amount": draw(st.integers(0, 90)), "unit": draw(st.sampled_from(Unit.values)), "from": ""},
        "form": draw(st.sampled_from(forms)),
        "customer_days": draw(st.sampled_from([0, 0, 1, 5, 90])),
    }


def _outcome(position: int, target: str | None, **more: Any) -> Data:
    return {"key": f"o{position}", "label": words(f"Way {position}"), "target": target, **more}


def _in_a_lane(draw: Any, onward: str | None, lane: list[str], following: str | None) -> list[Data]:
    outcomes = [_outcome(1, onward)]
    if draw(st.booleans()):
        outcomes.append(_outcome(2, draw(st.sampled_from(lane)), send_back=True))
    if draw(st.booleans()):
        outcomes.append(_outcome(3, following))
    return outcomes


def _in_a_row(draw: Any, onward: str | None, position: int, named: list[list[list[str]]]) -> list[Data]:
    outcomes = [_outcome(1, onward)]
    if draw(st.booleans()):
        back = draw(st.sampled_from(named[: position + 1]))
        outcomes.append(_outcome(2, draw(st.sampled_from(back))[0], send_back=True))
    if draw(st.booleans()):
        ahead = position + draw(st.integers(1, 3))
        target = named[ahead][0][0] if ahead < len(named) else None
        outcomes.append(_outcome(3, onward, branches=[{"field": "note.way", "value": "b", "target": target}]))
    return outcomes


def next_steps(standard: Standard, at_work: set[str], done: str, target: str | None) -> set[str]:
    """Return the steps at work once *done* is completed towards *target*: what the manual promises, step by step."""
    step = standard.step(done)
    goal = standard.step(target)
    others = at_work - {done}
    if step is not None and step.group is not None:
        if goal is not None and goal.group == step.group:
            return others | {goal.key}
        if others:
            return others  # the group waits for its other lanes
    if goal is None:
        return set()
    return {goal.key} if goal.group is None else {lane[0].key for lane in standard.lanes(goal.group).values()}
