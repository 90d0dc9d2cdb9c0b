"""Acts on people: add, change, let go, bring back, invite."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from procstd.errors import DomainError
from procstd.history import version_of
from procstd.organisation.domain import people
from procstd.organisation.domain.tokens import issue_token
from procstd.organisation.jobs import mail_invitation
from procstd.organisation.models import Session, User
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

FACTS = {"name_zh": "秦英", "name_en": "Qin Ying", "email": "qin.ying@example.com"}


def _latest(row: Any) -> tuple[Any, str]:
    entry = row.history.first()
    return entry.history_user, entry.history_change_reason


def test_a_person_is_added_without_a_password_and_with_the_reason(admin_person: User) -> None:
    person = people.add_person(username="Qin.Ying", by=admin_person, reason="New in sales", **FACTS)

    assert person.username == "qin.ying"
    assert not person.has_usable_password()
    assert _latest(person) == (admin_person, "New in sales")


def test_a_code_is_taken_once(admin_person: User) -> None:
    with pytest.raises(DomainError, match="taken") as refusal:
        people.add_person(username="FANG.NING", by=admin_person, reason="x", **FACTS)

    assert refusal.value.field == "username"


def test_an_invitation_without_an_address_is_refused_and_nobody_added(admin_person: User) -> None:
    with pytest.raises(DomainError, match="e-mail") as refusal:
        people.add_person(username="a", by=admin_person, reason="x", invite=True, name_zh="a", name_en="a")

    assert refusal.value.field == "email"
    assert not User.objects.filter(username="a").exists()


def test_an_invitation_is_mailed_in_the_persons_language_once_the_person_is_committed(
    admin_person: User, mailoutbox: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as woken:
        person = people.add_person(
            username="qin.ying", by=admin_person, reason="x", invite=True, language="zh-hans", **FACTS
        )
    assert len(woken) == 1

    mail_invitation(person.pk)  # what the woken worker does

    assert [mail.to for mail in mailoutbox] == [["qin.ying@example.com"]]
    assert mailoutbox[0].subject == "您的 procstd 账户"
    assert "/password/set/" in mailoutbox[0].body


@pytest.mark.parametrize("facts", [{"gone": True}, {"email": ""}])
def test_only_active_people_with_an_address_are_invited(admin_person: User, facts: dict[str, Any]) -> None:
    with pytest.raises(DomainError, match="active person"):
        people.invite_person(PersonFactory(**facts), by=admin_person)


def test_a_change_keeps_who_and_why(admin_person: User, engineer: User) -> None:
    changed = people.change_person(engineer, by=admin_person, reason="Married", name_en="Wang-Li Lei")

    assert changed.name_en == "Wang-Li Lei"
    assert _latest(changed) == (admin_person, "Married")


def test_a_change_that_comes_too_late_is_refused(admin_person: User, engineer: User) -> None:
    seen = version_of(engineer)
    people.change_person(engineer, by=admin_person, reason="First", seen=seen, name_en="First")

    with pytest.raises(DomainError, match="First"):
        people.change_person(engineer, by=admin_person, reason="Second", seen=seen, name_en="Second")
    engineer.refresh_from_db()
    assert engineer.name_en == "First"


def test_nobody_takes_the_administrators_right_from_oneself(admin_person: User) -> None:
    other = PersonFactory(staff=True)

    with pytest.raises(DomainError, match="ask another") as refusal:
        people.change_person(admin_person, by=admin_person, reason="x", is_staff=False)

    assert refusal.value.field == "is_staff"
    assert not people.change_person(admin_person, by=other, reason="x", is_staff=False).is_staff


def test_who_leaves_is_out_and_what_was_done_stays(admin_person: User, engineer: User, signed_in: Any) -> None:
    signed_in(engineer)
    issue_token(engineer, name="robot", scopes=[], days=1, at=timezone.now())

    gone = people.deactivate_person(engineer, by=admin_person, reason="Left")

    assert not gone.is_active
    assert _latest(gone) == (admin_person, "Left")
    assert not Session.objects.filter(person=engineer).exists()
    assert not engineer.api_tokens.exists()
    assert engineer.holdings.count() == 1
    assert gone.duties == []


def test_who_leaves_can_come_back(admin_person: User, engineer: User) -> None:
    people.deactivate_person(engineer, by=admin_person, reason="Left")

    back = people.reactivate_person(engineer, by=admin_person, reason="Came back")

    assert back.is_active
    assert len(User.objects.get(pk=back.pk).duties) == 1
    assert [entry.history_change_reason for entry in back.history.all()[:2]] == ["Came back", "Left"]


def test_nobody_deactivates_oneself(admin_person: User) -> None:
    with pytest.raises(DomainError, match="ask another"):
        people.deactivate_person(admin_person, by=admin_person, reason="x")


def test_a_profile_takes_only_what_is_ones_own(engineer: User) -> None:
    people.change_profile(engineer, language="zh-hans", is_staff=True, username="boss")

    engineer.refresh_from_db()
    assert (engineer.language, engineer.is_staff, engineer.username) == ("zh-hans", False, "wang.lei")


def test_the_directory_shows_those_who_left_to_administrators_only(admin_person: User, engineer: User) -> None:
    PersonFactory(username="gone", gone=True)

    assert User.objects.visible_to(admin_person).filter(username="gone").exists()
    assert not User.objects.visible_to(engineer).filter(username="gone").exists()


@pytest.mark.parametrize("text", ["wang.l", "Wang", "王"])
def test_people_are_found_by_part_of_code_or_either_name(engineer: User, text: str) -> None:
    User.objects.filter(pk=engineer.pk).update(name_zh="王磊")

    assert list(User.objects.search(text)) == [engineer]
