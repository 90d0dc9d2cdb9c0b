"""Compare how a case went with the standard that it ran under (F75). Nothing is asked of the database here.

A case is replayed from its events on the definition that was in force for it at each moment. What departs:

- **skipped**: a step that was due, or lay on the shortest way to what was done instead, and was not done
  before the case was closed. Detail: whether it is a key node.
- **order**: a step done when it was not due: before its turn, after what follows it, or again without being
  sent back.
- **post**: a step done by somebody who, on that day, neither held a post responsible for it (R) nor stood in
  for its holder; or by nobody.
- **late**: a clock that ran over, each by itself: step, response, whole case, exception.
- **field**: required, visible fields of a step's form without an answer when it was completed.
- **signature**: when the step was completed, a countersignature was not given that its standard wants of a post
  (S), or that somebody was asked for, and still is.
- **separation**: a step done by who did the step whose doer may not do it, or countersigned by who did it.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from audits.models.check import DeviationKind as Kind
from audits.queries.execution import Departure, Done, faults_of, late_ones
from audits.queries.traces import Known, Told, Trace, Work
from cases.models.event import EventKind
from processes.domain.standard import Standard, Step

Data = dict[str, dict[str, Any]]


def departures_of(trace: Trace, known: Known) -> list[Departure]:
    """Return where a case departed from its standard, in the order of the kinds. Empty: nothing did."""
    replay = _Replay(trace, known)
    replay.run()
    found = [*replay.skipped, *replay.out_of_order, *replay.done_wrong, *late_ones(trace)]
    order = {kind: place for place, kind in enumerate(Kind.values)}
    return sorted(found, key=lambda row: order[row.kind])


class _Replay:
    """Follows the events of a case along its standard."""

    def __init__(self, trace: Trace, known: Known) -> None:
        self.trace, self.known = trace, known
        self.skipped: list[Departure] = []
        self.out_of_order: list[Departure] = []
        self.done_wrong: list[Departure] = []
        #: Steps that are due now; a step of two lanes can be due twice.
        self.due: Counter[str] = Counter()
        #: Steps that were passed over since the last close.
        self.passed: dict[str, None] = {}
        #: By group, how many lanes have left it.
        self.left: Counter[int] = Counter()
        self.data: Data = {}
        self.standard: Standard | None = None
        self.doer: dict[str, int | None] = {}
        self.works: dict[tuple[str, str], deque[Work]] = {}
        for work in trace.works:
            self.works.setdefault((work.step, work.outcome), deque()).append(work)

    def run(self) -> None:
        self.standard = self.known.standard(self.trace.definition)
        for event in self.trace.events:
            self._see(event)

    def _see(self, event: Told) -> None:
        if event.kind == EventKind.OPENED:
            self._run_by(event)
            if self.standard is not None:
                self.due = Counter([self.standard.first.key])
        elif event.kind == EventKind.MOVED:
            self._run_by(event)
            self.due = Counter(event.body.get("steps", {}).values())
            self.passed, self.left = {}, Counter()
        elif event.kind == EventKind.REOPENED:
            self.due, self.passed, self.left = Counter([event.step]), {}, Counter()
        elif self.standard is None:
            return
        elif event.kind == EventKind.CLOSED:
            self._close()
        else:
            self._do(event, self.standard)

    def _run_by(self, event: Told) -> None:
        key = self.known.by_sha256.get(event.body.get("definition", ""))
        if key is not None:
            self.standard = self.known.standard(key)

    # --- one step --------------------------------------------------------------------------------

    def _do(self, event: Told, standard: Standard) -> None:
        step = standard.step(event.step)
        if step is None:
            return
        rows = self.works.get((event.step, event.body.get("outcome", "")))
        work = rows.popleft() if rows else None
        self.done_wrong += faults_of(Done(event, step, work, standard, self.doer), self.trace, self.known)
        if work is not None and step.form:
            self.data[step.form] = work.data
        self.doer[step.key] = event.by
        if self._take(step, standard):
            self._go_on(event, step, standard)

    def _take(self, step: Step, standard: Standard) -> bool:
        """Take a step off what is due; where it was not due, find out what was passed over for it.

        Returns whether what follows it is due now.
        """
        if self.due[step.key]:
            self._drop(step.key)
            return True
        if step.key in self.passed:  # what follows it went on without it
            del self.passed[step.key]
            self.out_of_order.append(Departure(Kind.ORDER, step.key, {"how": "late"}))
            return False
        way = _way(standard, [key for key in self.due if self.due[key]], step.key)
        if way is None:
            self.out_of_order.append(Departure(Kind.ORDER, step.key, {"how": "again"}))
            return False
        self._drop(way[0])
        self.passed |= dict.fromkeys(way)
        return True

    def _drop(self, key: str) -> None:
        self.due[key] -= 1
        self.due += Counter()

    def _go_on(self, event: Told, step: Step, standard: Standard) -> None:
        """Let what follows a step be due: all lanes of a group at once, what follows a group after its last lane."""
        outcome = step.outcome(event.body.get("outcome", ""))
        if outcome is None:
            return
        target = standard.step(outcome.target_for(self.data))
        group = step.group
        if group is not None and (target is None or target.group != group):
            self.left[group] += 1
            if self.left[group] < len(standard.lanes(group)):
                return
            self.left[group] = 0
        if target is None:
            return
        if target.group is not None and target.group != group:
            for lane in standard.lanes(target.group).values():
                self.due[lane[0].key] += 1
            return
        self.due[target.key] += 1

    def _close(self) -> None:
        standard = self.standard
        if standard is None:
            return
        open_ones = [key for key in self.due if self.due[key]]
        missing = dict(self.passed)
        for key in open_ones:
            missing |= dict.fromkeys(_way(standard, [key], None) or [key])
        for key in missing:
            step = standard.step(key)
            if step is not None:
                self.skipped.append(Departure(Kind.SKIPPED, key, {"key_node": step.is_key_node}))
        self.due, self.passed, self.left = Counter(), {}, Counter()


def _way(standard: Standard, starts: list[str], goal: str | None) -> list[str] | None:
    """Return the steps that lie before *goal* (None: the end) on the shortest way forward from one of *starts*."""
    waiting: deque[list[str]] = deque([key] for key in starts)
    seen = set(starts)
    while waiting:
        way = waiting.popleft()
        step = standard.step(way[-1])
        for outcome in step.outcomes if step else ():
            if outcome.is_send_back:
                continue
            for target in outcome.targets:
                if target == goal:
                    return way
                if target is not None and target not in seen:
                    seen.add(target)
                    waiting.append([*way, target])
    return None
