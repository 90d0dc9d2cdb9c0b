"""F04: the weekly status follows from facts, is written once, and is told to the team."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from procstd.notices.models import Notice
from projects.domain.starting import stop_project
from projects.domain.status import make_missing_statuses
from tests.projects.desk import NOW, lead, leader, planned, project, staffed

pytestmark = pytest.mark.django_db


def test_a_status_is_written_once_a_week_and_told_to_the_team() -> None:
    started = planned(staffed(project()))

    assert [make_missing_statuses(at=NOW), make_missing_statuses(at=NOW + timedelta(days=2))] == [1, 0]
    assert make_missing_statuses(at=NOW + timedelta(days=7)) == 1

    told = Notice.objects.filter(rule="project.status")
    assert told.filter(person=leader()).count() == told.filter(person=lead()).count() == 2
    assert started.statuses.count() == 2


def test_it_says_what_is_late_what_is_due_and_what_keeps_the_gate_closed() -> None:
    started = planned(staffed(project()))

    make_missing_statuses(at=NOW + timedelta(days=7))

    lines = started.statuses.get().data["lines"]["en"]
    assert lines[0] == "Late: “Staff the team” is 3 working days late."
    assert "Overdue: Staff the team, 3 working days (leader)." in lines
    assert "Open: Process chosen and signed. No candidate is scored yet." in lines
    assert any(line.startswith("Due: Write the plan on ") for line in lines)
    assert len(started.statuses.get().data["lines"]["zh"]) == len(lines)


def test_what_is_stopped_has_no_status() -> None:
    started = project()
    stop_project(started, by=lead(), reason="No budget")

    assert make_missing_statuses(at=NOW) == 0


def test_a_status_is_never_changed_and_has_a_page(signed_in: Any) -> None:
    started = planned(staffed(project()))
    make_missing_statuses(at=NOW)
    status = started.statuses.get()

    page = signed_in(lead()).get(status.get_absolute_url())

    assert page.status_code == 200
    assert status.sha256 in page.content.decode()
    assert signed_in(lead()).get(f"/projects/{started.code}/status/2020-W01/").status_code == 404
    assert signed_in(lead()).get(f"/projects/{started.code}/status/last/").status_code == 404
    with pytest.raises(TypeError):
        status.save()
