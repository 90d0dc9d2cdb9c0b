"""Figures of an evaluation in words and pictures: the same on a page and in a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from improvements.domain.control_svg import control_svg
from improvements.domain.watching import SERIES_NAMES
from improvements.models import Suggestion
from improvements.queries.evidence_audits import addresses_of
from improvements.queries.weeks import rate
from procstd.bilingual import suffix
from procstd.estimates.control import BEYOND, RANGE, RUNNING
from surveys.queries.results import LEAST

#: Shares are written in hundredths; the other series in working hours.
_HOURS = frozenset({"cycle"})


@dataclass(frozen=True)
class Shown:
    """A series: its name, its drawing (nothing where there are too few weeks), and each signal in a sentence."""

    name: str
    drawing: str
    signals: tuple[str, ...]
    false_alarm: str


def say_value(series: str, value: float | None) -> str:
    """Write a value of a series with its unit: 12.5 h, 31 %."""
    if value is None:
        return "–"
    if series in _HOURS:
        return _("%(hours)s h") % {"hours": number_format(round(value, 1), 1)}
    return f"{number_format(round(100 * value), 0)} %"


def charts_shown(data: Mapping[str, Any]) -> list[Shown]:
    """Return the control charts of evidence, drawn in the language in force."""
    mondays = [week["monday"] for week in data["weeks"]]
    return [_shown(name, data["charts"][name], mondays) for name in SERIES_NAMES if name in data["charts"]]


def _shown(name: str, chart: Mapping[str, Any] | None, mondays: list[str]) -> Shown:
    title = str(SERIES_NAMES[name])
    if chart is None:
        return Shown(title, "", (), "")
    drawing = control_svg(chart, mondays=mondays, title=title, say=lambda value: say_value(name, value))
    signals = tuple(_signal(signal, chart, mondays, name) for signal in chart["signals"])
    return Shown(title, drawing, signals, f"{round(100 * chart['false_alarm'])} %")


def _signal(signal: Mapping[str, Any], chart: Mapping[str, Any], mondays: list[str], name: str) -> str:
    words = {
        (BEYOND, 1): _("Week of %(day)s: %(value)s is above the limit."),
        (BEYOND, -1): _("Week of %(day)s: %(value)s is below the limit."),
        (RUNNING, 1): _("Week of %(day)s: the ninth week in a row above the centre, or one after it."),
        (RUNNING, -1): _("Week of %(day)s: the ninth week in a row below the centre, or one after it."),
        (RANGE, 0): _("Week of %(day)s: it differs from the week before more than usual."),
    }  # fmt: skip
    place = signal["place"]
    facts = {"day": mondays[place], "value": say_value(name, chart["values"][place])}
    return words[signal["rule"], signal["side"]] % facts


def totals_shown(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the figures of the whole period with their labels."""
    totals, cases = data["totals"], data["cases"]

    def share(hits: int, n: int) -> str:
        if not n:
            return "–"
        return _("%(percent)s (%(hits)d of %(n)d)") % {
            "percent": say_value("", rate(hits, n)), "hits": hits, "n": n,
        }  # fmt: skip

    return [
        (_("Cases closed"), number_format(cases["closed"])),
        (_("Cases opened"), number_format(cases["opened"])),
        (_("Cases open now"), number_format(cases["open"])),
        (_("Cycle time, median of working hours"), say_value("cycle", totals["median_hours"])),
        (_("Right the first time"), share(totals["right"], totals["closed"])),
        (_("Overdue"), share(totals["breached"], totals["closed"])),
        (_("Satisfied customers"), share(totals["satisfied"], totals["rated"])),
    ]


def steps_shown(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the steps with how often their limits were exceeded."""
    return [
        {"name": row[suffix()], "late": row["late"], "done": row["done"],
         "share": say_value("", rate(row["late"], row["done"]))}
        for row in data["steps"]
    ]  # fmt: skip


def findings_shown(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what audits found, each with where it is read."""
    addresses = addresses_of({row["number"] for row in data["findings"]})
    return [{**row, "url": addresses.get(row["number"], "")} for row in data["findings"]]


def suggestions_shown(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the suggestions of the period; anonymous ones only where there are at least five (A8)."""
    rows = list(data["suggestions"]["rows"])
    numbers = [row["number"] for row in rows]
    hidden = set(Suggestion.objects.filter(number__in=numbers, is_anonymous=True).values_list("number", flat=True))
    return [row for row in rows if len(hidden) >= LEAST or row["number"] not in hidden]
