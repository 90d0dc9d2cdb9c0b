"""The page of my jobs, one job with its progress, the panel on the home page."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from procstd.jobs.models import Job, State
from tests.factories import JobFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_a_person_sees_the_own_jobs_only(signed_in: Any, engineer: Any, seller: Any, admin_person: Any) -> None:
    JobFactory(owner=seller)
    mine = JobFactory(owner=engineer)

    page = signed_in(engineer).get(reverse("jobs:job-list"))

    assert [job.pk for job in page.context["page"].object_list] == [mine.pk]
    assert list(Job.objects.visible_to(admin_person)) == []


def test_without_jobs_the_page_says_what_comes_here(signed_in: Any, engineer: Any) -> None:
    assert "appear here with their progress" in signed_in(engineer).get(reverse("jobs:job-list")).content.decode()


def test_a_running_job_asks_again_and_a_finished_one_does_not(signed_in: Any, engineer: Any) -> None:
    client, job = signed_in(engineer), JobFactory(owner=engineer, state=State.RUNNING, done=1, total=4)

    running = client.get(job.get_absolute_url(), headers=HTMX)
    job.state = State.DONE
    job.save()
    finished = client.get(job.get_absolute_url(), headers=HTMX)

    assert 'hx-trigger="every' in running.content.decode()
    assert "1 of 4" in running.content.decode()
    assert "HX-Refresh" not in running.headers
    assert "hx-trigger" not in finished.content.decode()
    assert finished.headers["HX-Refresh"] == "true"


def test_without_script_a_link_asks_again(signed_in: Any, engineer: Any) -> None:
    page = signed_in(engineer).get(JobFactory(owner=engineer).get_absolute_url()).content.decode()

    assert "<noscript" in page or "Refresh" in page


def test_an_error_is_shown_in_the_readers_language(signed_in: Any, engineer: Any) -> None:
    job = JobFactory(owner=engineer, state=State.FAILED, error_en="Row 3 is wrong.", error_zh="第 3 行有误。")

    assert "Row 3 is wrong." in signed_in(engineer).get(job.get_absolute_url()).content.decode()
    engineer.language = "zh-hans"
    engineer.save()
    assert "第 3 行有误。" in signed_in(engineer).get(job.get_absolute_url()).content.decode()


def test_cancelling_says_so_and_once_ended_says_that(signed_in: Any, engineer: Any) -> None:
    client, job = signed_in(engineer), JobFactory(owner=engineer)

    first = client.post(reverse("jobs:job-cancel", args=[job.pk]), follow=True)
    second = client.post(reverse("jobs:job-cancel", args=[job.pk]), follow=True)

    assert "is being cancelled" in first.content.decode()
    assert "ended already" in second.content.decode()


@pytest.mark.parametrize("name", ["jobs:job-list", "jobs:panel-recent"])
def test_a_list_costs_the_same_with_one_job_and_with_thirty(
    signed_in: Any, engineer: Any, django_assert_num_queries: Any, name: str
) -> None:
    client, address = signed_in(engineer), reverse(name)
    JobFactory(owner=engineer)
    client.get(address)
    with django_assert_num_queries(12, exact=False) as few:
        client.get(address)
    JobFactory.create_batch(30, owner=engineer)

    with django_assert_num_queries(len(few.captured_queries)):
        client.get(address)
