"""The longest way of step limits against the limit of the whole case, on the real calendar (F89)."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processes.domain.checker.feasibility import unfeasible_totals
from processes.domain.checker.starts import starts_of
from processes.domain.standard import Limit, Standard
from processes.domain.worked import due_at
from tests.processes.domain.checker.definitions import AT, CALENDAR, FACTS, read
from tests.standards import Data, standard, step


def _totals(amount: int, unit: str = "working_hours") -> Data:
    return {"totals": [{"limit": {"amount": amount, "unit": unit}, "when": None}]}


def _limit(amount: int, start: str = "", unit: str = "working_hours") -> Any:
    return {"limit": {"amount": amount, "unit": unit, "from": start}}


def _said(data: Data) -> list[str]:
    return [str(row.message) for row in unfeasible_totals(read(data), FACTS)]


TIGHT = [
    ("three hours in a row", [step("s1", "s2"), step("s2", "s3"), step("s3", None)], 2, True),
    ("exactly enough", [step("s1", "s2"), step("s2", None)], 2, False),
    ("the longer of two ways", [step("s1", "s2", "s3"), step("s2", "s3", **_limit(9)), step("s3", None)], 2, True),
    ("another clock", [step("s1", "s2"), step("s2", None, **_limit(9, unit="hours"))], 1, True),
    ("counted from the step before", [step("s1", "s2"), step("s2", None, **_limit(2, "s1"))], 2, True),
    ("counted from long before", [step("s1", "s2"), step("s2", "s3"), step("s3", None, **_limit(2, "s1"))], 3, False),
    ("lanes at the same time",
     [step("s1", "s2"), step("s2", "s4", group=1, form=None), step("s3", "s4", group=1, lane=2, form=None, **_limit(2)),
      step("s4", None)], 4, False),
    ("lanes of which one is long",
     [step("s1", "s2"), step("s2", "s4", group=1, form=None), step("s3", "s4", group=1, lane=2, form=None, **_limit(3)),
      step("s4", None)], 4, True),
]  # fmt: skip


@pytest.mark.parametrize(("what", "steps", "total", "is_tight"), TIGHT, ids=[row[0] for row in TIGHT])
def test_a_total_is_found_when_steps_on_time_can_break_it(
    what: str, steps: list[Data], total: int, *, is_tight: bool
) -> None:
    assert bool(_said(standard(*steps, **_totals(total)))) is is_tight


def test_a_way_back_is_not_taken() -> None:
    first, second = step("s1", "s2"), step("s2", None, "s1")
    second["outcomes"][1]["send_back"] = True
    loop = step("s3", None, "s1")

    assert _said(standard(first, second, **_totals(2))) == []
    assert _said(standard(first, step("s2", "s3"), loop, **_totals(3))) == []


def test_each_value_of_the_field_goes_its_own_way() -> None:
    """Way B takes nine hours more: only its total is broken."""
    first = step("s1", "s3")
    first["outcomes"][0]["branches"] = [{"field": "note.way", "value": "b", "target": "s2"}]
    data = standard(first, step("s2", "s3", **_limit(9)), step("s3", None))
    data["totals"] = [
        {"limit": {"amount": 4, "unit": "working_hours"}, "when": {"field": "note.way", "value": way}} for way in "ab"
    ]

    said = _said(data)

    assert len(said) == 1
    assert said[0].startswith("“Way” is “B”: steps on time can exceed the whole case’s 4 working hours by ")
    assert "Alone it takes all of that: 2 Title s2 (9 working hours)." in said[0]


def test_a_total_around_the_clock_breaks_only_over_the_weekend() -> None:
    said = _said(standard(step("s1", None, **_limit(2)), **_totals(24, "hours")))

    assert len(said) == 1
    assert "Not at every start; worst of those tried:" in said[0]
    assert "1 Title s1 (2 working hours)" in said[0]


def test_starts_are_mornings_late_fridays_and_the_days_before_the_longest_holidays() -> None:
    starts = [start.astimezone(CALENDAR.zone) for start in starts_of(CALENDAR, AT)]

    assert len(starts) <= 10
    assert {start.strftime("%H:%M") for start in starts} == {"09:00", "17:00"}
    assert any(start.weekday() == 4 for start in starts)
    assert any(start.strftime("%m-%d") == "09-30" for start in starts)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_it_agrees_with_trying_every_way(data: Any) -> None:
    """A twin that walks every way through a net of three layers, at every start."""
    units = ("working_hours", "working_days", "hours")
    limits = [Limit(data.draw(st.integers(0, 6)), data.draw(st.sampled_from(units))) for _step in range(6)]
    total = Limit(data.draw(st.integers(1, 12)), data.draw(st.sampled_from(units)))
    layers = [["s1"], ["s2", "s3"], ["s4", "s5"], ["s6"]]
    rows = []
    for depth, layer in enumerate(layers):
        following: list[str | None] = list(layers[depth + 1]) if depth + 1 < len(layers) else [None]
        for key in layer:
            limit = limits[int(key[1:]) - 1]
            rows.append(step(key, *following, **_limit(limit.amount, unit=limit.unit)))
    read_one: Standard = read(standard(*rows, **_totals(total.amount, total.unit)))

    def is_late() -> bool:
        for start in starts_of(CALENDAR, AT):
            for way in product(*layers):
                at = start
                for key in way:
                    at = due_at(limits[int(key[1:]) - 1], at, CALENDAR)
                if at - due_at(total, start, CALENDAR) > timedelta(0):
                    return True
        return False

    assert bool(list(unfeasible_totals(read_one, FACTS))) is is_late()
