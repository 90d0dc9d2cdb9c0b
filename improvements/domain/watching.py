"""Watch processes week by week, and ask for an evaluation where the figures say so (F82)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.queries.facts import facts_of
from improvements.domain.planning import plan_triggered
from improvements.models import Evaluation, Trigger, WeekFigures
from improvements.queries.evidence import charts_of
from improvements.queries.evidence_audits import recurring
from improvements.queries.weeks import EMPTY, WEEK, by_week, closed_in
from processes.domain.definition import canonical
from processes.models import Process, Release
from procstd.alone import each_alone
from procstd.bilingual import filled, in_each_language
from procstd.moments import house_midnight, house_monday

#: Weeks that charts look back, and that a house makes up for that was down.
WEEKS = 26
#: Of the cases closed in four weeks so many may be overdue before somebody has to look; with fewer cases nobody must.
BREACH_WEEKS, BREACH_SHARE, BREACH_LEAST = 4, 0.2, 20

SERIES_NAMES = {
    "cycle": _("Cycle time"), "errors": _("Not right the first time"), "satisfaction": _("Satisfaction"),
    "breaches": _("Overdue"),
}  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """Why a process is to be evaluated."""

    trigger: Trigger
    why: Any


def watch(*, at: datetime) -> list[Evaluation]:
    """Write down the weeks that are over, and plan evaluations where a week that was new says so. May run twice."""
    running = Release.objects.filter(valid_from__lte=at).values("process")
    rows = Process.objects.filter(is_active=True, pk__in=running).order_by("code")
    planned = each_alone(rows, partial(_watch_one, at=at), event="process_not_watched")
    return [made for made in planned if made is not None]


@transaction.atomic
def _watch_one(process: Process, *, at: datetime) -> Evaluation | None:
    """Watch one process. Its weeks are kept with what they ask for, or not at all: a week asks only while it is new."""
    reason = reason_of(process, at=at) if keep_weeks(process, at=at) else None
    if reason is None:
        return None
    texts = in_each_language(reason.why)
    return plan_triggered(process, trigger=reason.trigger, why_zh=texts["zh"], why_en=texts["en"], at=at)


def keep_weeks(process: Process, *, at: datetime) -> int:
    """Write down each of the last weeks that is over and has no figures; tell how many. A week is read once."""
    this = house_monday(at)
    first = Release.objects.filter(process=process).order_by("valid_from").values_list("valid_from", flat=True)[0]
    wanted = [this - WEEK * number for number in range(WEEKS, 0, -1)]
    known = set(WeekFigures.objects.filter(process=process, monday__gte=wanted[0]).values_list("monday", flat=True))
    made = 0
    for monday in wanted:
        if monday in known or monday + WEEK <= house_monday(first):
            continue
        made += _keep(process, monday, at)
    return made


def _keep(process: Process, monday: date, at: datetime) -> int:
    cases = closed_in(process.pk, house_midnight(monday), house_midnight(monday + WEEK))
    found = by_week(facts_of(cases, at=at)).get(monday)
    row = WeekFigures(
        process=process, monday=monday, content=canonical(found.as_data() if found else dict(EMPTY)), made_at=at
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return 0  # another worker was first
    return 1


def reason_of(process: Process, *, at: datetime) -> Reason | None:
    """Return why the last week asks for an evaluation of *process*; None where it does not.

    Breaches go before signals, since a person can do something about a step; a finding that came back before both.
    """
    rows = [
        {"monday": row.monday, **row.data}
        for row in WeekFigures.objects.filter(process=process).order_by("-monday")[:WEEKS]
    ][::-1]  # fmt: skip
    again = recurring(process, house_midnight(house_monday(at) - WEEK), at)
    if again:
        return Reason(Trigger.RECURRENCE, filled(_("The finding %(number)s is one that was there before."),
                                                 number=again))  # fmt: skip
    return _breaches(rows) or _signal(rows)


def _breaches(rows: Sequence[dict[str, Any]]) -> Reason | None:
    last = rows[-BREACH_WEEKS:]
    closed, late = sum(row["closed"] for row in last), sum(row["breached"] for row in last)
    if closed < BREACH_LEAST or late / closed < BREACH_SHARE:
        return None
    why = _("In %(late)d of the %(closed)d cases closed in the last four weeks a limit was exceeded: %(percent)d %%.")
    return Reason(Trigger.BREACHES, filled(why, late=late, closed=closed, percent=round(100 * late / closed)))


def _signal(rows: Sequence[dict[str, Any]]) -> Reason | None:
    """Return the signal of the last week, if it has one; earlier ones were told before."""
    last = len(rows) - 1
    for name, chart in charts_of(rows).items():
        if chart and any(signal["place"] == last for signal in chart["signals"]):
            why = _(
                "The control chart of %(what)s over %(weeks)d weeks gives a signal in the last week. A steady process "
                "would give one in about %(percent)d %% of such charts."
            )
            facts = {"what": SERIES_NAMES[name], "weeks": len(rows), "percent": round(100 * chart["false_alarm"])}
            return Reason(Trigger.SIGNAL, filled(why, **facts))
    return None
