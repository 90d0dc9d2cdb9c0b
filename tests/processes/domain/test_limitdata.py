"""The limits of a draft: written from data, read back as the same data, in a constant number of statements."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.domain.parsing import parse
from processes.domain.standard import USUAL_THRESHOLDS, Clockwork, Response
from processes.models import Process, Revision, Target
from procstd.errors import DomainError
from tests.random_standards import random_standards
from tests.standards import RELEASED_AT, Data, complaint, process_named, standard, step

pytestmark = pytest.mark.django_db


def _draft(data: Data, code: str = "x") -> Revision:
    return write_draft(process_named(code), data, by=None, reason="Test", at=RELEASED_AT)


def _again(data: Data, code: str) -> Data:
    return build(_draft(data, f"{code}-again")) | {"process": data["process"]}


def test_the_complaint_standard_is_the_same_after_it_was_drafted_again() -> None:
    first = build(_draft(complaint()))

    assert _again(first, "x") == first
    assert first["exceptions"][0]["starts"] == "sent_back"
    assert [row["customer_days"] for row in first["steps"]] == [5, 0, 0, 0, 0, 5, 0, 0]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=random_standards())
def test_any_standard_is_the_same_after_it_was_drafted_again(data: Data) -> None:
    code = f"x{Process.objects.count()}"
    first = build(_draft(data, code))

    assert _again(first, code) == first


def test_the_complaint_standard_says_who_is_told_when() -> None:
    read = parse(build(_draft(complaint())))

    assert [(str(row.limit.kind), row.limit.budget, row.until) for row in read.responses] == [
        ("elapsed", 24 * 3600, "s3"),
        ("elapsed", 2 * 3600, "s3"),
    ]
    assert read.thresholds_for("step", "s4") == read.thresholds_for("total") == USUAL_THRESHOLDS
    assert [(row.percent, row.recipients) for row in read.thresholds_for("exception")] == [
        (50, ("handler",)),
        (0, ("handler", "post:service-supervisor")),
    ]
    assert str(read.recipient_posts["service-supervisor"]) == "Service supervisor"
    assert (read.dissatisfaction and read.dissatisfaction.step, read.clockwork) == (
        "s8",
        Clockwork(reaction_minutes=30),
    )


def test_data_of_schema_1_gets_the_usual_chain_for_authors_to_see() -> None:
    revision = _draft(standard(step("s1", None)))

    read = parse(build(revision))
    assert set(read.thresholds) == set(Target.values)
    assert all(rows == USUAL_THRESHOLDS for rows in read.thresholds.values())
    assert (read.responses, read.clockwork, read.dissatisfaction) == ((), Clockwork(), None)


def test_a_definition_of_schema_1_is_still_read() -> None:
    old = build(_draft(complaint())) | {"schema": 1}
    for name in ("responses", "thresholds", "recipient_posts", "clockwork", "dissatisfaction"):
        del old[name]
    for row in old["steps"]:
        del row["customer_days"]
    for row in old["exceptions"]:
        del row["key"], row["starts"]

    read = parse(old)

    assert (read.responses, read.dissatisfaction, read.clockwork) == ((), None, Clockwork())
    assert read.thresholds_for("total") == USUAL_THRESHOLDS
    assert [(rule.key, rule.starts) for rule in read.exceptions] == [("e1", "")]
    assert parse(build(_draft(old, "again"))).thresholds_for("total") == USUAL_THRESHOLDS


def test_a_step_has_a_chain_of_its_own_beside_that_of_all_steps() -> None:
    rows = [{"kind": "breach", "recipients": ["post:service-agent"]}]
    data = standard(step("s1", "s2"), step("s2", None), thresholds={"s2": rows})

    read = parse(build(_draft(data)))

    assert [row.recipients for row in read.thresholds_for("step", "s2")] == [("post:service-agent",)]
    assert read.thresholds_for("step", "s1") == USUAL_THRESHOLDS


def test_thresholds_stand_in_the_order_in_which_they_come() -> None:
    rows = [
        {"kind": "escalate", "recipients": ["lead"], "minutes": 90},
        {"kind": "breach", "recipients": ["head"]},
        {"kind": "warn", "recipients": ["handler"], "percent": 90},
        {"kind": "escalate", "recipients": ["head"], "minutes": 0},
        {"kind": "warn", "recipients": ["handler"], "percent": 20},
    ]

    written = build(_draft(standard(step("s1", None), thresholds={"total": rows})))["thresholds"]["total"]

    assert [(row["kind"], row["percent"], row["minutes"]) for row in written] == [
        ("warn", 20, 0), ("warn", 90, 0), ("breach", 0, 0), ("escalate", 0, 0), ("escalate", 0, 90),
    ]  # fmt: skip


def test_recipients_that_are_no_post_are_refused() -> None:
    rows = [{"kind": "breach", "recipients": ["post:astronaut"]}]

    with pytest.raises(DomainError, match="no post with the code “astronaut”"):
        _draft(standard(step("s1", None), thresholds={"total": rows}))


def test_what_is_written_of_limits_keeps_who_and_why(admin_person: Any) -> None:
    revision = write_draft(process_named("x"), complaint(), by=admin_person, reason="First text", at=RELEASED_AT)

    for row in (revision.responses.all()[0], revision.thresholds.all()[0]):
        entry = row.history.get()
        assert (entry.history_user, entry.history_change_reason) == (admin_person, "First text")


def test_writing_and_building_cost_the_same_with_one_row_and_with_many() -> None:
    def data(count: int) -> Data:
        keys = [f"s{n}" for n in range(1, count + 1)]
        rows = [step(key, following) for key, following in zip(keys, [*keys[1:], None], strict=True)]
        chain = [{"kind": "breach", "recipients": ["post:service-agent"]}]
        response = {"limit": {"amount": 1, "unit": "minutes"}, "until": "s1", "when": None}
        return standard(*rows, thresholds=dict.fromkeys(keys, chain), responses=[response] * count)

    costs = []
    for count in (1, 30):
        with CaptureQueriesContext(connection) as writing:
            revision = _draft(data(count), f"p{count}")
        with CaptureQueriesContext(connection) as reading:
            build(Revision.objects.select_related("process").get(pk=revision.pk))
        costs.append((len(reading), len(writing)))

    assert costs[0][0] == costs[1][0] <= 18
    # Bulk statements of a table are cut at 500 rows; nothing is written row by row.
    assert costs[1][1] - costs[0][1] <= 2
    assert Response in {type(row) for row in parse(build(revision)).responses}
