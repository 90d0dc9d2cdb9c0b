"""Corrective actions: decided, done, seen to work some weeks later by somebody else; reminders (F76)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from audits.domain.findings import locked_for_work
from audits.models import Effect, Finding, Measure
from audits.notices import effect_due, measure_due, measure_given
from audits.queries.people import heads_of
from cases.domain.reasons import asked_reason
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log
from procstd.moments import house_day
from procstd.notices.domain.telling import Note, tell, tell_each

#: So many days before it is due its owner is reminded.
SOON = 3
MOST_WEEKS = 52


@transaction.atomic
def decide_measure(
    finding: Finding, *, text: str, owner: Any, due_on: date, weeks: int = 8, checker: Any, by: Any, at: datetime
) -> Measure:
    """Decide a corrective action, once the chain of whys ends at what can be acted on.

    The same one that is still to be done, with the same people and day, is decided once.
    """
    finding = locked_for_work(finding, by)
    last = finding.whys.order_by("-depth").first()
    if last is None or not last.is_actionable:
        raise DomainError(_("Find the root cause first: ask why until you come to what can be acted on."))
    if owner == checker:
        raise DomainError(_("Somebody else has to see whether it worked."), field="checker")
    if due_on < house_day(at):
        raise DomainError(_("This day is over."), field="due_on")
    if not 1 <= weeks <= MOST_WEEKS:
        raise DomainError(_("Between 1 and %(most)d weeks.") % {"most": MOST_WEEKS}, field="weeks")
    facts = {"text": asked_reason(text), "owner": owner, "due_on": due_on, "weeks": weeks, "checker": checker}
    known = finding.measures.filter(**facts, done_at=None).first()
    if known is not None:
        return known
    measure = Measure(finding=finding, **facts)
    history.save(measure, by=by, reason=gettext_noop("Decided"))
    tell(measure_given(measure), at=at)
    log.info("measure_decided", finding=finding.number)
    return measure


@transaction.atomic
def move_due(measure: Measure, *, due_on: date, reason: str, by: Any, at: datetime) -> Measure:
    """Give a corrective action another day, with a reason. The day that it has already changes nothing."""
    locked_for_work(measure.finding, by)
    measure = _present(measure)
    if due_on < house_day(at):
        raise DomainError(_("This day is over."), field="due_on")
    if measure.due_on == due_on:
        return measure
    measure.due_on = due_on
    history.save(measure, by=by, reason=asked_reason(reason), update_fields=["due_on"])
    tell(measure_given(measure), at=at)
    return measure


@transaction.atomic
def hand_over_measure(
    measure: Measure, *, owner: Any = None, checker: Any = None, reason: str, by: Any, at: datetime
) -> Measure:
    """Give a corrective action, or the check of its effect, to somebody else, with a reason; None stays as it is.

    Whoever leaves would hold the finding open for ever. Who did what is done stays who did it.
    """
    locked_for_work(measure.finding, by)
    measure = Measure.objects.select_for_update(of=("self",)).select_related("finding").get(pk=measure.pk)
    if Effect.objects.filter(measure=measure).exists():
        raise DomainError(_("The effect was checked already."))
    had, checked = measure.owner_id, measure.checker_id
    measure.owner_id, measure.checker_id = getattr(owner, "pk", had), getattr(checker, "pk", checked)
    if measure.owner_id == measure.checker_id:
        raise DomainError(_("Somebody else has to see whether it worked."), field="checker")
    if measure.done_at is not None and measure.owner_id != had:
        raise DomainError(_("This corrective action is done already."), field="owner")
    if (measure.owner_id, measure.checker_id) == (had, checked):
        raise DomainError(_("Choose somebody else for the action, or for the check of its effect."))
    history.save(measure, by=by, reason=asked_reason(reason), update_fields=["owner", "checker"])
    if measure.owner_id != had:
        tell(measure_given(measure), at=at)
    log.info("measure_handed_over", measure=measure.pk)
    return measure


@transaction.atomic
def finish_measure(measure: Measure, *, text: str, by: Any, at: datetime) -> Measure:
    """Say what was done. Its owner; the day on which the effect is checked is counted from now."""
    measure = _present(measure)
    if measure.owner_id != by.pk:
        raise DomainError(_("Somebody else has this corrective action."))
    measure.done_text, measure.done_at = asked_reason(text), at
    measure.check_on = house_day(at) + timedelta(weeks=measure.weeks)
    log.info("measure_done", measure=measure.pk)
    return history.save(measure, by=by, reason=gettext_noop("Done"), update_fields=["done_text", "done_at", "check_on"])


@transaction.atomic
def check_effect(measure: Measure, *, worked: bool, text: str, by: Any, at: datetime) -> Effect:
    """Say whether it worked: who was named for it, not before the day. If not, another action is to be decided."""
    finding = Finding.objects.select_for_update(of=("self",)).get(pk=measure.finding_id)
    measure = Measure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    if not finding.is_open:
        raise DomainError(_("This finding is closed."))
    if measure.done_at is None or measure.check_on is None:
        raise DomainError(_("The corrective action is not done yet."))
    if measure.checker_id != by.pk:
        raise DomainError(_("Somebody else checks whether it worked."))
    if house_day(at) < measure.check_on:
        raise DomainError(_("It is too early to tell: look again on %(day)s.") % {"day": measure.check_on})
    if Effect.objects.filter(measure=measure).exists():
        raise DomainError(_("The effect was checked already."))
    row = Effect(measure=measure, worked=worked, text=asked_reason(text), by=by, at=at)
    row.save(force_insert=True)
    log.info("effect_checked", measure=measure.pk, worked=worked)
    return row


def remind_of_measures(*, at: datetime) -> int:
    """Remind owners before the day and each week after it, heads when it is over.

    The key of a notice says what it is about, so that a second run tells nobody twice. Returns how many are new.
    """
    now = house_day(at)
    rows = list(
        Measure.objects.filter(finding__closed_at=None, done_at=None, due_on__lte=now + timedelta(days=SOON))
        .select_related("finding", "owner")
        .order_by("pk")
    )
    heads = heads_of({row.finding.department_id for row in rows}, on=now)

    def notes(measure: Measure) -> list[Note]:
        if measure.due_on >= now:
            return measure_due(measure, stage="soon", people=[measure.owner_id])
        week = (now - measure.due_on).days // 7
        people = [measure.owner_id, *heads.get(measure.finding.department_id, ())]
        return measure_due(measure, stage=f"late-{week}", people=people)

    return tell_each(rows, notes, at=at, event="measure_not_reminded")


def remind_of_effects(*, at: datetime) -> int:
    """Tell checkers when the day has come on which the effect is to be seen. Returns how many notices are new."""
    rows = Measure.objects.filter(effect=None, finding__closed_at=None, check_on__lte=house_day(at))
    due = rows.select_related("finding").order_by("pk")
    return tell_each(due, effect_due, at=at, event="effect_not_reminded")


def _present(measure: Measure) -> Measure:
    found = Measure.objects.select_for_update(of=("self",)).select_related("finding", "owner").get(pk=measure.pk)
    if not found.finding.is_open:
        raise DomainError(_("This finding is closed."))
    if found.done_at is not None:
        raise DomainError(_("This corrective action is done already."))
    return found
