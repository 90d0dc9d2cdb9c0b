"""Plan, choose, fix, begin: a pilot holds only where and when it is meant to (F37, F39)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.domain.opening import release_for
from pilots.domain.beginning import begin_pilot
from pilots.domain.choosing import choose_departments, remove_candidate, score_candidate
from pilots.domain.criteria import add_criterion, is_intact, lock_criteria, remove_criterion, text_to_lock
from pilots.domain.planning import change_leader, change_pilot
from pilots.domain.rights import CLICKED_TWICE
from pilots.models import Candidate, CriteriaLock, Criterion, Pilot, State
from processes.domain.definition import hash_of
from processes.domain.drafting import write_draft
from processes.domain.releasing import checks_only
from processes.models.revision import State as RevisionState
from procstd.errors import DomainError
from procstd.notices.models import Notice
from procstd.roles import Role
from tests.pilots.desk import (
    BEFORE,
    DAYS,
    HOUR,
    NOW,
    STARTS,
    case_of,
    chosen,
    leader,
    locked,
    place,
    planned,
    running,
    scores,
    someone,
    specialist,
    two_steps,
    versions,
    with_criteria,
)
from tests.standards import holder, process_named

pytestmark = pytest.mark.django_db
ENDS = DAYS["period_until"]


def version_at(department: str, at: Any) -> str:
    return str(release_for(process_named("complaint"), department=place(department), at=at).definition.revision)


def test_the_version_holds_in_the_pilot_departments_for_the_period_and_nowhere_else() -> None:
    pilot = running()

    assert pilot.state == State.RUNNING
    assert version_at("service", STARTS) == "V1.1"
    assert version_at("quality", STARTS + timedelta(days=20)) == "V1.1"
    assert version_at("service", STARTS - HOUR) == version_at("sales", NOW) == "V1.0"
    assert version_at("service", STARTS + timedelta(days=21)) == "V1.0"  # the period is over


def test_the_period_begins_and_ends_at_midnight_where_the_house_is() -> None:
    pilot = locked()

    begun = begin_pilot(pilot, by=leader(), at=BEFORE, reason="Early")

    assert begun.begun_at is not None
    assert begun.begun_at.isoformat() == "2026-03-16T00:00:00+08:00"
    assert begun.release is not None
    assert begun.release.valid_until is not None
    assert begun.release.valid_until.isoformat() == "2026-04-06T00:00:00+08:00"


def test_a_signed_draft_is_released_by_its_pilot() -> None:
    versions()
    process = process_named("complaint")
    draft = write_draft(process, two_steps(), by=None, reason="Test", at=BEFORE)
    draft.state = RevisionState.SIGNED
    draft.save()
    pilot = with_criteria(chosen(planned(draft)))
    lock_criteria(pilot, by=specialist(), at=BEFORE)

    with pytest.raises(DomainError):
        begin_pilot(pilot, by=leader(), at=STARTS, reason="Nobody reviewed it")  # its own gate is red
    begun = begin_pilot(pilot, by=leader(), at=STARTS, reason="Test", gate=checks_only)

    assert begun.revision.state == RevisionState.RELEASED
    assert version_at("service", STARTS) == "V1.2"


def test_a_text_that_changed_since_the_criteria_were_fixed_is_not_tried() -> None:
    versions()
    draft = write_draft(process_named("complaint"), two_steps(), by=None, reason="Test", at=BEFORE)
    draft.state = RevisionState.SIGNED
    draft.save()
    pilot = with_criteria(chosen(planned(draft)))
    lock_criteria(pilot, by=specialist(), at=BEFORE)
    draft.purpose_en = "Another one"
    draft.save()

    with pytest.raises(DomainError, match="not those that were fixed"):
        begin_pilot(pilot, by=leader(), at=STARTS, reason="Test", gate=checks_only)


def test_a_draft_that_nobody_signed_is_not_tried() -> None:
    versions()
    draft = write_draft(process_named("complaint"), two_steps(), by=None, reason="Test", at=BEFORE)

    with pytest.raises(DomainError, match="signed, or released"):
        planned(draft)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"period_until": date(2026, 3, 16)}, "ends before it begins"),
        ({"before_until": date(2026, 3, 17)}, "lies before the pilot"),
        ({"cases_least": 16}, "not fewer"),
    ],
)
def test_days_and_numbers_that_cannot_be_are_refused(facts: dict[str, Any], words: str) -> None:
    with pytest.raises(DomainError, match=words):
        planned(**facts)


def test_a_leader_leads_projects() -> None:
    versions()

    with pytest.raises(DomainError, match="no post of a project lead"):
        planned(leader=specialist(), revision=process_named("complaint").revisions.get(minor=1))


def test_only_leads_and_specialists_keep_a_pilot() -> None:
    pilot = planned()
    stranger = someone("stranger")

    with pytest.raises(DomainError, match="keep pilots"):
        score_candidate(pilot, department=place("sales"), by=stranger, at=BEFORE, **scores())
    with pytest.raises(DomainError, match="keep pilots"):
        planned(pilot.revision, by=stranger)


def test_the_same_pilot_is_planned_again_when_it_is_meant_so() -> None:
    first = planned()

    twice = planned(first.revision)
    later = planned(first.revision, at=BEFORE + CLICKED_TWICE)
    chosen(later)
    elsewhere = planned(first.revision, at=BEFORE + CLICKED_TWICE)

    assert (first.code, twice.code, later.code, elsewhere.code) == ("P-0001", "P-0001", "P-0002", "P-0003")


def test_a_candidate_knows_its_cases_and_the_share_of_scenarios_it_covers() -> None:
    _first, second = versions()
    for department, way in (("service", "a"), ("service", "b"), ("sales", "a")):
        case_of(department, BEFORE, 1, way=way)
    Pilot.objects.all().delete()
    pilot = planned(second)

    service = score_candidate(pilot, department=place("service"), by=specialist(), at=BEFORE, **scores())
    sales = score_candidate(pilot, department=place("sales"), by=specialist(), at=BEFORE, **scores())

    assert pilot.scenario_fields == ["note.way"]
    assert (service.cases_known, service.percent, service.is_counted) == (2, 100, True)
    assert (sales.cases_known, sales.percent, sales.covered, sales.scenarios) == (1, 50, 1, 2)
    assert service.points == round((3 + 5 + 4) / 15 * 100)


def test_without_cases_the_share_is_typed() -> None:
    pilot = planned()

    row = score_candidate(
        pilot, department=place("sales"), by=specialist(), at=BEFORE, typed_percent=80, **scores()
    )  # fmt: skip

    assert (row.percent, row.is_counted) == (80, False)


def test_scores_and_choices_have_reasons() -> None:
    pilot = planned()
    row = score_candidate(pilot, department=place("sales"), by=specialist(), at=BEFORE, **scores())

    for wrong in ({"why_volume": " "}, {"volume": 6}):
        with pytest.raises(DomainError):
            score_candidate(pilot, department=place("sales"), by=specialist(), at=BEFORE, **(scores() | wrong))
    for reasons in ({}, {place("sales").pk: " "}, {place("service").pk: "Good"}):
        with pytest.raises(DomainError):
            choose_departments(pilot, reasons=reasons, by=specialist())
    assert [row.is_chosen for row in choose_departments(pilot, reasons={row.department_id: "Willing"}, by=leader())]


def test_a_candidate_is_scored_anew_and_taken_off() -> None:
    pilot = planned()
    first = score_candidate(pilot, department=place("sales"), by=specialist(), at=BEFORE, **scores())
    again = score_candidate(pilot, department=place("sales"), by=specialist(), at=BEFORE, **scores(volume=1))

    assert (again.pk, again.volume) == (first.pk, 1)
    remove_candidate(again, by=specialist(), reason="Moved away")
    assert not pilot.candidates.exists()
    assert Candidate.history.filter(history_type="-").get().history_change_reason == "Moved away"


def test_fixed_criteria_departments_and_comparison_are_not_changed_any_more() -> None:
    pilot = locked()
    criterion = pilot.criteria.get()
    acts: list[Any] = [
        lambda: with_criteria(pilot, "satisfaction"),
        lambda: remove_criterion(criterion, by=specialist()),
        lambda: choose_departments(pilot, reasons={place("service").pk: "Only"}, by=specialist()),
        lambda: score_candidate(pilot, department=place("sales"), by=specialist(), at=BEFORE, **scores()),
        lambda: remove_candidate(pilot.candidates.first(), by=specialist(), reason="x"),
        lambda: change_pilot(pilot, leader=leader(), by=specialist(), reason="x", **DAYS),
    ]

    for act in acts:
        with pytest.raises(DomainError, match="fixed"):
            act()
    assert Criterion.objects.count() == 1


def test_a_lock_keeps_what_it_covers_with_its_hash_and_stays() -> None:
    pilot = locked("cycle", "satisfaction")
    lock = pilot.lock

    assert lock.sha256 == hash_of(lock.content) == hash_of(text_to_lock(pilot))
    assert '"departments":["quality","service"]' in lock.content
    assert lock.name == "specialist"
    assert lock_criteria(pilot, by=leader(), at=NOW) == lock  # once is once
    with pytest.raises(TypeError):
        lock.save()
    for statement in ("UPDATE pilots_criterialock SET name_en = 'x'", "DELETE FROM pilots_criterialock"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_what_somebody_at_the_database_alters_is_seen() -> None:
    pilot = locked()
    Pilot.objects.filter(pk=pilot.pk).update(period_until=date(2026, 5, 1))  # as a decision moves it

    assert is_intact(Pilot.objects.get(pk=pilot.pk))
    pilot.criteria.update(threshold=Decimal(9))
    assert not is_intact(Pilot.objects.get(pk=pilot.pk))


def test_another_project_lead_takes_over_a_pilot() -> None:
    pilot = running()
    successor = someone("successor", Role.PROJECT_LEAD)

    for leading, who in ((specialist(), leader()), (successor, specialist())):
        with pytest.raises(DomainError):
            change_leader(pilot, leader=leading, by=who, reason="Left")
    assert change_leader(pilot, leader=successor, by=leader(), reason="Left").leader == successor


def test_nothing_is_fixed_without_criteria_or_departments() -> None:
    pilot = planned()

    with pytest.raises(DomainError, match="at least one criterion"):
        lock_criteria(pilot, by=specialist(), at=BEFORE)
    with_criteria(pilot)
    with pytest.raises(DomainError, match="departments first"):
        lock_criteria(pilot, by=specialist(), at=BEFORE)
    chosen(pilot)
    with pytest.raises(DomainError, match="changed while you were reading"):
        lock_criteria(pilot, by=specialist(), at=BEFORE, seen="0" * 64)
    assert lock_criteria(pilot, by=specialist(), at=BEFORE, seen=hash_of(text_to_lock(pilot)))


def test_a_case_of_the_pilot_before_the_lock_keeps_criteria_from_being_fixed() -> None:
    pilot = with_criteria(chosen(planned(), "production"))
    early = case_of("production", STARTS + HOUR, None)  # V1.1 is in force there already

    with pytest.raises(DomainError, match=early.number):
        lock_criteria(pilot, by=specialist(), at=NOW)
    assert not CriteriaLock.objects.exists()


def test_a_pilot_begins_only_with_fixed_criteria() -> None:
    pilot = with_criteria(chosen(planned()))

    with pytest.raises(DomainError, match="Fix the criteria first"):
        begin_pilot(pilot, by=leader(), at=STARTS, reason="Now")


def test_who_begins_although_not_everybody_confirmed_says_why() -> None:
    pilot = locked()

    with pytest.raises(DomainError, match="Say why it begins"):
        begin_pilot(pilot, by=leader(), at=STARTS)
    begun = begin_pilot(pilot, by=leader(), at=STARTS, reason="The rest comes on Friday")
    assert begun.history.first().history_change_reason == "P-0001. The rest comes on Friday"


def test_a_specialist_puts_nothing_in_force_and_a_period_that_is_over_is_not_begun() -> None:
    pilot = locked()

    with pytest.raises(DomainError, match="A project lead"):
        begin_pilot(pilot, by=specialist(), at=STARTS, reason="Now")
    with pytest.raises(DomainError, match="is over"):
        begin_pilot(pilot, by=leader(), at=STARTS + timedelta(days=21), reason="Now")


def test_begun_twice_it_is_begun_once() -> None:
    pilot = running()
    before = process_named("complaint").releases.count()

    begin_pilot(pilot, by=leader(), at=NOW, reason="Again")

    assert process_named("complaint").releases.count() == before


def test_two_pilots_of_a_process_do_not_share_a_department() -> None:
    first = running()
    second = with_criteria(chosen(planned(first.revision), "quality", "sales"))
    lock_criteria(second, by=specialist(), at=BEFORE)

    with pytest.raises(DomainError, match="P-0001 runs there already"):
        begin_pilot(second, by=leader(), at=STARTS, reason="Now")


def test_a_pilot_waits_for_another_of_its_process_that_begins_at_the_same_moment() -> None:
    pilot = locked()

    with CaptureQueriesContext(connection) as captured:
        begin_pilot(pilot, by=leader(), at=STARTS, reason="Test")

    words = [query["sql"] for query in captured]
    process = next(
        number for number, sql in enumerate(words)
        if 'FROM "processes_process"' in sql and 'WHERE "processes_process"."id" =' in sql
    )  # fmt: skip
    others = next(
        number for number, sql in enumerate(words) if 'FROM "pilots_pilot"' in sql and '"pilots_candidate"' in sql
    )
    assert process < others  # who else runs there is asked under the lock of the process


def test_a_department_of_the_pilot_is_no_control() -> None:
    pilot = with_criteria(chosen(planned()))
    pilot.controls.add(place("service"))

    with pytest.raises(DomainError, match="Service is in the pilot"):
        lock_criteria(pilot, by=specialist(), at=BEFORE)


def test_heads_of_the_departments_are_told_that_it_begins() -> None:
    versions()
    head = someone("head", Role.DEPARTMENT_HEAD, "quality")
    elsewhere = someone("other-head", Role.DEPARTMENT_HEAD, "sales")

    running(revision=process_named("complaint").revisions.get(minor=1))

    told = set(Notice.objects.filter(rule="pilot.begun").values_list("person__username", flat=True))
    assert head.username in told
    assert elsewhere.username not in told


def test_a_criterion_names_a_step_where_it_needs_one() -> None:
    pilot = planned()
    facts: dict[str, Any] = {"threshold": Decimal(2), "minimum_effect": Decimal(1), "by": specialist(), "at": BEFORE}

    for wrong in (
        {"indicator": "step"}, {"indicator": "cycle", "step": "s1"}, {"indicator": "step", "step": "s9"},
        {"indicator": "nonsense"}, {"indicator": "satisfaction", "threshold": Decimal(101)},
        {"indicator": "cycle", "minimum_effect": Decimal(0)}, {"indicator": "cycle", "point": Decimal(4)},
    ):  # fmt: skip
        with pytest.raises(DomainError):
            add_criterion(pilot, **{**facts, **wrong})
    assert add_criterion(pilot, indicator="step", step="s2", **facts).lower_is_better
    with pytest.raises(DomainError, match="already"):
        add_criterion(pilot, indicator="step", step="s2", **facts)


def test_whose_post_works_by_the_version_sees_a_pilot_that_has_begun() -> None:
    pilot = locked()
    elsewhere = holder("service-agent", "sales", username="elsewhere")
    seen = Pilot.objects.visible_to(elsewhere).filter(pk=pilot.pk)

    assert not seen.exists()
    begin_pilot(pilot, by=leader(), at=STARTS, reason="Test")
    assert seen.exists()


def test_pilots_are_seen_by_overseers_and_in_their_departments() -> None:
    pilot = chosen(planned())
    seen = {
        who.username: Pilot.objects.visible_to(who).filter(pk=pilot.pk).exists()
        for who in (
            leader(), specialist(), someone("auditor", Role.AUDITOR, "sales"), someone("here", department="quality"),
            someone("there", department="sales"), someone("head", Role.DEPARTMENT_HEAD, "quality"),
        )
    }  # fmt: skip

    assert seen == {
        "leader": True, "specialist": True, "auditor": True, "here": True, "there": False, "head": True,
    }  # fmt: skip
