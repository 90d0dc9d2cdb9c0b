"""Which calendar holds where: read once in a process, again when something was published or moved (R14).

Whoever asks with a statement of their own carries :func:`edition` in it, so that knowing
whether the calendars have changed costs no statement more.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet, Subquery
from django.utils import timezone

from procstd.calendars.models import Calendar, CalendarVersion, VersionState, working_time
from procstd.organisation.models import Department
from procstd.worktime import Calendar as WorkingTime

#: What works before an administrator has said anything: Monday to Friday, 7.5 hours.
DEFAULT_PLAN: dict[str, Any] = {
    "tz": "Asia/Shanghai",
    "weekly": {day: [["09:00", "12:00"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": {},
    "extra_workdays": {},
}
#: So many different plans stay worked out in a process.
_KEPT = 64
Edition = tuple[Any, ...]


@dataclass(frozen=True)
class Current:
    """A published version in force, as clocks use it."""

    version_id: int
    known_until: date | None
    digest: str
    time: WorkingTime

    def is_provisional(self, due: datetime) -> bool:
        """Tell whether *due* lies behind the last day whose holidays are known (R15)."""
        return self.known_until is None or due.astimezone(self.time.zone).date() > self.known_until


def edition() -> dict[str, Subquery]:
    """Return what a queryset annotates to tell whether calendars, their places or the departments have changed."""
    # The history stands in the order in which things were done. A version's own moment does not: a notice
    # can be entered with the day on which it came out, behind what another calendar has already.
    published = CalendarVersion.history.filter(state=VersionState.PUBLISHED)
    versions = published.order_by("-history_id").values("token")[:1]
    places = Calendar.history.order_by("-history_id").values("history_date")[:1]
    chart = Department.history.order_by("-history_id").values("history_date")[:1]
    return {
        "calendar_edition": Subquery(versions),
        "place_edition": Subquery(places),
        "chart_edition": Subquery(chart),
    }


def edition_in(row: Any) -> Edition:
    """Return the edition that a row annotated by :func:`edition` carries."""
    return row.calendar_edition, row.place_edition, row.chart_edition


class Snapshot:
    """The calendars in force: which one each department has."""

    def __init__(self, seen: Edition) -> None:
        self.edition = seen
        chart = list(Department.objects.without_tree_fields().order_by().values_list("pk", "parent_id", "code"))
        self._parents: dict[int, int | None] = {pk: parent for pk, parent, _code in chart}
        self._codes = {code: pk for pk, _parent, code in chart}
        self._by_department: dict[int | None, Current] = {}
        latest: dict[int, CalendarVersion] = {}
        for version in CalendarVersion.objects.published().select_related("calendar").order_by("number"):
            latest[version.calendar_id] = version
        for version in latest.values():
            self._by_department[version.calendar.department_id] = _current(version)

    def for_department(self, department_id: int | None) -> Current:
        """Return the calendar of a department: its own, that of the nearest one above, or everybody else's."""
        while department_id is not None and department_id not in self._by_department:
            department_id = self._parents.get(department_id)
        return self._by_department[department_id]

    def upwards(self, department_id: int | None) -> Iterator[int]:
        """Yield a department and those above it."""
        while department_id is not None:
            yield department_id
            department_id = self._parents.get(department_id)

    def department_id(self, code: str) -> int | None:
        """Return the key of the department with a code."""
        return self._codes.get(code)

    @property
    def is_usable(self) -> bool:
        return None in self._by_department


_snapshot: Snapshot | None = None
_times: OrderedDict[str, WorkingTime] = OrderedDict()
_lock = threading.Lock()


def snapshot(seen: Edition | None = None) -> Snapshot:
    """Return the calendars in force. Without the *seen* edition it is asked for, in one statement."""
    global _snapshot
    seen = seen or _asked_edition()
    known = _snapshot
    if known is not None and known.edition == seen and seen[0] is not None:
        return known
    made = Snapshot(seen)
    if not made.is_usable:
        ensure_default()
        made = Snapshot(_asked_edition())
    _snapshot = made
    return made


def calendar_for(department: Department | int | None) -> Current:
    """Return the calendar in force for *department* (or its id). One statement, or three after a change."""
    return snapshot().for_department(department.pk if isinstance(department, Department) else department)


def time_of(version: CalendarVersion) -> WorkingTime:
    """Return the arithmetic of a version; worked out once in a process."""
    return _time(version.digest, lambda: version.plan)


def time_known_by(digest: str, version_id: int) -> WorkingTime:
    """Return the arithmetic of the version whose plan has *digest*. No statement, if this process has met it before.

    Without a digest it is asked for: a row whose calendar changed while it was locked comes without it.
    """
    if not digest:
        return time_of_version(version_id)
    return _time(digest, lambda: CalendarVersion.objects.get(pk=version_id).plan)


def time_of_version(version_id: int) -> WorkingTime:
    """Return the arithmetic of a version by its key. One statement; see :func:`time_of`."""
    return time_of(CalendarVersion.objects.get(pk=version_id))


def _current(version: CalendarVersion) -> Current:
    return Current(version.pk, version.known_until, version.digest, time_of(version))


def _time(digest: str, plan: Callable[[], dict[str, Any]]) -> WorkingTime:
    with _lock:
        found = _times.get(digest)
        if found is None:
            found = _times[digest] = working_time(plan())
            if len(_times) > _KEPT:
                _times.popitem(last=False)
        _times.move_to_end(digest)
        return found


def _asked_edition() -> Edition:
    columns = edition()
    rows: QuerySet[Any] = Calendar.objects.order_by().annotate(**columns).values_list(*columns)
    found = next(iter(rows[:1]), None)  # first() would want an order
    return tuple(found) if found else (None,)


def ensure_default() -> None:
    """Make the calendar of everybody without one of their own, if there is none: a plain working week.

    No year is known in it, so that every due time by it is provisional until an administrator signs one (R15).
    """
    if CalendarVersion.objects.published().filter(calendar__department=None).exists():
        return
    try:
        with transaction.atomic():
            calendar, _made = Calendar.objects.get_or_create(
                department=None,
                defaults={"code": "standard", "name_zh": "标准工作日历", "name_en": "Standard calendar"},
            )
            now = timezone.now()
            number = (calendar.versions.aggregate(last=Max("number"))["last"] or 0) + 1  # a draft may have the first
            version = CalendarVersion(
                calendar=calendar, number=number, plan=DEFAULT_PLAN, created_at=now, published_at=now
            )
            version.freeze()
            version.save()
    except IntegrityError:
        return  # somebody else made it at the same moment
