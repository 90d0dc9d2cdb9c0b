"""Weekly meetings with minutes, and what was agreed there (H2.4.3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from pilots import notices
from pilots.domain.rights import CLICKED_TWICE, lock_pilot, may_keep, refuse_unless_running
from pilots.models import Action, Meeting, Pilot
from procstd import history
from procstd.calendars.domain.workdays import standard_workdays
from procstd.errors import DomainError
from procstd.notices.domain.telling import tell, tell_each


@transaction.atomic
def write_minutes(pilot: Pilot, *, held_on: date, people: str, text: str, by: Any, at: datetime) -> Meeting:
    """Write the minutes of a meeting. What is written is not changed; a second click writes nothing more."""
    pilot = lock_pilot(pilot, by=by)
    refuse_unless_running(pilot)
    if held_on > standard_workdays().today(at):
        raise DomainError(_("This day is still to come."), field="held_on")
    facts: dict[str, Any] = {"held_on": held_on, "people": people, "text": text, "by": by}
    known = pilot.meetings.filter(**facts, at__gt=at - CLICKED_TWICE, at__lt=at + CLICKED_TWICE).first()
    if known is not None:
        return known
    meeting = Meeting(pilot=pilot, **facts, at=at)
    meeting.save()
    return meeting


@transaction.atomic
def agree_action(meeting: Meeting, *, what: str, owner: Any, due_on: date, by: Any, at: datetime) -> Action:
    """Note what somebody will do until a day; the owner is told. The same in the same meeting is noted once."""
    pilot = lock_pilot(meeting.pilot, by=by)
    refuse_unless_running(pilot)
    if not owner.is_active:
        raise DomainError(_("%(person)s no longer works here.") % {"person": owner}, field="owner")
    if due_on < meeting.held_on:
        raise DomainError(_("It is due before it was agreed."), field="due_on")
    known = meeting.actions.filter(what=what, owner=owner, due_on=due_on, done_at=None).first()
    if known is not None:
        return known
    action = history.save(
        Action(meeting=meeting, what=what, owner=owner, due_on=due_on),
        by=by,
        reason=gettext_noop("Agreed in a meeting"),
    )
    if by is None or owner.pk != by.pk:
        tell(notices.given(action, pilot), at=at)
    return action


@transaction.atomic
def finish_action(action: Action, *, by: Any, at: datetime) -> Action:
    """Note that it is done: its owner, or who keeps pilots. A second time nothing happens."""
    row = Action.objects.select_for_update(of=("self",)).select_related("meeting__pilot").get(pk=action.pk)
    if by.pk != row.owner_id and not may_keep(by):
        raise DomainError(_("Who owns it says that it is done, or who keeps the pilot."))
    if row.done_at is None:
        row.done_at, row.done_by = at, by
        history.save(row, by=by, reason=gettext_noop("Done"), update_fields=["done_at", "done_by"])
    return row


def tell_of_ended_periods(*, at: datetime) -> int:
    """Tell leaders once that the weeks of their pilot are over and nobody has decided. May run twice."""
    over = Pilot.objects.running().filter(period_until__lte=standard_workdays().today(at))
    rows = over.select_related("process", "revision").order_by("pk")
    return tell_each(rows, notices.over, at=at, event="ended_pilot_not_told")


def remind_of_late_actions(*, at: datetime) -> int:
    """Tell owners once of what is late. May run twice: who was told is not told again."""
    late = Action.objects.filter(done_at=None, due_on__lt=standard_workdays().today(at))
    rows = late.filter(meeting__pilot__state="running")
    rows = rows.select_related("meeting__pilot__process", "meeting__pilot__revision").order_by("pk")
    return tell_each(rows, lambda row: notices.late(row, row.meeting.pilot), at=at, event="late_action_not_reminded")
