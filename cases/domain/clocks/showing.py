"""The clocks of a case as people read them: what is left on each one's own time (R8, R12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.functional import cached_property

from cases.domain.clocks import arithmetic
from cases.domain.clocks.explaining import Pause
from cases.models import Case, Clock, Extension, Hold, Task
from cases.models.clock import ClockState, Kind, Target
from cases.queries.reading import clock_name
from processes.domain.standard import Standard
from procstd.worktime import BeyondHorizon

#: A clock without a warning of its own shows as due soon from here on.
_USUAL_WARNING = 80


@dataclass(frozen=True)
class Reading:
    """What is read off a clock at a moment, on its own time."""

    clock: Clock
    at: datetime

    @cached_property
    def left_s(self) -> int:
        """Seconds left on its own time, negative when overdue; when it has ended, what was left then (R12)."""
        return arithmetic.remaining(self.clock, at=self.at)

    @property
    def remaining(self) -> timedelta:
        return timedelta(seconds=self.left_s)

    @property
    def percent(self) -> int:
        """How much of the limit is used up, to 100."""
        budget = self.clock.budget_s
        return 100 if not budget else max(0, min(100, (budget - self.left_s) * 100 // budget))

    @property
    def is_overdue(self) -> bool:
        return self.clock.due_at is not None and self.clock.is_open and arithmetic.cut(self.at) > self.clock.due_at

    @property
    def kind(self) -> str:
        """On which clock the remaining time counts: ``working`` or ``elapsed``."""
        return "elapsed" if self.clock.kind == Kind.ELAPSED else "working"


@dataclass(frozen=True)
class Shown(Reading):
    """A clock as the pages of a case list it. ``state`` is what templates/components/clock.html draws."""

    name: str
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    warn_percent: int = _USUAL_WARNING
    extension: Extension | None = None

    @property
    def state(self) -> str:
        """``running``, ``warning``, ``overdue``, ``paused``; ended: ``met``, ``late``, ``cancelled``."""
        clock = self.clock
        if clock.state == ClockState.CANCELLED:
            return "cancelled"
        if clock.state == ClockState.MET:
            return "late" if clock.is_breached else "met"
        if clock.state == ClockState.PAUSED:
            return "paused"
        if self.is_overdue:
            return "overdue"
        return "warning" if clock.budget_s and self.percent >= self.warn_percent else "running"

    @property
    def is_over(self) -> bool:
        return self.left_s < 0

    @property
    def due(self) -> datetime | None:
        return self.clock.due_at

    @cached_property
    def if_resumed(self) -> datetime | None:
        """When it would be due if it ran on now (R8)."""
        if self.clock.state != ClockState.PAUSED:
            return None
        try:
            return arithmetic.if_resumed(self.clock, self.pauses, at=arithmetic.cut(self.at))
        except BeyondHorizon:
            return None

    @property
    def promised(self) -> datetime | None:
        """The due time it was started with, if that is another one now (F60)."""
        clock = self.clock
        return clock.promised_at if clock.due_at is None or clock.due_at != clock.promised_at else None

    @property
    def is_moved(self) -> bool:
        return self.clock.due_at is not None and self.promised is not None


def known(rows: QuerySet[Clock]) -> QuerySet[Clock]:
    """With what their arithmetic is known by."""
    return rows.annotate(plan_digest=F("version__digest"))


def ready(clocks: Iterable[Clock]) -> list[Clock]:
    """Return clocks read with :func:`known`, ready for their arithmetic."""
    found = []
    for clock in clocks:
        clock.digest = getattr(clock, "plan_digest", "") or ""
        found.append(clock)
    return found


def as_pauses(holds: Iterable[Hold], at: datetime) -> list[Pause]:
    """Return holds as pauses with their reasons; one in force ends now, or did at its longest time."""
    found = []
    for hold in holds:
        begin = hold.held_from
        if begin is not None:
            now = arithmetic.cut(min(at, hold.until_most or at))
            found.append(Pause(begin, hold.held_until or max(begin, now), hold.reason))
    return found


def clocks_shown(
    case: Case, standard: Standard, *, at: datetime, holds: Sequence[Hold] = (), task: Task | None = None
) -> list[Shown]:
    """Return the clocks of a case, or those that matter at *task*. Two statements, if this process knows the calendar.

    Open ones first, those of the whole case before those of steps.
    """
    rows = known(Clock.objects.filter(case=case))
    if task is not None:
        rows = rows.filter(Q(task=task) | Q(task=None))
    clocks = ready(rows.order_by("pk"))
    asked = Extension.objects.filter(clock__case=case, decided_at=None).select_related("asked_by")
    waiting = {extension.clock_id: extension for extension in asked}
    pauses = tuple((row.begin, row.end) for row in as_pauses(holds, at))
    shown = [shown_of(clock, standard, at=at, pauses=pauses, extension=waiting.get(clock.pk)) for clock in clocks]
    order = {Target.RESPONSE: 0, Target.TOTAL: 1, Target.STEP: 2, Target.EXCEPTION: 3}
    return sorted(shown, key=lambda row: (not row.clock.is_open, order[Target(row.clock.target)], row.clock.pk))


def shown_of(
    clock: Clock, standard: Standard, *, at: datetime, pauses: tuple[Any, ...] = (), extension: Extension | None = None
) -> Shown:
    """Return one clock as it is shown."""
    facts = {"step": clock.step, "target": clock.target, "rule": clock.rule}
    warnings = [row.percent for row in standard.thresholds_for(clock.target, clock.step) if row.kind == "warn"]
    return Shown(
        clock=clock,
        name=clock_name(standard, facts),
        at=at,
        pauses=() if clock.target == Target.EXCEPTION else pauses,
        warn_percent=min(warnings, default=_USUAL_WARNING),
        extension=extension,
    )


# --- lists -----------------------------------------------------------------------------------------


def total_clocks() -> Prefetch[Any]:
    """What a list of cases fetches for the due time of each whole case. One statement for the page."""
    rows = known(Clock.objects.filter(target=Target.TOTAL)).order_by("pk")
    return Prefetch("clocks", queryset=rows, to_attr="total_clocks")


def total_shown(case: Case, *, at: datetime) -> Shown | None:
    """Return the last clock of a whole case, fetched by :func:`total_clocks`."""
    clocks = ready(case.total_clocks)  # type: ignore[attr-defined]
    return Shown(clocks[-1], at, str(Target.TOTAL.label)) if clocks else None


# --- the customer's page ---------------------------------------------------------------------------------


def promised_clocks(case: Case) -> dict[str, Clock]:
    """Return what a customer was promised: the clocks of first response and of the whole case, by target (F54).

    One statement. The last one of each; inner limits are not the customer's business.
    """
    rows = Clock.objects.filter(case=case, target__in=[Target.RESPONSE, Target.TOTAL])
    return {clock.target: clock for clock in rows.exclude(state=ClockState.CANCELLED).order_by("pk")}
