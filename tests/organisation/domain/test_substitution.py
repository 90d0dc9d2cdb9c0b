"""A substitute acts in somebody's posts for a period, and not a day longer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from procstd.errors import DomainError
from procstd.organisation.domain.people import deactivate_person
from procstd.organisation.domain.substitution import hand_over, take_back
from procstd.organisation.models import PostHolding, Substitution, User
from procstd.roles import Role
from tests.factories import PersonFactory, PostHoldingFactory, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def substitute() -> User:
    return PersonFactory(username="zhou.tao")


def _hand_over(person: User, substitute: User, start: date | None = None, days: int = 5, **facts: Any) -> Substitution:
    today = person.today
    start = start or today
    until = facts.pop("until", start + timedelta(days=days))
    made = hand_over(
        list(person.holdings.all()),
        substitute=substitute,
        valid_from=start,
        valid_until=until,
        by=person,
        reason="Leave",
        on=today,
    )
    return made[0]


def _again(person: User) -> User:
    """The person as the next request sees it."""
    return User.objects.get(pk=person.pk)


def test_the_substitute_acts_beside_the_holder_from_the_first_day(engineer: User, substitute: User) -> None:
    row = _hand_over(engineer, substitute)

    duty = _again(substitute).duties[0]
    assert (duty.post, duty.substituting) == (engineer.duties[0].post, engineer)
    assert _again(engineer).duties[0].substituting is None
    entry = row.history.first()
    assert (entry.history_user, entry.history_change_reason) == (engineer, "Leave")


def test_rights_hold_from_the_first_day_to_the_day_before_the_return(engineer: User, substitute: User) -> None:
    start = engineer.today + timedelta(days=10)
    _hand_over(engineer, substitute, start, days=5)

    held = [
        PostHolding.objects.acted_in_by(substitute.pk, on=start + timedelta(days=offset)).exists()
        for offset in (-1, 0, 4, 5)
    ]
    assert held == [False, True, True, False]


def test_a_substitution_does_not_pass_on(engineer: User, substitute: User) -> None:
    third = PersonFactory()
    _hand_over(engineer, substitute)
    PostHoldingFactory(person=substitute)
    _hand_over(substitute, third)

    assert [duty.person for duty in _again(third).duties] == [substitute]


@pytest.mark.parametrize(
    ("case", "told", "field"),
    [
        ("open", "Say when", "valid_until"),
        ("upside down", "after the start", "valid_until"),
        ("in the past", "in the past", "valid_from"),
        ("gone", "no longer works", "substitute"),
        ("oneself", "one's own", "substitute"),
        ("nothing", "at least one", "holdings"),
        ("twice", "already", "holdings"),
        ("too late", "ends before", "holdings"),
    ],
)
def test_a_refusal_names_the_field(engineer: User, substitute: User, case: str, told: str, field: str) -> None:
    today = engineer.today
    person, start, until = engineer, today, today + timedelta(days=5)
    match case:
        case "open":
            until = None  # type: ignore[assignment]
        case "upside down":
            until = start
        case "in the past":
            start = today - timedelta(days=1)
        case "gone":
            substitute = PersonFactory(gone=True)
        case "oneself":
            substitute = engineer
        case "nothing":
            person = PersonFactory()
        case "twice":
            _hand_over(engineer, PersonFactory(), start + timedelta(days=4))
        case "too late":
            engineer.holdings.update(valid_until=today + timedelta(days=2))
            start, until = today + timedelta(days=2), today + timedelta(days=3)

    with pytest.raises(DomainError, match=told) as refusal:
        _hand_over(person, substitute, start, until=until)
    assert refusal.value.field == field


def test_several_posts_are_handed_over_together_or_not_at_all(engineer: User, substitute: User) -> None:
    PostHoldingFactory(person=engineer, valid_until=engineer.today + timedelta(days=1))

    with pytest.raises(DomainError, match="ends before"):
        _hand_over(engineer, substitute, engineer.today + timedelta(days=1))
    assert not Substitution.objects.exists()
    _hand_over(engineer, substitute)
    assert Substitution.objects.count() == 2


def test_taken_back_it_ends_today_and_stays_in_the_history(engineer: User, substitute: User) -> None:
    today = engineer.today
    row = _hand_over(engineer, substitute)
    Substitution.objects.update(valid_from=today - timedelta(days=2))

    take_back(row, by=engineer, reason="Back early", on=today)

    assert _again(substitute).duties == []
    row.refresh_from_db()
    assert row.valid_until == today
    with pytest.raises(DomainError, match="ended already"):
        take_back(row, by=engineer, reason="x", on=today)


def test_one_that_has_not_begun_is_removed_and_its_history_says_why(engineer: User, substitute: User) -> None:
    row = _hand_over(engineer, substitute, engineer.today + timedelta(days=3))
    number = row.pk

    take_back(row, by=engineer, reason="No leave after all", on=engineer.today)

    assert not Substitution.objects.exists()
    last = Substitution.history.filter(id=number).first()
    assert (last.history_type, last.history_change_reason) == ("-", "No leave after all")


def test_when_the_holder_leaves_nobody_stands_in(engineer: User, substitute: User, admin_person: User) -> None:
    _hand_over(engineer, substitute)

    deactivate_person(engineer, by=admin_person, reason="Left")

    assert _again(substitute).duties == []


def test_heads_manage_their_department_and_below_others_only_themselves(
    quality: Any, head: User, engineer: User, seller: User, admin_person: User
) -> None:
    from tests.factories import DepartmentFactory

    tester = person_with(Role.FRONTLINE, DepartmentFactory(parent=quality))

    def managed(person: User) -> set[User]:
        return {holding.person for holding in PostHolding.objects.manageable_by(person)}

    assert managed(head) == {head, engineer, tester}
    assert managed(engineer) == {engineer}
    assert managed(admin_person) == {head, engineer, tester, seller}


def test_a_substitution_is_seen_by_the_two_their_head_and_administrators(
    engineer: User, substitute: User, head: User, seller: User, admin_person: User
) -> None:
    row = _hand_over(engineer, substitute)

    seeing = {
        p for p in (engineer, substitute, head, seller, admin_person) if row in Substitution.objects.visible_to(p)
    }
    assert seeing == {engineer, substitute, head, admin_person}


def test_a_head_stood_in_for_is_a_head_for_that_time(quality: Any, head: User, engineer: User, seller: User) -> None:
    _hand_over(head, seller)

    assert Role.DEPARTMENT_HEAD in _again(seller).roles
    assert engineer.holdings.get() in PostHolding.objects.manageable_by(_again(seller))
