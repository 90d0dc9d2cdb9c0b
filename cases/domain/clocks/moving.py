"""The clocks of a case that moves to another version of its standard: the same facts under other limits (F52, R10).

What runs keeps its start and its holds. A tighter limit leaves time to react and is never later than it was; what was
breached stays so. A limit that the version brings counts from where it would have begun, and leaves time to react too:
nobody is late by the move itself. A limit that the version does not have any more ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cases.domain.clocks import arithmetic
from cases.domain.clocks.running import CaseClocks, applying
from cases.models import Clock, Task
from cases.models.clock import ClockState, Kind, Target
from processes.domain.standard import Limit, Standard

Holds = list[tuple[datetime, datetime | None]]


class MovingClocks(CaseClocks):
    """The clocks of a locked case, able to go on under another version. Needs no statement of its own for it."""

    _holds: Holds

    def move_to(
        self, standard: Standard, *, tasks: Iterable[Task], done: Mapping[str, datetime],
        ended: Mapping[str, datetime], had: Iterable[str], holds: Holds, is_held: bool,
    ) -> None:  # fmt: skip
        """Put every open clock under *standard*, and start those that it brings.

        *tasks* are those at work whose clocks do not begin by themselves, *done* the steps completed without being
        sent back and *ended* all that ended, with when they last did; *had* are the targets of all clocks so far,
        *holds* the holds, one in force without an end, *is_held* whether there is one.
        """
        before, self.standard = self.standard, standard
        self._holds = holds
        for clock in list(self.open):
            self._put_under(clock, before, done)
        self._bring(tasks, done, ended, set(had), is_held=is_held)

    # --- what runs ---

    def _put_under(self, clock: Clock, before: Standard, done: Mapping[str, datetime]) -> None:
        named = before.step(clock.step) if clock.target in (Target.STEP, Target.EXCEPTION) else None
        told = _told_by(before, clock)
        limit, step = self._wanted(clock)
        if limit is None:
            self.end(clock, state=ClockState.CANCELLED)
            if clock.target == Target.STEP and clock.task_id is not None:
                self._moved[clock.task_id] = None
            return
        # The first response ends with another step. One that is overdue stays where it was reported, if that is there.
        if clock.step != step and not (clock.is_breached and self.standard.step(clock.step)):
            clock.step = step
            self._changed[id(clock)] = clock
            if step in done:
                self._was_given(clock, done[step])
                return
        due = clock.due_at
        stops = [] if clock.target == Target.EXCEPTION else self._holds
        calendar = self._calendar(self._step_of(clock))
        reaction = self.standard.clockwork.reaction_minutes * 60
        if (clock.unit, clock.amount) != (limit.unit, limit.amount):
            arithmetic.change_limit(clock, limit, calendar, stops, at=self.at, reaction_s=reaction)
            self.change(
                clock, "regraded", why="moved", before=due,
                kind=clock.kind, amount=clock.amount, unit=clock.unit, version=clock.version_id,
            )  # fmt: skip
            return
        if clock.kind != Kind.ELAPSED and self._calendar(named).version_id != calendar.version_id:
            was = clock.version_id  # the step is now done where another calendar holds
            arithmetic.change_calendar(clock, calendar, stops, at=self.at, reaction_s=reaction)
            self.change(clock, "recalendared", before=due, was=was, version=clock.version_id)
        if told != _told_by(self.standard, clock):
            self._tell_others(clock)

    def _wanted(self, clock: Clock) -> tuple[Limit | None, str]:
        """Return the limit that a clock has under the version it moves to, and the step that it belongs to."""
        match clock.target:
            case Target.RESPONSE:
                row = applying(self.standard.responses, self.case.data)
                return (row.limit, row.until) if row else (None, clock.step)
            case Target.TOTAL:
                row = applying(self.standard.totals, self.case.data)
                return (row.limit if row else None), clock.step
            case Target.EXCEPTION:
                rule = self.standard.exception(clock.rule)
                return (rule.limit if rule else None), clock.step
            case _:
                step = self.standard.step(clock.step)
                return (step.limit if step else None), clock.step

    def _was_given(self, clock: Clock, moment: datetime) -> None:
        """End a first response that was given before, by what this version counts as one: when it was given (R6)."""
        moment = max(arithmetic.cut(moment), clock.started_at)
        grace = self.standard.clockwork.grace_minutes * 60
        was_breached = clock.is_breached
        is_late = clock.due_at is not None and moment >= arithmetic.breach_moment(clock, grace)
        if is_late and not was_breached:
            clock.breached_at = clock.due_at
        stops = arithmetic.pauses_at(self._holds, self.at)
        clock.consumed_s = arithmetic.time_of(clock).between(clock.started_at, moment, stops)
        clock.state, clock.ended_at, clock.running_since, clock.fire_at = ClockState.MET, moment, None, None
        self.open = [other for other in self.open if other is not clock]
        late = {"late": True} if clock.is_breached and not was_breached else {}
        self._note(clock, str(ClockState.MET), ended=moment.isoformat(), **late)

    def _tell_others(self, clock: Clock) -> None:
        """Arm a clock whose limit stays for another chain of people: what lies behind it is not told again."""
        used = clock.budget_s - arithmetic.remaining(clock, at=self.at)
        clock.sequence, clock.fired = clock.sequence + 1, 0
        for threshold in self.thresholds(clock):
            if threshold.kind == "warn":
                is_past = used >= clock.budget_s * threshold.percent // 100
            elif threshold.kind == "breach":
                is_past = clock.is_breached
            else:
                is_past = clock.is_breached and used >= clock.budget_s + threshold.minutes * 60
            if not is_past:
                break
            clock.fired += 1
        self.change(clock, "rearmed", before=clock.due_at)

    # --- what begins ---

    def _bring(
        self, tasks: Iterable[Task], done: Mapping[str, datetime], ended: Mapping[str, datetime], had: set[str], *,
        is_held: bool,
    ) -> None:  # fmt: skip
        """Start what the version limits and the one before did not."""
        number, case = self.case.event_count, self.case
        response = applying(self.standard.responses, case.data)
        if response is not None and Target.RESPONSE not in had and response.until not in done:
            self._late(Target.RESPONSE, response.limit, since=case.created, key=f"response:moved:{number}",
                       step=response.until, is_held=is_held)  # fmt: skip
        total = applying(self.standard.totals, case.data)
        if total is not None and not any(clock.target == Target.TOTAL for clock in self.open):
            self._late(Target.TOTAL, total.limit, since=case.created, key=f"total:moved:{number}", is_held=is_held)
        timed = {clock.task_id for clock in self.open if clock.target == Target.STEP}
        for task in tasks:
            step = self.standard.step(task.key)
            if step is None or step.limit is None or task.pk in timed:
                continue
            since, before = ended.get(step.limit.start), ended.get(step.key)
            if since is None or since > task.created or (before is not None and before >= since):
                since = task.created
            self._late(Target.STEP, step.limit, since=since, key=f"step:{task.pk}:{number}", step=step.key,
                       task=task, is_held=is_held)  # fmt: skip

    def _late(
        self, target: Target, limit: Limit, *, since: datetime, key: str, is_held: bool, step: str = "",
        task: Task | None = None,
    ) -> None:  # fmt: skip
        """Start a clock whose moment is over: it is due no earlier than there is time to react (R14)."""
        clock = Clock(case=self.case, key=key, target=target, step=step, task=task)
        calendar = self._calendar(self._step_of(clock))
        arithmetic.start(clock, limit, calendar, since=since, at=self.at, holds=self._holds)
        time = arithmetic.time_of(clock)
        least = time.add(self.at, self.standard.clockwork.reaction_minutes * 60)
        if clock.due_at is not None and clock.due_at < least:
            stops = arithmetic.pauses_at(self._holds, self.at)
            clock.due_at = clock.promised_at = least
            clock.budget_s = time.between(clock.started_at, least, stops)
            clock.is_provisional = arithmetic.pinned_provisional(clock, calendar)
        arithmetic.arm(clock, self.thresholds(clock), self.standard.clockwork)
        self.open.append(clock)
        self._note(
            clock, "started", kind=clock.kind, amount=clock.amount, unit=clock.unit,
            since=clock.started_at.isoformat(), version=clock.version_id, brought=True,
        )  # fmt: skip
        if task is not None:
            self._moved[task.pk] = clock.due_at
        if is_held:
            before = clock.due_at
            arithmetic.pause(clock, at=self.at)
            self.change(clock, "paused", before=before, at=self.at.isoformat())


def _told_by(standard: Standard, clock: Clock) -> tuple[Any, ...]:
    """Return whom a clock tells when by *standard*, to be compared."""
    grace = standard.clockwork.grace_minutes if clock.budget_s == 0 else 0
    return (grace, *standard.thresholds_for(clock.target, clock.step))
