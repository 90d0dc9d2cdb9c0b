"""How a step was done, compared with its standard (F75): by whom, in which time, with which fields and signatures.

Nothing is asked of the database here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from audits.models.check import DeviationKind as Kind
from audits.queries.traces import Known, Told, Trace, Work
from cases.models.event import EventKind
from processes.domain.standard import Condition, Field, Form, Standard, Step


@dataclass(frozen=True)
class Departure:
    """One departure of one case."""

    kind: str
    step: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """A step that was done: the event, what was written down, and who did which step before."""

    event: Told
    step: Step
    work: Work | None
    standard: Standard
    doer: Mapping[str, int | None]

    def breaks_separation(self, trace: Trace) -> bool:
        """Tell whether it was done by who did the step whose doer may not do it."""
        step, by = self.step, self.event.by
        if not step.not_by or by is None:
            return False
        is_first = step.not_by == self.standard.first.key
        return by == self.doer.get(step.not_by) or (is_first and by == trace.opened_by)


def faults_of(done: Done, trace: Trace, known: Known) -> Iterator[Departure]:
    """Yield where one step was done otherwise than its standard says."""
    event, step, work = done.event, done.step, done.work
    if event.by is None or not known.acted_in(event.by, step.responsible, event.at):
        yield Departure(Kind.POST, step.key, {"by": event.by})
    if event.kind == EventKind.SENT_BACK:
        return
    if done.breaks_separation(trace):
        yield Departure(Kind.SEPARATION, step.key, {"by": event.by, "also": step.not_by})
    form = done.standard.form(step.form)
    if form is not None:
        lacking = missing_fields(form, work.data if work else {})
        if lacking:
            yield Departure(Kind.FIELD, step.key, {"fields": lacking, "form": form.key})
    yield from _unsigned(event, step, work, trace, known)


def late_ones(trace: Trace) -> Iterator[Departure]:
    """Yield the clocks of a case that ran over."""
    for row in trace.breaches:
        detail = {"target": row.target, "at": row.breached_at.isoformat()}
        if row.rule:
            detail["rule"] = row.rule
        yield Departure(Kind.LATE, row.step, detail)


def _unsigned(event: Told, step: Step, work: Work | None, trace: Trace, known: Known) -> Iterator[Departure]:
    rows = [row for row in trace.signatures if work is not None and row.task == work.task]
    given = [row for row in rows if row.agrees and row.answered_at and row.answered_at <= event.at]
    signers = {row.person for row in given}
    people = sorted({row.person for row in rows if row.asked_at <= event.at} - signers)
    posts = [
        place.code
        for place in step.countersigned
        if not any(known.acted_in(row.person, (place,), row.answered_at) for row in given if row.answered_at)
    ]
    if people or posts:
        yield Departure(Kind.SIGNATURE, step.key, {"people": people, **({"posts": posts} if posts else {})})
    if event.by in signers:
        yield Departure(Kind.SEPARATION, step.key, {"by": event.by, "also": "signature"})


def missing_fields(form: Form, answers: dict[str, Any]) -> list[str]:
    """Return the keys of required fields that were to be seen and have no answer."""
    return [
        row.key
        for row in form.fields
        if row.is_required and answers.get(row.key) in (None, "", []) and _was_visible(row, form, answers)
    ]


def _was_visible(row: Field, form: Form, answers: dict[str, Any]) -> bool:
    if row.visible_if is None:
        return True
    other, value = row.visible_if
    return Condition(f"{form.key}.{other}", value).holds({form.key: answers})
