"""Statements written once: the same rows as the queryset gives, whatever the values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, F
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from procstd.organisation.models import Post, PostHolding, User
from procstd.organisation.models.post import ACTED_IN
from procstd.prepared import Prepared
from tests.factories import DepartmentFactory, PersonFactory, PostFactory, PostHoldingFactory, SubstitutionFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def _by_code(code: str) -> Any:
    return Post.objects.filter(code=code)


def test_the_rows_are_those_of_the_queryset_whatever_the_values() -> None:
    posts, departments = [PostFactory() for _each in range(3)], [DepartmentFactory() for _each in range(2)]
    people = [PersonFactory() for _each in range(4)]
    for number, person in enumerate(people):
        start = DAY + timedelta(days=number)
        holding = PostHoldingFactory(
            person=person, post=posts[number % 3], department=departments[number % 2], valid_from=start,
            valid_until=start + timedelta(days=2),
        )  # fmt: skip
        SubstitutionFactory(holding=holding, substitute=people[number - 1], valid_from=start,
                            valid_until=start + timedelta(days=1))  # fmt: skip

    for person in people:
        for offset in range(-1, 7):
            on = DAY + timedelta(days=offset)
            expected = list(PostHolding.objects.acted_in_by(person.pk, on=on).order_by("pk"))
            with CaptureQueriesContext(connection) as captured:
                found = sorted(ACTED_IN.rows(user=person.pk, on=on), key=lambda row: row.pk)
                said = [(row.post.code, row.department.code, row.person.username, row.valid_from) for row in found]
            assert found == expected
            assert said == [
                (row.post.code, row.department.code, row.person.username, row.valid_from) for row in expected
            ]
            assert len(captured) == 1


def test_deferred_columns_and_annotations_are_as_in_the_queryset() -> None:
    person = PersonFactory(created_at=datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC))
    PostHoldingFactory(person=person)
    asked: Prepared[User] = Prepared(
        lambda name, since: User.objects.filter(username=name, created_at__gte=since)
        .defer("email")
        .annotate(held=Count("holdings"), same=F("username")),
        name=str, since=datetime,
    )  # fmt: skip

    found: Any = asked.one(name=person.username, since=person.created_at)

    assert (found.held, found.same, found.created_at) == (1, person.username, person.created_at)
    assert "email" in found.get_deferred_fields()
    assert asked.one(name=person.username, since=person.created_at + timedelta(microseconds=1)) is None


def test_values_are_values_and_never_statement() -> None:
    asked = Prepared(_by_code, code=str)
    post = PostFactory(code="plain")

    assert asked.one(code="plain") == post
    for code in ("' OR 1=1 --", "%s", "%(code)s", "\x01prepared 0"):
        assert asked.rows(code=code) == []


def test_a_row_may_be_locked_only_within_a_transaction() -> None:
    asked: Prepared[Post] = Prepared(lambda code: _by_code(code).select_for_update(), code=str)
    post = PostFactory(code="plain")

    with transaction.atomic():
        assert asked.one(code="plain") == post
    connection.in_atomic_block, before = False, connection.in_atomic_block
    try:
        with pytest.raises(TransactionManagementError):
            asked.one(code="plain")
    finally:
        connection.in_atomic_block = before


def test_what_cannot_be_written_once_is_refused() -> None:
    with pytest.raises(TypeError, match="related lists"):
        Prepared(lambda code: _by_code(code).prefetch_related("holdings"), code=str).rows(code="x")
    with pytest.raises(TypeError, match="does not take"):
        Prepared(lambda code: Post.objects.all(), code=str).rows(code="x")
