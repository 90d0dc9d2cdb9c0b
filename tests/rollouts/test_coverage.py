from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procstd.organisation.models import Department
from rollouts.queries.coverage import coverage_now, coverage_of, total_of
from rollouts.queries.showing import waiting_for
from tests.rollouts.hall import NOW, confirms, in_force, limit_of, newer
from tests.standards import also_holds, holder

pytestmark = pytest.mark.django_db


def test_coverage_counts_by_department_who_confirmed_and_who_has_nothing_to() -> None:
    first = in_force()
    agents = [holder("service-agent") for _number in range(3)]
    engineer = holder("quality-engineer", "quality")
    for person in (*agents[:2], engineer):
        confirms(person, first.definition)
    second = newer(first, limit_of("s1", 3))
    confirms(agents[0], second.definition)

    rows = {row.department.code: row for row in coverage_now(NOW)[second.definition_id]}

    assert {code: (row.confirmed, row.concerned) for code, row in rows.items()} == {
        "quality": (1, 1),
        "service": (1, 3),
    }
    assert [reader.person for reader in rows["service"].waiting] == agents[1:]
    assert total_of(rows.values()).percent == 50


def test_who_works_in_two_departments_counts_once_in_the_total() -> None:
    release = in_force()
    agent = holder("service-agent")
    also_holds(agent, "service-agent", "quality")
    confirms(agent, release.definition)

    rows = coverage_of(release.definition, None, NOW)

    assert [(row.department.code, row.confirmed) for row in rows] == [("quality", 1), ("service", 1)]
    assert total_of(rows).concerned == 1


def test_a_pilot_asks_before_anything_is_in_force_there() -> None:
    release = in_force(departments=[_hall("service")])
    holder("service-agent"), holder("service-agent", "quality")

    rows = coverage_of(release.definition, [_hall("quality")], NOW)

    assert [(row.department.code, row.concerned) for row in rows] == [("quality", 1)]
    assert list(coverage_now(NOW, departments=[_hall("quality").pk])) == []


def test_coverage_costs_the_same_for_one_person_and_for_thirty() -> None:
    first = in_force()
    in_force("repair")
    confirms(holder("service-agent"), first.definition)
    newer(first, limit_of("s1", 3))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            coverage_now(NOW)
        return len(captured)

    queries()  # what a version says is read once in a process
    one = queries()
    for number in range(30):
        confirms(holder("service-agent", "quality" if number % 2 else "service"), first.definition)
    assert queries() == one <= 10


def test_what_waits_costs_the_same_for_one_standard_and_for_ten() -> None:
    agent = holder("service-agent")
    in_force()

    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(waiting_for(agent, at=NOW)) == count
        return len(captured)

    one = queries(1)
    for number in range(9):
        in_force(f"standard-{number}")

    assert queries(10) == one <= 8


def _hall(code: str) -> Department:
    from tests.standards import organisation

    organisation()
    return Department.objects.get(code=code)
