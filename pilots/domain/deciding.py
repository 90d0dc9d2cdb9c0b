"""Decide about a pilot by its figures: go, extend, stop (F42)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pilots import notices
from pilots.domain.beginning import put
from pilots.domain.following import lock_what_returns, move_return
from pilots.domain.rights import lock_pilot, may_decide, refuse_unless_running
from pilots.models import Decision, Pilot, State, Way
from pilots.queries.comparison import Compared, compare
from pilots.queries.days import end_of
from pilots.queries.saying import sentence
from pilots.queries.telling import people_of
from processes.domain.definition import canonical, hash_of
from processes.domain.inforce import end_release
from processes.domain.naming import signed_as
from processes.models import Release
from procstd import history
from procstd.bilingual import in_each_language
from procstd.calendars.domain.workdays import standard_workdays
from procstd.errors import DomainError
from procstd.logs import security_log
from procstd.notices.domain.telling import tell
from procstd.organisation.models import Department


@transaction.atomic
def decide(
    pilot: Pilot, *, way: str, reason: str, until: date | None = None, by: Any, at: datetime, seen: str | None = None
) -> Decision:
    """Record the leader's decision with its reason and the figures on the table. *seen* is their hash as read.

    *go*: the version stays in force in the pilot departments until it is rolled out. *extend*: the pilot goes on
    *until* another day. *stop*: its release ends, open cases are worked to their end by it. Go and stop are decided
    once.
    """
    pilot = lock_pilot(pilot)
    if by is None or not may_decide(pilot, by):
        raise DomainError(_("The leader of the pilot decides this, and nobody else."))
    refuse_unless_running(pilot)
    if way not in Way.values:
        raise DomainError(_("Choose how it goes on."), field="way")
    if not reason.strip():
        raise DomainError(_("Say why."), field="reason")
    if way != Way.STOP and pilot.begun_at is not None and pilot.begun_at > at:
        raise DomainError(_("This pilot has not begun yet."))
    if way == Way.EXTEND and (
        until is None or until <= pilot.period_until or standard_workdays().begin_of(until) <= at
    ):
        raise DomainError(_("Name a later day than %(day)s.") % {"day": pilot.period_until.isoformat()}, field="until")
    content = figures_of(compare(pilot, at=at))
    sha256 = hash_of(content)
    if seen is not None and seen != sha256:
        raise DomainError(_("The figures changed while you were reading. Look at them again."))
    made = Decision(
        pilot=pilot, way=way, reason=reason.strip(), period_until=until if way == Way.EXTEND else None,
        content=content, sha256=sha256, at=at, **signed_as(by),
    )  # fmt: skip
    made.save()
    _go_on(pilot, made, by=by, at=at)
    security_log.info("pilot_decided", pilot=pilot.pk, way=way, user=by.pk)
    tell(notices.decided(pilot, made, [who for who in people_of(pilot, at=at) if who != by.pk]), at=at)
    return made


def _go_on(pilot: Pilot, made: Decision, *, by: Any, at: datetime) -> None:
    """Let the release follow the decision."""
    reason = f"{pilot.code}. {made.reason}"
    places = Department.objects.without_tree_fields().filter(
        pk__in=pilot.candidates.filter(is_chosen=True).values("department")
    )
    fields = ["state", "ended_at", "release", "period_until"]
    returns = lock_what_returns(pilot, at=at)
    if made.way == Way.STOP:
        if pilot.release is not None and not pilot.release.is_over(at):
            # Before its first day the release is withdrawn, and is no more.
            key = pilot.release.pk
            end_release(pilot.release, by=by, at=at, reason=reason)
            pilot.release = Release.objects.filter(pk=key).first()
        if returns is not None and pilot.release is not None:
            move_return(returns, to=at, by=by, at=at, reason=reason)
        pilot.state, pilot.ended_at = State.STOPPED, at
    elif made.way == Way.EXTEND:
        assert made.period_until is not None  # noqa: S101  (refused above)
        pilot.period_until = made.period_until
        if returns is not None:
            move_return(returns, to=end_of(pilot), by=by, at=at, reason=reason)
        pilot.release = put(pilot, places, by=by, at=at, starts=at, ends=end_of(pilot), reason=reason)
    else:
        if returns is not None:
            end_release(returns, by=by, at=at, reason=reason)
        pilot.release = put(pilot, places, by=by, at=at, starts=at, ends=None, reason=reason)
        pilot.state, pilot.ended_at = State.GO, at
    history.save(pilot, by=by, reason=reason, update_fields=fields)


def figures_of(rows: list[Compared]) -> str:
    """Return what was on the table, as canonical JSON: estimates, verdicts, sentences in both languages."""
    return canonical({"criteria": [_figures(row) for row in rows]})


def _figures(row: Compared) -> dict[str, Any]:
    return {
        "indicator": row.criterion.indicator,
        "step": row.criterion.step,
        "estimate": {name: _plain(value) for name, value in asdict(row.estimate).items()},
        "verdict": row.verdict.outcome.value,
        "why": row.verdict.why.value,
        "reached": row.is_reached,
        "sentence": in_each_language(lambda: sentence(row)),
    }


def _plain(value: Any) -> Any:
    # Text, so that the same figures give the same bytes on every machine.
    return f"{value:.6g}" if isinstance(value, float) else value
