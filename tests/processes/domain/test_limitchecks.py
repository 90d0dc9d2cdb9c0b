"""Limits that cannot be right are found and placed (F13, F61); totals that the steps break are remarked on (H3)."""

from __future__ import annotations

import dataclasses

import pytest

from processes.domain.checks import faults_of
from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.domain.faulting import faults_in
from processes.domain.parsing import parse
from processes.domain.standard import Standard
from procstd.organisation.models import Post
from tests.standards import RELEASED_AT, Data, complaint, process_named

pytestmark = pytest.mark.django_db


def _read(data: Data) -> Standard:
    return parse(build(write_draft(process_named("x"), data, by=None, reason="x", at=RELEASED_AT)))


def _found(data: Data) -> list[tuple[str, str, str]]:
    return [(fault.place, fault.field, str(fault.message)) for fault in faults_of(_read(data))]


def _line(kind: str, *recipients: str, **moment: int) -> Data:
    return {"kind": kind, "recipients": list(recipients or ("handler",)), **moment}


def _response(until: str = "s3", when: Data | None = None, amount: int = 2) -> Data:
    return {"limit": {"amount": amount, "unit": "hours"}, "until": until, "when": when}


_URGENT = {"field": "grading.grade", "value": "urgent"}
BREACH = _line("breach")
BROKEN: list[tuple[str, Data, tuple[str, str, str]]] = [
    ("an unknown step", {"responses": [_response("s99")]},
     ("totals", "responses", "The first response is counted until the end of a step that does not exist.")),
    ("an unknown field", {"responses": [_response(when={"field": "grading.colour", "value": "red"})]},
     ("totals", "responses", "A condition names the field “grading.colour”, which no form has.")),
    ("an unknown value", {"responses": [_response(when={"field": "grading.grade", "value": "blue"})]},
     ("totals", "responses", "A condition asks for “blue”, which the field “grading.grade” cannot have.")),
    ("two responses for one grade", {"responses": [_response(when=_URGENT), _response(when=_URGENT, amount=4)]},
     ("totals", "responses", "Two limits of the first response hold for the same cases.")),
    ("two totals for all", {"totals": [{"limit": {"amount": n, "unit": "days"}, "when": None} for n in (1, 2)]},
     ("totals", "rows", "Two limits of the whole case hold for the same cases.")),
    ("a total of centuries", {"totals": [{"limit": {"amount": 99_999, "unit": "working_days"}, "when": None}]},
     ("totals", "rows", "A limit is longer than 5 years.")),
    ("an unknown unit", {"totals": [{"limit": {"amount": 9, "unit": "moons"}, "when": None}]},
     ("totals", "rows", "A limit is counted in “moons”, which is no unit.")),
    ("no breach", {"thresholds": {"total": [_line("warn", percent=80)]}},
     ("thresholds", "total", "“The whole case”: exactly one line must say who is told when the limit is exceeded.")),
    ("two breaches", {"thresholds": {"step": [BREACH, BREACH]}},
     ("thresholds", "step", "“Each step”: exactly one line must say who is told when the limit is exceeded.")),
    ("a warning at the end", {"thresholds": {"response": [_line("warn", percent=100), BREACH]}},
     ("thresholds", "response", "“First response”: a warning comes at 1 to 99 percent of the limit.")),
    ("a warning at the start", {"thresholds": {"s2": [_line("warn", percent=0), BREACH]}},
     ("thresholds", "single", "“2 Grade”: a warning comes at 1 to 99 percent of the limit.")),
    ("two warnings at once", {"thresholds": {"total": [_line("warn", percent=9), _line("warn", percent=9), BREACH]}},
     ("thresholds", "total", "“The whole case”: two lines come at the same moment; make them one.")),
    ("two escalations at once",
     {"thresholds": {"total": [BREACH, _line("escalate", minutes=9), _line("escalate", minutes=9)]}},
     ("thresholds", "total", "“The whole case”: two lines come at the same moment; make them one.")),
    ("nobody told", {"thresholds": {"exception": [{"kind": "breach", "recipients": []}]}},
     ("thresholds", "exception", "“Exceptions”: a line tells nobody.")),
    ("somebody unknown told", {"thresholds": {"exception": [_line("breach", "boss")]}},
     ("thresholds", "exception", "“Exceptions”: “boss” is nobody who can be told.")),
    ("a chain of no step", {"thresholds": {"s99": [BREACH]}},
     ("thresholds", "single", "“Who is told when” names a step that does not exist.")),
    ("a long hold", {"clockwork": {"hold_days": 91}},
     ("clockwork", "hold_days", "A case may be on hold for 0 to 90 days.")),
    ("any rating dissatisfied", {"dissatisfaction": {"at_most": 5, "step": "s8"}},
     ("clockwork", "dissatisfied_at_most", "Dissatisfied is a rating of 1 to 4 at most.")),
    ("dissatisfied nowhere", {"dissatisfaction": {"at_most": 2, "step": "s99"}},
     ("clockwork", "dissatisfied_step", "The step that sees to dissatisfied customers does not exist.")),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change", "fault"), BROKEN, ids=[row[0] for row in BROKEN])
def test_each_fault_of_the_limits_is_found_and_placed(what: str, change: Data, fault: tuple[str, str, str]) -> None:
    assert _found(complaint(**change)) == [fault]


@pytest.mark.parametrize("edge", [0, 90])
def test_at_the_edges_nothing_is_wrong(edge: int) -> None:
    chain = [_line("warn", percent=1), _line("warn", percent=99), BREACH, _line("escalate", minutes=0)]
    data = complaint(thresholds={"total": chain}, clockwork={"hold_days": edge})
    data["steps"][0]["customer_days"] = edge

    assert _found(data) == []


def test_minutes_before_the_due_time_are_found() -> None:
    """The editor and the database take none; a definition that came from elsewhere may hold them."""
    read = _read(complaint())
    late = dataclasses.replace(read.thresholds["total"][2], minutes=-5)
    broken = dataclasses.replace(read, thresholds={"total": (*read.thresholds["total"], late)})

    assert [str(fault.message) for fault in faults_of(broken)] == [
        "“The whole case”: an escalation comes after the limit was due, not before."
    ]


def test_a_step_that_waits_too_long_for_the_customer_is_found() -> None:
    data = complaint()
    data["steps"][5]["customer_days"] = 91

    message = "Step 6: it may wait for the customer for 0 to 90 days."
    assert _found(data) == [("step:s6", "customer_days", message)]


@pytest.mark.parametrize(
    ("step_key", "starts", "message"),
    [
        ("s2", "sent_back",
         "“The customer's information is incomplete” starts when its step is sent back to, but no outcome sends back "
         "to it."),
        ("s3", "incomplete",
         "“The customer's information is incomplete” starts when its step’s form is incomplete, but the step has "
         "none."),
        ("s1", "moonrise", "“The customer's information is incomplete” is started by what does not exist."),
    ],
)  # fmt: skip
def test_exceptions_that_would_never_start_are_found(step_key: str, starts: str, message: str) -> None:
    data = complaint()
    data["exceptions"] = [{**data["exceptions"][0], "step": step_key, "starts": starts}]

    assert _found(data) == [("exceptions", "rows", message)]


def test_nobody_is_told_through_a_post_that_is_abolished() -> None:
    draft = write_draft(process_named("x"), complaint(), by=None, reason="x", at=RELEASED_AT)
    Post.objects.filter(code="service-supervisor").update(is_active=False)

    found = [(fault.place, fault.field, str(fault.message)) for fault in faults_in(draft)]

    assert ("thresholds", "exception", "“Who is told when” names “Service supervisor”, which is abolished.") in found
