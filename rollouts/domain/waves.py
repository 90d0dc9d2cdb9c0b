"""Release waves on their day, once, when they have what they need, or when somebody answers for it (H2.5.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from processes.domain.inforce import end_release, put_in_force, write_release
from processes.models import Definition, Process, Release, Revision
from procstd import history
from procstd.calendars.domain.workdays import standard_workdays
from procstd.errors import DomainError
from procstd.logs import log
from procstd.notices.domain.telling import tell
from procstd.organisation.models import Department, PostHolding
from procstd.roles import Role
from rollouts import notices
from rollouts.domain.planning import locked_wave
from rollouts.models import Wave, WaveState
from rollouts.queries.concerned import held_for_good, worked_by
from rollouts.queries.readiness import Readiness, readiness_of
from rollouts.queries.rights import may_release


def release_due_waves(*, at: datetime) -> int:
    """Release every planned wave whose day has come; tell of those that lack something. Returns how many.

    Each wave is an act of its own: one that is refused or breaks does not keep the others. It may run twice, or late.
    """
    due = Wave.objects.filter(state=WaveState.PLANNED, starts_on__lte=standard_workdays().today(at)).order_by(
        "starts_on", "pk"
    )
    return sum(_release_or_tell(wave, at) for wave in due)


def _release_or_tell(wave: Wave, at: datetime) -> bool:
    try:
        return release_wave(wave, at=at)
    except DomainError as refusal:
        log.warning("wave_not_released", wave=wave.pk)
        message = refusal.message
        _tell_refused(wave, lambda: [str(message)], at)
        return False
    except Exception:  # one that breaks must not keep the others waiting (W10); it is tried again
        log.exception("wave_failed", wave=wave.pk)
        return False


@transaction.atomic
def release_wave(wave: Wave, *, at: datetime) -> bool:
    """Put the version in force for the wave's departments, in the name of who planned it, if nothing lacks.

    Where it is in force already nothing changes. What lacks is told once a day, unless somebody answers for it
    (:func:`override_wave`). Releasing a wave that is released, or withdrawn, changes nothing. Returns whether it is
    released now. Raises DomainError when whoever planned it may not release any more, when the period is taken, when
    the version is in force nowhere, and where people work by a later one.
    """
    wave = locked_wave(wave)
    if wave.state != WaveState.PLANNED or wave.starts_on > standard_workdays().today(at):
        return wave.state == WaveState.RELEASED
    planner = wave.rollout.planned_by
    if not planner.is_active or not may_release(planner):
        raise DomainError(
            _("%(who)s planned this wave and may not release any more. Another project lead has to take the plan over.")
            % {"who": planner}
        )
    _refuse_what_is_outdated(wave, at)
    (found,) = readiness_of(wave.rollout, [wave], at=at)
    if found.lacking and not wave.override_reason:
        _tell_refused(wave, partial(_sentences, found), at)
        return False
    return _put_in_force(wave, at)


def _refuse_what_is_outdated(wave: Wave, at: datetime) -> None:
    """Refuse a version that is in force nowhere, and one that would come back over a later one."""
    definition = wave.rollout.definition
    process = Process.objects.select_for_update().get(pk=definition.revision.process_id)
    if not Release.objects.in_force(at).filter(definition=definition).exists():
        raise DomainError(
            _("%(number)s is in force nowhere any more. Plan a rollout of the version that is.")
            % {"number": definition.revision}
        )
    there = worked_by(process.pk, [hall.pk for hall in halls_of(wave)], at=at)
    works_by = {row.definition for row in there.values()}
    for other in Definition.objects.filter(pk__in=works_by).select_related("revision").defer("content"):
        if is_later(other.revision, definition.revision):
            raise DomainError(
                _("People there work by %(later)s already: %(number)s would come back over it. Withdraw this wave.")
                % {"later": other.revision, "number": definition.revision}
            )


def is_later(revision: Revision, than: Revision) -> bool:
    """Tell whether *revision* comes after *than*; a variant is as late as the standard that it varies."""
    if revision.variant_for_id is not None and revision.variant_for_id == than.variant_for_id:
        return (revision.major, revision.minor, revision.issue) > (than.major, than.minor, than.issue)
    return (revision.major, revision.minor) > (than.major, than.minor)


def halls_of(wave: Wave) -> list[Department]:
    """Return the departments of *wave*. One statement."""
    return list(wave.departments.without_tree_fields())  # type: ignore[attr-defined]


def _put_in_force(wave: Wave, at: datetime) -> bool:
    revision = wave.rollout.definition.revision
    halls = halls_of(wave)
    definition = wave.rollout.definition
    there = held_for_good(definition.pk, revision.process_id, {hall.pk for hall in halls}, at=at)
    lacking = [hall for hall in halls if hall.pk not in there]
    if lacking:
        reason = f"{wave.number}: {wave.override_reason}" if wave.override_reason else wave.number
        _withdraw_what_would_resume(wave, {hall.pk for hall in lacking}, reason, at)
        wave.release = put_in_force(
            revision, by=wave.rollout.planned_by, at=at, departments=lacking, reason=reason
        )  # fmt: skip
    wave.state, wave.released_at = WaveState.RELEASED, at
    history.save(
        wave,
        by=wave.rollout.planned_by,
        reason=gettext_noop("Released"),
        update_fields=["state", "released_at", "release"],
    )
    tell(notices.wave_released(wave, [wave.rollout.planned_by_id]), at=at)
    log.info("wave_released", wave=wave.pk)
    return True


def _withdraw_what_would_resume(wave: Wave, halls: set[int], reason: str, at: datetime) -> None:
    """Let nothing older come back in *halls* when a trial there reaches its planned end: a wave is for good.

    Where it comes back for other departments too, it still does for them. What somebody planned for later stays.
    """
    definition, by = wave.rollout.definition, wave.rollout.planned_by
    process = definition.revision.process
    rows = list(process.releases.select_related("definition__revision").prefetch_related("departments"))
    scopes = {row.pk: frozenset(hall.pk for hall in row.departments.all()) for row in rows}
    # As its end was planned: what somebody else's release has cut short does not resume.
    ends = {(scopes[row.pk], row.valid_until) for row in rows if row.valid_until == row.planned_until is not None}
    for row in rows:
        resumes = row.valid_from > at and (scopes[row.pk], row.valid_from) in ends
        if not (resumes and scopes[row.pk] & halls) or is_later(row.definition.revision, definition.revision):
            continue
        others = [hall for hall in row.departments.all() if hall.pk not in halls]
        start, end = row.valid_from, row.valid_until
        end_release(row, by=by, at=at, reason=reason)
        if others:
            write_release(
                process, row.definition, start=start, end=end, departments=others, by=by, reason=reason
            )  # fmt: skip


@transaction.atomic
def override_wave(wave: Wave, *, reason: str, by: Any, at: datetime) -> Wave:
    """Answer for what a wave lacks, by name and with a reason: it is released on its day all the same.

    On its day, or after it, at once. Refuses whoever may not release.
    """
    if not may_release(by):
        raise DomainError(_("Only project leads release, and so plan waves."))
    wave = locked_wave(wave)
    if wave.state != WaveState.PLANNED:
        raise DomainError(_("This wave is not planned any more."))
    if not reason.strip():
        raise DomainError(_("Say why it is released all the same."), field="reason")
    wave.override_reason, wave.overridden_by = reason.strip(), by
    history.save(wave, by=by, reason=reason, update_fields=["override_reason", "overridden_by"])
    release_wave(wave, at=at)
    wave.refresh_from_db()
    return wave


def _sentences(found: Readiness) -> list[str]:
    """Say what lacks, in the language in force."""
    return [f"{line.need}: {line.sentence}" for line in found.lacking]


def _tell_refused(wave: Wave, lacks: Callable[[], list[str]], at: datetime) -> None:
    leads = PostHolding.objects.in_force(standard_workdays().today(at)).filter(
        post__role=Role.PROJECT_LEAD, person__is_active=True
    )
    people = {wave.rollout.planned_by_id, *leads.values_list("person", flat=True)}
    tell(notices.wave_refused(wave, people, on=standard_workdays().today(at), lacks=lacks), at=at)
