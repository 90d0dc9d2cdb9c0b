"""Go, extend, stop: the release follows, the figures are kept, once is once (F42)."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from cases.models import Case
from pilots.domain.beginning import begin_pilot
from pilots.domain.deciding import decide, figures_of
from pilots.models import Pilot, State
from pilots.queries.cases import pilot_cases
from pilots.queries.comparison import compare
from processes.domain.definition import hash_of
from processes.domain.inforce import end_release
from procstd.errors import DomainError
from procstd.notices.models import Notice
from procstd.organisation.models import PostHolding
from procstd.roles import Role
from tests.pilots.desk import (
    BEFORE,
    HOUR,
    NOW,
    case_of,
    leader,
    locked,
    place,
    planned,
    running,
    someone,
    specialist,
    worked,
)
from tests.pilots.domain.test_acts import version_at
from tests.standards import next_version

pytestmark = pytest.mark.django_db
AFTERWARDS = NOW + timedelta(days=30)


def test_go_leaves_the_version_in_force_there_until_it_is_rolled_out() -> None:
    pilot = running()

    made = decide(pilot, way="go", reason="Faster", by=leader(), at=NOW)

    pilot.refresh_from_db()
    assert (pilot.state, pilot.ended_at, made.name) == (State.GO, NOW, "leader")
    assert version_at("service", AFTERWARDS) == version_at("quality", AFTERWARDS) == "V1.1"
    assert version_at("sales", AFTERWARDS) == "V1.0"


def test_stop_ends_the_release_and_open_cases_keep_their_version() -> None:
    pilot = running()
    still_open = case_of("service", NOW - HOUR, None)

    decide(pilot, way="stop", reason="Slower", by=leader(), at=NOW)

    pilot.refresh_from_db()
    assert pilot.state == State.STOPPED
    assert version_at("service", NOW) == "V1.0"
    assert Case.objects.get(pk=still_open.pk).definition.revision == pilot.revision


def test_extend_moves_the_end_and_may_be_decided_again() -> None:
    pilot = running()

    decide(pilot, way="extend", reason="Too few", until=date(2026, 4, 20), by=leader(), at=NOW)
    decide(pilot, way="extend", reason="Still", until=date(2026, 4, 27), by=leader(), at=NOW + timedelta(days=10))
    pilot.refresh_from_db()

    assert (pilot.state, pilot.period_until) == (State.RUNNING, date(2026, 4, 27))
    assert version_at("service", NOW + timedelta(days=20)) == "V1.1"
    assert version_at("service", AFTERWARDS) == "V1.0"
    for until in (None, date(2026, 4, 27)):
        with pytest.raises(DomainError, match="later day"):
            decide(pilot, way="extend", reason="Again", until=until, by=leader(), at=NOW)


def test_before_its_first_day_a_pilot_can_only_be_stopped_and_its_release_is_withdrawn() -> None:
    pilot = begin_pilot(locked(), by=leader(), at=BEFORE, reason="Early")

    with pytest.raises(DomainError, match="not begun"):
        decide(pilot, way="go", reason="Now", by=leader(), at=BEFORE + HOUR)
    decide(pilot, way="stop", reason="Not now", by=leader(), at=BEFORE + HOUR)

    pilot.refresh_from_db()
    assert (pilot.state, pilot.release) == (State.STOPPED, None)
    assert version_at("service", NOW) == "V1.0"


def test_an_extension_after_the_end_puts_the_version_in_force_again() -> None:
    pilot = running()
    late = NOW + timedelta(days=9)
    assert version_at("service", late) == "V1.0"

    decide(pilot, way="extend", reason="Late", until=date(2026, 4, 20), by=leader(), at=late)

    assert version_at("service", late) == "V1.1"


def interrupting() -> tuple[Pilot, str]:
    """Return a running pilot of V1.1, and the version which it interrupts in exactly its departments."""
    pilot = planned()
    own = next_version(
        pilot.process.releases.earliest("pk"), lambda data: data["purpose"].update(en="Own"),
        at=NOW - timedelta(days=27), departments=[place("service"), place("quality")],
    )  # fmt: skip
    Pilot.objects.filter(pk=pilot.pk).delete()
    return running(revision=pilot.revision), str(own.definition.revision)


def test_what_held_in_just_these_departments_before_does_not_come_back_after_go() -> None:
    pilot, own = interrupting()
    assert version_at("service", AFTERWARDS) == own

    decide(pilot, way="go", reason="Faster", by=leader(), at=NOW)

    assert version_at("service", AFTERWARDS) == "V1.1"


def test_what_the_pilot_interrupted_comes_back_at_once_when_it_is_stopped() -> None:
    pilot, own = interrupting()

    decide(pilot, way="stop", reason="Slower", by=leader(), at=NOW)

    assert version_at("service", NOW - HOUR) == "V1.1"
    assert [version_at("service", NOW + timedelta(days=days)) for days in (0, 3, 30)] == [own] * 3


def test_what_the_pilot_interrupted_waits_until_the_extension_is_over() -> None:
    pilot, own = interrupting()

    decide(pilot, way="extend", reason="Too few", until=date(2026, 4, 20), by=leader(), at=NOW)
    later = NOW + timedelta(days=10)
    assert (version_at("service", later), version_at("service", AFTERWARDS)) == ("V1.1", own)
    decide(pilot, way="stop", reason="Slower", by=leader(), at=later)

    assert version_at("service", later) == version_at("service", AFTERWARDS) == own


def test_another_version_planned_for_the_end_of_a_pilot_stays_where_it_was_planned() -> None:
    pilot, _own = interrupting()
    assert pilot.release is not None
    ends = pilot.release.valid_until
    assert ends is not None
    waiting = pilot.process.releases.get(valid_from=ends)
    end_release(waiting, by=leader(), at=NOW, reason="Another one comes")
    coming = next_version(
        pilot.process.releases.earliest("pk"), lambda data: data["purpose"].update(en="Next"), at=NOW,
        valid_from=ends, departments=[place("service"), place("quality")],
    )  # fmt: skip

    with pytest.raises(DomainError, match="takes effect there"):
        decide(pilot, way="extend", reason="Too few", until=date(2026, 4, 20), by=leader(), at=NOW)
    decide(pilot, way="stop", reason="Slower", by=leader(), at=NOW)

    coming.refresh_from_db()
    assert coming.valid_from == ends


def test_go_and_stop_are_decided_once_and_by_the_leader_alone() -> None:
    pilot = running()

    for who in (specialist(), someone("lead2", Role.PROJECT_LEAD)):
        with pytest.raises(DomainError, match="leader of the pilot"):
            decide(pilot, way="go", reason="Faster", by=who, at=NOW)
    for way, reason in (("perhaps", "x"), ("go", " ")):
        with pytest.raises(DomainError):
            decide(pilot, way=way, reason=reason, by=leader(), at=NOW)
    decide(pilot, way="go", reason="Faster", by=leader(), at=NOW)
    with pytest.raises(DomainError, match="decided"):
        decide(pilot, way="stop", reason="Changed my mind", by=leader(), at=NOW)


def test_a_decision_keeps_the_figures_that_were_on_the_table() -> None:
    pilot = worked("cycle")
    content = figures_of(compare(pilot, at=NOW))

    with pytest.raises(DomainError, match="figures changed"):
        decide(pilot, way="go", reason="Faster", by=leader(), at=NOW, seen="0" * 64)
    made = decide(pilot, way="go", reason="Faster", by=leader(), at=NOW, seen=hash_of(content))

    assert (made.content, made.sha256) == (content, hash_of(content))
    (kept,) = json.loads(made.content)["criteria"]
    assert kept["verdict"] == "better"
    assert kept["sentence"]["en"].startswith("Better. ")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE pilots_decision SET reason = 'x'")


def test_heads_are_told_how_it_goes_on() -> None:
    pilot = running()
    head = someone("head", Role.DEPARTMENT_HEAD, "quality")

    decide(pilot, way="stop", reason="Slower", by=leader(), at=NOW)

    assert Notice.objects.get(rule="pilot.decided").person == head


def test_heads_of_the_day_of_the_decision_are_told_not_those_of_its_beginning() -> None:
    pilot = running()
    head = someone("head", Role.DEPARTMENT_HEAD, "quality")
    PostHolding.objects.filter(person=head).update(valid_from=date(2026, 3, 25))

    decide(pilot, way="stop", reason="Slower", by=leader(), at=NOW)

    assert Notice.objects.filter(rule="pilot.decided", person=head).exists()


def test_the_figures_of_a_pilot_are_closed_by_its_decision() -> None:
    pilot = running()
    case_of("service", NOW - HOUR, None)
    decide(pilot, way="go", reason="Faster", by=leader(), at=NOW)

    case_of("service", NOW + HOUR, None)

    pilot.refresh_from_db()
    assert pilot_cases(pilot).count() == 1
