"""Watch over the clocks: count what must never be, put right what can be derived (durable timers 1 and 6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from cases.domain.clocks import arithmetic
from cases.domain.clocks.firing import SKEW_MOST
from cases.domain.clocks.running import write_clocks
from cases.engine.compiler import NotCompiled, standard_by
from cases.models import Clock, Effect
from cases.models.clock import ClockQuerySet, ClockState
from cases.models.event import Event
from procstd.calendars.models import Calendar
from procstd.logs import log

_LATE = timedelta(seconds=60)
_UNTOLD = timedelta(minutes=10)
_BATCH = 500


@dataclass(frozen=True)
class Counters:
    """What must be 0, each."""

    overdue: int  # moments that have passed more than a minute ago and did not fire
    unarmed: int  # running clocks that will not fire, or too late
    without_effect: int  # breached running clocks of which no effect was kept
    unannounced: int  # effects that nobody was told of for ten minutes
    poisoned: int  # clocks that could not be fired
    skewed: int  # seconds between the clocks of the database and of this machine, if too many

    @property
    def is_right(self) -> bool:
        return not any(asdict(self).values())


class ClocksOutOfOrder(RuntimeError):
    """A counter is not 0."""


def count(*, at: datetime) -> Counters:
    """Return the counters. Seven statements, the slowest a reading of all open clocks."""
    open_clocks = Clock.objects.open()
    return Counters(
        overdue=overdue(at).count(),
        unarmed=unarmed().count(),
        without_effect=without_effect().count(),
        unannounced=Effect.objects.filter(announced_at=None, fired_at__lt=at - _UNTOLD).count(),
        poisoned=open_clocks.filter(tries__gt=0).count(),
        skewed=_skew(),
    )


def overdue(at: datetime) -> ClockQuerySet:
    """Clocks whose moment passed more than a minute ago, of cases in which nothing happened since then.

    An act can give a clock a moment that has passed: a new grade, of which four fifths are used up already. It
    fires in the next round; that it has not at the very second of a count is no fault.
    """
    lately = Event.objects.filter(case=OuterRef("case"), at__gt=at - _LATE)
    return Clock.objects.due(at - _LATE).filter(~Exists(lately))


def unarmed() -> ClockQuerySet:
    """Running clocks without a next moment though thresholds are left, or with one behind their breach."""
    running = Clock.objects.filter(state=ClockState.RUNNING, ended_at=None, tries=0)
    forgotten = Q(fire_at=None) & (Q(is_exhausted=False) | Q(breached_at=None))
    behind = Q(breached_at=None, budget_s__gt=0, fire_at__gt=F("due_at") + timedelta(seconds=1))
    return running.filter(forgotten | behind)


def without_effect() -> ClockQuerySet:
    """Running clocks that are breached, and no effect says so."""
    told = Effect.objects.filter(clock=OuterRef("pk"), kind="breach")
    breached = Clock.objects.filter(state=ClockState.RUNNING, ended_at=None, breached_at__isnull=False)
    return breached.filter(~Exists(told))


def put_right(*, at: datetime) -> int:
    """Arm anew what is not armed as its clock says; write effects that are missing. Idempotent; tell how many."""
    mended = 0
    for keys in _batches(unarmed().values_list("pk", flat=True)):
        mended += _arm(keys)
    for keys in _batches(without_effect().values_list("pk", flat=True)):
        mended += _write_effects(keys, at)
    if mended:
        log.warning("clocks_put_right", clocks=mended)
    return mended


def _batches(keys: Iterable[int]) -> Iterable[list[int]]:
    found = list(keys)
    for start in range(0, len(found), _BATCH):
        yield found[start : start + _BATCH]


@transaction.atomic
def _arm(keys: list[int]) -> int:
    rows = (
        Clock.objects.filter(pk__in=keys, state=ClockState.RUNNING)
        .select_related("case")
        .defer("case__flow_class", "case__data")
        .annotate(plan_digest=F("version__digest"), definition_sha=F("case__definition__sha256"))
        .select_for_update(skip_locked=True, of=("self", "case"))
    )
    mended = []
    for clock in rows:
        clock.digest = clock.plan_digest or ""
        try:
            standard = standard_by(clock.definition_sha, clock.case.definition_id)
        except NotCompiled:
            continue  # its own page and its own alert tell of that
        thresholds = standard.thresholds_for(clock.target, clock.step)
        if not clock.is_breached:
            breach = next((rank for rank, row in enumerate(thresholds) if row.kind == "breach"), clock.fired)
            clock.fired = min(clock.fired, breach)
        arithmetic.arm(clock, thresholds, standard.clockwork)
        mended.append(clock)
    write_clocks(mended)
    return len(mended)


@transaction.atomic
def _write_effects(keys: list[int], at: datetime) -> int:
    rows = Clock.objects.filter(pk__in=keys).select_for_update(skip_locked=True)
    effects = [
        Effect(
            clock_id=clock.pk,
            sequence=clock.sequence,
            kind="breach",
            rank=max(clock.fired - 1, 0),
            due_at=clock.breached_at or at,
            fire_at=clock.breached_at or at,
            fired_at=at,
        )
        for clock in rows
    ]
    Effect.objects.bulk_create(effects, ignore_conflicts=True)
    return len(effects)


def _skew() -> int:
    asked = Calendar.objects.order_by().annotate(database_now=Now()).values_list("database_now", flat=True).first()
    if asked is None:
        return 0
    apart = abs(timezone.now() - asked)
    return int(apart.total_seconds()) if apart > SKEW_MOST else 0
