"""Laps that a phone sends: late, twice, in the wrong order, and by somebody who tries something."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image

from procstd.errors import DomainError
from procstd.files.models import StoredFile
from surveys.domain.laps import LapNote, change_lap, keep_lap
from surveys.domain.observing import begin_observation, end_observation
from surveys.domain.starting import end_survey
from surveys.models import AsIsStep, Lap, Observation
from tests.factories import PersonFactory
from tests.files.corpus import picture
from tests.surveys.field import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(observation: Observation) -> Observation:
    """The observation as if it had begun a minute ago: pages look at the clock."""
    observation.began_at = timezone.now() - timedelta(minutes=1)
    observation.save()
    return observation


def address(observation: Observation, *rest: Any) -> str:
    return "/".join(["/surveys/watch", observation.survey.number, str(observation.number), *map(str, rest), ""])


def row(**facts: Any) -> dict[str, Any]:
    now = int(timezone.now().timestamp() * 1000)
    return {
        "key": str(uuid.uuid4()), "edition": 1, "step": None, "what": "Search", "from": now - 60_000, "until": now,
        "anomaly": "", "doubt": False, **facts,
    }  # fmt: skip


def send(client: Any, observation: Observation, *rows: Any) -> Any:
    return client.post(address(observation, "laps"), json.dumps({"laps": rows}), content_type="application/json")


def test_a_lap_sent_twice_is_one_and_an_older_edition_changes_nothing(lap: Callable[..., Lap]) -> None:
    key = uuid.uuid4()

    lap(None, key=key)
    lap(12, key=key, edition=3, anomaly="Waited")
    lap(12, key=key, edition=3, anomaly="Waited")
    lap(None, key=key, edition=2)

    kept = Lap.objects.get()
    assert (kept.seconds, kept.anomaly, kept.edition) == (720, "Waited", 3)
    assert kept.history.count() == 2


def test_a_key_of_another_observation_is_refused(observation: Observation, lap: Callable[..., Lap]) -> None:
    taken = lap(1)
    other = begin_observation(
        observation.survey, observer=observation.observer, subject="Other", by=observation.survey.owner, at=AT
    )
    note = LapNote(taken.key, 9, None, "Stolen", AT, AT)

    with pytest.raises(DomainError, match="another observation"):
        keep_lap(other, note, by=observation.observer, at=AT)


@pytest.mark.parametrize(
    "facts",
    [
        {"begin": -6}, {"begin": 9 * 24 * 60 + 6, "minutes": None}, {"minutes": -1}, {"minutes": 9 * 24 * 60 + 6},
    ],
)  # fmt: skip
def test_moments_that_cannot_be_are_refused(lap: Callable[..., Lap], facts: dict[str, Any]) -> None:
    minutes = facts.pop("minutes", 5)

    with pytest.raises(DomainError, match="phone's clock"):
        lap(minutes, **facts)

    assert not Lap.objects.exists()


def test_a_lap_that_comes_after_the_end_is_kept_and_measured(
    observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap], observer: Any
) -> None:
    end_observation(observation, by=observer, at=AT + timedelta(minutes=30))

    lap(20, step=steps[0], begin=5)
    runs = lap(None, step=steps[1], begin=25)

    steps[0].refresh_from_db()
    assert (steps[0].observed_minutes, steps[0].observed_n) == (20, 1)
    assert runs.seconds == 5 * 60
    # Ended at the desk while the phone had no network: who measured on could not know.
    lap(8, step=steps[1], begin=36)
    steps[1].refresh_from_db()
    assert (steps[1].observed_minutes, steps[1].observed_n) == (7, 2)


def test_doubtful_moments_are_left_out_until_somebody_counts_them(
    observation: Observation, steps: list[AsIsStep], lap: Callable[..., Lap]
) -> None:
    doubtful = lap(20, step=steps[0], is_doubtful=True)

    assert doubtful.is_left_out
    assert not Lap.objects.counted().exists()
    lap(20, step=steps[0], key=doubtful.key, edition=2)
    assert Lap.objects.counted().get() == doubtful


def test_a_stop_of_a_phone_leaves_what_was_put_right_at_the_desk(
    signed_in: Any, today: Observation, steps: list[AsIsStep], observer: Any
) -> None:
    client, started = signed_in(observer), row(step=steps[0].pk, until=None)
    send(client, today, started)
    lap = Lap.objects.get()
    change_lap(lap, step=steps[1], what="", anomaly="Waited", by=observer, at=AT)

    stopped = {**started, "edition": 2, "until": started["from"] + 30_000, "changed": ["until"]}
    assert send(client, today, stopped).json()["refused"] == []

    lap.refresh_from_db()
    assert (lap.step, lap.what, lap.anomaly, lap.seconds) == (steps[1], "Judge", "Waited", 30)
    # What the phone says anew counts, and so does all of a lap of which it does not know yet that it is kept.
    send(client, today, {**stopped, "edition": 3, "anomaly": "Searched", "changed": ["until", "anomaly"]})
    lap.refresh_from_db()
    assert (lap.step, lap.anomaly) == (steps[1], "Searched")
    send(client, today, {**started, "edition": 4})
    lap.refresh_from_db()
    assert (lap.step, lap.anomaly) == (steps[0], "")


def test_a_phone_that_comes_second_is_told_what_the_other_wrote(
    signed_in: Any, today: Observation, observer: Any
) -> None:
    client, started = signed_in(observer), row(until=None)
    send(client, today, started)
    noted = {**started, "edition": 2, "anomaly": "Waited", "changed": ["anomaly"]}
    stopped = {**started, "edition": 2, "until": started["from"] + 30_000, "changed": ["until"]}
    assert [list(kept) for kept in send(client, today, noted, noted).json()["kept"]] == [["key", "edition"]] * 2

    (told,) = send(client, today, stopped).json()["kept"]

    assert (told["edition"], told["lap"]["edition"], told["lap"]["anomaly"]) == (2, 2, "Waited")
    again = {**told["lap"], "until": stopped["until"], "edition": 3, "changed": ["until"]}
    assert "lap" not in send(client, today, again).json()["kept"][0]
    lap = Lap.objects.get()
    assert (lap.anomaly, lap.seconds) == ("Waited", 30)


def test_a_batch_tells_of_each_lap_whether_it_is_kept(
    signed_in: Any, today: Observation, steps: list[AsIsStep], observer: Any
) -> None:
    client = signed_in(observer)
    good, gone, wrong = row(step=steps[0].pk), row(step=999_999, what="It was here"), row(until=0)

    answer = send(client, today, good, gone, wrong)

    assert [kept["key"] for kept in answer.json()["kept"]] == [good["key"], gone["key"]]
    assert [(refused["key"], "phone's clock" in refused["message"]) for refused in answer.json()["refused"]] == [
        (wrong["key"], True)
    ]
    assert send(client, today, good, gone).json()["refused"] == []
    assert sorted(Lap.objects.values_list("what", "step")) == [("It was here", None), ("Receive", steps[0].pk)]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b'{"laps": 1}', b'{"laps": [1]}', b'{"laps": [{}]}', b"[" * 5000, b"\xff",
        json.dumps({"laps": [row(edition=True)]}).encode(), json.dumps({"laps": [row(key="x")]}).encode(),
        json.dumps({"laps": [row(**{"from": 1e300})]}).encode(), json.dumps({"laps": [row(what="x" * 301)]}).encode(),
        json.dumps({"laps": [row(**{"from": 10**30})]}).encode(), json.dumps({"laps": [row(what="\ud800")]}).encode(),
        json.dumps({"laps": [row()] * 51}).encode(), json.dumps({"laps": [row(what=None)]}).encode(),
        json.dumps({"laps": [row(changed="until")]}).encode(), json.dumps({"laps": [row(changed=[[]])]}).encode(),
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_refused(
    signed_in: Any, observation: Observation, observer: Any, body: bytes
) -> None:
    answer = signed_in(observer).post(address(observation, "laps"), body, content_type="application/json")

    assert answer.status_code == 400
    assert not Lap.objects.exists()


def test_a_photo_comes_without_its_place_once_and_who_sees_the_observation_sees_it(
    signed_in: Any, observation: Observation, lap: Callable[..., Lap], observer: Any
) -> None:
    kept, client, sent = lap(3), signed_in(observer), uuid.uuid4()

    def upload(content: bytes, name: str = "photo.jpg", key: Any = sent) -> Any:
        data = {"sent": key, "photo": SimpleUploadedFile(name, content)}
        return client.post(address(observation, "laps", kept.key, "photo"), data)

    answers = [upload(picture("JPEG", (40, 30), gps=True)) for _twice in range(2)]
    refused = upload(b"<svg onload=alert(1)>", "photo.svg", uuid.uuid4())

    kept.refresh_from_db()
    file = StoredFile.objects.get()
    assert [answer.json() for answer in answers] == [{"photo": str(file.key)}] * 2
    assert kept.photo == file.key
    assert (refused.status_code, "not taken here" in refused.json()["message"]) == (400, True)
    with file.content.open("rb") as content:
        assert dict(Image.open(content).getexif()) == {}
    assert StoredFile.objects.visible_to(observation.survey.owner).exists()
    assert not StoredFile.objects.visible_to(PersonFactory()).exists()


def test_the_clock_tells_the_moment_and_the_token(signed_in: Any, observation: Observation, observer: Any) -> None:
    before = timezone.now().timestamp() * 1000

    told = signed_in(observer).get(address(observation, "clock")).json()

    assert before - 1 <= told["now"] <= timezone.now().timestamp() * 1000 + 1
    assert len(told["token"]) > 30


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
def test_ten_phones_that_send_the_same_lap_at_once_make_one(observation: Observation, observer: Any) -> None:
    note = LapNote(uuid.uuid4(), 1, None, "Search", AT, AT)
    faults: list[Any] = []

    def go() -> None:
        try:
            keep_lap(observation, note, by=observer, at=AT)
        except Exception as fault:  # what went wrong is the assertion's
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert Lap.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
def test_a_lap_waits_for_whoever_ends_the_survey_and_is_refused_then(observation: Observation, observer: Any) -> None:
    refusals: list[DomainError] = []

    def go() -> None:
        try:
            keep_lap(observation, LapNote(uuid.uuid4(), 1, None, "Search", AT, AT), by=observer, at=AT)
        except DomainError as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    phone = threading.Thread(target=go)
    with transaction.atomic():
        end_survey(observation.survey, by=observation.survey.owner, at=AT, reason="Enough")
        phone.start()
        phone.join(timeout=0.5)
        assert phone.is_alive()
    phone.join()

    assert len(refusals) == 1
    assert not Lap.objects.exists()
