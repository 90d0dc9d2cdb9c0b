"""Make the weekly report once, tell those who want it, compute it again to compare (H2.5.4, F68)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.apps import REPORT_READERS
from cases.domain.reporting import Week, exceptions_of_week, unsettled
from cases.models import ExceptionReport, ReportSubscription
from cases.notices import REPORTED, words_of_report
from cases.queries.reports import figures_of, scope_of, summary_of
from processes.domain.definition import canonical, hash_of
from processes.models import Process
from procstd.access import may_call
from procstd.errors import DomainError
from procstd.logs import log
from procstd.moments import house_monday
from procstd.notices.domain.telling import Note, tell

#: A house that was down makes up for so many weeks.
CATCH_UP_WEEKS = 4
#: A report waits no longer for breaches that nobody has written down.
PATIENCE = timedelta(days=1)


def make_report(monday: date, *, at: datetime) -> ExceptionReport:
    """Compute and keep the report of a week that is over; the one that is kept already stays. It is made once."""
    if Week.of(monday).until > at:
        raise DomainError(_("This week is not over yet."))
    kept = ExceptionReport.objects.filter(week_from=monday).first()
    if kept is not None:
        return kept
    data = exceptions_of_week(monday)
    content = canonical(data)
    report = ExceptionReport(
        week_from=monday, content=content, sha256=hash_of(content), summary=summary_of(data), made_at=at
    )
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError:
        return ExceptionReport.objects.get(week_from=monday)  # another worker was first
    log.info("exception_report_made", week=report.week, exceptions=len(data["rows"]))
    return report


def due_mondays(at: datetime) -> Iterator[date]:
    """Yield the weeks that are over and have no report, the oldest first; the first report is of last week."""
    this_week = house_monday(at)
    mondays = [this_week - timedelta(weeks=weeks) for weeks in range(CATCH_UP_WEEKS, 0, -1)]
    made = set(ExceptionReport.objects.filter(week_from__gte=mondays[0]).values_list("week_from", flat=True))
    for monday in mondays:
        if monday in made:
            continue
        waits = at < Week.of(monday).until + PATIENCE
        if not (waits and unsettled(monday)):
            yield monday


def make_missing_reports(*, at: datetime) -> int:
    """Make what is missing of the last weeks and tell who subscribed; tell how many were made. May run twice, or late.

    A report and what is told of it are written together, so that nobody is left out by a crash in between.
    """
    made = 0
    for monday in list(due_mondays(at)):
        with transaction.atomic():
            announce_report(make_report(monday, at=at), at=at)
        made += 1
    return made


def announce_report(report: ExceptionReport, *, at: datetime) -> int:
    """Tell those who subscribed, each the figures of what they may read; telling twice is telling once.

    Whoever holds no post any more that reads reports is passed over.
    """
    notes = []
    rows = ReportSubscription.objects.filter(person__is_active=True).select_related("person", "process")
    for row in rows:
        if not may_call(row.person, frozenset(REPORT_READERS)):
            continue
        code = row.process.code if row.process else ""
        figures = figures_of(report.summary, scope_of(row.person), code)
        notes.append(
            Note(
                person_id=row.person_id,
                rule=REPORTED.name,
                key=f"report:{report.week}" + (f":{code}" if code else ""),
                url=report.get_absolute_url() + (f"?process={code}" if code else ""),
                **words_of_report(report, figures, row.process),
            )
        )
    return tell(notes, at=at)


def is_reproduced(report: ExceptionReport) -> bool:
    """Compute the week anew and tell whether it gives the same bytes."""
    return report.is_intact and hash_of(canonical(exceptions_of_week(report.week_from))) == report.sha256


def subscribe(person: Any, *, process: Process | None = None, at: datetime) -> None:
    """Have *person* told of each week's report, of one process or of all. Twice is once."""
    if not may_call(person, frozenset(REPORT_READERS)):
        raise DomainError(_("This report is not for your posts."))
    ReportSubscription.objects.get_or_create(person=person, process=process, defaults={"since": at})


def unsubscribe(person: Any, *, process: Process | None = None) -> None:
    """Tell *person* no longer."""
    ReportSubscription.objects.filter(person=person, process=process).delete()
