"""Every page of the organisation answers, with rows and without, at the same cost (O5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from procstd.organisation.models import User
from tests.factories import (
    DepartmentFactory,
    PersonFactory,
    PostFactory,
    PostHoldingFactory,
    SubstitutionFactory,
)

pytestmark = pytest.mark.django_db


def test_the_home_page_shows_my_posts(signed_in: Any, engineer: User) -> None:
    page = signed_in(engineer).get(reverse("home")).content.decode()

    assert str(engineer.duties[0].post) in page


def _more_of_everything(person: User) -> None:
    """One more of each row that a page about *person*, the own department and post shows."""
    duty = person.duties[0]
    child = DepartmentFactory(parent=duty.department)
    holding = PostHoldingFactory(person=PersonFactory(department=duty.department), post=duty.post)
    PostHoldingFactory(person=person, post=PostFactory(), department=child, ended=True)
    SubstitutionFactory(holding=duty, substitute=holding.person)
    SubstitutionFactory(holding=holding, substitute=person)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("home", []),
        ("organisation:person-list", []),
        ("organisation:person-detail", ["wang.lei"]),
        ("organisation:department-list", []),
        ("organisation:department-detail", ["quality"]),
        ("organisation:post-list", []),
        ("organisation:post-detail", ["POST"]),
        ("organisation:substitution-list", []),
        ("organisation:substitution-add", []),
        ("organisation:panel-duties", []),
        ("organisation:profile", []),
        ("organisation:session-list", []),
        ("organisation:token-list", []),
    ],
)
def test_a_page_costs_the_same_with_one_row_and_with_thirty(
    signed_in: Any, engineer: User, django_assert_num_queries: Any, name: str, words: list[str]
) -> None:
    User.objects.filter(pk=engineer.pk).update(is_staff=True)
    client = signed_in(engineer)
    post = engineer.duties[0].post.code
    address = reverse(name, args=[post if word == "POST" else word for word in words])
    _more_of_everything(User.objects.get(pk=engineer.pk))
    client.get(address)
    with django_assert_num_queries(20, exact=False) as few:
        assert client.get(address).status_code == 200
    for _n in range(30):
        _more_of_everything(User.objects.get(pk=engineer.pk))

    with django_assert_num_queries(len(few.captured_queries)):
        client.get(address)


def test_the_list_is_filtered_sorted_and_paged(signed_in: Any, engineer: User) -> None:
    client = signed_in(engineer)
    for number in range(30):
        PersonFactory(username=f"z{number:02}", name_en=f"Zoe {number:02}")

    found = client.get("/people/?q=Zoe+2")
    assert [row.record.username for row in found.context["listing"].table.page] == [f"z{n}" for n in range(20, 30)]
    second = client.get("/people/?sort=-username&page=2")
    assert [row.record.username for row in second.context["listing"].table.page] == [
        "z04",
        "z03",
        "z02",
        "z01",
        "z00",
        "wang.lei",
    ]
    by_post = client.get(f"/people/?post={engineer.duties[0].post_id}")
    assert [row.record.username for row in by_post.context["listing"].table.page] == ["wang.lei"]


@pytest.mark.parametrize("query", ["page=999", "page=x", "sort=password", "sort=-nothing", "department=x", "post=-1"])
def test_a_nonsense_query_is_no_error(signed_in: Any, engineer: User, query: str) -> None:
    assert signed_in(engineer).get(f"/people/?{query}").status_code == 200


def test_htmx_gets_the_list_only(signed_in: Any, engineer: User) -> None:
    part = signed_in(engineer).get("/people/?q=wang", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert "wang.lei" in part


def test_nothing_found_says_what_to_do(signed_in: Any, engineer: User) -> None:
    assert "Remove a filter" in signed_in(engineer).get("/people/?q=nobody-at-all").content.decode()


def test_a_bad_form_comes_back_with_the_error_beside_the_field_and_the_text_kept(
    signed_in: Any, admin_person: User
) -> None:
    page = signed_in(admin_person).post("/people/add/", {"username": "Ä b", "name_zh": "秦英", "email": "no"})

    errors = page.context["form"].errors
    assert set(errors) == {"username", "name_en", "email", "language", "time_zone", "reason"}
    assert 'value="秦英"' in page.content.decode()


def test_what_people_type_is_never_markup(signed_in: Any, admin_person: User) -> None:
    evil = "<script>alert(1)</script>{{7*7}}"
    PersonFactory(username="evil", name_zh=evil, name_en=evil)

    for address in ("/people/", "/people/evil/", "/people/?q=" + evil):
        page = signed_in(admin_person).get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
