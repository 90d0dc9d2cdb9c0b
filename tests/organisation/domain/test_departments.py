"""Acts on departments: the tree stays a tree, and nobody is left in a closed one."""

from __future__ import annotations

from typing import Any

import pytest

from procstd.errors import DomainError
from procstd.organisation.domain.departments import add_department, change_department
from procstd.organisation.models import Department
from tests.factories import DepartmentFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def top() -> Department:
    return DepartmentFactory(code="top")


@pytest.fixture
def below(top: Department) -> Department:
    return DepartmentFactory(code="below", parent=top)


def test_a_department_is_added_under_another(admin_person: Any, top: Department) -> None:
    made = add_department(code="new", name_zh="新", name_en="New", parent=top, by=admin_person, reason="Grew")

    assert list(Department.objects.below([top.pk]).order_by("code")) == [made, top]
    assert made.history.first().history_change_reason == "Grew"


def test_a_code_is_taken_once(admin_person: Any, top: Department) -> None:
    with pytest.raises(DomainError, match="taken"):
        add_department(code="top", name_zh="新", name_en="New", by=admin_person, reason="x")


@pytest.mark.parametrize("to", ["top", "below", "lowest"])
def test_a_department_cannot_stand_under_itself(admin_person: Any, top: Department, below: Department, to: str) -> None:
    DepartmentFactory(code="lowest", parent=below)

    with pytest.raises(DomainError, match="under itself") as refusal:
        change_department(top, by=admin_person, reason="x", parent=Department.objects.get(code=to))

    assert refusal.value.field == "parent"


def test_a_department_moves_with_what_is_under_it(admin_person: Any, top: Department, below: Department) -> None:
    lowest, other = DepartmentFactory(code="lowest", parent=below), DepartmentFactory(code="other")

    change_department(below, by=admin_person, reason="Merged", parent=other)

    assert set(Department.objects.below([other.pk])) == {other, below, lowest}
    assert set(Department.objects.below([top.pk])) == {top}


def test_a_department_with_people_or_departments_in_it_is_not_closed(
    admin_person: Any, top: Department, below: Department
) -> None:
    with pytest.raises(DomainError, match="Departments still stand"):
        change_department(top, by=admin_person, reason="x", is_active=False)
    person = PersonFactory(department=below)
    with pytest.raises(DomainError, match="People still belong"):
        change_department(below, by=admin_person, reason="x", is_active=False)

    person.is_active = False
    person.save()
    assert not change_department(below, by=admin_person, reason="x", is_active=False).is_active
    assert not change_department(top, by=admin_person, reason="x", is_active=False).is_active


def test_closed_departments_are_seen_by_administrators_only(admin_person: Any, engineer: Any) -> None:
    closed = DepartmentFactory(is_active=False)

    assert closed in Department.objects.visible_to(admin_person)
    assert closed not in Department.objects.visible_to(engineer)


def test_the_tree_is_read_in_two_queries_however_deep(django_assert_num_queries: Any) -> None:
    parent = None
    for number in range(12):
        parent = DepartmentFactory(code=f"d{number:02}", parent=parent)

    with django_assert_num_queries(1):
        depths = [department.tree_depth for department in Department.objects.as_tree()]
    assert depths == list(range(12))
