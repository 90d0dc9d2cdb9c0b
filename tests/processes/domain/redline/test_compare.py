"""Two versions compared: nothing where nothing differs, each planted edit found, named and placed."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from processes.domain.parsing import parse
from processes.domain.redline.change import Change, Kind, Weight
from processes.domain.redline.compare import changes_between, groups_of, marks_between
from tests.charts import definition_of
from tests.random_standards import random_standards
from tests.standards import Data, complaint, standard, step, words

DEFINITIONS = random_standards().map(definition_of)


def _between(old: Data, new: Data) -> list[Change]:
    return changes_between(parse(old), parse(new))


def _complaints() -> tuple[Data, Data]:
    data = definition_of({"pain_points": [], **complaint()})
    return data, copy.deepcopy(data)


def _step(data: Data, key: str) -> Data:
    found: Data = next(row for row in data["steps"] if row["key"] == key)
    return found


def _renumber(data: Data) -> None:
    for number, row in enumerate(data["steps"], 1):
        row["number"] = number


def _told(changes: list[Change], language: str = "en") -> list[str]:
    with translation.override(language):
        return [str(change.sentence) for change in changes]


@settings(max_examples=60, deadline=None)
@given(DEFINITIONS)
def test_a_standard_does_not_differ_from_itself(data: Data) -> None:
    assert _between(data, copy.deepcopy(data)) == []


# --- planted edits: what is done to a copy, and the kind, weight and field by which it is found ---


def _limit(data: Data, row: Data) -> None:
    row["limit"] = {**row["limit"], "amount": row["limit"]["amount"] + 1}


def _post(data: Data, row: Data) -> None:
    row["posts"]["C"] = [{"post": {"code": "auditor", "name": words("Auditor")}, "department": None}]


def _operation(data: Data, row: Data) -> None:
    row["operation"] = words("Do it in quite another way than before")


def _chinese(data: Data, row: Data) -> None:
    row["title"] = {**row["title"], "zh": "别的"}


def _key_node(data: Data, row: Data) -> None:
    row["key_node"] = not row["key_node"]


def _days(data: Data, row: Data) -> None:
    row["customer_days"] += 1


def _label(data: Data, row: Data) -> None:
    row["outcomes"][0]["label"] = words("Done otherwise")


def _outcome(data: Data, row: Data) -> None:
    row["outcomes"].append({**row["outcomes"][0], "key": "o9", "label": words("Give up"), "target": None})


def _target(data: Data, row: Data) -> None:
    row["outcomes"][0]["target"] = row["key"]


def _not_by(data: Data, row: Data) -> None:
    row["not_by"] = data["steps"][0]["key"]


PLANTED: dict[Any, tuple[str, Kind, Weight]] = {
    _limit: ("limit", Kind.CHANGED, Weight.LIMITS),
    _post: ("posts.C", Kind.CHANGED, Weight.POSTS),
    _operation: ("operation", Kind.CHANGED, Weight.WORDING),
    _chinese: ("title", Kind.CHANGED, Weight.WORDING),
    _key_node: ("key_node", Kind.CHANGED, Weight.WORDING),
    _days: ("customer_days", Kind.CHANGED, Weight.LIMITS),
    _label: ("outcomes.o1.label", Kind.CHANGED, Weight.WORDING),
    _outcome: ("outcomes.o9", Kind.ADDED, Weight.ORDER),
    _target: ("outcomes.o1.target", Kind.CHANGED, Weight.ORDER),
    _not_by: ("not_by", Kind.CHANGED, Weight.POSTS),
}


@settings(max_examples=100, deadline=None)
@given(DEFINITIONS, st.sampled_from(list(PLANTED)), st.data())
def test_an_edit_of_a_random_step_is_found_alone_and_named(data: Data, edit: Any, drawn: Any) -> None:
    new = copy.deepcopy(data)
    row = drawn.draw(st.sampled_from(new["steps"]))
    edit(new, row)

    (change,) = _between(data, new)

    field, kind, weight = PLANTED[edit]
    assert (change.place, change.field, change.kind, change.weight) == (f"step:{row['key']}", field, kind, weight)
    assert str(row["number"]) in str(change.sentence)


@settings(max_examples=60, deadline=None)
@given(DEFINITIONS, st.data())
def test_a_step_that_stands_elsewhere_is_moved_not_removed_and_added(data: Data, drawn: Any) -> None:
    new = copy.deepcopy(data)
    count = len(new["steps"])
    here = drawn.draw(st.integers(0, count - 1))
    there = drawn.draw(st.integers(0, count - 1).filter(lambda place: place != here))
    new["steps"].insert(there, new["steps"].pop(here))
    _renumber(new)

    found = _between(data, new)

    assert [change.kind for change in found] == [Kind.MOVED]
    neighbours = {data["steps"][here]["key"], data["steps"][there]["key"]}
    # Of two that changed places either one moved.
    assert found[0].step in (neighbours if abs(here - there) == 1 else {data["steps"][here]["key"]})
    assert found[0].weight == Weight.ORDER


@settings(max_examples=60, deadline=None)
@given(DEFINITIONS, st.data())
def test_a_new_step_and_one_that_is_gone_move_no_other(data: Data, drawn: Any) -> None:
    new = copy.deepcopy(data)
    place = drawn.draw(st.integers(0, len(new["steps"])))
    (made,) = definition_of(standard(step("s99", None)))["steps"]
    new["steps"].insert(place, made)
    _renumber(new)

    (came,) = [change for change in _between(data, new) if change.kind != Kind.CHANGED]
    (went,) = [change for change in _between(new, data) if change.kind != Kind.CHANGED]

    assert (came.place, came.kind, went.place, went.kind) == ("step:s99", Kind.ADDED, "step:s99", Kind.REMOVED)
    assert [str(place + 1) in str(row.sentence) for row in (came, went)] == [True, True]


def test_limits_are_told_in_a_plain_sentence_in_both_languages() -> None:
    old, new = _complaints()
    _step(new, "s4")["limit"]["amount"] = 12

    changes = _between(old, new)

    assert _told(changes) == ["Step 4: time limit 24 hours, around the clock → 12 hours, around the clock"]
    assert len(_told(changes, "zh-hans")) == 1
    assert "12" in _told(changes, "zh-hans")[0]


def test_what_changed_in_one_language_only_says_so() -> None:
    old, new = _complaints()
    _step(new, "s2")["title"]["zh"] = "投诉定级"

    (change,) = _between(old, new)

    assert _told([change]) == ["Step 2: title in Chinese “投诉分级” → “投诉定级”"]
    assert (change.old, change.new) == ("投诉分级", "投诉定级")


def test_a_long_text_is_shown_word_by_word_and_a_short_one_in_the_sentence() -> None:
    old, new = _complaints()
    _step(new, "s4")["operation"] = words(
        "Analyse the cause with the batch data of the plant, then draft the solution."
    )
    new["inputs"] = words("Order")

    element, long = _between(old, new)

    assert (element.is_text, long.is_text) == (False, True)
    assert _told([long]) == ["Step 4: operation reworded"]
    assert _told([element]) == ["Inputs “Complaint register” → “Order”"]


def test_a_field_of_a_form_is_named_with_its_form() -> None:
    old, new = _complaints()
    fields = new["forms"][0]["fields"]
    fields.append({**fields[0], "key": "batch", "label": words("Batch"), "required": False})
    fields[2]["required"] = False
    new["forms"][1]["fields"][0]["options"].append({"key": "vital", **words("Vital")})

    found = _between(old, new)

    assert _told(found) == [
        "Form “Complaint register”: field “Batch” added",
        "Form “Complaint register”: field “Product model” may be left empty now",
        "Form “Grading record”: field “Grade”: option “Vital” added",
    ]
    assert [change.weight for change in found] == [Weight.WORDING, Weight.FIELDS, Weight.FIELDS]
    assert ("service-agent", None) in found[0].posts


def test_chains_exceptions_totals_and_clocks_are_told() -> None:
    old, new = _complaints()
    new["thresholds"]["step"][0] = {**new["thresholds"]["step"][0], "percent": 70}
    new["exceptions"][0]["limit"]["amount"] = 1
    new["totals"][1]["limit"]["amount"] = 2
    new["clockwork"]["hold_days"] = 5

    assert _told(_between(old, new)) == [
        "Time standards: whole case (Grade = Urgent) 3 working days → 2 working days",
        "Exception handling: time limit of “The customer's information is incomplete” 2 hours, around the clock "
        "→ 1 hour, around the clock",
        *(row for row in _told(_between(old, new)) if row.startswith("Who is told when")),
        "Clocks, holds and dissatisfaction: a case on hold at most 10 days → 5 days",
    ]  # fmt: skip
    assert any("at 70 % of the limit" in str(change.new) for change in _between(old, new))


def test_changes_stand_by_element_and_step_and_know_whose_work_they_touch() -> None:
    old, new = _complaints()
    new["purpose"] = words("Another aim")
    _step(new, "s4")["limit"]["amount"] = 12
    _step(new, "s5")["limit"]["amount"] = 2
    changes = _between(old, new)

    groups = groups_of(changes, parse(old), parse(new))

    assert [group.place for group in groups] == ["elements", "step:s4", "step:s5"]
    engineer = [change for change in changes if change.concerns({("quality-engineer", "quality")})]
    assert [change.place for change in engineer] == ["step:s4"]
    head = [change.place for change in changes if change.concerns({("department-head", "quality")})]
    assert head == ["step:s4", "step:s5"]
    assert not any(change.concerns({("department-head", "sales")}) for change in changes)


def test_pictures_mark_what_came_went_moved_and_changed() -> None:
    old, new = _complaints()
    moved = new["steps"].pop(1)
    new["steps"].insert(4, moved)
    new["steps"].pop(6)
    (made,) = definition_of(standard(step("s99", None)))["steps"]
    new["steps"].append(made)
    _step(new, "s4")["limit"]["amount"] = 12
    _renumber(new)

    before, after = marks_between(_between(old, new))

    assert (before["s2"], after["s2"], before["s7"], after["s99"]) == ("moved", "moved", "removed", "added")
    assert (before["s4"], after["s4"]) == ("changed", "changed")
    assert "s99" not in before
    assert "s7" not in after


@pytest.mark.parametrize("amount", [30])
def test_thirty_steps_are_compared_in_no_time(amount: int) -> None:
    import time

    rows = [step(f"s{number}", f"s{number + 1}" if number < amount else None) for number in range(1, amount + 1)]
    old = definition_of(standard(*rows))
    new = copy.deepcopy(old)
    for row in new["steps"]:
        row["operation"] = words(f"{row['operation']['en']} with care and within a day of the receipt of the order")
        row["limit"] = {**row["limit"], "amount": 3}
    began = time.process_time()

    found = _between(old, new)
    texts = [str(change.sentence) for change in found]

    assert len(texts) == 2 * amount
    assert time.process_time() - began < 0.5
