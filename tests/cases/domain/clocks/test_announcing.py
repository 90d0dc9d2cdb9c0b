"""Who is told what when a clock fires (F61, T13): the chain, once, the highest step, in both languages."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.domain.clocks.announcing import announce
from cases.domain.clocks.firing import fire_due
from cases.domain.working import claim
from cases.models import Case, Effect
from procstd.notices.models import Notice
from procstd.organisation.models import Substitution
from procstd.roles import Role
from tests.cases.domain.clocks.year2026 import local, sign
from tests.cases.journeys import Team, do, open_task, opened
from tests.factories import DepartmentFactory, person_with
from tests.standards import complaint, holder, released

pytestmark = pytest.mark.django_db
OPENED = local("11-16 10:00")


@pytest.fixture(autouse=True)
def _signed() -> None:
    sign()


@pytest.fixture
def team() -> Team:
    return Team()


def told(at: datetime) -> set[tuple[str, str]]:
    """Fire and announce; return who was told by which rule, this time."""
    before = set(Notice.objects.values_list("pk", flat=True))
    while fire_due(at=at).clocks:
        continue
    while announce(at=at):
        continue
    return set(Notice.objects.exclude(pk__in=before).values_list("person__username", "rule"))


def at_step(key: str, team: Team) -> Case:
    """Return a case whose only limit that fires soon is that of step *key*."""
    data = complaint()
    data["totals"] = [{"limit": {"amount": 90, "unit": "working_days"}, "when": None}]
    data.pop("responses", None)
    data.pop("thresholds", None)
    case = opened(released(data).process, at=OPENED)
    while open_task(case).key != key:
        do(case, team, OPENED)
    return case


def test_each_level_reaches_the_next_one_up(team: Team) -> None:
    case = at_step("s4", team)  # 24 hours around the clock, from 11-16 10:00
    engineer = team["quality-engineer@quality"]
    claim(open_task(case), by=engineer, at=OPENED)
    head = holder("department-head", "quality", username="the-head")
    lead = person_with(Role.PROJECT_LEAD, DepartmentFactory(code="management"), username="the-lead")

    assert told(local("11-17 05:12")) == {(engineer.username, "clock.warned")}
    heads = {name for name, _rule in told(local("11-17 10:00:01"))}
    assert {engineer.username, head.username} <= heads  # its accountable post is the head of quality
    assert (head.username, "clock.escalated") in told(local("11-17 12:00"))
    assert told(local("11-17 18:00")) == {(lead.username, "clock.escalated")}
    assert told(local("12-17 18:00")) == set()


def test_t13_after_an_outage_each_person_is_told_once_of_the_highest_step(team: Team) -> None:
    case = at_step("s4", team)
    claim(open_task(case), by=team["quality-engineer@quality"], at=OPENED)
    head = holder("department-head", "quality", username="the-head")
    lead = person_with(Role.PROJECT_LEAD, DepartmentFactory(code="management"), username="the-lead")

    notices = told(local("11-20 09:00"))

    names = [name for name, _rule in notices]
    assert len(names) == len(set(names))
    assert (team["quality-engineer@quality"].username, "clock.breached") in notices
    assert {(head.username, "clock.escalated"), (lead.username, "clock.escalated")} <= notices
    assert case.clocks.get(step="s4").breached_at == local("11-17 10:00")


def test_an_unclaimed_task_is_told_to_everybody_whose_post_does_it_and_to_substitutes(team: Team) -> None:
    at_step("s4", team)
    engineer = team["quality-engineer@quality"]
    other = holder("quality-engineer", "quality", username="other-engineer")
    stand_in = holder("sales-representative", "sales", username="stand-in")
    Substitution.objects.create(
        holding=other.holdings.get(), substitute=stand_in, valid_from=local("11-01 00:00").date()
    )

    names = {name for name, _rule in told(local("11-17 05:12"))}

    assert {engineer.username, "other-engineer", "stand-in"} <= names


def test_where_nobody_holds_a_role_the_next_one_up_is_told(team: Team) -> None:
    at_step("s4", team)
    lead = person_with(Role.PROJECT_LEAD, DepartmentFactory(code="management"), username="the-lead")
    for person in list(team.people.values()):
        person.holdings.filter(post__code__in=("quality-engineer", "department-head")).delete()

    assert told(local("11-17 05:12")) == {(lead.username, "clock.warned")}


def test_a_warning_that_comes_too_late_to_help_is_not_told(team: Team) -> None:
    case = at_step("s4", team)
    while fire_due(at=local("11-17 06:00")).clocks:
        continue
    do(case, team, local("11-17 06:01"))

    announce(at=local("11-17 06:02"))

    assert not Notice.objects.filter(rule="clock.warned", key__contains=f":{case.clocks.get(step='s4').pk}:").exists()
    assert not Effect.objects.filter(announced_at=None).exists()


def test_a_notice_says_what_is_due_in_both_languages_and_whose_case_it_is_not(team: Team) -> None:
    case, engineer = at_step("s4", team), team["quality-engineer@quality"]
    told(local("11-17 05:12"))

    notice = Notice.objects.get(person=engineer)
    assert (case.number in notice.title_zh, case.number in notice.title_en) == (True, True)
    assert "4" in notice.title_en
    assert "Due soon" in notice.title_en
    assert notice.url == case.get_absolute_url()
    everything = f"{notice.title_zh}{notice.title_en}{notice.body_zh}{notice.body_en}"
    assert not any(str(value) in everything for value in case.data["register"].values() if len(str(value)) > 3)


def test_announcing_costs_the_same_with_1_and_with_30_effects(team: Team) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert announce(at=local("11-20 18:00"))
        return len([query for query in captured if "SAVEPOINT" not in query["sql"]])

    process = released().process
    opened(process, at=OPENED)
    while fire_due(at=local("11-20 18:00")).clocks:
        continue
    one = statements()
    for _number in range(30):
        opened(process, at=OPENED)
    while fire_due(at=local("11-20 18:00")).clocks:
        continue

    assert statements() <= (one if connection.vendor == "postgresql" else one + 6)


def test_an_exception_escalates_to_the_post_that_the_standard_names(team: Team) -> None:
    from cases.domain.clocks.exceptions import report_exception

    case = at_step("s1", team)
    supervisor = team["service-supervisor"]
    report_exception(open_task(case), rule="e1", reason="No telephone number", by=team["service-agent"], at=OPENED)

    names = {name for name, rule in told(local("11-16 12:00:01")) if rule == "clock.breached"}

    assert supervisor.username in names
