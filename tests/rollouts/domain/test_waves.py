from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.domain.opening import release_for
from processes.domain.definition import hash_of
from processes.domain.inforce import end_release
from processes.models import Definition, Release
from procstd.errors import DomainError
from procstd.gates import Asked, Phase, criteria
from procstd.notices.models import Notice
from procstd.organisation.models import Department, Post, User
from procstd.roles import Role
from rollouts.domain.planning import add_need, change_need, change_wave, plan_rollout, take_over_rollout, withdraw_wave
from rollouts.domain.training import plan_training, tick_attendance
from rollouts.domain.waves import override_wave, release_due_waves, release_wave
from rollouts.exits import everybody_confirmed, waves_released
from rollouts.models import NeedKind, Rollout, Tier, Wave, WaveState
from rollouts.queries.readiness import readiness_of
from tests.factories import person_with
from tests.rollouts.hall import DAY, NOW, confirms, in_force, limit_of, newer, specialist
from tests.standards import holder, organisation

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 3)


def lead(**facts: Any) -> User:
    return person_with(Role.PROJECT_LEAD, **facts)


def hall(code: str) -> Department:
    organisation()
    return Department.objects.get(code=code)


def pilot() -> Release:
    """A version that is in force in one department only."""
    return in_force(departments=[hall("service")])


def planned(release: Release, *codes: str, by: User | None = None, **facts: Any) -> Rollout:
    given = {"begins_on": TODAY, "departments": [hall(code) for code in codes], "per_wave": 1, "at": NOW}
    return plan_rollout(release.definition, by=by or lead(), **(given | facts))


def supplied(wave: Wave) -> Wave:
    """Give a wave all that people tick, and train everybody there."""
    planner = wave.rollout.planned_by
    for need in wave.needs.all():
        if not need.checks_itself:
            change_need(need, owner=need.owner, is_there=True, by=planner)
    made = plan_training(
        wave.rollout.definition, tier=Tier.EXECUTION, title_zh="培训", title_en="Training", starts_at=NOW - DAY,
        minutes=60, place="Room 1", trainer=planner, departments=wave.departments.all(), posts=[], by=planner, at=NOW,
    )  # fmt: skip
    tick_attendance(
        made, present=set(made.attendances.values_list("person", flat=True)), by=planner, at=NOW
    )  # fmt: skip
    return wave


def works_by(code: str, release: Release, at: Any = NOW) -> str:
    return str(release_for(release.process, department=hall(code), at=at).definition.revision)


def test_the_template_goes_week_by_week_in_the_order_of_the_flow() -> None:
    release = pilot()
    holder("quality-engineer", "production")
    holder("service-agent", "quality")

    made = planned(release, "production", "sales", "quality")

    waves = list(made.waves.all())
    assert [[row.code for row in wave.departments.all()] for wave in waves] == [["quality"], ["production"], ["sales"]]
    assert [(wave.week, wave.starts_on) for wave in waves] == [
        (1, TODAY), (2, TODAY + timedelta(days=7)), (3, TODAY + timedelta(days=14)),
    ]  # fmt: skip
    assert [wave.number for wave in waves] == ["W-0001", "W-0002", "W-0003"]
    kinds = {row.kind for row in waves[0].needs.all()}
    assert kinds == {"trainers", "material", "training", "accounts", "forms"}


def test_who_may_not_release_plans_no_waves() -> None:
    with pytest.raises(DomainError, match="Only project leads"):
        planned(pilot(), "quality", by=specialist())


def test_a_wave_that_has_all_it_needs_is_released_on_its_day_in_the_name_of_who_planned_it() -> None:
    release = pilot()
    holder("service-agent", "quality")
    planner = lead()
    made = planned(release, "quality", by=planner, begins_on=TODAY + timedelta(days=1))
    wave = supplied(made.waves.get())

    with pytest.raises(DomainError, match="in force here"):
        works_by("quality", release)
    assert release_due_waves(at=NOW) == 0  # its day has not come
    assert release_due_waves(at=NOW + DAY) == 1
    assert release_due_waves(at=NOW + DAY) == 0

    wave.refresh_from_db()
    assert (wave.state, wave.released_at) == (WaveState.RELEASED, NOW + DAY)
    assert (wave.release.released_by, wave.release.reason) == (planner, "W-0001")
    assert works_by("quality", release, NOW + DAY) == "V1.0"
    assert Release.objects.filter(definition=release.definition).count() == 2
    assert Notice.objects.filter(person=planner, rule="wave.released").count() == 1


def test_what_lacks_is_told_once_a_day_and_nothing_is_released() -> None:
    release = pilot()
    holder("service-agent", "quality")
    planner, other = lead(), lead()
    made = planned(release, "quality", by=planner)

    for hours in (0, 1, 25):
        assert release_due_waves(at=NOW + timedelta(hours=hours)) == 0

    assert made.waves.get().state == WaveState.PLANNED
    told = Notice.objects.filter(rule="wave.refused")
    assert {person: told.filter(person=person).count() for person in (planner, other)} == {planner: 2, other: 2}
    assert "Everybody trained: 0 of 1 trained." in told.filter(person=planner).first().body_en  # type: ignore[union-attr]


def test_somebody_answers_for_what_lacks_by_name_and_with_a_reason() -> None:
    release = pilot()
    holder("service-agent", "quality")
    planner = lead()
    wave = planned(release, "quality", by=planner).waves.get()

    with pytest.raises(DomainError, match="Say why"):
        override_wave(wave, reason=" ", by=planner, at=NOW)
    with pytest.raises(DomainError, match="Only project leads"):
        override_wave(wave, reason="Now", by=specialist(), at=NOW)
    done = override_wave(wave, reason="The customer waits", by=planner, at=NOW)

    assert (done.state, done.overridden_by) == (WaveState.RELEASED, planner)
    assert done.release.reason == "W-0001: The customer waits"


def test_an_override_before_the_day_waits_for_the_day_and_is_void_when_the_wave_changes() -> None:
    release = pilot()
    holder("service-agent", "quality")
    planner = lead()
    wave = planned(release, "quality", by=planner, begins_on=TODAY + timedelta(days=1)).waves.get()

    assert override_wave(wave, reason="Hurry", by=planner, at=NOW).state == WaveState.PLANNED
    change_wave(
        wave, week=1, starts_on=TODAY + timedelta(days=1), departments=[hall("sales")], posts=[], by=planner, at=NOW,
        reason="Sales first",
    )  # fmt: skip

    assert release_due_waves(at=NOW + DAY) == 0


def test_a_wave_that_is_withdrawn_is_never_released() -> None:
    release = pilot()
    holder("service-agent", "quality")
    planner = lead()
    wave = supplied(planned(release, "quality", by=planner).waves.get())
    withdraw_wave(wave, by=planner, reason="Not now")

    assert release_due_waves(at=NOW) == 0
    assert release_wave(wave, at=NOW) is False
    with pytest.raises(DomainError, match="not planned any more"):
        override_wave(wave, reason="x", by=planner, at=NOW)


def test_where_the_version_holds_already_nothing_is_released_a_second_time() -> None:
    release = in_force(departments=[hall("quality")])
    holder("service-agent", "quality")
    wave = supplied(planned(release, "quality").waves.get())

    assert release_due_waves(at=NOW) == 1

    wave.refresh_from_db()
    assert (wave.state, wave.release) == (WaveState.RELEASED, None)
    assert Release.objects.count() == 1


def test_where_it_holds_for_everybody_nothing_is_released_and_where_it_ends_it_is() -> None:
    everywhere, ending = in_force(), in_force("repair", departments=[hall("quality")], valid_until=NOW + 9 * DAY)
    holder("service-agent", "quality")
    waves = [supplied(planned(release, "quality").waves.get()) for release in (everywhere, ending)]

    assert release_due_waves(at=NOW) == 2

    for wave in waves:
        wave.refresh_from_db()
    assert waves[0].release is None
    assert (waves[1].release.definition, waves[1].release.valid_until) == (ending.definition, None)


def test_who_may_not_release_any_more_releases_nothing() -> None:
    release = pilot()
    holder("service-agent", "quality")
    planner = lead()
    supplied(planned(release, "quality", by=planner).waves.get())
    planner.holdings.update(valid_until=date(2026, 3, 2))

    assert release_due_waves(at=NOW) == 0
    assert "may not release" in Notice.objects.get(person=planner, rule="wave.refused").body_en


def test_another_lead_takes_a_plan_over_and_its_waves_go_on() -> None:
    release = pilot()
    holder("service-agent", "quality")
    planner, other = lead(), lead()
    made = planned(release, "quality", by=planner)
    wave = supplied(made.waves.get())
    planner.holdings.update(valid_until=date(2026, 3, 2))

    with pytest.raises(DomainError, match="Only project leads"):
        take_over_rollout(made, reason="I would like to", by=specialist(), at=NOW)
    assert release_due_waves(at=NOW) == 0
    for _click in range(2):
        take_over_rollout(made, reason="She has left", by=other, at=NOW)
    assert release_due_waves(at=NOW) == 1

    wave.refresh_from_db()
    entry = made.history.latest()
    assert wave.release.released_by == other
    assert (made.history.count(), entry.history_user, entry.history_change_reason) == (2, other, "She has left")
    assert Notice.objects.get(person=planner, rule="rollout.taken-over").body_en == "She has left"


def test_the_day_of_a_wave_is_that_of_the_house_wherever_somebody_reads() -> None:
    release = pilot()
    agent = holder("service-agent", "quality")
    agent.holdings.update(valid_from=TODAY)

    with timezone.override("America/New_York"):  # where it is still the day before
        with pytest.raises(DomainError, match="This day is over"):
            planned(release, "quality", begins_on=TODAY - timedelta(days=1))
        wave = supplied(planned(release, "quality").waves.get())
        (found,) = readiness_of(wave.rollout, [wave], at=NOW)
        assert (found.concerned, found.days_left) == (1, 0)
        assert release_due_waves(at=NOW) == 1


def test_a_wave_over_the_old_version_brings_the_new_one_there_and_nowhere_else() -> None:
    first = in_force()
    holder("service-agent", "quality"), holder("service-agent", "service")
    second = newer(first, limit_of("s1", 3), departments=[hall("sales")])
    wave = supplied(planned(second, "quality").waves.get())
    release_due_waves(at=NOW)

    assert wave.rollout.definition == second.definition
    assert {code: works_by(code, first, NOW) for code in ("sales", "quality", "service")} == {
        "sales": "V1.1", "quality": "V1.1", "service": "V1.0",
    }  # fmt: skip


def test_a_wave_brings_no_version_back_over_a_later_one() -> None:
    first = in_force(departments=[hall("service")])
    holder("service-agent", "quality")
    planner = lead()
    wave = supplied(planned(first, "quality", by=planner).waves.get())
    newer(first, limit_of("s1", 3), departments=[hall("quality")])

    with pytest.raises(DomainError, match=r"work by V1.1 already"):
        release_wave(wave, at=NOW)
    assert release_due_waves(at=NOW) == 0
    assert works_by("quality", first) == "V1.1"
    assert "V1.1 already" in Notice.objects.get(person=planner, rule="wave.refused").body_en


def test_a_version_that_is_in_force_nowhere_is_not_brought_back_by_a_wave() -> None:
    stopped = pilot()
    holder("service-agent", "quality")
    wave = supplied(planned(stopped, "quality").waves.get())
    end_release(stopped, by=None, at=NOW, reason="Stopped")

    with pytest.raises(DomainError, match="in force nowhere"):
        override_wave(wave, reason="All the same", by=wave.rollout.planned_by, at=NOW)
    wave.refresh_from_db()
    assert (wave.state, wave.overridden_by) == (WaveState.PLANNED, None)


def test_a_wave_during_a_trial_is_for_good_and_elsewhere_the_old_version_comes_back() -> None:
    halls = [hall("quality"), hall("sales")]
    first = in_force(departments=halls)
    holder("service-agent", "quality")
    tried = newer(first, limit_of("s1", 3), departments=halls, valid_until=NOW + 9 * DAY)
    wave = supplied(planned(tried, "quality").waves.get())

    assert release_due_waves(at=NOW) == 1

    wave.refresh_from_db()
    assert wave.release.valid_until is None
    found = {(code, days): works_by(code, first, NOW + days * DAY) for code in ("quality", "sales") for days in (1, 10)}
    assert found == {
        ("quality", 1): "V1.1", ("quality", 10): "V1.1", ("sales", 1): "V1.1", ("sales", 10): "V1.0",
    }  # fmt: skip


def test_a_wave_for_just_the_departments_of_a_trial_does_not_end_with_it() -> None:
    first = in_force(departments=[hall("quality")])
    holder("service-agent", "quality")
    tried = newer(first, limit_of("s1", 3), departments=[hall("quality")], valid_until=NOW + 9 * DAY)
    wave = supplied(planned(tried, "quality").waves.get())

    assert release_due_waves(at=NOW + DAY) == 1

    wave.refresh_from_db()
    assert wave.release.valid_until is None
    assert works_by("quality", first, NOW + 10 * DAY) == "V1.1"


def test_a_wave_that_breaks_does_not_keep_those_behind_it() -> None:
    broken, whole = pilot(), in_force("repair", departments=[hall("service")])
    holder("service-agent", "quality")
    first, second = (supplied(planned(release, "quality").waves.get()) for release in (broken, whole))
    # A text that is what its hash says, and yet no standard: nobody foresaw it.
    Definition.objects.filter(pk=broken.definition_id).update(content="{}", sha256=hash_of("{}"))

    assert release_due_waves(at=NOW) == 1

    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state) == (WaveState.PLANNED, WaveState.RELEASED)


def test_accounts_training_and_forms_are_checked_by_themselves() -> None:
    release = pilot()
    agent = holder("service-agent", "quality")
    made = planned(release, "quality", begins_on=TODAY + timedelta(days=3))
    wave = made.waves.get()

    def lacking() -> set[str]:
        return {str(line.need.kind) for line in readiness_of(made, list(made.waves.all()), at=NOW)[0].lacking}

    assert lacking() == {"trainers", "material", "training"}
    supplied(wave)
    (found,) = readiness_of(made, [wave], at=NOW)
    assert (found.lacking, found.light) == ([], "green")
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert lacking() == {"accounts", "training"}
    need = wave.needs.get(kind=NeedKind.ACCOUNTS)
    with pytest.raises(DomainError, match="checked by the software"):
        change_need(need, owner=need.owner, is_there=True, by=made.planned_by)


def test_a_wave_waits_for_the_training_of_the_posts_that_it_names() -> None:
    release = pilot()
    holder("service-agent", "quality"), holder("quality-engineer", "quality")
    made = planned(release, "quality")
    wave = made.waves.get()
    planner = made.planned_by
    agents = Post.objects.filter(code="service-agent")
    change_wave(
        wave, week=1, starts_on=TODAY, departments=[hall("quality")], posts=agents, by=planner, at=NOW, reason="x"
    )
    trained = plan_training(
        release.definition, tier=Tier.EXECUTION, title_zh="培训", title_en="Training", starts_at=NOW - DAY, minutes=60,
        place="Room 1", trainer=planner, departments=[], posts=agents, by=planner, at=NOW,
    )  # fmt: skip
    tick_attendance(trained, present=set(trained.attendances.values_list("person", flat=True)), by=planner, at=NOW)

    (found,) = readiness_of(made, list(made.waves.all()), at=NOW)

    assert found.concerned == 1
    assert {str(line.need.kind) for line in found.lacking} == {"trainers", "material"}


def test_the_owner_of_a_need_says_that_it_is_there_and_a_stranger_does_not() -> None:
    release = pilot()
    owner, stranger = holder("service-agent"), holder("service-agent")
    wave = planned(release, "quality").waves.get()
    need = add_need(wave, kind="other", what_zh="平板", what_en="Tablets", owner=owner, by=wave.rollout.planned_by)

    with pytest.raises(DomainError, match="Only its owner"):
        change_need(need, owner=owner, is_there=True, by=stranger)
    assert change_need(need, owner=owner, is_there=True, by=owner).is_there


def test_readiness_costs_the_same_for_one_wave_and_for_ten() -> None:
    release = pilot()
    holder("service-agent", "quality")
    one, codes = planned(release, "quality"), []
    other = in_force("repair")
    for number in range(10):
        codes.append(hall("quality").code)
        from tests.factories import DepartmentFactory

        codes[-1] = DepartmentFactory(code=f"hall-{number}").code
        holder("service-agent", codes[-1])
    many = planned(other, *codes)

    def queries(made: Rollout) -> int:
        with CaptureQueriesContext(connection) as captured:
            waves = list(made.waves.prefetch_related("departments", "posts", "needs__owner"))
            readiness_of(made, waves, at=NOW)
        return len(captured)

    queries(one), queries(many)  # what a version says is read once in a process
    assert queries(one) == queries(many)


def test_the_gate_of_the_rollout_asks_for_waves_and_for_everybody() -> None:
    release = pilot()
    agent = holder("service-agent", "quality")
    made = planned(release, "quality")
    project = Asked(7, (release.process_id,), NOW - DAY)

    before = waves_released([project], NOW)[7], everybody_confirmed([project], NOW)[7]
    supplied(made.waves.get())
    release_due_waves(at=NOW)
    between = waves_released([project], NOW)[7], everybody_confirmed([project], NOW)[7]
    confirms(agent, release.definition)
    after = everybody_confirmed([project], NOW)[7]

    assert [fact.is_met for fact in before] == [False, False]
    assert [fact.is_met for fact in between] == [True, False]
    assert (after.is_met, str(after.sentence)) == (True, "1 of 1 have confirmed.")
    assert {row.code for row in criteria() if row.phase == Phase.ROLLOUT} >= {
        "rollouts.a-waves",
        "rollouts.b-confirmed",
    }


def test_many_projects_cost_the_gate_as_many_queries_as_one() -> None:
    release = in_force()
    confirms(holder("service-agent"), release.definition)

    def queries(count: int) -> int:
        projects = [Asked(number, (release.process_id,)) for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            waves_released(projects, NOW), everybody_confirmed(projects, NOW)
        return len(captured)

    assert queries(1) == queries(30) <= 12
