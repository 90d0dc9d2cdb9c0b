"""`manage.py demo`: a believable enterprise, loaded as often as one likes."""

from __future__ import annotations

import pytest
from django.test import Client

from procstd.organisation.demo import ACCOUNTS, PASSWORD, load
from procstd.organisation.models import Department, Post, PostHolding, User
from procstd.roles import Role

pytestmark = pytest.mark.django_db


def test_the_second_time_nothing_changes() -> None:
    load()
    models = (User, Department, Post, PostHolding)
    before = [(model.objects.count(), model.history.count()) for model in models]
    User.objects.filter(username="chen.jing").update(name_en="Renamed by hand")

    load()

    assert [(model.objects.count(), model.history.count()) for model in models] == before
    assert User.objects.get(username="chen.jing").name_en == "Renamed by hand"


def test_some_fifteen_people_cover_every_role_in_one_enterprise() -> None:
    load()
    people = list(User.objects.all())

    assert 15 <= len(people) <= 20
    assert {role for person in people for role in person.roles} == set(Role)
    assert Department.objects.filter(parent=None).count() == 1
    assert all(person.duties for person in people)
    assert {person.language for person in people} == {"zh-hans", "en"}


@pytest.mark.parametrize("model", [User, Department, Post])
def test_everything_has_both_names(model: type[User]) -> None:
    load()

    for row in model.objects.all():
        assert any("\u4e00" <= character <= "\u9fff" for character in row.name_zh), row.name_zh
        assert row.name_en.isascii(), row.name_en


def test_the_accounts_that_are_printed_open() -> None:
    load()

    for code, _role in ACCOUNTS:
        assert Client().post("/sign-in/", {"username": code, "password": PASSWORD}).status_code == 302
