"""Firing: each threshold once, in order, whoever looks and however late (W6 to W11, W15)."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.bench_rows import copy_rows
from cases.domain.chain import broken_chains
from cases.domain.clocks import firing, watching
from cases.domain.clocks.firing import ClocksDisagree, fire_due
from cases.domain.clocks.holding import ask_hold, resume_case
from cases.models import Case, Clock, Effect
from processes.models import Definition
from procstd.steady import Steadiness, uptime
from tests.cases.domain.clocks.year2026 import local, sign
from tests.cases.journeys import Team, do, open_task, opened
from tests.standards import released

pytestmark = pytest.mark.django_db
OPENED = local("11-16 10:00")


@pytest.fixture(autouse=True)
def _signed() -> None:
    sign()


@pytest.fixture
def team() -> Team:
    return Team()


def total(case: Case) -> Clock:
    return case.clocks.get(target="total")


def effects(case: Case) -> list[tuple[str, int]]:
    """Return what fired of the case's total, in order: kind and rank."""
    return [(effect.kind, effect.rank) for effect in Effect.objects.filter(clock=total(case))]


def fire_all(at: datetime) -> int:
    """Fire until nothing is due; tell how many effects that made."""
    made = 0
    while (batch := fire_due(at=at)).clocks:
        made += batch.effects
    return made


def test_each_threshold_fires_in_its_time_and_once(team: Team) -> None:
    case = opened(at=OPENED)  # five working days until it is graded: due on 11-23 at 18:00
    seen = []
    for text in ("11-20 16:41", "11-20 16:42", "11-23 18:00:00", "11-23 18:00:01", "11-24 11:00", "11-25 12:00"):
        fire_all(local(text))
        fire_all(local(text))
        seen.append(effects(case))

    warn, breach, first, second = ("warn", 0), ("breach", 1), ("escalate", 2), ("escalate", 3)
    assert seen == [[], [warn], [warn], [warn, breach], [warn, breach, first], [warn, breach, first, second]]
    assert total(case).is_exhausted


def test_w15_after_an_outage_each_missed_level_fires_once_and_the_breach_is_when_it_was_due(team: Team) -> None:
    case = opened(at=OPENED)

    fire_all(local("12-20 03:00"))

    assert effects(case) == [("warn", 0), ("breach", 1), ("escalate", 2), ("escalate", 3)]
    assert total(case).breached_at == local("11-23 18:00")
    assert {effect.fired_at for effect in Effect.objects.filter(clock=total(case))} == {local("12-20 03:00")}


def test_what_fires_is_written_into_the_chain_of_the_case(team: Team) -> None:
    case = opened(at=OPENED)

    fire_all(local("11-24 09:00"))

    case.refresh_from_db()
    told = [change["what"] for event in case.events.all() for change in event.body.get("changes", ())]
    assert {"started", "warned", "breached"} <= set(told)
    assert list(broken_chains([case])) == []


def test_what_fires_is_told_after_the_act_that_was_over_just_before(team: Team) -> None:
    """The round's moment is that of the whole round; somebody may have acted on the case since."""
    case = opened(at=OPENED)
    acted = local("11-23 18:00:01") + timedelta(milliseconds=300)
    do(case, team, acted)

    fire_all(local("11-23 18:00:01"))

    moments = list(case.events.order_by("position").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert case.events.latest("position").at == acted
    assert {effect.fired_at for effect in Effect.objects.filter(clock=total(case))} == {local("11-23 18:00:01")}


def test_a_case_that_has_told_nothing_yet_fires_too(team: Team) -> None:
    """As copies do that a bench makes."""
    case = opened(at=OPENED)
    copy_rows(Case, case.pk, 1, {"id": f"{case.pk} + n.i", "request_key": "'bare'", "head": "''", "event_count": "0"})
    bare = Case.objects.get(pk=case.pk + 1)
    Clock.objects.filter(case=case).update(case=bare)

    fire_all(local("11-24 09:00"))

    assert ("breach", 1) in effects(bare)


def test_w11_an_idle_round_is_one_statement() -> None:
    process = released().process
    for _number in range(3):
        opened(process, at=OPENED)

    with CaptureQueriesContext(connection) as captured:
        assert fire_due(at=OPENED - timedelta(days=1)).clocks == 0

    assert len(captured) == 1


def test_a_round_costs_the_same_with_1_and_with_30_clocks() -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert fire_due(at=local("11-23 18:30")).effects
        return len([query for query in captured if "SAVEPOINT" not in query["sql"]])

    opened(at=OPENED)
    one = statements()
    process = Case.objects.get().process
    for _number in range(30):
        opened(process, at=OPENED)

    # SQLite takes fewer rows in a statement than PostgreSQL.
    assert statements() <= (one if connection.vendor == "postgresql" else one + 4)


def test_w10_a_clock_that_cannot_be_fired_backs_off_alone_and_is_counted(team: Team) -> None:
    broken, sound = opened(at=OPENED), opened(released(code="other").process, at=OPENED)
    Definition.objects.filter(pk=broken.definition_id).update(sha256="0" * 64)

    made = fire_all(local("11-24 09:00"))

    clock = total(broken)
    assert made == Effect.objects.filter(clock__case=sound).count() > 0
    assert not effects(broken)
    assert (clock.tries, clock.fire_at) == (1, local("11-24 09:01"))
    fire_all(local("11-24 09:01"))
    assert total(broken).fire_at == local("11-24 09:03")
    assert watching.count(at=timezone.now()).poisoned == broken.clocks.count()


def test_a_hold_does_not_fire_a_warning_again(team: Team) -> None:
    case = opened(at=OPENED)
    fire_all(local("11-20 17:00"))
    ask_hold(open_task(case), reason="Parts", days=5, by=team["service-supervisor"], at=local("11-20 17:30"))
    assert fire_all(local("11-23 12:00")) == 0

    resume_case(case, by=team["service-supervisor"], at=local("11-23 12:00"))

    fire_all(local("11-24 09:00"))
    assert effects(case) == [("warn", 0)]


def test_nothing_fires_on_hold_and_the_rest_of_the_time_is_given_back(team: Team) -> None:
    case = opened(at=OPENED)
    ask_hold(open_task(case), reason="Parts", days=10, by=team["service-supervisor"], at=local("11-20 18:00"))
    assert total(case).fire_at is None

    resume_case(case, by=team["service-supervisor"], at=local("11-24 09:00"))

    assert total(case).due_at == local("11-24 18:00")


def test_a_closed_case_fires_nothing(team: Team) -> None:
    case = opened(at=OPENED)
    while case.is_open:
        do(case, team, local("11-17 10:00"))
        case.refresh_from_db()

    assert fire_all(local("12-24 09:00")) == 0
    assert not case.clocks.open().exists()


def test_t8_when_the_clocks_disagree_nothing_fires(monkeypatch: pytest.MonkeyPatch) -> None:
    opened(at=timezone.now() - timedelta(days=60))
    monkeypatch.setattr(firing, "SKEW_MOST", timedelta(seconds=-1))

    with pytest.raises(ClocksDisagree):
        fire_due()

    assert not Effect.objects.exists()


@pytest.mark.parametrize("days", [1, -1])
def test_t8_when_the_clock_of_the_machine_jumps_nothing_fires_until_it_is_right(
    days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(at=timezone.now() - timedelta(days=60))
    moved = [0.0]
    steadiness = Steadiness(
        firing.SKEW_MOST, timedelta(minutes=10), wall=lambda: time.time() + moved[0], since_start=uptime
    )
    monkeypatch.setattr(firing, "_steadiness", steadiness)

    moved[0] = days * 24 * 3600
    for _poll in range(2):
        with pytest.raises(ClocksDisagree):
            fire_due()
    assert not Effect.objects.exists()

    moved[0] = 0
    assert fire_due().effects


def test_without_a_moment_the_databases_clock_says_what_is_due() -> None:
    opened(at=timezone.now() - timedelta(days=60))

    assert fire_due().effects


def test_t14_what_a_clock_has_lost_is_counted_and_derived_anew(team: Team) -> None:
    case = opened(at=OPENED)
    fire_all(local("11-20 17:00"))
    before = list(Clock.objects.order_by("pk").values("pk", "fire_at", "fired", "is_exhausted"))
    Clock.objects.filter(is_exhausted=False).update(fire_at=None)
    lost = watching.count(at=local("11-20 17:01")).unarmed

    watching.put_right(at=local("11-20 17:01"))
    watching.put_right(at=local("11-20 17:02"))

    assert lost == len([row for row in before if not row["is_exhausted"]]) > 0
    assert list(Clock.objects.order_by("pk").values("pk", "fire_at", "fired", "is_exhausted")) == before
    assert watching.count(at=local("11-20 17:02")).unarmed == 0
    assert effects(case) == [("warn", 0)]


def test_a_clock_that_would_fire_too_late_is_put_right() -> None:
    case = opened(at=OPENED)
    Clock.objects.filter(pk=total(case).pk).update(fire_at=local("12-24 09:00"), fired=3)

    watching.put_right(at=OPENED)

    assert total(case).fire_at == local("11-23 18:00:01")


def test_a_breach_without_an_effect_gets_one() -> None:
    case = opened(at=OPENED)
    fire_all(local("11-24 09:00"))
    Effect.objects.all().delete()
    at = local("11-24 09:30")
    assert watching.count(at=at).without_effect == Clock.objects.filter(breached_at__isnull=False).count()

    watching.put_right(at=at)

    assert watching.count(at=at).without_effect == 0
    assert [kind for kind, _rank in effects(case)] == ["breach"]


def test_the_counters_are_0_while_all_is_well(team: Team) -> None:
    now = timezone.now()
    opened(at=now)

    assert watching.count(at=now).is_right


def test_a_moment_that_has_passed_unfired_is_counted() -> None:
    opened(at=OPENED)

    counters: Any = watching.count(at=local("11-30 09:00"))

    assert counters.overdue > 0
    assert not counters.is_right
