"""Audits and findings as lists show them: so many statements, however many rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from audits.models import Assignment, Audit, Deviation, DeviationKind, Finding, Item, Measure, Source
from audits.models.finding import Stage
from audits.queries.figures import Figures
from processes.domain.parsing import parse
from processes.domain.standard import Standard
from processes.models import Definition, Process
from procstd.organisation.models import Department


@dataclass(frozen=True)
class Standing:
    """An audit with how far it is."""

    audit: Audit
    stage: str
    drawn: int
    checked: int
    findings: int
    figures: Figures | None
    threshold: int | None


#: How far an audit is.
OPENED, FROZEN, CHECKING, CHECKED, CONCLUDED = "opened", "frozen", "checking", "checked", "concluded"


def standings(audits: Sequence[Audit]) -> list[Standing]:
    """Return audits, read with process, population and conclusion, with how far they are. Three statements."""
    keys = [audit.pk for audit in audits]
    standing = Item.objects.standing().filter(audit__in=keys).order_by()
    drawn = Counter(dict(standing.values_list("audit").annotate(n=Count("pk"))))
    checked = Counter(dict(standing.filter(check_done__isnull=False).values_list("audit").annotate(n=Count("pk"))))
    findings = Counter(
        dict(Finding.objects.filter(audit__in=keys).order_by().values_list("audit").annotate(n=Count("pk")))
    )
    return [_standing(audit, drawn[audit.pk], checked[audit.pk], findings[audit.pk]) for audit in audits]


def _standing(audit: Audit, drawn: int, checked: int, findings: int) -> Standing:
    facts = audit.conclusion.facts if hasattr(audit, "conclusion") else None
    if facts is not None:
        stage = CONCLUDED
    elif drawn:
        stage = CHECKED if checked == drawn else CHECKING
    else:
        stage = FROZEN if hasattr(audit, "population") else OPENED
    figures = Figures.of(facts["whole"]) if facts else None
    return Standing(audit, stage, drawn, checked, findings, figures, facts["threshold"] if facts else None)


def items_shown(items: QuerySet[Item]) -> QuerySet[Any]:
    """Return cases of a sample with who checks them, what was flagged and how it ended."""
    latest = Assignment.objects.filter(item=OuterRef("pk")).order_by("-pk")
    flagged = Deviation.objects.filter(item=OuterRef("pk")).order_by()
    return (
        items.select_related("department", "replacement__by", "check_done", "replaces", "audit")
        .annotate(
            checker_id=Subquery(latest.values("auditor")[:1]),
            # Subqueries, not joins: they are counted for the rows of a page, not for the whole sample.
            flags=_counted(flagged),
            waiting=_counted(flagged.filter(source=Source.SOFTWARE, verdict=None)),
        )
        .order_by("position")
    )


def _counted(rows: QuerySet[Any]) -> Any:
    return Coalesce(Subquery(rows.values("item").annotate(n=Count("pk")).values("n")), 0)


def standard_for(process: Process) -> Standard | None:
    """Return the latest released standard of a process: for the names of its steps. One statement."""
    definition = (
        Definition.objects.filter(revision__process=process, revision__variant_for=None).order_by("-pk").first()
    )
    return parse(definition.load()) if definition and definition.is_intact else None


@dataclass(frozen=True)
class Group:
    """Confirmed departures of one kind at one step in one department, and their finding if there is one."""

    department: Any
    kind: Any
    kind_code: str
    step: str
    step_name: str
    cases: list[str]
    finding: Finding | None


def groups_of(audit: Audit, rows: Iterable[Deviation], step_name: Any) -> list[Group]:
    """Return confirmed departures *rows* by department, kind and step. Two statements."""
    found: dict[tuple[int, str, str], list[str]] = {}
    for row in rows:
        found.setdefault((row.item.department_id, row.kind, row.step), []).append(row.item.number)
    findings = {(row.department_id, row.kind, row.step): row for row in Finding.objects.filter(audit=audit)}
    departments = Department.objects.without_tree_fields().in_bulk({key[0] for key in found})
    return [
        Group(departments[key[0]], DeviationKind(key[1]).label, key[1], key[2], step_name(key[2]),
              list(dict.fromkeys(numbers)), findings.get(key))
        for key, numbers in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]  # fmt: skip


def stage_of(finding: Finding, whys: Sequence[Any], measures: Sequence[Measure]) -> Stage:
    """Tell what a finding waits for. No query: measures come with their effects."""
    if not finding.is_open:
        return Stage.CLOSED
    if not whys or not whys[-1].is_actionable:
        return Stage.CAUSE
    if not measures:
        return Stage.MEASURE
    if any(row.done_at is None for row in measures):
        return Stage.DOING
    if any(not hasattr(row, "effect") for row in measures):
        return Stage.EFFECT
    return Stage.CLOSING if measures[-1].effect.worked else Stage.MEASURE


@dataclass(frozen=True)
class FindingLine:
    """A finding in a list."""

    finding: Finding
    stage: Stage
    due_on: date | None
    is_late: bool


def finding_lines(findings: Sequence[Finding], *, on: date) -> list[FindingLine]:
    """Return findings, read with whys and measures, with what they wait for. No query."""
    lines = []
    for row in findings:
        measures = list(row.measures.all())
        stage = stage_of(row, list(row.whys.all()), measures)
        due = [measure.due_on for measure in measures if measure.done_at is None]
        due += [day for measure in measures if not hasattr(measure, "effect") and (day := measure.check_on)]
        due_on = min(due) if due and row.is_open else None
        lines.append(FindingLine(row, stage, due_on, due_on is not None and due_on < on))
    return lines


def finding_rows(user: Any) -> Any:
    """Return the findings that *user* sees, as lists show them."""
    rows = Finding.objects.visible_to(user).select_related("process", "department", "audit", "recurs")
    return rows.prefetch_related("whys", "measures__effect")
