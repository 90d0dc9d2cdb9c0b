"""Posts, and who holds which where and since when: half-open days, never twice at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from procstd.errors import DomainError
from procstd.organisation.domain.posts import add_post, appoint, change_post, end_holding
from procstd.organisation.models import PostHolding, User
from procstd.roles import Role
from tests.factories import DepartmentFactory, PersonFactory, PostFactory, PostHoldingFactory, person_with

pytestmark = pytest.mark.django_db

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


@pytest.fixture
def person() -> User:
    return PersonFactory()


def _appoint(person: User, start: date, end: date | None = None, **facts: Any) -> PostHolding:
    post, department = facts.get("post") or PostFactory(), facts.get("department") or person.department
    return appoint(person, post=post, department=department, valid_from=start, valid_until=end, by=None, reason="x")


def test_a_post_is_given_from_a_day_on(admin_person: User, person: User) -> None:
    post = PostFactory()

    holding = appoint(
        person, post=post, department=person.department, valid_from=MARCH, by=admin_person, reason="Promoted"
    )

    assert [holding.covers(day) for day in (date(2026, 2, 28), MARCH, date(2030, 1, 1))] == [False, True, True]
    entry = holding.history.first()
    assert (entry.history_user, entry.history_change_reason) == (admin_person, "Promoted")


@pytest.mark.parametrize("end", [MARCH, date(2026, 2, 1)])
def test_an_end_before_the_start_is_refused(person: User, end: date) -> None:
    with pytest.raises(DomainError, match="after the start") as refusal:
        _appoint(person, MARCH, end)

    assert refusal.value.field == "valid_until"


@pytest.mark.parametrize(
    ("start", "end", "refused"),
    [
        (date(2026, 2, 1), MARCH, False),
        (APRIL, None, False),
        (date(2026, 2, 1), date(2026, 3, 2), True),
        (date(2026, 3, 31), APRIL, True),
        (date(2026, 3, 10), date(2026, 3, 11), True),
        (date(2026, 1, 1), None, True),
    ],
)
def test_nobody_holds_a_post_twice_at_once_but_neighbours_meet(
    person: User, start: date, end: date | None, refused: bool
) -> None:
    first = _appoint(person, MARCH, APRIL)

    if refused:
        with pytest.raises(DomainError, match="already in that period"):
            _appoint(person, start, end, post=first.post)
    else:
        assert _appoint(person, start, end, post=first.post).pk


def test_the_same_post_in_another_department_or_by_another_person_is_another_matter(person: User) -> None:
    first = _appoint(person, MARCH)

    assert _appoint(person, MARCH, post=first.post, department=DepartmentFactory()).pk
    assert _appoint(PersonFactory(department=person.department), MARCH, post=first.post).pk


def test_a_holding_ends_on_a_day_on_which_it_no_longer_holds(admin_person: User, person: User) -> None:
    holding = end_holding(_appoint(person, MARCH), valid_until=APRIL, by=admin_person, reason="Moved")

    assert [holding.covers(day) for day in (date(2026, 3, 31), APRIL)] == [True, False]


def test_an_end_can_be_moved_forward_and_not_back(admin_person: User, person: User) -> None:
    holding = _appoint(person, MARCH, MAY)

    assert end_holding(holding, valid_until=APRIL, by=admin_person, reason="x").valid_until == APRIL
    with pytest.raises(DomainError, match="earlier end"):
        end_holding(holding, valid_until=MAY, by=admin_person, reason="x")
    with pytest.raises(DomainError, match="after the start"):
        end_holding(holding, valid_until=MARCH, by=admin_person, reason="x")


def test_a_code_of_a_post_is_taken_once(admin_person: User) -> None:
    PostFactory(code="agent")

    with pytest.raises(DomainError, match="taken"):
        add_post(code="agent", name_zh="x", name_en="x", role=Role.AUDITOR, by=admin_person, reason="x")


def test_a_role_changes_with_the_post_and_an_abolished_post_gives_nothing(admin_person: User, quality: Any) -> None:
    person = person_with(Role.FRONTLINE, quality)
    post = person.duties[0].post

    change_post(post, by=admin_person, reason="x", role=Role.AUDITOR)
    assert User.objects.get(pk=person.pk).roles == {Role.AUDITOR}
    change_post(post, by=admin_person, reason="x", is_active=False)
    assert User.objects.get(pk=person.pk).roles == frozenset()


def test_roles_hold_in_their_department_and_for_their_days(quality: Any, sales: Any) -> None:
    person = person_with(Role.DEPARTMENT_HEAD, quality)
    PostHoldingFactory(person=person, department=sales, post=PostFactory(role=Role.AUDITOR))
    PostHoldingFactory(person=person, post=PostFactory(role=Role.PROJECT_LEAD), ended=True)

    assert person.roles == {Role.DEPARTMENT_HEAD, Role.AUDITOR}
    assert person.departments_as(Role.DEPARTMENT_HEAD) == {quality.pk}
    assert person.departments_as(Role.AUDITOR) == {sales.pk}


def test_a_post_is_a_permission_in_its_department(quality: Any, sales: Any) -> None:
    person = PersonFactory(department=quality)
    PostHoldingFactory(person=person, post=PostFactory(code="agent"))

    assert person.has_perm("role.agent")
    assert person.has_perm("role.agent", quality)
    assert not person.has_perm("role.agent", sales)
    assert not person.has_perm("role.other")
    assert not person.has_perm("agent")


def test_the_day_is_the_one_where_the_person_works(person: User) -> None:
    """A post that begins today on Kiritimati is not yet held by somebody in Honolulu.

    The two are exactly 24 hours apart and know no summer time, so the answer is the same at every hour.
    """
    east, west = PersonFactory(time_zone="Pacific/Kiritimati"), PersonFactory(time_zone="Pacific/Honolulu")

    assert (east.today - west.today).days == 1
