"""Fire what is due: the effect and its mark in one transaction, once, by any number of dispatchers (W6 to W11, W15).

Nothing is ever scheduled with a broker: a dispatcher looks into the database for clocks whose
moment has come, skips those that somebody works on, and writes what follows. Whatever has to
leave the house waits as an effect that is not announced yet (announcing.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from cases.domain.chain import Chain, told_until, write_chains
from cases.domain.clocks import arithmetic
from cases.domain.clocks.running import write_clocks
from cases.engine.compiler import standard_by
from cases.models import Clock, Effect
from cases.models.event import EventKind
from processes.domain.standard import Standard
from procstd.logs import log
from procstd.steady import Steadiness

#: So many clocks are locked at a time.
BATCH = 200
#: Two clocks that differ more than this cannot both be right: nothing is fired (T7, T8).
SKEW_MOST = timedelta(seconds=30)
#: Both clocks moved together show in neither: each process also holds its own against its uptime (T8).
_steadiness = Steadiness(SKEW_MOST, believed_after=timedelta(minutes=10))
#: A clock that cannot be fired is tried again later and later, and holds up no other (W10).
_BACK_OFF_FIRST, _BACK_OFF_MOST = timedelta(minutes=1), timedelta(hours=6)
_WORDS = {"warn": "warned", "breach": "breached", "escalate": "escalated"}


class ClocksDisagree(RuntimeError):
    """The clocks of the database and of this machine are too far apart, or jumped: nobody can say what is due."""


@dataclass
class Batch:
    """What one round did."""

    clocks: int = 0
    effects: int = 0
    poisoned: int = 0


@dataclass
class _Gathered:
    """What a round is going to write."""

    told: dict[int, datetime]  # until when the events of each case tell
    clocks: list[Clock] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    chains: dict[int, Chain] = field(default_factory=dict)
    changes: dict[int, list[dict[str, Any]]] = field(default_factory=dict)


def fire_due(*, at: datetime | None = None, limit: int = BATCH) -> Batch:
    """Fire the thresholds that are due *at*, by the database's clock if not given: one round.

    An idle round is one statement, however many clocks run. Raises ClocksDisagree when the time is not to be trusted.
    """
    if at is None:
        _refuse_jump()
    if not Clock.objects.due(at or Now()).exists():
        return Batch()
    return _fire(at, limit)


@transaction.atomic
def _fire(at: datetime | None, limit: int) -> Batch:
    rows = (
        Clock.objects.due(at or Now())
        .select_related("case")
        .defer("case__flow_class", "case__data")
        .annotate(plan_digest=F("version__digest"), definition_sha=F("case__definition__sha256"), database_now=Now())
        .select_for_update(skip_locked=True, of=("self", "case"))
        .order_by("fire_at")[:limit]
    )
    found: list[Any] = list(rows)
    if found and at is None:
        refuse_skew(found[0].database_now)
    gathered, batch = _Gathered(told_until(clock.case for clock in found)), Batch(clocks=len(found))
    for clock in found:
        clock.digest = clock.plan_digest or ""
        now = arithmetic.cut(at or clock.database_now)
        try:
            standard = standard_by(clock.definition_sha, clock.case.definition_id)
            reached = _reached(clock, standard, now)
        except Exception:  # one that cannot be worked out must not stop the others; it is shown and tried again
            log.exception("clock_not_fired", clock=clock.pk, case=clock.case_id)
            _back_off(clock, now)
            batch.poisoned += 1
        else:
            _gather(clock, reached, now, gathered)
        gathered.clocks.append(clock)
    _write(gathered)
    batch.effects = len(gathered.effects)
    return batch


def refuse_skew(database_now: datetime) -> None:
    """Raise ClocksDisagree if the database's clock is not this machine's."""
    apart = abs(timezone.now() - database_now)
    if apart > SKEW_MOST:
        log.error("clocks_disagree", seconds=int(apart.total_seconds()))
        raise ClocksDisagree(f"The database's clock differs by {int(apart.total_seconds())} s.")


def _refuse_jump() -> None:
    if seconds := _steadiness.jump():
        log.error("clock_jumped", seconds=seconds)
        raise ClocksDisagree(f"This machine's clock has jumped by {seconds} s.")


def _reached(clock: Clock, standard: Standard, now: datetime) -> list[tuple[int, str, datetime]]:
    """Return the thresholds that are reached, each as rank, kind and moment; and move *clock* on to the next."""
    thresholds = standard.thresholds_for(clock.target, clock.step)
    times = arithmetic.moments(clock, thresholds, standard.clockwork.grace_minutes * 60)
    reached = []
    rank = clock.fired
    while rank < len(times):
        moment = times[rank]
        if moment is not None:
            if moment > now:
                break
            reached.append((rank, thresholds[rank].kind, moment))
        rank += 1
    clock.fired, clock.tries = rank, 0
    arithmetic.arm(clock, thresholds, standard.clockwork)
    return reached


def _gather(clock: Clock, reached: list[tuple[int, str, datetime]], now: datetime, gathered: _Gathered) -> None:
    if clock.due_at is None:
        return
    for rank, kind, moment in reached:
        if kind == "breach" and not clock.is_breached:
            clock.breached_at = clock.due_at  # when it was due, not when this came by (T13)
        gathered.effects.append(
            Effect(
                clock_id=clock.pk,
                sequence=clock.sequence,
                kind=kind,
                rank=rank,
                due_at=clock.due_at,
                fire_at=moment,
                fired_at=now,
            )
        )
        change = {
            "clock": clock.key, "what": _WORDS[kind], "target": clock.target, "step": clock.step, "rule": clock.rule,
            "rank": rank, "sequence": clock.sequence, "due": clock.due_at.isoformat(), "reached": moment.isoformat(),
        }  # fmt: skip
        gathered.changes.setdefault(clock.case_id, []).append(change)
    if reached and clock.case_id not in gathered.chains:
        at = max(now, gathered.told.get(clock.case_id, now))  # of an act that was over just before this locked it
        gathered.chains[clock.case_id] = Chain(clock.case, by=None, at=at)


def _back_off(clock: Clock, now: datetime) -> None:
    clock.tries = min(clock.tries + 1, 30)
    clock.fire_at = now + min(_BACK_OFF_FIRST * 2 ** (clock.tries - 1), _BACK_OFF_MOST)


def _write(gathered: _Gathered) -> None:
    """Write effects, events and marks: five statements, however many clocks."""
    for case, chain in gathered.chains.items():
        chain.add(EventKind.CLOCKS, changes=gathered.changes[case])
    Effect.objects.bulk_create(gathered.effects, ignore_conflicts=True)
    write_chains(gathered.chains.values())
    write_clocks(gathered.clocks)
