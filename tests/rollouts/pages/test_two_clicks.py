"""Two clicks on a button of the room make one row, and the second answer leads where the first one led."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from procstd.files.models import StoredFile
from procstd.jobs.models import Job
from procstd.organisation.models import Department, User
from procstd.roles import Role
from rollouts.domain.planning import plan_rollout
from rollouts.domain.training import plan_training
from rollouts.models import BankQuestion, Need, Rollout, Training, Wave
from tests.clicks import click_twice, made_by, pdf
from tests.factories import person_with
from tests.rollouts.hall import in_force
from tests.standards import process_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    in_force(at=timezone.now() - timedelta(days=2))
    return person_with(Role.PROJECT_LEAD)


@pytest.fixture
def client(lead: User, signed_in: Any) -> Client:
    return signed_in(lead)  # type: ignore[no-any-return]


def planned(lead: User) -> Rollout:
    return plan_rollout(
        process_named("complaint").releases.get().definition, begins_on=timezone.localdate(),
        departments=Department.objects.filter(code="service"), per_wave=1, by=lead, at=timezone.now(),
    )  # fmt: skip


def test_a_rollout_is_planned_once(client: Client) -> None:
    definition = process_named("complaint").releases.get().definition
    sent = {"definition": definition.pk, "begins_on": timezone.localdate().isoformat(), "per_wave": 1,
            "departments": [Department.objects.get(code=code).pk for code in ("service", "quality")]}  # fmt: skip

    made = made_by(lambda: click_twice(client, "/rollout/plans/add/", sent), Rollout, Wave)

    assert made == {"Rollout": 1, "Wave": 2}


def test_a_wave_is_added_once_and_another_one_beside_it(client: Client, lead: User) -> None:
    plan = planned(lead)
    address = f"/rollout/plans/{plan.pk}/waves/add/"
    sales, quality = (Department.objects.get(code=code).pk for code in ("sales", "quality"))
    sent = {"week": 2, "starts_on": timezone.localdate().isoformat(), "departments": [sales, quality]}

    made = made_by(lambda: click_twice(client, address, sent), Wave, Need)

    assert made == {"Wave": 1, "Need": 5}
    assert made_by(lambda: client.post(address, {**sent, "departments": [sales]}), Wave) == {"Wave": 1}
    assert made_by(lambda: client.post(address, {**sent, "week": 3}), Wave) == {"Wave": 1}


def test_what_a_wave_needs_is_added_once(client: Client, lead: User) -> None:
    wave = planned(lead).waves.get()
    sent = {"kind": "other", "what_zh": "平板", "what_en": "Tablets", "owner": lead.pk}

    made = made_by(lambda: click_twice(client, f"/rollout/waves/{wave.number}/needs/add/", sent), Need)

    assert made == {"Need": 1}


def test_a_training_and_its_material_are_there_once(client: Client, lead: User) -> None:
    now = timezone.now()
    training = plan_training(
        process_named("complaint").releases.get().definition, tier="execution", title_zh="培训", title_en="Training",
        starts_at=now + timedelta(days=1), minutes=60, place="Room 1", trainer=lead, departments=[], posts=[], by=lead,
        at=now,
    )  # fmt: skip
    address = f"/rollout/trainings/{training.number}/material/"

    made = made_by(lambda: click_twice(client, address, {"file": pdf}), StoredFile)

    assert made == {"StoredFile": 1}
    sent = {
        "definition": training.definition_id, "tier": "execution", "title_zh": "二", "title_en": "Two", "minutes": 60,
        "starts_at": (now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"), "place": "Room 2", "trainer": lead.pk,
    }  # fmt: skip
    assert made_by(lambda: click_twice(client, "/rollout/trainings/add/", sent), Training) == {"Training": 1}


def test_a_question_is_written_once(signed_in: Any, lead: User) -> None:
    client = signed_in(person_with(Role.PROCESS_SPECIALIST))
    sent = {
        "text_zh": "多久？", "text_en": "How long?", "right_zh": "一小时", "right_en": "An hour",
        "wrong": "两小时 / two hours", "clause": "step:s1", "is_active": "on", "reason": "Test",
    }  # fmt: skip
    address = "/rollout/quiz/of/complaint/questions/add/"

    assert made_by(lambda: click_twice(client, address, sent), BankQuestion) == {"BankQuestion": 1}
    assert made_by(lambda: client.post(address, {**sent, "clause": "step:s2"}), BankQuestion) == {"BankQuestion": 1}


def test_a_file_of_the_material_is_asked_for_once(client: Client) -> None:
    pk = process_named("complaint").releases.get().definition_id
    address, sent = f"/rollout/material/{pk}/report/make/", {"kind": "docx", "language": "en"}

    first, second = click_twice(client, address, sent)

    assert first.headers["Location"] == second.headers["Location"]
    assert Job.objects.count() == 1
    client.post(address, {**sent, "language": "both"})
    assert Job.objects.count() == 2
