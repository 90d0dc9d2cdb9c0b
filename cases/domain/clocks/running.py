"""Which clocks a case has at a moment: started, met and changed by the acts on its tasks (F55).

An act gathers what happens to the clocks and writes it once: one event in the chain of the case,
one statement for all clocks. Its lock on the case has brought the open ones along.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db.models import Max

from cases.domain.chain import Chain
from cases.domain.clocks import arithmetic
from cases.domain.clocks.arithmetic import Holds
from cases.models import Case, Clock, Task
from cases.models.clock import CHANGING, ClockState, Kind, Target
from cases.models.event import EventKind
from processes.domain.standard import Condition, ExceptionRule, Limit, Standard, Step
from procstd.calendars.domain.current import Current, Edition, Snapshot, snapshot

#: How long a unit is about, to tell which of two limits leaves more time: a working day is some seven hours.
_ABOUT = {"elapsed": 1.0, "working": 4.5, "working_day": 120_000.0}


class Conditional(Protocol):
    """A limit of a standard for some cases."""

    @property
    def limit(self) -> Limit: ...

    @property
    def condition(self) -> Condition | None: ...


def applying(limits: Iterable[Conditional], data: dict[str, Any]) -> Any:
    """Return which of *limits* a case with these answers has: the one whose condition holds, else the one for all.

    While the answer is not given yet it is the one that leaves most time, so that nobody is late
    by a grade that the case then does not get.
    """
    rows = list(limits)
    for row in rows:
        if row.condition is not None and row.condition.holds(data):
            return row
    for row in rows:
        if row.condition is None:
            return row
    waiting = [row for row in rows if row.condition is not None and not _is_answered(row.condition, data)]
    return max(waiting, key=lambda row: row.limit.budget * _ABOUT[row.limit.kind], default=None)


def _is_answered(condition: Condition, data: dict[str, Any]) -> bool:
    _form, _dot, name = condition.field.partition(".")
    return data.get(condition.form, {}).get(name) is not None


class CaseClocks:
    """The clocks of a locked case in one act. Nothing is written before :meth:`write`."""

    def __init__(
        self,
        case: Case,
        standard: Standard,
        clocks: list[Clock],
        *,
        at: datetime,
        edition: Edition | None = None,
    ) -> None:
        self.case, self.standard, self.at = case, standard, arithmetic.cut(at)
        self.open = clocks
        self._edition = edition
        self._calendars: Snapshot | None = None
        self._changed: dict[int, Clock] = {}
        self._moved: dict[int, datetime | None] = {}
        self._story: list[tuple[Clock, str, dict[str, Any]]] = []
        #: The step by whose end the next one begins, and whether the case was sent back to it.
        self._ended_step, self._is_sent_back = "", False

    # --- what acts tell -------------------------------------------------------------------------

    def open_case(self) -> None:
        """Start what runs from the opening on: first response and total."""
        response = applying(self.standard.responses, self.case.data)
        if response is not None:
            self._start(Target.RESPONSE, response.limit, since=self.at, key="response:1", step=response.until)
        total = applying(self.standard.totals, self.case.data)
        if total is not None:
            self._start(Target.TOTAL, total.limit, since=self.at, key="total:1")

    def begin_step(self, task: Task) -> None:
        """Start the clock of a task that is about to be written; the task keeps its due time."""
        step = self.standard.step(task.key)
        if step is None:
            return
        if step.limit is not None:
            clock = self._start(Target.STEP, step.limit, since=self._since(step), key="", step=step.key, task=task)
            task.due_at = clock.due_at
        for rule in self.standard.exceptions:
            if rule.step == step.key and self._comes_up(rule, step):
                self.start_exception(rule, task)

    def _comes_up(self, rule: ExceptionRule, step: Step) -> bool:
        """Tell whether an exception comes up by itself when its step begins (element 8)."""
        if rule.starts == "sent_back":
            return self._is_sent_back
        form = self.standard.form(step.form)
        given = self.case.data.get(step.form or "", {})
        return rule.starts == "incomplete" and bool(form and given) and any(
            field.is_required and not field.visible_if and given.get(field.key) in (None, "", [])
            for field in (form.fields if form else ())
        )  # fmt: skip

    def start_exception(self, rule: ExceptionRule, task: Task) -> Clock:
        """Start the clock of an exception that has come up at a task (H2.3.1 element 8)."""
        return self._start(
            Target.EXCEPTION, rule.limit, since=self.at, key="", step=rule.step, rule=rule.key, task=task
        )

    def end_step(self, task: Task, *, sent_back: bool) -> None:
        """Stop the clocks of a task that was completed, and the first response if it was this step's."""
        self._ended_step, self._is_sent_back = task.key, sent_back
        for clock in self.open:
            is_its_own = _task_id(clock) == task.pk and clock.target in (Target.STEP, Target.EXCEPTION)
            is_response = clock.target == Target.RESPONSE and clock.step == task.key and not sent_back
            if is_its_own or is_response:
                self.end(clock)

    def answers_changed(self, *, why: str = "graded") -> None:
        """Put the limits on the first response and the total that the answers ask for now (R10)."""
        for target, limits in ((Target.RESPONSE, self.standard.responses), (Target.TOTAL, self.standard.totals)):
            wanted = applying(limits, self.case.data)
            clock = next((clock for clock in self.open if clock.target == target), None)
            if clock is None:
                if target == Target.TOTAL and wanted is not None:
                    self._start_late(target, wanted.limit)
                continue
            if wanted is None:
                self.end(clock, state=ClockState.CANCELLED)
            elif (clock.unit, clock.amount) != (wanted.limit.unit, wanted.limit.amount):
                before = clock.due_at
                arithmetic.change_limit(
                    clock, wanted.limit, self._calendar(None), holds_of(self.case),
                    at=self.at, reaction_s=self.standard.clockwork.reaction_minutes * 60,
                )  # fmt: skip
                self.change(
                    clock, "regraded", why=why, before=before,
                    kind=clock.kind, amount=clock.amount, unit=clock.unit, version=clock.version_id,
                )  # fmt: skip

    def _start_late(self, target: Target, limit: Limit) -> None:
        """Start the total of a case that had none for its grade: from the opening on; on hold if the case is."""
        clock = self._start(target, limit, since=self.case.created, key=f"total:late:{self.case.event_count}")
        if self.case.holds.filter(held_from__isnull=False, held_until=None).exists():
            before = clock.due_at
            arithmetic.pause(clock, at=self.at)
            self.change(clock, "paused", before=before, at=self.at.isoformat())

    def close_case(self) -> None:
        """Stop all that still runs."""
        for clock in list(self.open):
            self.end(clock)

    def reopen_case(self, number: int) -> None:
        """Start the total anew: the case was closed in between (F65)."""
        total = applying(self.standard.totals, self.case.data)
        if total is not None:
            self._start(Target.TOTAL, total.limit, since=self.at, key=f"total:again:{number}")

    def use_calendars(self, holds: Holds) -> None:
        """Count each clock by the version in force of its calendar (R14)."""
        for clock in self.open:
            if clock.kind == Kind.ELAPSED:
                continue
            named = self.standard.step(clock.step) if clock.target in (Target.STEP, Target.EXCEPTION) else None
            calendar = self._calendar(named)
            if calendar.version_id != clock.version_id:
                before, version = clock.due_at, clock.version_id
                mine = [] if clock.target == Target.EXCEPTION else holds
                arithmetic.change_calendar(
                    clock, calendar, mine, at=self.at, reaction_s=self.standard.clockwork.reaction_minutes * 60
                )
                self.change(clock, "recalendared", before=before, was=version, version=calendar.version_id)

    @property
    def changed(self) -> list[Clock]:
        """The clocks to be written."""
        return list(self._changed.values())

    @property
    def moved(self) -> dict[int, datetime | None]:
        """The tasks whose due time moved."""
        return self._moved

    # --- changes of one clock -------------------------------------------------------------------

    def end(self, clock: Clock, *, state: ClockState = ClockState.MET) -> None:
        """End one clock."""
        was_breached = clock.is_breached
        arithmetic.end(clock, at=self.at, grace_s=self.standard.clockwork.grace_minutes * 60, state=state)
        self.open = [other for other in self.open if other is not clock]
        self._note(clock, str(state), **({"late": True} if clock.is_breached and not was_breached else {}))

    def change(self, clock: Clock, what: str, *, before: datetime | None, **facts: Any) -> None:
        """Note a change that was made to *clock* and arm it anew."""
        calendar = self._calendar(self._step_of(clock))
        if calendar.version_id == clock.version_id:
            clock.is_provisional = arithmetic.pinned_provisional(clock, calendar)
        arithmetic.arm(clock, self.thresholds(clock), self.standard.clockwork)
        if clock.target == Target.STEP and clock.task_id is not None:
            self._moved[clock.task_id] = clock.due_at
        self._note(clock, what, before=_text(before), **facts)

    def thresholds(self, clock: Clock) -> Any:
        """Return when and whom a clock tells."""
        return self.standard.thresholds_for(clock.target, clock.step)

    def _start(
        self, target: Target, limit: Limit, *, since: datetime, key: str, step: str = "", rule: str = "",
        task: Task | None = None,
    ) -> Clock:  # fmt: skip
        clock = Clock(case=self.case, key=key, target=target, step=step, rule=rule, task=task)
        # A limit that began earlier, at the end of another step: what was on hold since does not count (R7).
        holds = holds_of(self.case) if since < self.at and target != Target.EXCEPTION else []
        calendar = self._calendar(self._step_of(clock))
        arithmetic.start(clock, limit, calendar, since=since, at=self.at, holds=holds)
        arithmetic.arm(clock, self.thresholds(clock), self.standard.clockwork)
        self.open.append(clock)
        self._note(
            clock, "started", kind=clock.kind, amount=clock.amount,
            unit=clock.unit, since=_text(clock.started_at), version=clock.version_id,
        )  # fmt: skip
        return clock

    def _note(self, clock: Clock, what: str, **facts: Any) -> None:
        self._changed[id(clock)] = clock
        named = {"target": str(clock.target), "step": clock.step, "rule": clock.rule}
        self._story.append((clock, what, {**facts, **named, "due": _text(clock.due_at), "budget": clock.budget_s}))

    def _step_of(self, clock: Clock) -> Step | None:
        """Return the step by whose department a clock counts; the whole case counts by its own."""
        return self.standard.step(clock.step) if clock.target in (Target.STEP, Target.EXCEPTION) else None

    def _calendar(self, step: Step | None) -> Current:
        """Return the calendar of a step's department, if it names one, else that of the case (F56)."""
        if self._calendars is None:
            self._calendars = snapshot(self._edition)
        calendars = self._calendars
        codes = {place.department for place in step.responsible} if step else set()
        if len(codes) == 1 and (code := codes.pop()) is not None:
            department = calendars.department_id(code)
            if department is not None:
                return calendars.for_department(department)
        return calendars.for_department(self.case.department_id)

    def _since(self, step: Step) -> datetime:
        """Return from when a step's limit counts: the end of the step it names, or its own start.

        A step that is done again counts from its own start: the step it names ended before it was
        done the first time.
        """
        named = step.limit.start if step.limit else ""
        if not named or named == self._ended_step or self._is_sent_back or self.case.pk is None:
            return self.at
        done = dict(
            Task.objects.filter(process=self.case, key__in=[named, step.key], finished__isnull=False)
            .order_by()
            .values_list("key")
            .annotate(latest=Max("finished"))
        )
        ended, before = done.get(named), done.get(step.key)
        return self.at if ended is None or (before is not None and before >= ended) else ended

    # --- writing --------------------------------------------------------------------------------

    def tell(self, chain: Chain) -> None:
        """Append what happened to the chain, in one event. Tasks that were begun are written by now."""
        if not self._story:
            return
        for clock in self._changed.values():
            if not clock.key:
                rule = f"exception:{clock.rule}:" if clock.target == Target.EXCEPTION else "step:"
                clock.task_id = _task_id(clock)
                clock.key = f"{rule}{clock.task_id}" + (f":{self.case.event_count}" if clock.rule else "")
        changes = [{"clock": clock.key, "what": what, **facts} for clock, what, facts in self._story]
        self._story = []  # told; what comes after it is another event
        chain.add(EventKind.CLOCKS, changes=changes)

    def write(self) -> None:
        """Write the clocks that changed: one statement; and the due times of tasks, if a hold or a limit moved them."""
        write_clocks(self._changed.values())
        for task, due in self._moved.items():
            Task.objects.filter(pk=task).update(due_at=due)


def write_clocks(clocks: Iterable[Clock]) -> None:
    """Insert clocks or write over what is known of them, by case and key: one statement for all."""
    rows = list(clocks)
    if not rows:
        return
    keys = {id(clock): clock.pk for clock in rows}
    for clock in rows:
        clock.pk = None  # rows with and without a primary key would be two statements
    Clock.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case", "key"], update_fields=CHANGING)
    for clock in rows:
        clock.pk = keys[id(clock)] or clock.pk


def _task_id(clock: Clock) -> int | None:
    """Return the key of the clock's task, which may have been written after the clock was started."""
    return clock.task.pk if clock.task_id is None and clock.task is not None else clock.task_id


def holds_for(case: Case, clock: Clock) -> list[tuple[datetime, datetime | None]]:
    """Return the holds of one clock: those of its case, but none for an exception, which is there to hurry."""
    return [] if clock.target == Target.EXCEPTION else holds_of(case)


def holds_of(case: Case) -> list[tuple[datetime, datetime | None]]:
    """Return the holds of a case, from and until; one in force has no end. One statement."""
    rows = case.holds.filter(held_from__isnull=False).values_list("held_from", "held_until")
    return [(begin, end) for begin, end in rows if begin is not None]


def _text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment is not None else None
