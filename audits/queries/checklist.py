"""What is looked at in one case: made from the very definition that it ran under, with flags beside (F74, F75)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audits.models import Deviation, Item
from audits.queries.traces import Known, traces_of
from audits.queries.words import departure_words, people_in
from cases.models import Task
from cases.models.event import EventKind
from processes.domain.standard import Standard, Step
from processes.models import Definition
from procstd.organisation.models import User


@dataclass
class Flag:
    """A departure, in words, with the auditor's word on it."""

    row: Deviation
    words: str

    @property
    def verdict(self) -> Any:
        return getattr(self.row, "verdict", None)

    @property
    def is_waiting(self) -> bool:
        return self.row.source == "software" and self.verdict is None

    @property
    def counts(self) -> bool:
        return self.row.source == "auditor" or (self.verdict is not None and self.verdict.is_confirmed)


@dataclass(frozen=True)
class Done:
    """A step was done: who, when, how it ended."""

    who: Any
    at: datetime
    outcome: Any
    is_send_back: bool
    due_at: datetime | None


@dataclass
class Line:
    """A step of the checklist: what the standard asks, what was done, what the software flags."""

    step: Step
    fields: list[str]
    done: list[Done] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)


@dataclass
class Checklist:
    """The checklist of one case."""

    item: Item
    version: str
    standard: Standard | None
    lines: list[Line]
    #: What belongs to no step of this version.
    others: list[Flag]
    flags: list[Flag]

    @property
    def waiting(self) -> int:
        return sum(flag.is_waiting for flag in self.flags)


def checklist_of(item: Item) -> Checklist:
    """Return the checklist of a case in the sample. So many statements, whatever its length."""
    known = Known()
    (trace,) = traces_of([item.case_id], known)
    definition = Definition.objects.select_related("revision").defer("content").get(pk=trace.definition)
    standard = known.standard(trace.definition)
    rows = list(Deviation.objects.filter(item=item).select_related("verdict__by", "by").order_by("pk"))
    people = people_in(rows)
    flags = [Flag(row, departure_words(row, standard, people)) for row in rows]
    lines = [Line(step, _required(step, standard)) for step in standard.steps] if standard else []
    by_key = {line.step.key: line for line in lines}
    doers = User.objects.in_bulk({event.by for event in trace.events if event.by})
    due: dict[str, list[Any]] = {}
    tasks = Task.objects.filter(process=item.case_id, finished__isnull=False).exclude(step=None)
    for key, due_at in tasks.order_by("finished", "pk").values_list("key", "due_at"):
        due.setdefault(key, []).append(due_at)
    for event in trace.events:
        if event.kind not in (EventKind.COMPLETED, EventKind.SENT_BACK) or event.step not in by_key:
            continue
        line = by_key[event.step]
        outcome = line.step.outcome(event.body.get("outcome", ""))
        dues = due.get(event.step, [])
        line.done.append(
            Done(doers.get(event.by or 0), event.at, outcome.label if outcome else "",
                 event.kind == EventKind.SENT_BACK, dues.pop(0) if dues else None)
        )  # fmt: skip
    others = []
    for flag in flags:
        if flag.row.step in by_key:
            by_key[flag.row.step].flags.append(flag)
        else:
            others.append(flag)
    return Checklist(item, f"V{definition.revision.number}", standard, lines, others, flags)


def _required(step: Step, standard: Standard) -> list[str]:
    form = standard.form(step.form)
    return [str(row.label) for row in form.fields if row.is_required] if form else []
