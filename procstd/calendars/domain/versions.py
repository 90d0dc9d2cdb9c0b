"""Acts on calendars and their versions: draft, sign, publish. What is published stays as it is (R14)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.calendars.domain.current import DEFAULT_PLAN
from procstd.calendars.domain.plans import Plan, checked_plan
from procstd.calendars.models import Calendar, CalendarVersion, working_time
from procstd.errors import DomainError
from procstd.logs import security_log
from procstd.organisation.models import Department
from procstd.worktime import WEEKDAYS, PlanError

#: Words of addresses, which no calendar can have as its code.
_RESERVED = frozenset({"add", "panel"})


class Published(Protocol):
    """What a room above does when a version is published."""

    def __call__(self, version: CalendarVersion, /, *, by: Any, at: datetime) -> None: ...


_followers: list[Published] = []


def when_published(follower: Published) -> None:
    """Let *follower* (version, by=, at=) run in every publication, inside its transaction.

    The rooms above register theirs when they are ready; nothing here imports them.
    """
    if follower not in _followers:
        _followers.append(follower)


@transaction.atomic
def add_calendar(
    *, code: str, name_zh: str, name_en: str, tz: str, department: Department | None, by: Any, at: datetime, reason: str
) -> Calendar:
    """Add the calendar of a department, with a draft of what everybody else works by."""
    lock_calendars()
    if code in _RESERVED or Calendar.objects.filter(code=code).exists():
        raise DomainError(_("This code is taken."), field="code")
    _refuse_second(department, None)
    calendar = Calendar(code=code, name_zh=name_zh, name_en=name_en, tz=tz, department=department)
    history.save(calendar, by=by, reason=reason)
    start_draft(calendar, by=by, at=at)
    return calendar


@transaction.atomic
def change_calendar(
    calendar: Calendar,
    *,
    name_zh: str,
    name_en: str,
    department: Department | None,
    by: Any,
    reason: str,
    seen: int | None = None,
) -> Calendar:
    """Rename a calendar, or give it to another department. Clocks that run keep the version they have (R14)."""
    calendar = next(row for row in lock_calendars() if row.pk == calendar.pk)
    history.refuse_if_changed_since(calendar, seen)
    if department is not None and calendar.department_id is None:
        raise DomainError(
            _("This is the calendar of all departments without one of their own. Add another calendar for one."),
            field="department",
        )
    _refuse_second(department, calendar)
    calendar.name_zh, calendar.name_en, calendar.department = name_zh, name_en, department
    return history.save(calendar, by=by, reason=reason)


@transaction.atomic
def start_draft(calendar: Calendar, *, by: Any, at: datetime) -> CalendarVersion:
    """Begin a draft: the version published last, to be changed; at first what everybody else works by."""
    calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
    if calendar.versions.drafts().exists():
        raise DomainError(_("There is a draft already; finish or discard it first."))
    own = latest_of(calendar)
    latest = own or CalendarVersion.objects.published().filter(calendar__department=None).order_by("-number").first()
    plan: Plan = dict(latest.plan if latest else DEFAULT_PLAN)
    if own is None:
        plan["tz"] = calendar.tz
    version = CalendarVersion(
        calendar=calendar,
        number=_next_number(calendar),
        plan=plan,
        known_until=latest.known_until if latest else None,
        created_at=at,
    )
    return history.save(version, by=by, reason="")


@transaction.atomic
def save_plan(
    version: CalendarVersion,
    *,
    tz: str,
    weekly: dict[str, Any],
    holidays: dict[str, Any],
    extra_workdays: dict[str, Any],
    known_until: date | None,
    by: Any,
    seen: int | None = None,
) -> CalendarVersion:
    """Write the plan of a draft. Refuses one that cannot be right, beside the field at fault."""
    version = locked_draft(version)
    history.refuse_if_changed_since(version, seen)
    version.plan = checked_plan({"tz": tz, "weekly": weekly, "holidays": holidays, "extra_workdays": extra_workdays})
    version.known_until = known_until
    return history.save(version, by=by, reason="", update_fields=["plan", "known_until"])


@transaction.atomic
def discard_draft(version: CalendarVersion, *, by: Any, reason: str) -> None:
    """Throw a draft away. What is published stays in force."""
    history.delete(locked_draft(version), by=by, reason=reason)


@transaction.atomic
def publish(
    version: CalendarVersion,
    *,
    notice: str,
    known_until: date | None,
    reason: str,
    by: Any,
    at: datetime,
    seen: int | None = None,
) -> CalendarVersion:
    """Sign a draft and put it in force, with the number of the notice that it carries out.

    From then on it never changes. Those who asked by :func:`when_published` follow within the
    transaction: if one of them fails, nothing is published.
    """
    if by is None or not (by.is_active and by.is_staff):
        raise DomainError(_("Only administrators sign working calendars."))
    lock_calendars()
    version = locked_draft(version)
    history.refuse_if_changed_since(version, seen)
    if not notice.strip():
        raise DomainError(_("Write the number of the notice or of the decision."), field="notice")
    version.plan = checked_plan(version.plan)
    _refuse_impossible(version.plan, known_until)
    before = latest_of(version.calendar)
    if before and (before.plan, before.known_until) == (version.plan, known_until):
        raise DomainError(_("Nothing differs from the version in force."))
    if before and version.number < before.number:
        version.number = _next_number(version.calendar)  # made before the one in force, published after it
    version.notice, version.known_until, version.reason = notice.strip(), known_until, reason
    version.published_by, version.published_at = by, at
    version.freeze()
    history.save(version, by=by, reason=reason)
    if version.calendar.tz != version.plan["tz"]:
        version.calendar.tz = version.plan["tz"]
        history.save(version.calendar, by=by, reason=reason)
    security_log.info("calendar_published", calendar=version.calendar_id, number=version.number, user=by.pk)
    for follower in _followers:
        follower(version, by=by, at=at)
    return version


def lock_calendars() -> list[Calendar]:
    """Lock all calendars, in order: they are published and moved one after the other.

    Processes tell by the latest change whether what they have read still holds; two changes that
    overlapped could be seen in the wrong order.
    """
    return list(Calendar.objects.select_for_update().order_by("pk"))


def locked_draft(version: CalendarVersion) -> CalendarVersion:
    """Return the draft, locked. Refuses what is published, and what is gone."""
    rows = CalendarVersion.objects.select_for_update(of=("self",)).select_related("calendar")
    found = rows.filter(pk=version.pk).first()
    if found is None:
        raise DomainError(_("This draft is no more: somebody discarded it."))
    if found.is_published:
        raise DomainError(_("This version is published and does not change any more. Begin a draft."))
    return found


def latest_of(calendar: Calendar) -> CalendarVersion | None:
    """Return the version of *calendar* that was published last."""
    return calendar.versions.published().order_by("-number").first()


def _refuse_impossible(plan: Plan, known_until: date | None) -> None:
    if not plan["weekly"]:
        raise DomainError(_("No weekday has hours: nothing would ever be due."), field="mon")
    try:
        working_time(plan)
    except PlanError as error:  # what checked_plan lets pass, the arithmetic takes
        raise DomainError(_("The plan cannot be reckoned with: %(error)s") % {"error": error}) from error
    works_every_day = len(plan["weekly"]) == len(WEEKDAYS)
    days = [*plan["holidays"], *plan["extra_workdays"]]
    if known_until and not works_every_day and not any(day.startswith(f"{known_until.year:04}") for day in days):
        raise DomainError(
            _(
                "The plan has no holiday in %(year)d. Bring the year in first, or say until when the holidays "
                "are really known."
            )
            % {"year": known_until.year},
            field="known_until",
        )


def _refuse_second(department: Department | None, calendar: Calendar | None) -> None:
    others = Calendar.objects.filter(department=department)
    if calendar is not None:
        others = others.exclude(pk=calendar.pk)
    if others.exists():
        raise DomainError(
            _("This department has a calendar already.")
            if department
            else _("There is a calendar for all other departments already."),
            field="department",
        )


def _next_number(calendar: Calendar) -> int:
    return (calendar.versions.aggregate(last=Max("number"))["last"] or 0) + 1
