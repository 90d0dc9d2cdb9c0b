"""A broken standard cannot be released: each fault is found, named, and placed where it is mended (F11, F15)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from processes.demo_complaint import COMPLAINT
from processes.domain.checks import faults_of
from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.domain.faults import Fault
from processes.domain.parsing import parse
from tests.standards import Data, complaint, process_named, standard, step, words

pytestmark = pytest.mark.django_db


def _faults(data: Data) -> list[tuple[str, str]]:
    return [(fault.place, str(fault.message)) for fault in _found(data)]


def _found(data: Data) -> list[Fault]:
    revision = write_draft(process_named("complaint"), data, by=None, reason="x", at="2026-03-02T00:00Z")
    return faults_of(parse(build(revision)))


def test_the_complaint_standard_has_no_fault() -> None:
    assert _faults(complaint()) == []


def _change(path: str, value: Any) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        *parts, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        target: Any = data
        for part in parts:
            target = target[part]
        target[last] = value

    return change


EMPTY = {"zh": "写了", "en": " "}
BROKEN = [
    ("purpose", EMPTY, "elements", "“Purpose” is not written in both languages."),
    ("outputs", EMPTY, "elements", "“Outputs” is not written in both languages."),
    ("responsibilities", [], "responsibilities", "No post or department has a responsibility."),
    ("totals", [], "totals", "No time limit is set for the whole case."),
    ("totals.0.when.field", "grading.colour", "totals",
     "A condition names the field “grading.colour”, which no form has."),
    ("totals.0.when.value", "blue", "totals",
     "A condition asks for “blue”, which the field “grading.grade” cannot have."),
    ("forms.0.name", EMPTY, "form:register", "The form “写了” is not named in both languages."),
    ("forms.0.fields.3.help", EMPTY, "form:register",
     "“Problem description” in “Complaint register” does not say in both languages what to write."),
    ("forms.1.fields.0.options", [{"key": "normal", "zh": "一般", "en": "Normal"}], "form:grading",
     "“Grade” in “Grading record” needs two or more options in both languages."),
    ("forms.1.fields.1.visible.field", "later", "form:grading",
     "“Risk” in “Grading record” is shown by a field that does not stand before it, or by a value that field cannot "
     "have."),
    ("steps.5.operation", EMPTY, "step:s6", "Step 6: “Operation” is not written in both languages."),
    ("steps.5.posts", {"A": COMPLAINT["steps"][5]["posts"]["A"]}, "step:s6", "Step 6: no post is responsible (R)."),
    ("steps.5.posts", {"R": COMPLAINT["steps"][5]["posts"]["R"]}, "step:s6",
     "Step 6: exactly one post must be accountable (A)."),
    ("steps.5.limit", None, "step:s6", "Step 6 has no time limit."),
    ("steps.5.limit.from", "s99", "step:s6", "Step 6: the limit is counted from a step that does not exist."),
    ("steps.5.number", 5, "step:s6", "Two steps have the number 5."),
    ("steps.5.outcomes", [], "step:s6", "Step 6 has no outcome: nobody could finish it."),
    ("steps.5.outcomes.0.branches.0.field", "confirmation.mood", "step:s6",
     "A condition names the field “confirmation.mood”, which no form has."),
    ("exceptions", [], "exceptions", "No exception is provided for."),
    ("exceptions.0.response", EMPTY, "exceptions",
     "An exception lacks its trigger or its response in one of the languages."),
    ("exceptions.0.limit.amount", 0, "exceptions", "An exception has no time limit."),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "place", "message"), BROKEN, ids=[row[0] + row[2] for row in BROKEN])
def test_each_fault_is_found_and_placed(path: str, value: Any, place: str, message: str) -> None:
    data = complaint()
    _change(path, copy.deepcopy(value))(data)

    assert (place, message) in _faults(data)


def test_a_standard_without_steps_says_so() -> None:
    assert ("steps", "The standard has no steps.") in _faults(standard(exceptions=[]))


def test_a_form_that_no_step_uses_and_one_without_fields_are_found() -> None:
    data = standard(step("s1", None))
    data["forms"].append({"key": "lost", "name": {"zh": "丢", "en": "Lost"}, "fields": []})

    found = _faults(data)

    assert ("form:lost", "The form “Lost” has no field.") in found
    assert ("form:lost", "No step uses the form “Lost”.") in found


def _forking(target: str | None, *more: tuple[str, str | None], **branches: str | None) -> Data:
    """Return an outcome that leads to *target* unless an answer to “way” leads elsewhere."""
    return {
        "key": "o1", "label": words("On"), "target": target,
        "branches": [{"field": "note.way", "value": value, "target": to} for value, to in [*more, *branches.items()]],
    }  # fmt: skip


#: With a choice that has to be made.
_WAY = {"key": "way", "kind": "choice", "label": words("Way"), "help": words("Which way"), "required": True,
        "options": [{"key": "a", **words("A")}, {"key": "b", **words("B")}]}  # fmt: skip
FLOWS = [
    ("an unreachable step", [step("s1", None), step("s2", None)], "step:s2", "Step 2 “Title s2” is never reached."),
    ("a loop without exit", [step("s1", "s2"), step("s2", "s1")], "step:s1",
     "From step 1 “Title s1” no way leads to the end."),
    ("a group of one lane", [step("s1", "s2"), step("s2", None, group=1)], "step:s2",
     "Parallel group 1 needs two or more lanes."),
    ("lanes that do not meet",
     [step("s1", "s2"), step("s2", "s4", group=1), step("s3", None, group=1, lane=2), step("s4", None)], "step:s2",
     "The lanes of parallel group 1 do not all lead to the same next step."),
    ("a way into the middle of a group",
     [step("s1", "s2", "s3"), step("s2", "s3", group=1), step("s3", None, group=1), step("s4", None, group=1, lane=2)],
     "step:s1", "Step 1: “To s3” leads into the middle of parallel group 1."),
    ("a limit counted from what comes later",
     [step("s1", "s2", limit={"amount": 1, "unit": "hours", "from": "s2"}), step("s2", None)], "step:s1",
     "Step 1: its limit is counted from a step that does not come before it."),
    ("two pairs of eyes of which one may look later", [step("s1", "s2", not_by="s2"), step("s2", None)], "step:s1",
     "Step 1: “not by whoever did” names a step that does not come before it."),
    ("two pairs of eyes that look at the same time",
     [step("s1", "s2"), step("s2", None, group=1, form=None), step("s3", None, group=1, lane=2, not_by="s2")],
     "step:s3", "Step 3: “not by whoever did” names a step that does not come before it."),
    ("two pairs of eyes in two lanes of a group that is done again",
     [step("s1", "s2"), step("s2", "s4", group=1, form=None), step("s3", "s4", group=1, lane=2, not_by="s2"),
      step("s4", None, "s2")],
     "step:s3", "Step 3: “not by whoever did” names a step that does not come before it."),
    ("one form in two lanes",
     [step("s1", "s2"), step("s2", None, group=1), step("s3", None, group=1, lane=2)], "step:s2",
     "Step 2: another lane of its group fills in the same form, and would overwrite it."),
    ("an exit by a form that is filled in behind it",
     [step("s1", "s2", form=None), step("s2", "s1", form=None, outcomes=[_forking("s1", a="s3")]),
      step("s3", None)],
     "step:s2", "From step 2 “Title s2” no way leads to the end."),
    ("a branch on a form that is only filled in later",
     [step("s1", "s2", form=None, outcomes=[_forking("s2", a="s2")]), step("s2", None)], "step:s1",
     "Step 1: a branch asks for “Note”, which is filled in later."),
    ("an exit that the branches before it forestall", [step("s1", "s1", outcomes=[_forking(None, a="s1", b="s1")])],
     "step:s1", "From step 1 “Title s1” no way leads to the end."),
    ("a branch that an equal one before it forestalls",
     [step("s1", "s2", outcomes=[_forking(None, ("a", None), ("a", "s2"))]), step("s2", None)], "step:s2",
     "Step 2 “Title s2” is never reached."),
    ("a key that the engine itself uses", [step("s1", "s2"), {**step("s2", None), "key": "s02"}], "step:s02",
     "Step 2 has the key “s02”; keys of steps are s1, s2, s3 and so on."),
    ("two outcomes of one name",
     [step("s1", None, outcomes=[{"key": key, "label": words("Yes"), "target": None} for key in ("a", "b")])],
     "step:s1", "Step 1: two outcomes have the same name."),
    ("a lane that never leaves its group",
     [step("s1", "s2"), step("s2", "s4", group=1), step("s3", "s3", group=1, lane=2, form=None), step("s4", None)],
     "step:s4", "Step 4 “Title s4” is never reached."),
    ("a way into another lane", [step("s1", "s2"), step("s2", "s3", None, group=1), step("s3", None, group=1, lane=2)],
     "step:s2", "Step 2: “To s3” leads into another lane of its parallel group."),
]  # fmt: skip


@pytest.mark.parametrize(("what", "steps", "place", "message"), FLOWS, ids=[row[0] for row in FLOWS])
def test_unsound_flows_are_found(what: str, steps: list[Data], place: str, message: str) -> None:
    data = standard(*copy.deepcopy(steps))
    data["forms"][0]["fields"][1] = _WAY

    assert (place, message) in _faults(data)


def test_a_field_for_customers_is_not_shown_by_one_that_they_never_see() -> None:
    data = standard(step("s1", None))
    data["forms"][0]["fields"] = [
        _WAY,
        {"key": "more", "kind": "text", "label": words("More"), "help": words("What else"), "public": True,
         "visible": {"field": "way", "value": "a"}},
    ]  # fmt: skip

    message = "Customers fill in “More” in “Note”, but not the field by which it is shown."

    assert ("form:note", message) in _faults(data)


def test_a_loop_that_some_answer_leaves_is_sound() -> None:
    data = standard(step("s1", "s2", outcomes=[_forking("s1", a="s2")]), step("s2", None))

    assert _faults(data) == []


def test_a_sound_parallel_part_has_no_fault() -> None:
    steps = [
        step("s1", "s2"),
        step("s2", "s3", group=1),
        step("s3", "s5", "s2", group=1),
        step("s4", "s5", group=1, lane=2, form=None),
        step("s5", None, "s2"),
    ]

    assert _faults(standard(*steps)) == []


def test_a_fault_names_the_field_in_which_it_is_mended() -> None:
    data = complaint()
    data["scope"]["en"] = ""
    data["forms"][0]["fields"][3]["help"] = {"zh": "", "en": "x"}
    data["steps"][5]["title"] = {"zh": "题", "en": ""}
    data["steps"][6]["posts"]["A"] = []

    assert [(fault.place, fault.field) for fault in _found(data)] == [
        ("elements", "scope_en"), ("form:register", "fields-3-help_zh"), ("step:s6", "title_en"), ("step:s7", "posts"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("does", "signs", "is_same"),
    [
        (None, None, True),
        (None, "quality", True),
        ("quality", None, True),
        ("quality", "quality", True),
        ("quality", "service", False),
    ],
)
def test_a_post_that_does_a_step_cannot_countersign_it(does: str | None, signs: str | None, is_same: bool) -> None:
    def place(department: str | None) -> Data:
        return {"post": {"code": "service-agent"}, "department": {"code": department} if department else None}

    data = standard(step("s1", None, posts={"R": [place(does)], "A": [place(does)], "S": [place(signs)]}))

    found = [row for row in _faults(data) if "countersigns it" in row[1]]

    assert found == [("step:s1", "Step 1: “Service agent” does it (R) and countersigns it (S).")] * is_same
