from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from procstd.errors import DomainError
from procstd.files.models import StoredFile
from procstd.notices.models import Notice
from procstd.organisation.models import Department, Post
from procstd.roles import Role
from rollouts.domain.training import (
    add_material,
    cancel_training,
    change_training,
    plan_training,
    remind_of_trainings,
    tick_attendance,
)
from rollouts.models import Tier, Training
from rollouts.queries.coverage import coverage_of
from rollouts.queries.trainings import invited_to, understood
from tests.factories import beyond_reach, person_with
from tests.rollouts.hall import DAY, NOW, confirms, in_force, limit_of, newer, specialist
from tests.standards import holder
from tests.statements import statements_of

pytestmark = pytest.mark.django_db


def planned(definition: Any, **facts: Any) -> Training:
    by = specialist()
    given = {
        "tier": Tier.EXECUTION, "title_zh": "培训", "title_en": "Training", "starts_at": NOW + DAY, "minutes": 60,
        "place": "Room 1", "trainer": by, "departments": [], "posts": [], "by": by, "at": NOW,
    }  # fmt: skip
    return plan_training(definition, **(given | facts))


def names(training: Training) -> set[Any]:
    return {row.person for row in training.attendances.all()}


def test_whom_the_version_concerns_there_is_invited_and_told() -> None:
    release = in_force()
    agent, engineer = holder("service-agent"), holder("quality-engineer", "quality")
    holder("sales-representative")

    everybody = planned(release.definition)
    here = planned(release.definition, departments=[Department.objects.get(code="quality")])
    agents = planned(release.definition, posts=[Post.objects.get(code="service-agent")])

    assert [everybody.number, here.number, agents.number] == ["T-0001", "T-0002", "T-0003"]
    assert (names(everybody), names(here), names(agents)) == ({agent, engineer}, {engineer}, {agent})
    assert Notice.objects.filter(person=agent, rule="training.invited").count() == 2


def test_two_clicks_plan_one_training_and_another_room_is_another_one() -> None:
    release = in_force()
    agent, by = holder("service-agent"), specialist()
    facts: dict[str, Any] = {"by": by, "trainer": by}

    first, second = planned(release.definition, **facts), planned(release.definition, **facts)
    others = [
        planned(release.definition, **facts, place="Room 2"),
        planned(release.definition, **facts, departments=[Department.objects.get(code="service")]),
    ]

    assert first == second
    assert Training.objects.count() == 3
    assert Notice.objects.filter(person=agent, rule="training.invited").count() == 3
    assert len({row.pk for row in (first, *others)}) == 3


def test_management_is_the_heads_of_the_departments() -> None:
    release = in_force()
    holder("service-agent")
    head = holder("department-head", "service")
    holder("department-head", "quality")

    made = planned(release.definition, tier=Tier.MANAGEMENT, departments=[Department.objects.get(code="service")])

    assert names(made) == {head}


def test_who_was_there_is_trained_and_the_others_are_not() -> None:
    release = in_force()
    here, away = holder("service-agent"), holder("service-agent")
    made = planned(release.definition)

    count = tick_attendance(made, present=[here.pk], by=made.trainer, at=NOW + DAY)

    (row,) = coverage_of(release.definition, None, NOW + 2 * DAY)
    assert (count, row.trained, row.concerned) == (1, 1, 2)
    assert {reader.person: reader.is_trained for reader in row.readers} == {here: True, away: False}
    assert dict(made.attendances.values_list("person", "attended")) == {here.pk: True, away.pk: False}


def test_attendance_may_be_mended_and_each_change_is_on_record() -> None:
    release = in_force()
    agent = holder("service-agent")
    made = planned(release.definition)
    tick_attendance(made, present=[], by=made.trainer, at=NOW + DAY)

    tick_attendance(made, present=[agent.pk], by=made.trainer, at=NOW + 2 * DAY)
    tick_attendance(made, present=[agent.pk], by=made.trainer, at=NOW + 3 * DAY)

    row = made.attendances.get()
    assert (row.attended, row.ticked_at) == (True, NOW + 2 * DAY)
    assert row.history.count() == 3


@pytest.mark.parametrize("when", [NOW, NOW + DAY - timedelta(seconds=1)])
def test_nobody_was_there_before_it_begins(when: Any) -> None:
    made = planned(in_force().definition)

    with pytest.raises(DomainError, match="not begun"):
        tick_attendance(made, present=[], by=made.trainer, at=when)


def test_only_the_trainer_and_who_plans_tick() -> None:
    release = in_force()
    agent = holder("service-agent")
    made = planned(release.definition, trainer=holder("service-supervisor"))

    with pytest.raises(DomainError, match="The trainer"):
        tick_attendance(made, present=[agent.pk], by=agent, at=NOW + DAY)
    assert tick_attendance(made, present=[agent.pk], by=specialist(), at=NOW + DAY) == 1


def test_understanding_is_counted_of_those_whom_it_concerns() -> None:
    first = in_force()
    agent, engineer = holder("service-agent"), holder("quality-engineer")
    for person in (agent, engineer):
        confirms(person, first.definition)
    second = newer(first, limit_of("s1", 3))
    made = planned(second.definition)
    extra = specialist()
    from rollouts.domain.training import invite

    invite(made, people=[extra.pk], by=extra, at=NOW)

    before = understood(invited_to(made, at=NOW))
    confirms(agent, second.definition)

    assert (before, understood(invited_to(made, at=NOW))) == ((1, 2), (2, 2))


def test_those_invited_are_reminded_once_within_a_day_before() -> None:
    release = in_force()
    agent = holder("service-agent")
    made = planned(release.definition, starts_at=NOW + 3 * DAY)

    assert remind_of_trainings(at=NOW + DAY) == 0
    assert remind_of_trainings(at=NOW + 2 * DAY) == 2  # and the trainer
    assert remind_of_trainings(at=NOW + 2 * DAY) == 0
    assert Notice.objects.filter(person=agent, rule="training.reminded").count() == 1
    assert remind_of_trainings(at=made.starts_at) == 0


def test_a_trainer_who_cannot_be_told_keeps_no_other_training_from_being_reminded_of() -> None:
    release = in_force()
    agent = holder("service-agent")
    planned(release.definition, trainer=beyond_reach(person_with(Role.FRONTLINE)))
    planned(release.definition, place="Room 7")

    remind_of_trainings(at=NOW + timedelta(hours=1))

    assert Notice.objects.filter(person=agent, rule="training.reminded").count() == 1


def test_what_was_reminded_of_costs_the_same_however_many_trainings_are_near() -> None:
    release = in_force()
    holder("service-agent")

    def near(count: int) -> int:
        for number in range(count):
            planned(release.definition, place=f"Room {count} {number}")
        assert remind_of_trainings(at=NOW + timedelta(hours=1)) == 2 * count
        return statements_of(lambda: remind_of_trainings(at=NOW + timedelta(hours=1)))

    assert near(1) == near(29)


def test_another_time_is_told_and_a_cancelled_training_counts_for_nobody() -> None:
    release = in_force()
    agent = holder("service-agent")
    made = planned(release.definition)
    facts = {"title_zh": "培训", "title_en": "Training", "minutes": 60, "place": "Room 2", "trainer": made.trainer}

    change_training(made, **facts, starts_at=NOW + 2 * DAY, by=made.trainer, at=NOW, reason="Room taken")
    cancel_training(made, by=made.trainer, at=NOW, reason="Nobody has time")

    rules = Notice.objects.filter(person=agent).order_by("pk").values_list("rule", flat=True)
    assert list(rules) == ["training.invited", "training.invited", "training.cancelled"]
    made.refresh_from_db()
    with pytest.raises(DomainError, match="cancelled"):
        tick_attendance(made, present=[agent.pk], by=made.trainer, at=NOW + 3 * DAY)


def test_another_place_is_told_and_reminded_of_and_another_zone_is_no_other_time() -> None:
    release = in_force()
    agent = holder("service-agent")
    made = planned(release.definition)
    facts = {
        "title_zh": "培训", "title_en": "Training", "minutes": 60, "trainer": made.trainer, "by": made.trainer,
        "at": NOW, "reason": "Room taken",
    }  # fmt: skip

    def told(rule: str) -> int:
        return Notice.objects.filter(person=agent, rule=rule).count()

    remind_of_trainings(at=NOW + timedelta(hours=1))
    counts = []
    for place in ("Room 2", "Room 1", "Room 1"):
        here = made.starts_at.astimezone(timezone(timedelta(hours=-5)))
        change_training(made, **facts, place=place, starts_at=here)
        remind_of_trainings(at=NOW + timedelta(hours=2))
        counts.append((told("training.invited"), told("training.reminded")))

    assert counts == [(2, 2), (3, 2), (3, 2)]


def test_a_training_that_took_place_is_not_cancelled() -> None:
    release = in_force()
    agent = holder("service-agent")
    made = planned(release.definition)
    tick_attendance(made, present=[agent.pk], by=made.trainer, at=NOW + DAY)

    with pytest.raises(DomainError, match="took place"):
        cancel_training(made, by=made.trainer, at=NOW + DAY, reason="x")


def test_material_is_read_by_those_invited_and_nobody_else() -> None:
    release = in_force()
    agent, stranger = holder("service-agent"), holder("sales-representative")
    made = planned(release.definition)

    kept = add_material(made, file=SimpleUploadedFile("deck.pdf", b"%PDF-1.7 x"), by=made.trainer, at=NOW)

    assert list(StoredFile.objects.visible_to(agent)) == [kept]
    assert list(StoredFile.objects.visible_to(stranger)) == []
    with pytest.raises(DomainError, match="added by the trainer"):
        add_material(made, file=SimpleUploadedFile("deck.pdf", b"%PDF-1.7 x"), by=agent, at=NOW)
