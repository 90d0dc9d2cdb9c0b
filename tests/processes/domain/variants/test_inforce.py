"""A released variant is in force in its department and below it; cases there run by its limits and posts (F19)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cases.domain.opening import release_for
from cases.models import CompiledPlace
from processes.domain.inforce import end_release, put_in_force
from processes.domain.releasing import checks_only, release
from processes.models import Process
from processes.queries.inforce import in_force_for, standings
from procstd.errors import DomainError
from procstd.organisation.models import Department
from tests.cases.calendars import calendar_2026
from tests.cases.journeys import START_AT, Team, do, finish, open_task, opened
from tests.factories import DepartmentFactory
from tests.standards import RELEASED_AT, organisation, released
from tests.variants import FASTER, released_variant, variant

pytestmark = pytest.mark.django_db
LATER = RELEASED_AT + timedelta(days=30)


def number_for(process: Process, department: str, at: Any = START_AT) -> str:
    found = release_for(process, department=Department.objects.get(code=department), at=at)
    return found.definition.revision.number


@pytest.fixture
def east() -> Department:
    """A department below sales."""
    organisation()
    return DepartmentFactory(code="sales-east", name_en="Sales east", parent=Department.objects.get(code="sales"))


def test_it_is_in_force_in_its_department_and_those_below_it_and_nowhere_else(east: Department) -> None:
    made = released_variant()

    assert {row.code for row in made.departments.all()} == {"sales", "sales-east"}
    numbers = {code: number_for(made.process, code) for code in ("sales", "sales-east", "quality", "service")}
    assert numbers == {"sales": "1.0-sales", "sales-east": "1.0-sales", "quality": "1.0", "service": "1.0"}


def test_it_holds_in_some_of_them_if_these_are_named(east: Department) -> None:
    made = variant()

    done = release(made, by=None, at=RELEASED_AT, departments=[east], gate=checks_only)

    assert number_for(done.process, "sales") == "1.0"
    assert number_for(done.process, "sales-east") == "1.0-sales"


@pytest.mark.parametrize("own_first", [True, False])
def test_the_variant_of_a_department_goes_before_that_of_the_one_above(east: Department, *, own_first: bool) -> None:
    process = released().process
    order = ["sales-east", "sales"] if own_first else ["sales", "sales-east"]
    made = {
        code: released_variant(process, department=code, at=RELEASED_AT + timedelta(hours=number))
        for number, code in enumerate(order)
    }

    assert number_for(process, "sales-east") == "1.0-sales-east"
    assert number_for(process, "sales") == "1.0-sales"
    at = RELEASED_AT + timedelta(hours=2)
    for code in ("sales", "sales-east"):
        department = Department.objects.get(code=code)
        shown = in_force_for(standings(at), {department.pk})
        assert [row.release for row in shown] == [release_for(process, department=department, at=at).pk]
    # Released later, the variant above does not even name the department with one of its own.
    named = {row.code for row in made["sales"].departments.all()}
    assert named == ({"sales"} if own_first else {"sales", "sales-east"})


@pytest.mark.parametrize("released_before", [False, True])
def test_it_is_put_in_force_nowhere_else(released_before: bool) -> None:
    made = released_variant().definition.revision if released_before else variant()
    quality = Department.objects.get(code="quality")
    act: Any = put_in_force if released_before else release
    facts = {} if released_before else {"gate": checks_only}

    with pytest.raises(DomainError, match="it holds there and in the departments below it") as refusal:
        act(made, by=None, at=RELEASED_AT, departments=[quality], **facts)

    assert refusal.value.field == "departments"


def test_a_newer_version_for_all_takes_its_place_only_once_it_is_brought_up_or_ended() -> None:
    made = released_variant()
    released(at=LATER)
    assert number_for(made.process, "sales", LATER) == "1.0-sales"

    end_release(made, by=None, at=LATER + timedelta(days=1), reason="The newer version is as fast")

    assert number_for(made.process, "sales", LATER + timedelta(days=1)) == "1.1"


def test_a_case_of_the_department_runs_by_the_variants_limit_and_posts() -> None:
    calendar_2026()
    seller = {"post": "sales-representative", "department": "sales"}
    made = released_variant(values={**FASTER, ("step:s2", "R"): [seller]})
    team = Team()
    dues = {}
    for code in ("sales", "quality"):
        case = opened(made.process, department=Department.objects.get(code=code))
        do(case, team, START_AT, by=team["service-agent"], outcome="received")
        task = open_task(case)
        step = {"sales": "sales-representative", "quality": "service-supervisor"}[code]
        assert CompiledPlace.objects.filter(step=task.step, duty="R").get().post.code == step
        clock = case.clocks.get(target="step", step="s2")
        dues[code] = clock.due_at - START_AT

    assert dues == {"sales": timedelta(hours=2), "quality": timedelta(hours=1)}


def test_a_compiled_case_of_a_variant_is_worked_to_its_end() -> None:
    calendar_2026()
    made = released_variant(values={**FASTER, ("step:s3", "R"): [{"post": "sales-representative", "department": None}]})
    case = opened(made.process, department=Department.objects.get(code="sales"))

    assert finish(case, Team()).definition.revision.number == "1.0-sales"


def test_the_variant_of_a_department_that_is_no_more_is_released_nowhere() -> None:
    made = variant()
    Department.objects.filter(code="sales").update(is_active=False)

    with pytest.raises(DomainError, match="Sales” is abolished"):
        release(made, by=None, at=RELEASED_AT, gate=checks_only)
