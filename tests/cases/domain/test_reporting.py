"""The weekly exception report: what counts, when, and that the same week gives the same bytes for ever (F68)."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from cases.domain.clocks.holding import ask_hold, decide_hold, end_expired_holds
from cases.domain.clocks.regrading import regrade
from cases.domain.reopening import reopen
from cases.domain.reporting import exceptions_of_week, unsettled
from cases.domain.reports import due_mondays, is_reproduced, make_missing_reports, make_report, subscribe
from cases.models import Case, Channel, Clock, ExceptionReport
from cases.models.clock import ClockState
from procstd.errors import DomainError
from procstd.notices.models import Notice
from procstd.organisation.models import Department
from procstd.roles import Role
from tests.cases.journeys import REGISTER, Team, do, finish, open_task, opened
from tests.factories import person_with
from tests.standards import complaint, released, standard, step

pytestmark = pytest.mark.django_db

#: The week of the tests: Monday 2026-03-02 to Sunday 2026-03-08, in Shanghai.
MONDAY = date(2026, 3, 2)
NEXT = date(2026, 3, 9)
WEDNESDAY = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
AFTER = datetime(2026, 3, 8, 16, 0, tzinfo=UTC)  # Monday 00:00 in Shanghai


@pytest.fixture
def team() -> Team:
    return Team()


def _rows(monday: date = MONDAY, *kinds: str) -> list[dict[str, Any]]:
    return [row for row in exceptions_of_week(monday)["rows"] if not kinds or row["kind"] in kinds]


def _of(*names: str, monday: date = MONDAY) -> list[tuple[Any, ...]]:
    return [(row["detail"], row["step"], row["department"], row["case"]) for row in _rows(monday, *names)]


def test_a_clock_counts_in_the_week_of_its_due_time_however_late_it_was_noticed(team: Team) -> None:
    case = opened(at=WEDNESDAY)
    do(case, team, WEDNESDAY)
    assert unsettled(MONDAY)  # grading was due an hour later, and nobody has noticed
    before = _of("overdue")

    do(case, team, WEDNESDAY + timedelta(days=20))

    assert ("step", "s2", "service", case.pk) in before
    assert _of("overdue") == before
    assert _of("overdue", monday=NEXT) == [("total", "", "service", case.pk)]


def test_the_week_is_half_open_in_the_zone_of_the_house(team: Team) -> None:
    case = opened(at=WEDNESDAY)
    Clock.objects.filter(case=case).update(
        breached_at=AFTER, due_at=AFTER, started_at=AFTER - timedelta(days=1)
    )  # the first second of the next week

    assert _of("overdue") == []
    assert {row["case"] for row in _rows(NEXT, "overdue")} == {case.pk}

    Clock.objects.filter(case=case).update(breached_at=AFTER - timedelta(seconds=1))

    assert {row["case"] for row in _rows(MONDAY, "overdue")} == {case.pk}
    assert _of("overdue", monday=NEXT) == []


def test_what_is_sent_back_is_counted_by_its_outcome_without_the_words_of_people(team: Team) -> None:
    case = opened(at=WEDNESDAY)
    do(case, team, WEDNESDAY)

    do(case, team, WEDNESDAY, outcome="incomplete", answers={"grade": "normal"}, reason="Mr Wang of Lihua said so")

    content = exceptions_of_week(MONDAY)
    assert _of("returned") == [("incomplete", "s2", "service", case.pk)]
    assert content["processes"]["complaint"]["steps"]["s2"]["outcomes"]["incomplete"]["zh"] == "信息不全，退回"
    assert "Lihua" not in str(content)


def test_the_department_is_that_which_the_standard_makes_answer_for_the_step(team: Team) -> None:
    case = opened(at=WEDNESDAY)
    for _step in range(3):
        do(case, team, WEDNESDAY)

    do(case, team, WEDNESDAY, outcome="unclear", answers={"cause": "?", "department": "production", "kind": "repair",
                                                          "plan": "?"})  # fmt: skip

    assert _of("returned") == [("unclear", "s4", "quality", case.pk)]


def test_a_key_node_that_a_closed_case_never_did_is_skipped(team: Team) -> None:
    data = standard(step("s1", "s2", None), step("s2", None, key_node=True))
    process = released(data).process
    around = opened(process, {"text": "x"}, channel=Channel.STAFF, by=team["service-agent"], at=WEDNESDAY)
    through = opened(process, {"text": "x"}, channel=Channel.STAFF, by=team["service-agent"], at=WEDNESDAY)

    do(around, team, WEDNESDAY, outcome="o2", answers={"text": "x"})
    do(through, team, WEDNESDAY, outcome="o1", answers={"text": "x"})
    do(through, team, WEDNESDAY, answers={"text": "x"})

    assert _of("skipped") == [("", "s2", "service", around.pk)]
    assert exceptions_of_week(MONDAY)["closed"] == [["service", "complaint", 2]]


def test_a_hold_counts_if_it_lasts_to_its_cap_or_is_refused_by_a_person(team: Team) -> None:
    capped, early, refused = (opened(released().process if place == 0 else Case.objects.first().process, at=WEDNESDAY)
                              for place in range(3))  # fmt: skip
    agent, boss = team["service-agent"], team["service-supervisor"]
    for case in (capped, early):
        decide_hold(ask_hold(open_task(case), reason="Parts", days=2, by=agent, at=WEDNESDAY), is_allowed=True,
                    by=boss, at=WEDNESDAY)  # fmt: skip
    do(early, team, WEDNESDAY + timedelta(days=1))
    decide_hold(ask_hold(open_task(refused), reason="Parts", days=2, by=agent, at=WEDNESDAY), is_allowed=False,
                answer="No need", by=boss, at=WEDNESDAY)  # fmt: skip
    expected = [("cap", "s1", "service", capped.pk), ("refused", "s1", "service", refused.pk)]
    assert _of("paused") == expected

    end_expired_holds(at=AFTER + timedelta(days=9))

    assert _of("paused") == expected


def test_required_fields_that_a_customer_could_not_give_count_until_the_first_step_is_done(team: Team) -> None:
    data = complaint()
    channel = data["forms"][0]["fields"][5]
    channel["required"] = True
    process = released(data).process
    done, waiting = opened(process, at=WEDNESDAY), opened(process, at=WEDNESDAY)
    do(done, team, WEDNESDAY, answers=REGISTER)

    expected = [("fields", "s1", "service", waiting.pk)]
    assert waiting.events.get(position=1).body["missing"] == ["channel"]
    assert _of("missing") == expected

    do(waiting, team, AFTER, answers=REGISTER)

    assert _of("missing") == expected


def test_later_work_new_grades_and_other_weeks_change_no_byte_of_a_report(team: Team) -> None:
    process = released().process
    cases = [opened(process, at=WEDNESDAY + timedelta(hours=number)) for number in range(4)]
    for case in cases[1:]:
        do(case, team, WEDNESDAY + timedelta(days=1))
    do(cases[2], team, WEDNESDAY + timedelta(days=2), outcome="incomplete", answers={"grade": "normal"})
    do(cases[3], team, WEDNESDAY + timedelta(days=2))
    report = make_report(MONDAY, at=AFTER)
    assert {row["kind"] for row in report.load()["rows"]} >= {"overdue", "returned"}

    boss = team["service-supervisor"]
    regrade(cases[3], field="grading.grade", value="urgent", reason="Two more", by=boss, at=AFTER)
    for number, case in enumerate(cases):
        finish(case, team, iter(AFTER + timedelta(days=number + day) for day in range(40)))
    service = process.department
    service.name_en = "Customer care"
    service.save()
    opened(process, at=AFTER + timedelta(days=60))

    assert is_reproduced(report)
    assert exceptions_of_week(MONDAY) == report.load()


def test_a_case_that_is_reopened_counts_when_it_is_and_its_first_close_stays(team: Team) -> None:
    case = finish(opened(at=WEDNESDAY), team, iter(WEDNESDAY + timedelta(minutes=number) for number in range(20)))
    before = exceptions_of_week(MONDAY)
    assert before["closed"] == [["service", "complaint", 1]]

    reopen(case, step="s4", reason="It leaks again", by=team["department-head@quality"], at=AFTER)

    assert _of("reopened", monday=NEXT) == [("", "s4", "quality", case.pk)]
    assert exceptions_of_week(MONDAY) == before


def test_a_report_is_made_once_and_the_database_refuses_to_change_it(team: Team) -> None:
    report = make_report(MONDAY, at=AFTER)

    assert make_report(MONDAY, at=AFTER + timedelta(days=1)).pk == report.pk
    with pytest.raises(TypeError):
        report.save()
    for change in (lambda: ExceptionReport.objects.update(content="{}"), ExceptionReport.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    with pytest.raises(DomainError, match="not over"):
        make_report(NEXT, at=AFTER)


def test_a_house_that_was_down_makes_up_for_four_weeks_and_makes_none_twice() -> None:
    at = AFTER + timedelta(days=40)

    assert make_missing_reports(at=at) == 4
    assert make_missing_reports(at=at + timedelta(hours=1)) == 0
    assert [row.week for row in ExceptionReport.objects.all()] == ["2026-W15", "2026-W14", "2026-W13", "2026-W12"]


def test_a_report_waits_a_day_for_breaches_that_nobody_has_noticed_and_no_longer(team: Team) -> None:
    case = opened(at=WEDNESDAY)
    do(case, team, WEDNESDAY)
    clocks = Clock.objects.filter(case=case, state=ClockState.RUNNING)

    assert MONDAY not in due_mondays(AFTER + timedelta(hours=1))
    assert MONDAY in due_mondays(AFTER + timedelta(days=1))

    for clock in clocks:
        Clock.objects.filter(pk=clock.pk).update(breached_at=clock.due_at)

    assert MONDAY in due_mondays(AFTER + timedelta(hours=1))


def test_a_definition_that_was_altered_hides_names_and_keeps_the_count(team: Team) -> None:
    case = opened(at=WEDNESDAY)
    do(case, team, WEDNESDAY)
    do(case, team, WEDNESDAY, outcome="incomplete", answers={"grade": "normal"})
    content = copy.copy(case.definition.content)
    type(case.definition).objects.update(content=content + " ")

    assert _of("returned") == [("incomplete", "s2", "service", case.pk)]


def test_who_subscribed_is_told_once_of_what_they_may_read(team: Team) -> None:
    case = opened(at=WEDNESDAY)
    do(case, team, WEDNESDAY)
    do(case, team, WEDNESDAY, outcome="incomplete", answers={"grade": "normal"})
    lead, gone = person_with(Role.PROJECT_LEAD), person_with(Role.AUDITOR)
    sales = person_with(Role.DEPARTMENT_HEAD, Department.objects.get(code="sales"))
    for person in (lead, gone, sales):
        subscribe(person, at=AFTER)
    subscribe(lead, process=case.process, at=AFTER)
    gone.holdings.update(valid_until=date(2026, 3, 1))

    for hours in (6, 30):
        make_missing_reports(at=AFTER + timedelta(days=1, hours=hours))

    told = Notice.objects.filter(rule="report.exceptions", key__startswith="report:2026-W10").order_by("pk")
    assert [(row.person, row.key) for row in told] == [
        (lead, "report:2026-W10"), (sales, "report:2026-W10"), (lead, "report:2026-W10:complaint"),
    ]  # fmt: skip
    assert "Sent back: 1" in told[0].body_en
    assert "退回: 1" in told[0].body_zh
    assert told[1].title_en == "Exceptions 2026-W10: 0"
    assert told[2].url == "/cases/exceptions/2026-W10/?process=complaint"


def test_only_who_may_read_reports_subscribes(team: Team) -> None:
    with pytest.raises(DomainError):
        subscribe(person_with(Role.FRONTLINE), at=AFTER)
