"""The wall: what is overdue, due today and on hold, by department and post, for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.domain.clocks.holding import ask_hold
from cases.domain.working import claim
from cases.models import Clock, Task
from procstd.roles import Role
from tests.cases.journeys import Team, do, open_task, opened
from tests.factories import PersonFactory, person_with
from tests.standards import released

pytestmark = pytest.mark.django_db

#: A Wednesday, 10:00 in Shanghai.
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def team() -> Team:
    return Team()


def _due(case: Any, due: datetime) -> None:
    """Have the open step of *case* due at a moment."""
    Clock.objects.filter(case=case, target="step", ended_at=None).update(due_at=due)
    Task.objects.filter(process=case, finished=None).update(due_at=due)


def _wall(client: Any, query: str = "") -> Any:
    return client.get(f"/cases/wall/{query}").context["wall"]


def test_tasks_are_overdue_due_today_later_or_on_hold(signed_in: Any, team: Team) -> None:
    process = released().process
    late, today, later, held = (opened(process, at=NOW - timedelta(hours=1)) for _number in range(4))
    _due(late, NOW - timedelta(seconds=1))
    _due(today, NOW)  # due now is not late (R6)
    _due(later, datetime(2026, 3, 4, 16, 0, tzinfo=UTC))  # midnight in Shanghai
    ask_hold(open_task(held), reason="Parts", days=2, by=team["service-supervisor"], at=NOW)

    wall = _wall(signed_in(person_with(Role.PROJECT_LEAD)))

    tally = wall.tally
    assert (tally.overdue, tally.today, tally.later, tally.held, tally.open) == (1, 1, 1, 1, 4)
    assert [(cell.department.code, cell.post.code, cell.tally.open) for cell in wall.cells] == [
        ("service", "service-agent", 4)
    ]
    assert [row.clock.case_id for row in wall.urgent] == [late.pk, today.pk, later.pk]
    assert [row.state for row in wall.urgent] == ["overdue", "running", "running"]


def test_today_is_the_day_of_the_reader(signed_in: Any, team: Team) -> None:
    case = opened(at=NOW)
    _due(case, datetime(2026, 3, 4, 20, 0, tzinfo=UTC))  # Thursday in Shanghai, still Wednesday in Berlin
    there = person_with(Role.PROJECT_LEAD, time_zone="Europe/Berlin")

    assert _wall(signed_in(person_with(Role.PROJECT_LEAD))).tally.today == 0
    assert _wall(signed_in(there)).tally.today == 1


def test_a_step_stands_in_the_department_that_does_it(signed_in: Any, team: Team) -> None:
    process = released().process
    first, second = opened(process, at=NOW), opened(process, at=NOW)
    for case, steps in ((first, 3), (second, 4)):
        for _step in range(steps):
            do(case, team, NOW)
    engineer = team["quality-engineer"].holdings.get()
    engineer.department = team["department-head@quality"].department
    engineer.save()

    reader = signed_in(person_with(Role.PROJECT_LEAD))
    wall = _wall(reader)

    assert [(cell.department.code, cell.post.code) for cell in wall.cells] == [
        ("quality", "department-head"), ("quality", "quality-engineer"),
    ]  # fmt: skip
    assert _wall(reader, "?department=quality").tally.open == 2
    assert len(_wall(reader, "?department=quality").urgent) == 2
    assert _wall(reader, "?department=nowhere").department is None


def test_people_see_the_cases_that_their_posts_work_on_and_no_personal_data(signed_in: Any, team: Team) -> None:
    case = opened(at=NOW)
    agent, stranger = team["service-agent"], person_with(Role.FRONTLINE)
    claim(open_task(case), by=agent, at=NOW)

    mine, others = (signed_in(person).get("/cases/wall/").content.decode() for person in (agent, stranger))

    assert case.number in mine
    assert str(agent) in mine
    assert "Lihua" not in mine
    assert case.number not in others
    assert "Nothing is open" in others


def test_what_changes_comes_alone_and_keeps_the_filter(signed_in: Any, team: Team) -> None:
    opened(at=NOW)
    reader = signed_in(person_with(Role.PROJECT_LEAD))

    whole = reader.get("/cases/wall/?department=service").content.decode()
    part = reader.get("/cases/wall/?department=service", headers={"HX-Request": "true"}).content.decode()

    assert '<div id="wall"' in part
    assert "<html" not in part
    assert 'hx-get="/cases/wall/?department=service"' in whole
    assert 'hx-trigger="refresh"' in whole
    assert 'href="/cases/wall/?department=service"' in whole  # the same without script


def test_the_big_screen_has_no_navigation(signed_in: Any, team: Team) -> None:
    page = signed_in(person_with(Role.PROJECT_LEAD)).get("/cases/wall/?screen=1").content.decode()

    assert 'class="wall-screen"' in page
    assert 'id="navigation"' not in page


def test_the_wall_is_in_chinese_too(signed_in: Any, team: Team) -> None:
    opened(at=NOW)
    reader = signed_in(person_with(Role.PROJECT_LEAD, language="zh-hans"))

    page = reader.get("/cases/wall/").content.decode()

    for word in ("看板", "今日到期", "受理投诉", "最紧急任务"):
        assert word in page


def test_a_warning_and_a_due_time_that_holidays_may_move_are_counted(signed_in: Any, team: Team) -> None:
    case = opened(at=NOW)
    Clock.objects.filter(case=case, target="step").update(fired=1, is_provisional=True)
    _due(case, NOW + timedelta(minutes=5))

    wall = _wall(signed_in(person_with(Role.PROJECT_LEAD)))

    assert (wall.tally.warned, wall.tally.provisional) == (1, 1)
    assert [row.state for row in wall.urgent] == ["warning"]


@pytest.mark.parametrize("role", [Role.PROJECT_LEAD, Role.DEPARTMENT_HEAD])
def test_thirty_tasks_cost_no_more_than_one(signed_in: Any, team: Team, role: Role) -> None:
    process = released().process
    opened(process, at=NOW)
    reader = signed_in(
        PersonFactory(staff=True) if role == Role.PROJECT_LEAD else person_with(role, process.department)
    )

    def cost() -> int:
        reader.get("/cases/wall/?department=service")
        with CaptureQueriesContext(connection) as captured:
            assert reader.get("/cases/wall/?department=service").status_code == 200
        return len(captured)

    one = cost()
    for number in range(30):
        case = opened(process, at=NOW)
        for _step in range(number % 3):
            do(case, team, NOW)

    assert cost() == one
    assert one <= 12
