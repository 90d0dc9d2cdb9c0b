"""Plan evaluations (H2.6.1, F82): by the calendar, by what the figures say, and by a person who knows of a change."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from improvements import notices
from improvements.domain.numbering import keep_numbered
from improvements.models import Evaluation, Occasion, Trigger
from improvements.queries.places import is_in_force
from processes.models import Process, Release
from procstd import history
from procstd.alone import each_alone
from procstd.calendars.domain.workdays import standard_workdays
from procstd.errors import DomainError
from procstd.logs import log
from procstd.moments import house_midnight, house_monday
from procstd.notices.domain.telling import tell
from procstd.numbers import next_number

#: So long after the end of a period an evaluation is due.
PATIENCE = timedelta(days=14)
#: A special evaluation looks back so long.
LOOKS_BACK = timedelta(weeks=26)
#: Months of a period, by how often a process is evaluated.
MONTHS = {Trigger.QUARTERLY: 3, Trigger.HALF_YEARLY: 6}


def last_period(day: date, months: int) -> tuple[date, date]:
    """Return the quarter or half-year of the calendar that ended last by *day*: half-open, of *months* months."""
    began = date(day.year, (day.month - 1) // months * months + 1, 1)
    month = began.month - months
    return (date(began.year, month, 1) if month > 0 else date(began.year - 1, month + 12, 1)), began


def trigger_of(process: Process) -> Trigger:
    """Return how often a process is evaluated: core ones every quarter, others every half-year."""
    return Trigger.QUARTERLY if process.is_core else Trigger.HALF_YEARLY


def plan_regular(*, at: datetime) -> list[Evaluation]:
    """Plan what the calendar asks for and is not planned yet. May run twice, or late.

    A process is evaluated for the quarter (half-year) that ended last if a version was in force by its middle and
    one is in force now. Older periods are not made up for.
    """
    first: dict[int, datetime] = {}
    for key, began in Release.objects.filter(valid_from__lte=at).values_list("process_id", "valid_from"):
        first[key] = min(began, first.get(key, began))
    running, today = Release.objects.in_force(at).values("process"), standard_workdays().today(at)

    def plan(process: Process) -> Evaluation | None:
        trigger = trigger_of(process)
        since, until = last_period(today, MONTHS[trigger])
        if first[process.pk] > house_midnight(since + (until - since) / 2):
            return None
        return _plan(process, trigger=trigger, since=since, until=until, due_on=until + PATIENCE, by=None, at=at)

    rows = Process.objects.filter(is_active=True, pk__in=running).select_related("owner").order_by("code")
    return [made for made in each_alone(rows, plan, event="evaluation_not_planned") if made is not None]


def plan_triggered(process: Process, *, trigger: Trigger, why_zh: str, why_en: str, at: datetime) -> Evaluation | None:
    """Plan an evaluation because of what the figures say; None while another one of the process is open."""
    with transaction.atomic():
        Process.objects.select_for_update().get(pk=process.pk)
        if Evaluation.objects.open().filter(process=process).exists():
            return None
        until = standard_workdays().today(at)
        return _plan(
            process, trigger=trigger, since=until - LOOKS_BACK, until=until, due_on=until + PATIENCE, by=None, at=at,
            why_zh=why_zh, why_en=why_en,
        )  # fmt: skip


@transaction.atomic
def plan_special(
    process: Process, *, occasion: str, occasion_on: date | None, why_zh: str, why_en: str, by: Any, at: datetime
) -> Evaluation:
    """Plan an evaluation because the business changes: reorganization, new product, new regulation.

    It is due before the change takes effect, if that day is known and to come. What *by* has planned with the same
    words, and nobody has decided yet, stays one. Refuses a process without a version in force, and a regulation
    without its day.
    """
    if not is_in_force(process, at=at):
        raise DomainError(_("No version of this process is in force: there is nothing to evaluate."), field="process")
    if occasion not in Occasion.values:
        raise DomainError(_("Choose what changes."), field="occasion")
    if occasion == Occasion.REGULATION and occasion_on is None:
        raise DomainError(_("Say from which day the law or regulation holds."), field="occasion_on")
    Process.objects.select_for_update().get(pk=process.pk)  # of two clicks at once the second waits
    facts: dict[str, Any] = {"occasion": occasion, "occasion_on": occasion_on, "why_zh": why_zh, "why_en": why_en}
    known = Evaluation.objects.open().filter(process=process, trigger=Trigger.CHANGE, planned_by=by, **facts).first()
    if known is not None:
        return known
    today = standard_workdays().today(at)
    due = min(today + PATIENCE, occasion_on) if occasion_on and occasion_on > today else today + PATIENCE
    made = _plan(
        process, trigger=Trigger.CHANGE, since=today - LOOKS_BACK, until=today, due_on=due, by=by, at=at,
        **facts,
    )  # fmt: skip
    if made is None:
        raise DomainError(_("It is planned already."))
    return made


def _plan(
    process: Process, *, trigger: Trigger, since: date, until: date, due_on: date, by: Any, at: datetime, **more: Any
) -> Evaluation | None:
    """Keep an evaluation and tell those who evaluate; None where the same one is planned already."""
    same = Evaluation.objects.filter(process=process, trigger=trigger, period_from=since)
    if trigger != Trigger.CHANGE and same.exists():
        return None
    row = Evaluation(
        process=process, trigger=trigger, period_from=since, period_until=until, due_on=due_on, planned_at=at,
        planned_by=by, **more,
    )  # fmt: skip

    def keep(number: str) -> Evaluation:
        row.number = number
        return history.save(row, by=by, reason=row.why_en)

    try:
        with transaction.atomic():
            made = keep_numbered(lambda: next_number(Evaluation, "E"), keep)
            tell(notices.planned(made, notices.deciders(process)), at=at)
    except (IntegrityError, DomainError):
        if trigger != Trigger.CHANGE and same.exists():
            return None  # another sweep was first
        raise
    log.info("evaluation_planned", evaluation=made.pk, trigger=trigger.value)
    return made


def remind_overdue(*, at: datetime) -> int:
    """Tell owner, specialists and project leads of evaluations that are overdue, once a week; tell how many."""
    from procstd.roles import Role

    today, monday = standard_workdays().today(at), house_monday(at)

    @transaction.atomic
    def remind(row: Evaluation) -> int:
        if row.reminded_on is not None and row.reminded_on >= monday:
            return 0
        if not Evaluation.objects.filter(pk=row.pk, reminded_on=row.reminded_on).update(reminded_on=today):
            return 0
        people = notices.deciders(row.process) | notices.holders_of(Role.PROJECT_LEAD)
        return tell(notices.overdue(row, people, on=monday), at=at)

    rows = Evaluation.objects.overdue(today).select_related("process")
    return sum(each_alone(rows, remind, event="evaluation_not_reminded"))
