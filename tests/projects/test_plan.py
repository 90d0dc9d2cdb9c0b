"""H2.0, H2.1.3: the plan from the template, on working days; what slips, slips visibly."""

from __future__ import annotations

from datetime import date

import pytest

from procstd.calendars.domain.workdays import Workdays
from procstd.errors import DomainError
from procstd.worktime import Calendar
from projects.domain.planning import add_task, agree_plan, change_item, finish_task, make_plan, move_item
from projects.domain.slipping import Bar, follow
from projects.models import Project, State
from projects.queries.gantt import draw, shortened
from projects.queries.health import Health, health_of
from projects.queries.plan import Plan, read_plan
from tests.projects.desk import MONDAY, NOW, lead, leader, person, planned, project, ready, staffed

pytestmark = pytest.mark.django_db

WEEK = {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def _days(*holidays: str) -> Workdays:
    return Workdays(Calendar.from_plan(tz="Asia/Shanghai", weekly=WEEK, holidays=holidays))


def _plan(of: Project, today: date = MONDAY, closed: tuple[int, ...] = ()) -> Plan:
    return read_plan(of.plan_items.all(), dict.fromkeys(closed), _days(), today)


def _move(of: Project, key: str, start: date, end: date) -> None:
    move_item(of.plan_items.get(key=key), start_on=start, end_on=end, reason="Ill", by=lead(), at=NOW)


def test_six_phases_lie_one_after_the_other_in_weeks_of_working_days() -> None:
    plan = _plan(planned(staffed(project())))

    assert [(line.item.phase, line.item.start_on, line.days) for line in plan.phases] == [
        (1, date(2026, 3, 2), 10), (2, date(2026, 3, 16), 10), (3, date(2026, 3, 30), 10), (4, date(2026, 4, 13), 10),
        (5, date(2026, 4, 27), 10), (6, date(2026, 5, 11), 60),
    ]  # fmt: skip
    assert all(line.item.owner and line.item.milestone and line.item.deliverable for line in plan.phases)
    assert plan.phases[0].item.owner == leader()
    assert all(line.tasks for line in plan.phases)


def test_a_plan_that_begins_on_a_sunday_begins_on_monday() -> None:
    assert _plan(planned(project(), date(2026, 3, 1))).start_on == MONDAY


def test_a_plan_is_made_once() -> None:
    started = planned(project())
    with pytest.raises(DomainError, match="a plan already"):
        make_plan(started, start_on=MONDAY, by=lead(), at=NOW)


def test_what_follows_slips_with_a_phase_and_the_agreed_dates_stay() -> None:
    started = planned(project())

    _move(started, "p1", date(2026, 3, 2), date(2026, 3, 18))
    plan = _plan(started)

    assert [line.slipped for line in plan.phases] == [3] * 6
    assert plan.phases[1].item.start_on == date(2026, 3, 19)
    assert plan.phases[1].item.planned_start_on == date(2026, 3, 16)
    assert {line.slipped for line in plan.phases[1].tasks} == {3}
    assert {line.slipped for line in plan.phases[0].tasks} == {0}


def test_a_task_pushes_those_that_wait_for_it_and_its_phase() -> None:
    started = planned(project())

    _move(started, "t1", date(2026, 3, 2), date(2026, 3, 6))
    plan = _plan(started)

    assert [line.slipped for line in plan.phases[0].tasks] == [2, 2, 2]
    assert [line.slipped for line in plan.phases] == [2] * 6


def test_a_holiday_is_stepped_over() -> None:
    bars = [Bar("p1", 1, True, MONDAY, date(2026, 3, 3)), Bar("p2", 2, True, date(2026, 3, 4), date(2026, 3, 6))]

    moved = follow(bars, "p1", MONDAY, date(2026, 3, 4), _days("2026-03-05"))

    assert moved["p2"] == (date(2026, 3, 6), date(2026, 3, 9))


def test_what_is_done_does_not_move() -> None:
    started = planned(project())
    finish_task(started.plan_items.get(key="t1"), by=lead(), at=NOW)

    with pytest.raises(DomainError, match="does not move"):
        _move(started, "t1", date(2026, 3, 9), date(2026, 3, 10))


@pytest.mark.parametrize(
    ("key", "start", "end", "why"),
    [
        ("p1", date(2026, 3, 9), date(2026, 3, 6), "ends before"),
        ("p2", date(2026, 3, 10), date(2026, 3, 20), "starts after it"),
        ("t4", date(2026, 3, 10), date(2026, 3, 20), "lies within its phase"),
        ("p1", date(2036, 3, 10), date(2036, 3, 20), "years away"),
    ],
)
def test_impossible_dates_are_refused(key: str, start: date, end: date, why: str) -> None:
    with pytest.raises(DomainError, match=why):
        _move(planned(project()), key, start, end)


def test_tasks_do_not_wait_for_each_other_in_a_circle() -> None:
    started = planned(project())
    first, last = started.plan_items.get(key="t1"), started.plan_items.get(key="t3")

    with pytest.raises(DomainError, match="circle"):
        change_item(first, by=lead(), reason="x", depends_on=[last])


def test_a_task_of_ones_own_pushes_what_comes_after() -> None:
    started = planned(project())

    add_task(
        started, phase=1, start_on=date(2026, 3, 13), days=3, owner=lead(), title_zh="宣讲", title_en="Kick-off",
        by=lead(), at=NOW,
    )  # fmt: skip

    assert _plan(started).phases[0].item.end_on == date(2026, 3, 17)
    assert _plan(started).phases[1].slipped == 2


def test_a_task_waits_for_those_before_it() -> None:
    with pytest.raises(DomainError, match="It waits for"):
        finish_task(planned(project()).plan_items.get(key="t2"), by=lead(), at=NOW)


def test_its_owner_may_say_that_a_task_is_done_and_a_stranger_may_not() -> None:
    started = planned(staffed(project()))
    own = started.plan_items.get(key="t1")
    own.owner = person("it")
    own.save()

    with pytest.raises(DomainError, match="nobody else"):
        finish_task(own, by=person("stranger"), at=NOW)
    assert finish_task(own, by=person("it"), at=NOW).done_at == NOW


def test_until_preparation_is_closed_a_plan_is_agreed_anew() -> None:
    started = planned(project())
    _move(started, "p1", date(2026, 3, 2), date(2026, 3, 18))

    agree_plan(started, reason="New start", by=lead(), at=NOW)

    assert _plan(started).slipped == 0


@pytest.mark.parametrize(
    ("today", "moved_to", "health"),
    [
        (MONDAY, None, Health.ON_PLAN),
        (date(2026, 3, 4), None, Health.ON_PLAN),
        (date(2026, 3, 5), None, Health.LATE),
        (date(2026, 3, 13), None, Health.LATE),
        (date(2026, 3, 14), None, Health.GATE),
        (MONDAY, date(2026, 3, 16), Health.SLIPPING),
    ],
)
def test_health_follows_from_facts(today: date, moved_to: date | None, health: Health) -> None:
    started = planned(project())
    if moved_to:
        _move(started, "p1", MONDAY, moved_to)

    reading = health_of(started, _plan(started, today), _phase(1), today=today)

    assert reading.health == health
    assert str(reading.sentence)


def _phase(number: int) -> object:
    from procstd.gates import Phase

    return Phase(number)


def test_health_of_what_is_over_or_not_planned() -> None:
    started = project()
    assert health_of(started, _plan(started), _phase(1), today=MONDAY).health == Health.UNPLANNED
    assert health_of(started, _plan(started), None, today=MONDAY).health == Health.DONE
    started.state = State.STOPPED
    assert health_of(started, _plan(started), _phase(1), today=MONDAY).health == Health.STOPPED


def test_a_closed_phase_is_done_with_its_tasks() -> None:
    plan = _plan(planned(project()), date(2026, 3, 20), closed=(1,))

    assert plan.phases[0].is_done
    assert all(line.is_done for line in plan.phases[0].tasks)


def test_the_picture_has_a_bar_for_each_line_and_shades_days_off() -> None:
    started = ready(planned(project()))
    plan = _plan(started)

    picture = draw(plan, _days("2026-03-03"), MONDAY)

    assert picture is not None
    assert len(picture.bars) == len(plan.lines)
    first = next(bar for bar in picture.bars if bar.key == "p1")
    assert first.width == pytest.approx(12 * picture.per_day, abs=0.2)
    assert picture.today == pytest.approx(picture.left + picture.per_day / 2, abs=0.2)
    assert any(mark.width == pytest.approx(picture.per_day, abs=0.1) for mark in picture.closed)
    assert draw(_plan(project("empty")), _days(), MONDAY) is None


def test_chinese_takes_twice_the_room() -> None:
    assert shortened("流程梳理", 6) == "流程梳…"
    assert shortened("Mapping", 7) == "Mapping"
