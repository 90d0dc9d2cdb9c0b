"""API tokens: random, hashed, scoped, revocable; what they read (S5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from procstd.organisation.domain.tokens import issue_token, revoke_token, token_in_force
from procstd.organisation.models import ApiToken, User
from tests.factories import DepartmentFactory, PersonFactory, PostFactory, PostHoldingFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def _token(person: User, *scopes: str, days: int = 30) -> tuple[ApiToken, str]:
    return issue_token(person, name="robot", scopes=list(scopes), days=days, at=NOW)


def _get(path: str, text: str) -> Any:
    return Client().get(f"/api/{path}/", headers={"Authorization": f"Bearer {text}"})


def test_a_token_is_random_and_only_its_hash_is_kept(engineer: User) -> None:
    texts = {_token(engineer)[1] for _n in range(20)}

    assert len(texts) == 20
    assert min(map(len, texts)) >= 43  # 256 bits
    for text in texts:
        assert not ApiToken.objects.filter(digest=text).exists()
        assert all(text not in str(row) for row in ApiToken.objects.values())


def test_a_check_costs_one_query(engineer: User, django_assert_num_queries: Any) -> None:
    _row, text = _token(engineer)

    with django_assert_num_queries(1):
        found = token_in_force(text, at=NOW)
        assert found is not None
        assert found.person == engineer


def test_a_token_ends_by_time_by_revoking_and_with_its_person(engineer: User) -> None:
    row, text = _token(engineer, days=30)

    assert token_in_force(text, at=NOW + timedelta(days=29, hours=23))
    assert not token_in_force(text, at=NOW + timedelta(days=30))
    assert not token_in_force(text + "x", at=NOW)
    User.objects.filter(pk=engineer.pk).update(is_active=False)
    assert not token_in_force(text, at=NOW)
    User.objects.filter(pk=engineer.pk).update(is_active=True)
    revoke_token(row, at=NOW)
    assert not token_in_force(text, at=NOW)


@pytest.mark.parametrize(
    ("scopes", "me", "people"), [(["profile"], 200, 403), (["directory"], 403, 200), ([], 403, 403)]
)
def test_a_token_reads_within_its_scopes(engineer: User, scopes: list[str], me: int, people: int) -> None:
    _row, text = _token(engineer, *scopes)

    assert (_get("me", text).status_code, _get("people", text).status_code) == (me, people)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer a b", "Basic YTpi", "Bearer ünsinn", "Token x"])
def test_anything_else_is_refused_with_401(engineer: User, header: str) -> None:
    answer = Client().get("/api/me/", headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_me_tells_posts_and_roles(engineer: User) -> None:
    duty = engineer.duties[0]

    assert _get("me", _token(engineer, "profile")[1]).json() == {
        "username": "wang.lei",
        "name_zh": engineer.name_zh,
        "name_en": "Wang Lei",
        "roles": ["frontline"],
        "duties": [{"post": duty.post.code, "department": "quality"}],
    }


def test_lists_are_paged_and_show_what_the_person_may_see(engineer: User, admin_person: User) -> None:
    PersonFactory(username="gone", gone=True)
    PersonFactory.create_batch(60, department=engineer.department)
    first = _get("people", _token(engineer, "directory")[1]).json()

    assert (first["count"], len(first["results"])) == (62, 50)
    assert first["next"].endswith("?page=2")
    assert {"email", "password"}.isdisjoint(first["results"][0])
    assert _get("people", _token(admin_person, "directory")[1]).json()["count"] == 63


@pytest.mark.parametrize("path", ["people", "departments", "posts"])
def test_a_list_costs_the_same_with_one_row_and_with_thirty(
    engineer: User, django_assert_num_queries: Any, path: str
) -> None:
    _row, text = _token(engineer, "directory")
    with django_assert_num_queries(9, exact=False) as few:
        _get(path, text)
    for _n in range(30):
        PostHoldingFactory(person=PersonFactory(department=DepartmentFactory()), post=PostFactory())

    with django_assert_num_queries(len(few.captured_queries)):
        _get(path, text)


def test_a_token_is_shown_once_and_revoked_on_the_page(signed_in: Any, engineer: User) -> None:
    client = signed_in(engineer)

    page = client.post("/account/tokens/", {"name": "warehouse", "scopes": ["profile"], "days": "30"})
    text = page.context["text"]
    assert text in page.content.decode()
    assert _get("me", text).status_code == 200
    assert text not in client.get("/account/tokens/").content.decode()

    client.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert _get("me", text).status_code == 401
