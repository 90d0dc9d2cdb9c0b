"""The reading pack: what can be kept on a device, and until when (F35). What the browser does with it: tests/e2e."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from processes.domain.inforce import end_release
from processes.models import Definition
from procstd.roles import Role
from tests.processes.pages.desk import person_as
from tests.standards import RELEASED_AT, holder, released, standard, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(signed_in: Any) -> Any:
    return signed_in(person_as(Role.FRONTLINE))


def manual(code: str = "complaint") -> str:
    return reverse("processes:pack-manual", args=[code, "1.0"])


def test_the_manuals_of_ones_posts_come_first_and_are_chosen(signed_in):
    released(standard(step("s1", None, post="quality-engineer")), code="a-quality")
    released(standard(step("s1", None, post="service-agent")), code="service")
    person = holder("service-agent")

    page = signed_in(person).get(reverse("processes:pack"))

    assert [(row.process.code, row.is_mine) for row in page.context["rows"]] == [
        ("service", True),
        ("a-quality", False),
    ]
    assert page.text.count(" checked") == 1


def test_a_page_that_is_kept_says_until_when_and_asks_for_nothing_else(reader):
    released()
    before = timezone.now()

    page = reader.get(manual())

    until = int(page["X-Pack-Until"])
    days = timedelta(days=settings.PACK_DAYS)
    assert (before + days).timestamp() - 1 <= until <= (timezone.now() + days).timestamp()
    assert "hx-get" not in page.text
    assert "holds until" in page.text


def test_what_is_not_in_force_any_more_cannot_be_kept(reader):
    release = released()
    assert reader.get(manual()).status_code == 200

    end_release(release, by=None, reason="Over", at=timezone.now())

    assert reader.get(manual()).status_code == 404
    assert not reader.get(reverse("processes:pack")).context["rows"]


def test_an_altered_text_is_not_kept(reader):
    released()
    Definition.objects.update(content="{}")

    page = reader.get(manual())

    assert page.status_code == 503
    assert "X-Pack-Until" not in page


def test_the_worker_answers_for_the_folder_of_the_pack_alone(reader):
    worker = reader.get(reverse("processes:pack-worker"))
    manifest = json.loads(reader.get(reverse("processes:pack-manifest")).content)

    assert worker["Content-Type"].startswith("text/javascript")
    assert reverse("processes:pack-worker").startswith(manifest["scope"])
    assert "Service-Worker-Allowed" not in worker
    assert manifest["start_url"] == reverse("processes:pack")


def test_the_page_costs_the_same_for_one_manual_and_for_thirty(reader):
    released(standard(step("s1", None)), code="first")
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            reader.get(reverse("processes:pack"))
        counts.append(len(queries))
        if number == 0:
            for at in range(29):
                released(standard(step("s1", None)), code=f"more-{at}", at=RELEASED_AT)

    assert counts[0] == counts[1]
