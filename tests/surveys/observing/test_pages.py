"""Pages of observations: without script, by whom they are for, in a constant number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from procstd.roles import Role
from surveys.domain.observing import begin_observation
from surveys.models import AsIsStep, Lap, Observation, Pain
from tests.factories import person_with
from tests.files.corpus import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def now_observed(observation: Observation) -> Observation:
    observation.began_at = timezone.now() - timedelta(hours=1)
    observation.save()
    return observation


def queries_of(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_cycle_is_watched_without_script(
    signed_in: Any, now_observed: Observation, steps: list[AsIsStep], observer: Any
) -> None:
    client = signed_in(observer)
    watch = f"/surveys/watch/{now_observed.survey.number}/1/"
    first, second = uuid.uuid4(), uuid.uuid4()

    client.post(f"{watch}start/", {"step": steps[0].pk, "what": "", "key": first})
    page = client.get(watch).content.decode()
    assert "1 Receive" in page.partition('id="watch-running"')[2][:80]
    client.post(f"{watch}start/", {"step": "", "what": "Search", "key": second})
    client.post(f"{watch}stop/")
    photo = SimpleUploadedFile("p.png", picture())
    noted = {"anomaly": "The model was not found", "photo": photo, "step": steps[1].pk, "what": "Search"}
    assert client.post(f"{watch}laps/{second}/", noted).headers["Location"] == watch
    refused = client.post(f"{watch}start/", {"step": "", "what": "", "key": uuid.uuid4()})
    ended = client.post(f"{watch}end/", follow=True).content.decode()

    assert "type what it is called" in refused.content.decode()
    assert "The model was not found" in ended
    assert "Make it a pain point" not in ended
    laps = list(Lap.objects.all())
    assert [(lap.step, lap.is_running, bool(lap.photo)) for lap in laps] == [
        (steps[0], False, False), (steps[1], False, True),
    ]  # fmt: skip


def test_a_file_that_is_no_picture_is_refused_beside_its_field(
    signed_in: Any, observation: Observation, lap: Callable[..., Lap], observer: Any
) -> None:
    address = f"/surveys/watch/{observation.survey.number}/1/laps/{lap(1).key}/"

    page = signed_in(observer).post(
        address, {"anomaly": "Typed", "what": "Search", "photo": SimpleUploadedFile("x.exe", b"MZ")}
    )

    assert "not taken here" in page.content.decode()
    assert "Typed" in page.content.decode()


def test_a_surveyor_makes_a_pain_point_with_one_click_and_takes_durations_over(
    signed_in: Any, observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap]
) -> None:
    client, number = signed_in(observation.survey.owner), observation.survey.number
    odd = lap(11, step=steps[0], anomaly="The model was not found")
    page = f"/surveys/{number}/observations/"
    assert "not taken over" in client.get(page).content.decode()
    assert "Make it a pain point" in client.get(f"{page}1/").content.decode()

    named = client.post(f"/surveys/watch/{number}/1/laps/{odd.key}/pain/", follow=True).content.decode()
    client.post(f"{page}take/")
    steps[0].refresh_from_db()
    assert steps[0].observed_minutes == 11
    left = client.post(f"/surveys/watch/{number}/1/laps/{odd.key}/count/", {"count": "out"}, follow=True)

    assert Pain.objects.get().text_en == "The model was not found"
    assert f'href="/surveys/{number}/observations/1/">O1-1</a>' in named
    steps[0].refresh_from_db()
    assert steps[0].observed_minutes is None
    assert "left out" in left.content.decode()
    assert "not taken over" not in client.get(page).content.decode()


def test_an_observation_is_begun_for_oneself_or_for_somebody_who_then_finds_it(
    signed_in: Any, observation: Observation, observer: Any
) -> None:
    survey = observation.survey
    client = signed_in(survey.owner)
    facts = {"subject": "C-000099", "place": "Gate", "observer": survey.owner.pk}

    own = client.post(f"/surveys/{survey.number}/observations/add/", facts)
    client.post(f"/surveys/{survey.number}/observations/add/", {**facts, "observer": observer.pk})

    assert own.headers["Location"] == f"/surveys/watch/{survey.number}/2/"
    mine = signed_in(observer)
    for page in ("/", "/surveys/"):
        assert f"/surveys/watch/{survey.number}/3/" in mine.get(page).content.decode()
    assert "C-000099" in client.get(f"/surveys/{survey.number}/").content.decode()


def test_an_observer_reaches_the_own_observation_and_nothing_else(
    signed_in: Any, observation: Observation, lap: Callable[..., Lap], observer: Any
) -> None:
    survey, owner = observation.survey, observation.survey.owner
    begin_observation(survey, observer=owner, subject="Other", by=owner, at=observation.began_at)
    lap(1, anomaly="Odd")
    client, stranger = signed_in(observer), signed_in(person_with(Role.FRONTLINE))
    head = signed_in(person_with(Role.DEPARTMENT_HEAD, survey.departments.get()))

    assert client.get(f"/surveys/{survey.number}/observations/1/").status_code == 200
    assert client.get(f"/surveys/{survey.number}/observations/2/").status_code == 404
    assert client.get(f"/surveys/watch/{survey.number}/2/").status_code == 404
    assert client.get(f"/surveys/{survey.number}/observations/").status_code == 403
    assert stranger.get(f"/surveys/watch/{survey.number}/1/").status_code == 404
    # Who reads the survey reads the observation, and leaves the stopwatch alone.
    assert head.get(f"/surveys/{survey.number}/observations/1/").status_code == 200
    assert head.get(f"/surveys/watch/{survey.number}/1/").status_code == 404


def test_pages_ask_as_many_questions_of_the_database_for_one_lap_as_for_thirty(
    signed_in: Any, observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap]
) -> None:
    survey, owner = observation.survey, observation.survey.owner
    client = signed_in(owner)
    addresses = [
        f"/surveys/{survey.number}/observations/", f"/surveys/{survey.number}/observations/1/",
        f"/surveys/watch/{survey.number}/1/", f"/surveys/{survey.number}/", f"/surveys/{survey.number}/guide/",
        f"/surveys/{survey.number}/interviews/add/", "/surveys/",
    ]  # fmt: skip
    client.post(f"/surveys/watch/{survey.number}/1/laps/{lap(24 * 60, step=steps[0], anomaly='A').key}/pain/")
    one = [queries_of(client, address) for address in addresses]

    for number in range(30):
        begun = begin_observation(survey, observer=owner, subject=f"{number}", by=owner, at=observation.began_at)
        assert begun.number > 1
        made = lap(24 * 60 + number, step=steps[number % 2], begin=number, anomaly="Odd")
        client.post(f"/surveys/watch/{survey.number}/1/laps/{made.key}/pain/")

    assert [queries_of(client, address) for address in addresses] == one
