"""What audits and pilots know: findings of a period, those that came back, compliance, and where a code is read."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Q

from audits.models import Conclusion, Finding
from audits.queries.figures import Figures
from pilots.models import Issue
from processes.models import Process


def findings_of(process: Process, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return the findings raised in a half-open period, by number: what was found, where, and whether it is closed."""
    rows = Finding.objects.filter(process=process, raised_at__gte=since, raised_at__lt=until)
    return [
        {
            "number": row.number, "text": row.text[:300], "step": row.step, "kind": row.kind, "grade": row.grade,
            "recurs": row.recurs.number if row.recurs else "", "is_closed": row.closed_at is not None,
        }
        for row in rows.select_related("recurs").order_by("year", "serial")
    ]  # fmt: skip


def recurring(process: Process, since: datetime, until: datetime) -> str:
    """Return the number of a finding raised in the period that one raised before was the same as; else nothing."""
    rows = Finding.objects.filter(process=process, raised_at__gte=since, raised_at__lt=until).exclude(recurs=None)
    found = rows.order_by("year", "serial").first()
    return found.number if found else ""


def addresses_of(codes: set[str]) -> dict[str, str]:
    """Return where those of *codes* that are findings, or issues of pilots, are read. Two statements at most."""
    found: dict[str, str] = {}
    wanted = {code for code in codes if code.startswith("NC-")}
    if wanted:
        parts = (code.split("-") for code in wanted)
        numbered = [Q(year=int(year), serial=int(serial)) for _nc, year, serial in _numbers(parts)]
        rows = Finding.objects.filter(_any_of(numbered)) if numbered else Finding.objects.none()
        found |= {row.number: row.get_absolute_url() for row in rows}
    pilots = {code.rpartition("-I")[0] for code in codes if code.startswith("P-") and "-I" in code}
    if pilots:
        issues = Issue.objects.filter(pilot__code__in=pilots).select_related("pilot")
        found |= {row.code: row.get_absolute_url() for row in issues if row.code in codes}
    return found


def _numbers(parts: Any) -> list[list[str]]:
    return [row for row in parts if len(row) == 3 and all(part.isascii() and part.isdecimal() for part in row[1:])]


def _any_of(conditions: list[Q]) -> Q:
    found = Q(pk__in=())
    for row in conditions:
        found |= row
    return found


def compliance_of(since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return the audits concluded in a half-open period by process and month: sampled, compliant, rate, lower bound."""
    rows = Conclusion.objects.filter(at__gte=since, at__lt=until).select_related("audit__process")
    by_process: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by("audit__month_from", "pk"):
        figures = Figures.of(row.facts["whole"])
        by_process[row.audit.process.code].append(
            {
                "number": row.audit.number, "process": row.audit.process, "n": figures.n, "hits": figures.hits,
                "rate": figures.rate, "lower": figures.low,
            }
        )  # fmt: skip
    return [line for code in sorted(by_process) for line in by_process[code]]
