"""Pages of a pilot: every one of them answers at every stage, in both languages, and only to whom it is for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pilots.domain.beginning import begin_pilot
from pilots.domain.checking import begin_check, tick
from pilots.domain.deciding import decide
from pilots.domain.issues import make_change, raise_issue
from pilots.domain.planning import plan_pilot
from pilots.domain.running import agree_action, write_minutes
from pilots.models import CriteriaLock, Criterion, Decision, Issue, Pilot, SpotLine
from processes.models import Definition
from procstd.notices.models import Notice
from tests.pilots.desk import (
    DAYS,
    NOW,
    STARTS,
    case_of,
    chosen,
    judged,
    leader,
    locked,
    place,
    planned,
    running,
    scores,
    someone,
    specialist,
    versions,
    with_criteria,
    worked,
    worker,
)
from tests.pilots.domain.test_run import photo, proposed
from tests.standards import process_named

pytestmark = pytest.mark.django_db
WEEK = STARTS + timedelta(days=4)
TABS = ["", "departments/", "criteria/", "run/", "before-and-after/", "report/", "report/?language=both"]
ACTS = [
    "change/", "begin/", "leader/", "departments/score/", "criteria/add/", "meetings/add/", "checks/add/",
    "issues/add/",
]  # fmt: skip


def full() -> Pilot:
    """Return a pilot with one of everything."""
    pilot = worked("cycle", "satisfaction", before=4, after=3)
    written = write_minutes(pilot, held_on=WEEK.date(), people="All", text="It works", by=specialist(), at=WEEK)
    agree_action(written, what="Print it", owner=worker(), due_on=WEEK.date(), by=specialist(), at=WEEK)
    check = begin_check(pilot, department=place("service"), step="s1", by=specialist(), at=WEEK)
    tick(check.lines.first(), seen="not_ok", note="A trainee did it", by=specialist(), at=WEEK)  # type: ignore[arg-type]
    case = case_of("service", WEEK, None)
    row = raise_issue(pilot, kind="loophole", text="Urgent?", step="s1", case=case, by=worker(), at=WEEK)
    make_change(proposed(row), by=specialist(), at=WEEK)
    raise_issue(pilot, kind="difficulty", text="Too many fields", field="note.text", by=worker(), at=WEEK)
    return pilot


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("stage", ["planned", "fixed", "running", "decided"])
def test_every_page_answers_at_every_stage(signed_in: Any, stage: str, language: str) -> None:
    pilot = {"planned": planned, "fixed": locked}.get(stage, full)()
    if stage == "decided":
        decide(pilot, way="go", reason="Faster", by=leader(), at=NOW)
    client: Client = signed_in(leader())
    client.cookies["django_language"] = language
    more = ["checks/1/", "issues/1/", "issues/2/"] if stage in ("running", "decided") else []
    more += ["decide/"] if stage == "running" else []

    answers = {
        tail: client.get(f"/pilots/{pilot.code}/{tail}").status_code for tail in [*TABS, *ACTS, "issues/add/", *more]
    }

    assert {tail: code for tail, code in answers.items() if code != 200} == {}
    assert client.get("/pilots/").status_code == client.get("/pilots/add/").status_code == 200


def test_the_front_page_costs_the_same_for_thirty_pilots(signed_in: Any) -> None:
    first = planned()
    client: Client = signed_in(leader())

    def counted() -> int:
        client.get("/pilots/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/pilots/").status_code == 200
        return len(captured)

    one = counted()
    for number in range(29):
        at = NOW + timedelta(minutes=number)
        plan_pilot(
            first.process, revision=first.revision, leader=leader(), by=specialist(), at=at, reason="Test", **DAYS
        )

    assert counted() == one
    assert "P-0030" in client.get("/pilots/").content.decode() + client.get("/pilots/?page=2").content.decode()


def test_the_page_of_a_running_pilot_costs_the_same_for_many_rows(signed_in: Any) -> None:
    pilot = running()
    client: Client = signed_in(leader())

    def grow(number: int = 0) -> None:
        at = WEEK + timedelta(minutes=number)
        written = write_minutes(pilot, held_on=WEEK.date(), people="All", text="Fine", by=specialist(), at=at)
        agree_action(written, what="Print it", owner=worker(), due_on=WEEK.date(), by=specialist(), at=at)
        begin_check(pilot, department=place("service"), step="s1", by=specialist(), at=at)
        raise_issue(pilot, kind="loophole", text="Urgent?", step="s1", case=case, by=worker(), at=at)

    def counted() -> dict[str, int]:
        found = {}
        for tail in ("", "run/", "report/", "checks/1/", "departments/", "criteria/"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"/pilots/{pilot.code}/{tail}").status_code == 200
            found[tail] = len(captured)
        return found

    case = case_of("service", WEEK, None)
    grow()
    counted()
    one = counted()
    for number in range(1, 6):
        grow(number)

    assert (pilot.meetings.count(), pilot.checks.count(), pilot.issues.count()) == (6, 6, 6)
    assert counted() == one


def test_a_pilot_is_planned_scored_fixed_and_begun_by_its_forms(signed_in: Any) -> None:
    _first, revision = versions()
    client: Client = signed_in(leader())
    today = timezone.localdate()
    plan = {
        "revision": revision.pk, "leader": leader().pk, "period_from": today.isoformat(),
        "period_until": (today + timedelta(days=21)).isoformat(), "cases_least": 10, "cases_most": 15,
        "before_from": (today - timedelta(days=90)).isoformat(), "before_until": today.isoformat(), "reason": "Try it",
    }  # fmt: skip

    refused = client.post("/pilots/add/", {**plan, "period_until": today.isoformat()})
    assert "ends before it begins" in refused.content.decode()
    assert client.post("/pilots/add/", plan).headers["Location"] == "/pilots/P-0001/departments/"
    service = place("service")
    assert client.post("/pilots/P-0001/departments/score/", {"department": service.pk, **scores()}).status_code == 302
    nothing = client.post("/pilots/P-0001/departments/choose/", {f"choose_{service.pk}": "on", f"why_{service.pk}": ""})
    assert "Say why Service is chosen" in nothing.content.decode()
    client.post("/pilots/P-0001/departments/choose/", {f"choose_{service.pk}": "on", f"why_{service.pk}": "Willing"})
    client.post("/pilots/P-0001/criteria/add/", {"indicator": "cycle", "threshold": 2, "minimum_effect": 1})
    page = client.get("/pilots/P-0001/criteria/")
    client.post("/pilots/P-0001/criteria/lock/", {"seen": page.context["sha256"]})
    assert "Say why it begins" in client.post("/pilots/P-0001/begin/", {}).content.decode()
    assert client.post("/pilots/P-0001/begin/", {"reason": "Trained on Friday"}).status_code == 302

    pilot = Pilot.objects.get()
    assert (pilot.state, pilot.lock.name, Criterion.objects.count()) == ("running", "leader", 1)


def test_a_pilot_that_is_planned_by_two_clicks_is_one(signed_in: Any) -> None:
    _first, revision = versions()
    client: Client = signed_in(leader())
    today = timezone.localdate()
    plan = {
        "revision": revision.pk, "leader": leader().pk, "period_from": today.isoformat(),
        "period_until": (today + timedelta(days=21)).isoformat(), "cases_least": 10, "cases_most": 15,
        "before_from": (today - timedelta(days=90)).isoformat(), "before_until": today.isoformat(), "reason": "Try it",
        "controls": [place("sales").pk, place("quality").pk],
    }  # fmt: skip

    first, second = client.post("/pilots/add/", plan), client.post("/pilots/add/", plan)
    other = client.post("/pilots/add/", {**plan, "controls": [place("sales").pk]})
    of_another = signed_in(specialist()).post("/pilots/add/", plan)

    assert first.headers["Location"] == second.headers["Location"] == "/pilots/P-0001/departments/"
    assert other.headers["Location"] == "/pilots/P-0002/departments/"
    assert of_another.headers["Location"] == "/pilots/P-0003/departments/"
    assert Pilot.objects.get(code="P-0001").history.count() == 1


def test_a_rule_is_ticked_on_a_phone_and_a_refusal_loses_nothing(signed_in: Any) -> None:
    pilot = running()
    check = begin_check(pilot, department=place("service"), step="s1", by=specialist(), at=WEEK)
    line = check.lines.first()
    assert line is not None
    client: Client = signed_in(specialist())
    address = f"/pilots/{pilot.code}/checks/1/rules/{line.pk}/"

    refused = client.post(address, {f"{line.pk}-seen": "not_ok", f"{line.pk}-note": ""})
    answer = client.post(
        address, {f"{line.pk}-seen": "not_ok", f"{line.pk}-note": "Late", f"{line.pk}-photo": photo()}
    )  # fmt: skip

    assert "Say what was not as it should be" in refused.content.decode()
    assert 'value="not_ok" checked' in refused.content.decode()
    assert answer.headers["Location"] == f"/pilots/{pilot.code}/checks/1/#rule-{line.pk}"
    kept = SpotLine.objects.get(pk=line.pk)
    assert (kept.seen, kept.note, kept.photo is not None) == ("not_ok", "Late", True)
    assert client.post(f"/pilots/{pilot.code}/checks/1/end/").status_code == 302


def test_an_issue_is_raised_with_one_click_from_the_case_its_step_and_a_field(signed_in: Any) -> None:
    now, today = timezone.now(), timezone.localdate()
    days = {
        "period_from": today, "period_until": today + timedelta(days=21), "before_until": today,
        "before_from": today - timedelta(days=90),
    }  # fmt: skip
    pilot = begin_pilot(locked(**days), by=leader(), at=now, reason="Test")
    case = case_of("service", now, None)
    client: Client = signed_in(worker())
    task = case.task_set.get(key="s1")

    page = client.get(f"/cases/{case.number}/").content.decode()
    task_page = client.get(f"/cases/tasks/{task.pk}/").content.decode()

    assert f"/pilots/{pilot.code}/issues/add/?case={case.number}" in page
    assert f"?case={case.number}&amp;step=s1&amp;field=note.way" in task_page
    address = f"/pilots/{pilot.code}/issues/add/?case={case.number}&step=s1&field=note.way"
    assert 'value="note.way" selected' in client.get(address).content.decode()
    answer = client.post(address, {"kind": "loophole", "text": "What is B?", "step": "s1", "field": "note.way"})
    assert answer.headers["Location"] == f"/cases/{case.number}/"
    assert Issue.objects.get().case == case


def test_a_criterion_says_how_many_cases_are_behind_the_figure_of_the_survey(signed_in: Any) -> None:
    pilot = chosen(planned())
    client: Client = signed_in(leader())

    def said(indicator: str, unit: str, values: str = "") -> tuple[bool, bool]:
        pilot.criteria.all().delete()
        judged(pilot, indicator, "3", unit, values=values)
        page = client.get(f"/pilots/{pilot.code}/criteria/").content.decode()
        return "It is a point" in page, f"The {3 if values else 40} cases behind it are compared" in page

    assert said("cycle", "h") == (True, False)
    assert said("cycle", "h", "2\n3\n4") == (False, True)
    assert said("satisfaction", "%") == (False, True)


def test_cases_without_a_pilot_show_nothing_of_one(signed_in: Any) -> None:
    running()
    case = case_of("sales", WEEK, None)

    page = signed_in(worker()).get(f"/cases/{case.number}/")

    assert page.status_code == 200
    assert "pilot-panel" not in page.content.decode()


def test_the_leader_decides_on_the_page_by_the_figures_shown(signed_in: Any) -> None:
    pilot = worked("cycle")
    client: Client = signed_in(leader())
    page = client.get(f"/pilots/{pilot.code}/decide/")
    seen = page.context["form"]["seen"].value()

    answer = client.post(
        f"/pilots/{pilot.code}/decide/", {"way": "go", "reason": "Three hours became one", "seen": seen}
    )

    assert answer.status_code == 302
    assert Decision.objects.get().sha256 == seen
    assert "Three hours became one" in client.get(f"/pilots/{pilot.code}/before-and-after/").content.decode()
    assert client.get(f"/pilots/{pilot.code}/decide/").status_code == 404


def test_a_decision_is_about_the_figures_on_the_page_and_the_next_click_about_the_newer_ones(signed_in: Any) -> None:
    pilot = running("cycle")
    client: Client = signed_in(leader())
    address, typed = f"/pilots/{pilot.code}/decide/", {"way": "go", "reason": "Three hours became one"}

    unseen = client.post(address, typed)
    stale = client.post(address, {**typed, "seen": "0" * 64})
    assert "figures changed" in stale.content.decode()
    assert not Decision.objects.exists()
    assert unseen.status_code == 200
    again = client.post(address, {**typed, "seen": stale.context["form"]["seen"].value()})

    assert again.status_code == 302
    assert Decision.objects.get().reason == typed["reason"]


def test_criteria_are_not_fixed_by_who_was_not_shown_them(signed_in: Any) -> None:
    pilot = with_criteria(chosen(planned()))
    client: Client = signed_in(specialist())

    client.post(f"/pilots/{pilot.code}/criteria/lock/")
    assert not CriteriaLock.objects.exists()
    page = client.get(f"/pilots/{pilot.code}/criteria/")
    client.post(f"/pilots/{pilot.code}/criteria/lock/", {"seen": page.context["sha256"]})

    assert CriteriaLock.objects.get().pilot == pilot


def test_the_page_that_a_notice_leads_to_is_there_for_who_owns_an_action(signed_in: Any) -> None:
    pilot, owner = running(), someone("owner", department="sales")
    assert signed_in(owner).get(f"/pilots/{pilot.code}/run/").status_code == 404
    written = write_minutes(pilot, held_on=WEEK.date(), people="All", text="Fine", by=specialist(), at=WEEK)
    agree_action(written, what="Print it", owner=owner, due_on=WEEK.date(), by=specialist(), at=WEEK)

    assert signed_in(owner).get(Notice.objects.get(person=owner).url).status_code == 200


def test_a_text_that_was_altered_is_said_and_breaks_no_page(signed_in: Any) -> None:
    pilot = running()
    Definition.objects.filter(revision=pilot.revision).update(sha256="0" * 64)
    client: Client = signed_in(leader())

    answers = {tail: client.get(f"/pilots/{pilot.code}/{tail}").status_code for tail in ("run/", "report/", "decide/")}

    assert answers == {"run/": 503, "report/": 503, "decide/": 503}


def test_a_proposal_is_written_and_made_a_change_on_the_page(signed_in: Any) -> None:
    pilot = running()
    raise_issue(pilot, kind="loophole", text="Urgent?", step="s1", by=worker(), at=WEEK)
    client: Client = signed_in(specialist())
    address = f"/pilots/{pilot.code}/issues/1/"

    half = client.post(f"{address}propose/", {"proposal_zh": "写明", "proposal_en": "", "effect": "Fewer errors"})
    client.post(f"{address}propose/", {"proposal_zh": "写明", "proposal_en": "Say it", "effect": "Fewer errors"})
    client.post(f"{address}change/")

    assert half.status_code == 200
    assert "It is a change of V1.2." in client.get(address).content.decode()
    assert "P-0001-I1" in client.get("/processes/complaint/1.2/changes/").content.decode()


def test_what_is_not_for_somebody_does_not_exist(signed_in: Any) -> None:
    pilot = running()
    here, there = signed_in(someone("here")), signed_in(someone("there", department="sales"))

    assert there.get(f"/pilots/{pilot.code}/").status_code == 404
    assert here.get(f"/pilots/{pilot.code}/").status_code == 200
    assert here.get(f"/pilots/{pilot.code}/decide/").status_code == 403
    assert here.get(f"/pilots/{pilot.code}/change/").status_code == 403
    assert signed_in(specialist()).get(f"/pilots/{pilot.code}/decide/").status_code == 403


def test_an_owner_says_on_the_page_that_it_is_done(signed_in: Any) -> None:
    pilot = running()
    written = write_minutes(pilot, held_on=WEEK.date(), people="All", text="Fine", by=specialist(), at=WEEK)
    action = agree_action(written, what="Print it", owner=worker(), due_on=WEEK.date(), by=specialist(), at=WEEK)

    assert signed_in(someone("here")).post(f"/pilots/{pilot.code}/actions/{action.pk}/done/").status_code == 404
    assert signed_in(worker()).post(f"/pilots/{pilot.code}/actions/{action.pk}/done/").status_code == 302
    action.refresh_from_db()
    assert action.done_by == worker()


def test_rows_of_another_pilot_are_not_reached_through_this_one(signed_in: Any) -> None:
    pilot = running()
    check = begin_check(pilot, department=place("service"), step="s1", by=specialist(), at=WEEK)
    line = check.lines.first()
    assert line is not None
    other = chosen(planned(pilot.revision), "sales")
    client: Client = signed_in(leader())

    assert client.get(f"/pilots/{other.code}/checks/1/").status_code == 404
    assert client.post(f"/pilots/{other.code}/checks/1/rules/{line.pk}/").status_code == 404
    assert client.get(f"/pilots/{other.code}/departments/{pilot.candidates.first().pk}/remove/").status_code == 404
    assert process_named("complaint").pilots.count() == 2
