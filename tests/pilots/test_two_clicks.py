"""Two clicks on a button of the room make one row, and nobody is told twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pilots.domain.beginning import begin_pilot
from pilots.domain.checking import begin_check
from pilots.domain.issues import raise_issue
from pilots.domain.running import write_minutes
from pilots.models import Action, Candidate, Criterion, Issue, Meeting, Pilot, SpotCheck
from processes.models import Change
from procstd.files.models import StoredFile
from procstd.jobs.models import Job
from procstd.notices.models import Notice
from tests.clicks import click_twice, made_by
from tests.pilots.desk import leader, locked, place, planned, scores, someone, specialist
from tests.pilots.domain.test_run import photo

pytestmark = pytest.mark.django_db


def begun() -> Pilot:
    """Return a pilot that runs today."""
    today = timezone.localdate()
    days = {
        "period_from": today, "period_until": today + timedelta(days=21), "before_until": today,
        "before_from": today - timedelta(days=90),
    }  # fmt: skip
    return begin_pilot(locked(**days), by=leader(), at=timezone.now(), reason="Test")


def test_a_department_is_scored_once_and_a_criterion_added_once(signed_in: Any) -> None:
    pilot, client = planned(), signed_in(specialist())
    scored = {"department": place("service").pk, **scores()}
    figure = {"indicator": "cycle", "threshold": 2, "minimum_effect": 1}

    rows = made_by(lambda: click_twice(client, f"/pilots/{pilot.code}/departments/score/", scored), Candidate)
    criteria = made_by(lambda: click_twice(client, f"/pilots/{pilot.code}/criteria/add/", figure), Criterion)

    assert (rows, criteria) == ({"Candidate": 1}, {"Criterion": 1})


def test_minutes_actions_checks_and_issues_are_there_once(signed_in: Any) -> None:
    pilot, client, owner = begun(), signed_in(specialist()), someone("owner")
    base, today = f"/pilots/{pilot.code}", timezone.localdate()
    minutes = {"held_on": today.isoformat(), "people": "All", "text": "It works"}
    agreed = {"what": "Print it", "owner": owner.pk, "due_on": (today + timedelta(days=3)).isoformat()}
    watched = {"department": place("service").pk, "step": "s1"}
    wrong = {"kind": "loophole", "text": "Urgent?", "step": "s1", "field": ""}

    def twice(tail: str, sent: dict[str, Any], kind: Any) -> int:
        return made_by(lambda: click_twice(client, f"{base}/{tail}", sent), kind)[kind.__name__]

    assert twice("meetings/add/", minutes, Meeting) == 1
    assert twice(f"meetings/{Meeting.objects.get().pk}/actions/add/", agreed, Action) == 1
    assert twice("checks/add/", watched, SpotCheck) == 1
    assert twice("issues/add/", wrong, Issue) == 1
    assert Notice.objects.filter(person=owner, rule="pilot.action").count() == 1
    proposal = {"proposal_zh": "写明", "proposal_en": "Say it", "effect": "Fewer errors"}
    client.post(f"{base}/issues/1/propose/", proposal)
    assert twice("issues/1/change/", {}, Change) == 1


def test_the_photo_of_a_rule_is_kept_once(signed_in: Any) -> None:
    pilot = begun()
    client: Client = signed_in(specialist())
    client.post(f"/pilots/{pilot.code}/checks/add/", {"department": place("service").pk, "step": "s1"})
    line = SpotCheck.objects.get().lines.first()
    assert line is not None
    sent = {f"{line.pk}-seen": "not_ok", f"{line.pk}-note": "Late", f"{line.pk}-photo": photo}
    address = f"/pilots/{pilot.code}/checks/1/rules/{line.pk}/"

    made = made_by(lambda: click_twice(client, address, sent), StoredFile)

    assert made == {"StoredFile": 1}
    line.refresh_from_db()
    assert line.photo == StoredFile.objects.get().key


def test_minutes_of_the_same_words_are_written_again_when_it_is_meant_so() -> None:
    pilot, now = begun(), timezone.now()
    facts: dict[str, Any] = {"held_on": timezone.localdate(), "people": "All", "text": "Fine", "by": specialist()}

    rows = {write_minutes(pilot, **facts, at=now + timedelta(minutes=number)).pk for number in (0, 2)}

    assert len(rows) == 2


def test_of_two_clicks_at_once_the_later_may_be_the_first_to_be_carried_out() -> None:
    pilot, now = begun(), timezone.now()
    earlier, by = now - timedelta(milliseconds=5), specialist()
    held: dict[str, Any] = {"held_on": timezone.localdate(), "people": "All", "text": "Fine", "by": by}
    planning: dict[str, Any] = {"revision": pilot.revision, "period_until": date(2026, 4, 3)}
    acts: dict[str, Callable[[datetime], Any]] = {
        "pilot": lambda at: planned(**planning, at=at),
        "minutes": lambda at: write_minutes(pilot, **held, at=at),
        "check": lambda at: begin_check(pilot, department=place("service"), step="s1", by=by, at=at),
        "issue": lambda at: raise_issue(pilot, kind="loophole", text="Urgent?", by=by, at=at),
    }

    same = {name: act(now) == act(earlier) for name, act in acts.items()}

    assert same == dict.fromkeys(acts, True)


def test_a_file_of_the_report_is_asked_for_once(signed_in: Any) -> None:
    pilot = begun()

    made = made_by(
        lambda: click_twice(
            signed_in(leader()), f"/pilots/{pilot.code}/report/make/", {"kind": "docx", "language": "en"}
        ),
        Job,
    )  # fmt: skip

    assert made == {"Job": 1}
