"""An act that had to wait for another one goes on from what that one left, not from what was there before it (T12)."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from cases.domain.clocks.firing import fire_due
from cases.domain.clocks.regrading import regrade
from cases.domain.clocks.replaying import facts_of, replay
from cases.models import Case, Clock
from procstd.calendars.domain.current import time_known_by, time_of_version
from procstd.calendars.models import CalendarVersion
from tests.cases.domain.clocks.scene import Scene, at
from tests.cases.journeys import do


def _is_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole database.")
def test_a_step_that_waited_for_another_grade_is_done_with_the_new_limits() -> None:
    scene = Scene(at(11, 16, 10))
    do(scene.case, scene.team, at(11, 16, 10, 10))
    do(scene.case, scene.team, at(11, 16, 10, 20), answers={"grade": "normal"})

    def complete_the_step() -> None:
        try:
            do(scene.case, scene.team, at(11, 17, 10, 0, 1))
        finally:
            connection.close()

    second = Thread(target=complete_the_step)
    with transaction.atomic():
        regrade(scene.case, field="grading.grade", value="urgent", reason="x", by=scene.boss, at=at(11, 17, 10))
        second.start()
        until = time.monotonic() + 20
        while not _is_somebody_waiting() and time.monotonic() < until:
            time.sleep(0.02)
        assert _is_somebody_waiting()
    second.join(20)

    case = Case.objects.get(pk=scene.case.pk)
    assert replay(case) == facts_of(case)
    assert (scene.due(), scene.clock().sequence) == ("11-19 18:00:00", 2)


@pytest.mark.django_db
def test_a_calendar_of_which_only_the_key_is_known_is_not_mixed_up_with_another() -> None:
    mine = Scene(at(11, 16, 10)).clock().version
    assert mine is not None
    other = CalendarVersion(
        calendar=mine.calendar, number=mine.number + 1, plan={**mine.plan, "tz": "Europe/Berlin"},
        known_until=mine.known_until, created_at=at(11, 16), published_at=at(11, 16),
    )  # fmt: skip
    other.freeze()
    other.save()

    known = [time_known_by("", version) for version in (mine.pk, other.pk)]

    assert known == [time_of_version(version) for version in (mine.pk, other.pk)]
    assert known[0] is not known[1]


@pytest.mark.django_db
def test_an_act_that_waited_while_a_clock_fired_comes_after_it() -> None:
    scene = Scene(at(11, 16, 10))
    do(scene.case, scene.team, at(11, 16, 10, 10))
    due = scene.clock(target="step").due_at
    assert due is not None
    fired = due + timedelta(hours=30)
    fire_due(at=fired)
    breached = scene.clock(target="step").breached_at
    assert breached is not None

    # Its moment was taken before the dispatcher's, its lock after it.
    do(scene.case, scene.team, due - timedelta(seconds=1), answers={"grade": "normal"})

    ended = Clock.objects.get(case=scene.case, target="step", step="s2")
    case = Case.objects.get(pk=scene.case.pk)
    assert (ended.state, ended.breached_at, ended.ended_at) == ("met", breached, fired)
    assert replay(case) == facts_of(case)
    moments = list(case.events.order_by("position").values_list("at", flat=True))
    assert moments == sorted(moments)
