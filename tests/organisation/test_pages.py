"""Every page of the organisation answers, with rows and without."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.factories import PersonFactory, PostFactory, PostHoldingFactory


def test_the_home_page_shows_my_posts(signed_in: Any, engineer: Any) -> None:
    page = signed_in(engineer).get(reverse("home")).content.decode()

    assert str(engineer.duties[0].post) in page


@pytest.mark.parametrize("name", ["person-list", "post-list"])
def test_a_list_costs_the_same_with_one_row_and_with_thirty(
    signed_in: Any, engineer: Any, django_assert_num_queries: Any, name: str
) -> None:
    client, address = signed_in(engineer), reverse(f"organisation:{name}")
    with django_assert_num_queries(9, exact=False) as few:
        client.get(address)
    for _n in range(30):
        PostHoldingFactory(person=PersonFactory(department=engineer.department), post=PostFactory())

    with django_assert_num_queries(len(few.captured_queries)):
        client.get(address)
