"""What is wrong with the limits of a standard (F13, F61, R5, R11), and what is worth a second look (H3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.conditions import condition_faults
from processes.domain.faults import Fault
from processes.domain.limitdata import POST
from processes.domain.standard import UNITS, Condition, Limit, Standard, Threshold
from processes.models import Recipient, Target
from processes.models.step import DAYS_MOST

#: Longer than this is a slip of the pen, and nearer to the end of every calendar than is good.
YEARS_MOST = 5
_MOST = {"elapsed": YEARS_MOST * 366 * 86_400, "working": YEARS_MOST * 366 * 86_400, "working_day": YEARS_MOST * 366}


def limit_faults(standard: Standard) -> Iterator[Fault]:
    """Yield each fault of the limits, of who is told when, and of the rules for clocks."""
    yield from _response_faults(standard)
    yield from _length_faults(standard)
    for target, rows in standard.thresholds.items():
        yield from _threshold_faults(standard, target, rows)
    yield from _clockwork_faults(standard)
    yield from _start_faults(standard)


def _response_faults(standard: Standard) -> Iterator[Fault]:
    for response in standard.responses:
        if standard.step(response.until) is None:
            message = _("The first response is counted until the end of a step that does not exist.")
            yield Fault("totals", message, "responses")
        if response.condition:
            yield from (Fault("totals", text, "responses") for text in condition_faults(standard, response.condition))
    if _holds_twice(response.condition for response in standard.responses):
        yield Fault("totals", _("Two limits of the first response hold for the same cases."), "responses")
    if _holds_twice(total.condition for total in standard.totals):
        yield Fault("totals", _("Two limits of the whole case hold for the same cases."), "rows")


def _holds_twice(conditions: Iterable[Condition | None]) -> bool:
    return any(count > 1 for count in Counter(conditions).values())


def _length_faults(standard: Standard) -> Iterator[Fault]:
    limits: list[tuple[str, str, Limit]] = [("totals", "responses", row.limit) for row in standard.responses]
    limits += [("totals", "rows", row.limit) for row in standard.totals]
    limits += [(f"step:{step.key}", "limit_amount", step.limit) for step in standard.steps if step.limit]
    limits += [("exceptions", "rows", rule.limit) for rule in standard.exceptions]
    for place, field, limit in limits:
        if limit.unit not in UNITS:
            yield Fault(place, _("A limit is counted in “%(unit)s”, which is no unit.") % {"unit": limit.unit}, field)
        elif limit.budget > _MOST[limit.kind]:
            yield Fault(place, _("A limit is longer than %(years)d years.") % {"years": YEARS_MOST}, field)


def _threshold_faults(standard: Standard, target: str, rows: tuple[Threshold, ...]) -> Iterator[Fault]:
    step = standard.step(target)
    if target not in Target.values and step is None:
        yield Fault("thresholds", _("“Who is told when” names a step that does not exist."), "single")
        return
    table = "single" if step else target
    words = {"what": f"{step.number} {step.title}" if step else Target(target).label}

    def fault(message: Any) -> Fault:
        return Fault("thresholds", message % words, table)

    if sum(row.kind == "breach" for row in rows) != 1:
        yield fault(_("“%(what)s”: exactly one line must say who is told when the limit is exceeded."))
    warnings = [row.percent for row in rows if row.kind == "warn"]
    if any(not 1 <= percent <= 99 for percent in warnings):
        yield fault(_("“%(what)s”: a warning comes at 1 to 99 percent of the limit."))
    escalations = [row.minutes for row in rows if row.kind == "escalate"]
    if any(minutes < 0 for minutes in escalations):
        yield fault(_("“%(what)s”: an escalation comes after the limit was due, not before."))
    if len(set(warnings)) < len(warnings) or len(set(escalations)) < len(escalations):
        yield fault(_("“%(what)s”: two lines come at the same moment; make them one."))
    if any(not row.recipients for row in rows):
        yield fault(_("“%(what)s”: a line tells nobody."))
    for name in sorted({name for row in rows for name in row.recipients}):
        if name not in Recipient.values and not _is_known_post(standard, name):
            message = _("“%(what)s”: “%(name)s” is nobody who can be told.")
            yield Fault("thresholds", message % {**words, "name": name}, table)


def _is_known_post(standard: Standard, name: str) -> bool:
    return name.startswith(POST) and name.removeprefix(POST) in standard.recipient_posts


def _clockwork_faults(standard: Standard) -> Iterator[Fault]:
    days = {"days": DAYS_MOST}
    if not 0 <= standard.clockwork.hold_days <= DAYS_MOST:
        yield Fault("clockwork", _("A case may be on hold for 0 to %(days)d days.") % days, "hold_days")
    if standard.clockwork.grace_minutes < 0:
        yield Fault("clockwork", _("The grace of limits at once is not less than 0 minutes."), "grace_minutes")
    if standard.clockwork.reaction_minutes < 0:
        yield Fault("clockwork", _("The least time to react is not less than 0 minutes."), "reaction_minutes")
    unsatisfied = standard.dissatisfaction
    if unsatisfied and not 1 <= unsatisfied.at_most <= 4:
        yield Fault("clockwork", _("Dissatisfied is a rating of 1 to 4 at most."), "dissatisfied_at_most")
    if unsatisfied and standard.step(unsatisfied.step) is None:
        message = _("The step that sees to dissatisfied customers does not exist.")
        yield Fault("clockwork", message, "dissatisfied_step")
    for step in standard.steps:
        if not 0 <= step.customer_days <= DAYS_MOST:
            message = _("Step %(number)s: it may wait for the customer for 0 to %(days)d days.")
            yield Fault(f"step:{step.key}", message % {"number": step.number, **days}, "customer_days")


def _start_faults(standard: Standard) -> Iterator[Fault]:
    """Yield a fault for each exception that is to start by itself and never would."""
    sent_back = {target for _key, target, outcome in standard.arcs() if outcome.is_send_back}
    for rule in standard.exceptions:
        step = standard.step(rule.step)
        words = {"trigger": rule.trigger}
        if rule.starts not in ("", "sent_back", "incomplete"):
            yield Fault("exceptions", _("“%(trigger)s” is started by what does not exist.") % words, "rows")
        elif step and rule.starts == "sent_back" and step.key not in sent_back:
            message = _("“%(trigger)s” starts when its step is sent back to, but no outcome sends back to it.")
            yield Fault("exceptions", message % words, "rows")
        elif step and rule.starts == "incomplete" and step.form is None:
            message = _("“%(trigger)s” starts when its step’s form is incomplete, but the step has none.")
            yield Fault("exceptions", message % words, "rows")
