"""Whether the limits of the steps fit into those of the whole case, on the real calendar (F89, H3).

Every step is done at the last moment of its limit, along the longest way, for each value of the field that a total
depends on; ways back are not taken, and while the customer is awaited every clock stands still. What then comes
later than the total allows is a contradiction of the standard: a case can be late though everybody is on time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from processes.domain.checker.findings import Facts, Finding
from processes.domain.checker.starts import starts_of
from processes.domain.standard import UNITS, Condition, Limit, Standard, Step
from processes.domain.ways import Ways
from processes.domain.worked import due_at
from procstd.bilingual import suffix
from procstd.look.templatetags.look import in_words, limit_words
from procstd.worktime import BeyondHorizon, Calendar

_WHY = _("If every step is on time, the case must be on time: else the limits contradict each other (F89, H2.3.1).")
_SHORTEN = _("Which step can take less, or run beside another? Else the limit of the whole must be longer.")
_MIXED = _("It runs at night and at weekends, the steps’ limits do not: should it be counted in working time?")


@dataclass(frozen=True)
class Run:
    """A case in which every step takes all its time: when it is done, when it was due, and by which steps."""

    start: datetime
    done: datetime
    due: datetime
    #: The longest way: each step with what it adds.
    way: tuple[tuple[Step, timedelta], ...]

    @property
    def over(self) -> timedelta:
        return self.done - self.due


def unfeasible_totals(standard: Standard, facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each total, and each first response, that steps on time can break."""
    calendar = facts.calendar
    if calendar is None or facts.at is None or not standard.steps:
        return
    starts = starts_of(calendar, facts.at)
    networks: dict[Condition | None, _Network] = {}
    rows: list[tuple[str, str, Limit, Condition | None, str | None]] = [
        ("feasibility.total", "rows", row.limit, row.condition, None) for row in standard.totals
    ]
    rows += [("feasibility.response", "responses", row.limit, row.condition, row.until) for row in standard.responses]
    for rule, field, limit, condition, until in rows:
        if limit.unit not in UNITS:
            continue
        network = networks.setdefault(condition, _Network(standard, condition))
        try:
            runs = [run for start in starts if (run := network.run(limit, until, start, calendar))]
        except BeyondHorizon:
            continue  # a limit of many years has its own fault
        late = [run for run in runs if run.over > timedelta(0)]
        if late:
            worst = max(late, key=lambda run: run.over)
            yield _finding(standard, rule, field, limit, condition, worst, len(late) == len(runs), calendar)


class _Network:
    """The steps that a case with *condition* can go through, each before what follows it; ways back left out."""

    def __init__(self, standard: Standard, condition: Condition | None) -> None:
        self.standard, self.condition = standard, condition
        self._ways = Ways(standard)

    def _following(self, step: Step) -> Iterator[str]:
        for outcome in step.outcomes:
            if outcome.is_send_back:
                continue
            for target in self._targets(outcome):
                if target is not None:
                    yield from self._ways.entered(target, coming_from=step)

    def _targets(self, outcome: Any) -> list[str | None]:
        """Return where *outcome* can lead: the branch on the very field is known, all others are open."""
        open_ones: list[str | None] = []
        for branch in outcome.branches:
            if self.condition is None or branch.condition.field != self.condition.field:
                open_ones.append(branch.target)
            elif branch.condition.value == self.condition.value:
                return [*open_ones, branch.target]
        return [*open_ones, outcome.target]

    @cached_property
    def order(self) -> list[tuple[Step, list[str]]]:
        """The steps in an order in which each comes after those that lead to it, which stand beside it."""
        before: dict[str, list[str]] = {}
        done: list[str] = []
        state: dict[str, int] = {}
        for first in self._ways.entered(self.standard.first.key, coming_from=None):
            # Depth first, without recursion: a way to a step that is still open leads back, and is left out.
            if first in state:
                continue
            before.setdefault(first, [])
            state[first] = 1
            stack = [(first, self._next(first))]
            while stack:
                key, following = stack[-1]
                target = next(following, None)
                if target is None:
                    stack.pop()
                    state[key] = 2
                    done.append(key)
                elif state.get(target) != 1:
                    before.setdefault(target, []).append(key)
                    if target not in state:
                        state[target] = 1
                        stack.append((target, self._next(target)))
        found = ((self.standard.step(key), before[key]) for key in reversed(done))
        return [(step, keys) for step, keys in found if step]

    def _next(self, key: str) -> Iterator[str]:
        step = self.standard.step(key)
        return iter(dict.fromkeys(self._following(step)) if step else ())

    def run(self, limit: Limit, until: str | None, start: datetime, calendar: Calendar) -> Run | None:
        """Return the case that begins at *start*; up to the end of the step *until*, or to its own end."""
        ends: dict[str, datetime] = {}
        came: dict[str, str | None] = {}
        for step, before in self.order:
            known = [key for key in before if key in ends]
            last = max(known, key=lambda key: ends[key], default=None)
            begun = ends[last] if last else start
            came[step.key] = last
            if step.limit is None or step.limit.unit not in UNITS:
                ends[step.key] = begun
                continue
            counted = ends.get(step.limit.start, begun) if step.limit.start else begun
            ends[step.key] = max(begun, due_at(step.limit, counted, calendar))
        if until is not None and until not in ends:
            return None
        final = until or max(ends, key=lambda key: ends[key])
        way: list[tuple[Step, timedelta]] = []
        key: str | None = final
        while key is not None:
            earlier = came[key]
            found = self.standard.step(key)
            if found:
                way.append((found, ends[key] - (ends[earlier] if earlier else start)))
            key = earlier
        return Run(start, ends[final], due_at(limit, start, calendar), tuple(reversed(way)))


def causes_of(run: Run) -> list[Step]:
    """Return the steps that cause it: the longest ones, as many as it takes until the rest would fit."""
    left = run.over
    found = []
    for step, span in sorted(run.way, key=lambda pair: pair[1], reverse=True):
        if left <= timedelta(0):
            break
        found.append(step)
        left -= span
    return sorted(found, key=lambda step: step.number)


def _finding(
    standard: Standard, rule: str, field: str, limit: Limit, condition: Condition | None, worst: Run,
    is_always: bool, calendar: Calendar,
) -> Finding:  # fmt: skip
    causes = causes_of(worst)
    # A step whose own limit leaves nothing for the others is the cause by itself.
    alone = [step for step, _span in worst.way if step.limit and _takes_all(step.limit, limit)]
    others = [step for step in causes if step not in alone]
    facts = (standard, rule, limit, condition, worst, is_always, calendar, tuple(alone), tuple(others))
    stands_still = limit.kind == "elapsed" and any(step.limit and step.limit.kind != "elapsed" for step in causes)
    return Finding(
        rule, "totals", _message(*facts), field, why=_WHY,
        proposal=_MIXED if stands_still and not is_always else _SHORTEN,
        excerpt=_subject(limit, condition, worst),
    )  # fmt: skip


def _takes_all(own: Limit, whole: Limit) -> bool:
    return own.kind == whole.kind and own.budget >= whole.budget


def _subject(limit: Limit, condition: Condition | None, worst: Run) -> str:
    """Name it in a way that changes when one of the limits does, and not with the language."""
    steps = " ".join(f"{step.key}:{step.limit.amount}{step.limit.unit}" for step, _span in worst.way if step.limit)
    when = f"{condition.field}={condition.value} " if condition else ""
    return f"{when}{limit.amount}{limit.unit} < {steps}"[:300]


def _say(
    standard: Standard, rule: str, limit: Limit, condition: Condition | None, worst: Run, is_always: bool,
    calendar: Calendar, alone: tuple[Step, ...], others: tuple[Step, ...],
) -> str:  # fmt: skip
    words = {
        "case": _case(standard, condition),
        "total": limit_words(limit),
        "over": in_words(worst.over),
        "alone": _named(alone),
        "steps": _named(others),
        "start": date_format(worst.start.astimezone(calendar.zone), _moment()),
    }  # fmt: skip
    if rule == "feasibility.response":
        said = [gettext("%(case)s: steps on time can miss the first response of %(total)s by %(over)s.")]
    else:
        said = [gettext("%(case)s: steps on time can exceed the whole case’s %(total)s by %(over)s.")]
    if alone:
        said.append(gettext("Alone it takes all of that: %(alone)s."))
    if others:
        said.append(gettext("With it: %(steps)s.") if alone else gettext("It is caused by: %(steps)s."))
    said.append(
        gettext("Whenever it begins; worst of those tried: %(start)s.")
        if is_always
        else gettext("Not at every start; worst of those tried: %(start)s.")
    )
    # Chinese sets no space between sentences.
    return ("" if suffix() == "zh" else " ").join(sentence % words for sentence in said)


_message = lazy(_say, str)


def _moment() -> str:
    return pgettext("a moment with its weekday, as Django's date filter writes it", "D j M Y, H:i")


def _named(steps: tuple[Step, ...]) -> str:
    return gettext(", ").join(f"{step.number} {step.title} ({limit_words(step.limit)})" for step in steps)


def _case(standard: Standard, condition: Condition | None) -> str:
    if condition is None:
        return gettext("Every case")
    field = standard.field(condition.field)
    value = dict(field.options).get(condition.value, condition.value) if field else condition.value
    if field and field.kind == "yes_no":
        value = {"yes": gettext("yes"), "no": gettext("no")}.get(condition.value, condition.value)
    return gettext("“%(field)s” is “%(value)s”") % {"field": field.label if field else condition.field, "value": value}
