"""Plan a rollout from the template: waves week by week, with what each needs (H2.5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from processes.models import Definition, Process
from procstd import history
from procstd.calendars.domain.workdays import standard_workdays
from procstd.errors import DomainError
from procstd.logs import log
from procstd.notices.domain.telling import tell
from procstd.numbers import save_numbered
from procstd.organisation.models import Department, Post
from rollouts import notices
from rollouts.models import Need, NeedKind, Rollout, Wave, WaveState
from rollouts.queries.concerned import holdings_at
from rollouts.queries.differences import standard_named
from rollouts.queries.rights import may_plan, may_release

#: What every wave needs, from the template. Something else is added by hand.
TEMPLATE = (NeedKind.TRAINERS, NeedKind.MATERIAL, NeedKind.TRAINING, NeedKind.ACCOUNTS, NeedKind.FORMS)


@transaction.atomic
def plan_rollout(
    definition: Definition, *, begins_on: date, departments: Iterable[Department], per_wave: int, by: Any, at: datetime
) -> Rollout:
    """Plan the rollout of *definition*: a wave a week of so many departments, in the order of the flow.

    Each wave gets the needs of the template, owned by *by* until somebody else takes them. Refuses whoever may not
    release, a version that has a plan, a day that is over. Raises DefinitionBroken.
    """
    _refuse_who_may_not(by)
    Process.objects.select_for_update().get(pk=definition.revision.process_id)
    if Rollout.objects.filter(definition=definition).exists():
        raise DomainError(_("This version has a plan already."), field="definition")
    _refuse_past(begins_on, at, "begins_on")
    halls = in_order_of_the_flow(definition, list(departments), at=at)
    if not halls:
        raise DomainError(_("Choose at least one department."), field="departments")
    rollout = Rollout(definition=definition, planned_by=by, planned_at=at)
    history.save(rollout, by=by, reason=gettext_noop("Planned"))
    for week, start in enumerate(range(0, len(halls), per_wave), 1):
        _write_wave(rollout, week, begins_on + timedelta(weeks=week - 1), halls[start : start + per_wave], (), by)
    log.info("rollout_planned", rollout=rollout.pk, user=by.pk)
    return rollout


@transaction.atomic
def take_over_rollout(rollout: Rollout, *, reason: str, by: Any, at: datetime) -> Rollout:
    """Take a plan over: from now on its waves are released in the name of *by*; who had it hears of it.

    One's own changes nothing. Refuses whoever may not release.
    """
    _refuse_who_may_not(by)
    rollout = Rollout.objects.select_for_update().get(pk=rollout.pk)
    before = rollout.planned_by_id
    if before == by.pk:
        return rollout
    rollout.planned_by = by
    history.save(rollout, by=by, reason=reason, update_fields=["planned_by"])
    tell(notices.rollout_taken_over(rollout, [before], reason=reason), at=at)
    log.info("rollout_taken_over", rollout=rollout.pk, before=before, user=by.pk)
    return rollout


def in_order_of_the_flow(definition: Definition, halls: Sequence[Department], *, at: datetime) -> list[Department]:
    """Return departments by the first step that somebody there does: who hands over is ready before who takes over."""
    order: dict[tuple[str, str | None], int] = {}
    for step in standard_named(definition.sha256).steps:
        for place in step.responsible:
            order.setdefault((place.post, place.department), step.number)
    first: dict[int, int] = {}
    for row in holdings_at(at, departments=[hall.pk for hall in halls]):
        for key in ((row.post.code, None), (row.post.code, row.department.code)):
            if key in order:
                first[row.department_id] = min(order[key], first.get(row.department_id, order[key]))
    return sorted(halls, key=lambda hall: (first.get(hall.pk, len(order) + 1_000), hall.code))


def _write_wave(
    rollout: Rollout, week: int, starts_on: date, halls: Iterable[Department], posts: Iterable[Post], by: Any
) -> Wave:
    wave = save_numbered(
        Wave(rollout=rollout, week=week, starts_on=starts_on), "W", by=by, reason=gettext_noop("Planned")
    )
    wave.departments.set(halls)
    wave.posts.set(posts)
    needs = [Need(wave=wave, kind=kind, owner=by) for kind in TEMPLATE]
    history.save_many(needs, by=by, reason=gettext_noop("From the template"))
    return wave  # type: ignore[no-any-return]


@transaction.atomic
def add_wave(
    rollout: Rollout, *, week: int, starts_on: date, departments: Iterable[Department], posts: Iterable[Post], by: Any,
    at: datetime, reason: str = "",
) -> Wave:  # fmt: skip
    """Add a wave to a plan. One that is planned already, alike in every fact, stays one: of two clicks at once too."""
    _refuse_who_may_not(by)
    rollout = Rollout.objects.select_for_update().get(pk=rollout.pk)
    _refuse_past(starts_on, at, "starts_on")
    halls, named = _some(departments), list(posts)
    wanted = {row.pk for row in halls}, {row.pk for row in named}
    alike = rollout.waves.filter(week=week, starts_on=starts_on, state=WaveState.PLANNED)
    for wave in alike.prefetch_related("departments", "posts"):
        if ({row.pk for row in wave.departments.all()}, {row.pk for row in wave.posts.all()}) == wanted:
            return wave
    return _write_wave(rollout, week, starts_on, halls, named, by)


@transaction.atomic
def change_wave(
    wave: Wave, *, week: int, starts_on: date, departments: Iterable[Department], posts: Iterable[Post], by: Any,
    at: datetime, reason: str,
) -> Wave:  # fmt: skip
    """Change a wave that is not released yet. An override was given for what it was, and so is void."""
    _refuse_who_may_not(by)
    wave = locked_wave(wave)
    _refuse_unless_planned(wave)
    if starts_on != wave.starts_on:
        _refuse_past(starts_on, at, "starts_on")
    wave.week, wave.starts_on, wave.override_reason, wave.overridden_by = week, starts_on, "", None
    history.save(wave, by=by, reason=reason)
    wave.departments.set(_some(departments))
    wave.posts.set(posts)
    return wave


@transaction.atomic
def withdraw_wave(wave: Wave, *, by: Any, reason: str) -> Wave:
    """Withdraw a wave that is not released yet: it never will be. A second time changes nothing."""
    _refuse_who_may_not(by)
    wave = locked_wave(wave)
    if wave.state == WaveState.WITHDRAWN:
        return wave
    _refuse_unless_planned(wave)
    wave.state = WaveState.WITHDRAWN
    return history.save(wave, by=by, reason=reason, update_fields=["state"])


@transaction.atomic
def add_need(wave: Wave, *, kind: str, what_zh: str, what_en: str, owner: Any, by: Any, reason: str = "") -> Need:
    """Add what a wave needs. What the same owner is to bring already is needed once."""
    if not may_plan(by):
        raise DomainError(_("Only who plans trainings and waves says what a wave needs."))
    wave = locked_wave(wave)
    _refuse_unless_planned(wave)
    if kind == NeedKind.OTHER and not (what_zh.strip() or what_en.strip()):
        raise DomainError(_("Say what it is."), field="what_zh")
    facts = {"kind": kind, "what_zh": what_zh, "what_en": what_en, "owner": owner}
    known = wave.needs.filter(**facts, is_there=False).first()
    if known is not None:
        return known
    need = Need(wave=wave, **facts)
    return history.save(need, by=by, reason=reason or gettext_noop("Added"))


@transaction.atomic
def change_need(need: Need, *, owner: Any, is_there: bool, by: Any, reason: str = "") -> Need:
    """Say who sees to a need, and whether it is there. For its owner, and for who plans."""
    wave = locked_wave(need.wave)
    need = Need.objects.select_for_update().get(pk=need.pk)
    _refuse_unless_planned(wave)
    if not (may_plan(by) or need.owner_id == by.pk):
        raise DomainError(_("Only its owner, and who plans, says whether it is there."))
    if is_there and need.checks_itself:
        raise DomainError(_("This is checked by the software itself."), field="is_there")
    need.owner, need.is_there = owner, is_there
    return history.save(need, by=by, reason=reason or gettext_noop("Changed"))


def locked_wave(wave: Wave) -> Wave:
    """Lock a wave for an act on it."""
    rows = Wave.objects.select_for_update(of=("self",)).select_related(
        "rollout__definition__revision", "rollout__planned_by"
    )
    return rows.get(pk=wave.pk)


def _refuse_unless_planned(wave: Wave) -> None:
    if wave.state == WaveState.RELEASED:
        raise DomainError(_("This wave is released already."))
    if wave.state == WaveState.WITHDRAWN:
        raise DomainError(_("This wave is withdrawn."))


def _refuse_who_may_not(by: Any) -> None:
    if not may_release(by):
        raise DomainError(_("Only project leads release, and so plan waves."))


def _refuse_past(day: date, at: datetime, field: str) -> None:
    if day < standard_workdays().today(at):
        raise DomainError(_("This day is over."), field=field)


def _some(departments: Iterable[Department]) -> list[Department]:
    found = list(departments)
    if not found:
        raise DomainError(_("Choose at least one department."), field="departments")
    return found
