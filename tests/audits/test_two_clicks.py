"""Two clicks on a button of the room make one row, and nobody is told twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audits.domain.findings import add_why
from audits.domain.measures import decide_measure
from audits.models import Assignment, Audit, Commitment, Deviation, Finding, Measure, ScoreRule, Why
from procstd.files.models import StoredFile
from procstd.jobs.models import Job
from procstd.notices.models import Notice
from procstd.roles import Role
from tests.audits.desk import IN_APRIL, auditor, drawn, month_of_cases, opened_audit, person
from tests.audits.test_pages import found_at
from tests.clicks import click_twice, made_by, pdf

pytestmark = pytest.mark.django_db


def test_an_audit_is_opened_once(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(1)
    sent = {"process": process.pk, "month": "2026-03", "percent": 10, "floor": 5, "rounding": "up", "minimum": 1}

    made = made_by(lambda: click_twice(signed_in(auditor()), "/audits/add/", sent), Audit, Commitment)

    assert made == {"Audit": 1, "Commitment": 1}


@pytest.mark.parametrize("act", ["freeze", "verify"])
def test_a_job_of_an_audit_is_started_once(signed_in: Any, act: str) -> None:
    process, _team, _cases = month_of_cases(1)
    audit = opened_audit(process)

    first, second = click_twice(signed_in(auditor()), f"{audit.get_absolute_url()}{act}/")

    assert first.headers["Location"] == second.headers["Location"]
    assert Job.objects.count() == 1


def test_a_sample_is_drawn_by_one_job_and_extended_once(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(8)
    audit = drawn(process, floor=2)
    client = signed_in(auditor())
    extended = {"size": 2, "reason": "A miss"}

    made = made_by(lambda: click_twice(client, f"{audit.get_absolute_url()}extend/", extended), Commitment)
    click_twice(client, f"{audit.get_absolute_url()}draw/", {"auditors": [auditor().pk]})

    assert made == {"Commitment": 1}
    assert Job.objects.filter(kind="audit-draw").count() == 1


def test_what_an_auditor_found_and_its_proof_are_kept_once(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(2)
    item = drawn(process, percent=100).items.get(position=1)
    client, address = signed_in(auditor()), item.get_absolute_url()
    found = {"kind": "other", "step": "s2", "text": "No label"}

    assert made_by(lambda: click_twice(client, f"{address}add/", found), Deviation) == {"Deviation": 1}
    assert made_by(lambda: click_twice(client, f"{address}evidence/", {"file": pdf}), StoredFile) == {"StoredFile": 1}
    other = {**found, "step": "s3"}
    assert made_by(lambda: client.post(f"{address}add/", other), Deviation) == {"Deviation": 1}


def test_a_check_is_given_away_once_and_back_again(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(1)
    item = drawn(process).items.get()
    client, second = signed_in(auditor()), auditor("second")
    address = f"{item.get_absolute_url()}auditor/"

    made = made_by(lambda: click_twice(client, address, {"auditor": second.pk}), Assignment)

    assert made == {"Assignment": 1}
    assert Notice.objects.filter(person=second, rule="audit.checks").count() == 1
    assert made_by(lambda: client.post(address, {"auditor": auditor().pk}), Assignment) == {"Assignment": 1}


def test_a_finding_its_whys_and_its_action_are_there_once(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(1)
    finding = found_at(drawn(process))
    client, address = signed_in(auditor()), finding.get_absolute_url()
    owner, checker = person("owner", Role.FRONTLINE), person("checker", Role.PROCESS_SPECIALIST)
    because, cause = {"text": "Nobody looked"}, {"text": "Nobody has a printer", "is_actionable": "on"}
    action = {
        "text": "Buy a printer", "owner": owner.pk, "checker": checker.pk, "weeks": 4,
        "due_on": (timezone.localdate() + timedelta(days=9)).isoformat(),
    }  # fmt: skip

    whys = [made_by(lambda sent=sent: click_twice(client, f"{address}why/", sent), Why) for sent in (because, cause)]
    actions = made_by(lambda: click_twice(client, f"{address}actions/add/", action), Measure)

    assert (whys, actions) == ([{"Why": 1}, {"Why": 1}], {"Measure": 1})
    assert Notice.objects.filter(person=owner, rule="audit.measure").count() == 1
    raised = f"{finding.audit.get_absolute_url()}raise/?department=service&kind=other&step=s2"
    again = {"grade": "minor", "text": "Labels are missing"}
    assert made_by(lambda: click_twice(client, raised, again), Finding) == {"Finding": 0}


def test_another_day_is_given_once(signed_in: Any) -> None:
    process, _team, _cases = month_of_cases(1)
    finding, later = found_at(drawn(process)), timezone.localdate() + timedelta(days=20)
    add_why(finding, text="Nobody has a printer", is_actionable=True, by=auditor(), at=IN_APRIL)
    measure = decide_measure(
        finding, text="Buy a printer", owner=person("owner", Role.FRONTLINE), due_on=timezone.localdate(),
        checker=auditor(), by=auditor(), at=IN_APRIL,
    )  # fmt: skip
    address = f"{finding.get_absolute_url()}actions/{measure.pk}/due/"

    click_twice(signed_in(auditor()), address, {"due_on": later.isoformat(), "reason": "Sold out"})

    assert [row.due_on for row in measure.history.order_by("history_id")] == [timezone.localdate(), later]


def test_a_rule_is_written_once(signed_in: Any) -> None:
    sent = {"valid_from": "2027-05", "threshold": 80, "reached": 4, "missed": -2, "appeal_days": 7, "reason": "Agreed"}
    client = signed_in(person("lead", Role.PROJECT_LEAD))

    assert made_by(lambda: click_twice(client, "/audits/scores/rules/add/", sent), ScoreRule) == {"ScoreRule": 1}
