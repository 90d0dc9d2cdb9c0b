"""Who, when, what, why: kept for every row, and a change that comes too late is refused (F20)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from procstd import history
from procstd.errors import DomainError
from procstd.organisation.domain.people import change_person
from procstd.organisation.models import Department, User
from tests.factories import DepartmentFactory, PersonFactory

pytestmark = pytest.mark.django_db


def test_a_story_reads_names_not_keys(admin_person: User, quality: Department, sales: Department) -> None:
    person = PersonFactory(department=quality, language="en")

    change_person(person, by=admin_person, reason="Moved", department=sales, is_staff=True, language="zh-hans")

    newest = history.story(person)[0]
    told = {str(label): (str(old), str(new)) for label, old, new in newest.fields}
    assert (newest.by, newest.why, newest.kind) == (admin_person, "Moved", "changed")
    assert told == {
        "Department": ("Quality", "Sales"),
        "Administrator": ("no", "yes"),
        "Language": ("English", "Simplified Chinese"),
    }


def test_an_empty_value_is_a_dash(admin_person: User) -> None:
    person = PersonFactory(email="")

    change_person(person, by=admin_person, reason="x", email="a@example.com", department=None)

    values = [(str(old), str(new)) for _label, old, new in history.story(person)[0].fields]
    assert ("–", "a@example.com") in values
    assert any(new == "–" for _old, new in values)


def test_a_password_leaves_no_trace_in_the_story(engineer: User) -> None:
    before = len(history.story(engineer))

    engineer.set_password("another one")
    engineer.save()

    assert len(history.story(engineer)) == before
    assert "password" not in {field.name for field in engineer.history.model._meta.fields}


def test_a_long_story_costs_as_much_as_a_short_one(
    admin_person: User, django_assert_num_queries: Any, sales: Department
) -> None:
    person = PersonFactory()
    change_person(person, by=admin_person, reason="x", department=sales)
    with django_assert_num_queries(2):
        history.story(person)
    for number in range(30):
        change_person(person, by=admin_person, reason="x", department=DepartmentFactory(), name_en=f"N{number}")

    with django_assert_num_queries(2):
        assert len(history.story(person)) == 32


def test_the_reason_is_written_for_one_change_only(admin_person: User, quality: Department) -> None:
    history.save(quality, by=admin_person, reason="First")

    quality.save()

    assert [row.history_change_reason for row in quality.history.all()[:2]] == [None, "First"]


def test_many_rows_are_saved_each_with_its_history_in_few_statements(
    admin_person: User, django_assert_max_num_queries: Any
) -> None:
    rows = [User(username=f"p{number}", name_zh="中", name_en="En") for number in range(100)]

    with django_assert_max_num_queries(6):
        history.save_many(rows, by=admin_person, reason="Import")
    with django_assert_max_num_queries(6):
        for row in rows:
            row.name_en = "New"
        history.save_many(rows, by=admin_person, reason="Again", fields=["name_en"])

    reasons = User.history.filter(username="p42").values_list("history_change_reason", flat=True)
    assert list(reasons) == ["Again", "Import"]


def test_a_deleted_row_keeps_its_story(admin_person: User) -> None:
    department = DepartmentFactory(code="gone")

    history.delete(department, by=admin_person, reason="Merged")

    last = Department.history.filter(code="gone").first()
    assert (last.history_type, last.history_user, last.history_change_reason) == ("-", admin_person, "Merged")


def test_what_was_seen_last_may_be_saved_and_what_was_seen_before_not(admin_person: User, engineer: User) -> None:
    seen = history.version_of(engineer)
    history.refuse_if_changed_since(engineer, seen)
    history.refuse_if_changed_since(engineer, None)
    history.save(engineer, by=None, reason="Nightly run")

    with pytest.raises(DomainError, match=r"The software changed this .*Nightly run"):
        history.refuse_if_changed_since(engineer, seen)


def test_the_form_keeps_what_was_typed_when_it_comes_too_late(
    signed_in: Any, admin_person: User, engineer: User
) -> None:
    client, address = signed_in(admin_person), f"/people/{engineer.username}/change/"
    seen = client.get(address).context["form"]["seen"].value()
    facts = {
        "name_zh": "王磊", "name_en": "First", "email": "a@example.com", "department": engineer.department_id,
        "language": "en", "time_zone": "Asia/Shanghai", "reason": "Married", "seen": seen,
    }  # fmt: skip
    assert client.post(address, facts).status_code == 302

    page = client.post(address, facts | {"name_en": "Typed with care"})

    text = page.content.decode()
    assert page.status_code == 200
    assert "Typed with care" in text
    assert "Fang Ning changed this" in text
    engineer.refresh_from_db()
    assert engineer.name_en == "First"


def test_a_story_of_the_past_is_dated_by_where_it_has_come_to(admin_person: User, quality: Department) -> None:
    march, april = (datetime(2026, month, 2, tzinfo=UTC) for month in (3, 4))
    since = timezone.now()

    history.come_to(march)  # nothing is told: of no effect
    now = history.save(DepartmentFactory.build(code="now"), by=admin_person, reason="Now")
    with history.telling_the_past():
        unknown = history.save(DepartmentFactory.build(code="unknown"), by=admin_person, reason="No day yet")
        history.come_to(march)
        first = history.save(DepartmentFactory.build(code="first"), by=admin_person, reason="In March")
        history.come_to(april)
        history.save_many([first], by=admin_person, reason="In April", fields=["code"])
        history.delete_many([first], by=admin_person, reason="In April")
    later = history.save(DepartmentFactory.build(code="later"), by=admin_person, reason="Now")

    dates = list(Department.history.filter(code="first").order_by("history_id").values_list("history_date", flat=True))
    assert dates == [march, april, april]
    assert all(row.history.get().history_date >= since for row in (now, unknown, later))
