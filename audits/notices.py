"""What people are told about audits: rules and words. No personal data, no words that people wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.models import Audit, Finding, Measure, ScoreEntry
from procstd.bilingual import in_each_language
from procstd.notices.domain.telling import Note
from procstd.notices.rules import Rule, rule

CHECKS = rule("audit.checks", gettext_lazy("Cases of a sample are mine to check"), "working")
RAISED = rule("audit.finding", gettext_lazy("A finding concerns my department or my process"), "working")
MEASURE = rule(
    "audit.measure", gettext_lazy("A corrective action is mine, is due, or its effect is to be checked"), "working"
)
SCORED = rule("audit.score", gettext_lazy("My department is scored"), "working")
APPEALED = rule("audit.appeal", gettext_lazy("An appeal is made, or mine is decided"), "working")


def _notes(
    rule: Rule, key: str, people: Iterable[int | None], title: Callable[[], str], *, url: str,
    body: Callable[[], str] = str,
) -> list[Note]:  # fmt: skip
    titles, bodies = in_each_language(title), in_each_language(body)
    return [
        Note(person, rule.name, key, titles["zh"], titles["en"], bodies["zh"], bodies["en"], url)
        for person in dict.fromkeys(people)
        if person is not None
    ]


def checks_assigned(audit: Audit, person: int, count: int, at: datetime) -> list[Note]:
    """Tell an auditor what there is to check."""
    return _notes(
        CHECKS, f"audit:{audit.pk}:checks:{at.timestamp():.3f}", [person],
        lambda: ngettext(
            "%(audit)s: %(count)d case to check", "%(audit)s: %(count)d cases to check", count
        ) % {"audit": audit.number, "count": count},
        url=audit.get_absolute_url(),
    )  # fmt: skip


def finding_raised(finding: Finding, people: Iterable[int | None]) -> list[Note]:
    """Tell heads and the process owner of a finding."""

    def body() -> str:
        said = f"{finding.process} · {finding.department} · {finding.get_kind_display()}"
        return said + (f" · {_('This has been found before.')}" if finding.recurs_id else "")

    return _notes(
        RAISED, f"finding:{finding.pk}:raised", people,
        lambda: _("%(number)s: a finding waits for its cause and its corrective action") % {"number": finding.number},
        url=finding.get_absolute_url(), body=body,
    )  # fmt: skip


def measure_given(measure: Measure) -> list[Note]:
    """Tell the owner of a corrective action."""
    return _notes(
        MEASURE, f"measure:{measure.pk}:given:{measure.due_on}", [measure.owner_id],
        lambda: _("%(number)s: a corrective action is yours, due %(day)s")
        % {"number": measure.finding.number, "day": measure.due_on},
        url=measure.finding.get_absolute_url(),
    )  # fmt: skip


def measure_due(measure: Measure, *, stage: str, people: Iterable[int | None]) -> list[Note]:
    """Remind of a corrective action: soon due, due, or overdue (again each week)."""
    words = {
        "soon": gettext_lazy("%(number)s: your corrective action is due %(day)s"),
        "late": gettext_lazy("%(number)s: a corrective action was due %(day)s"),
    }
    return _notes(
        MEASURE, f"measure:{measure.pk}:{stage}:{measure.due_on}", people,
        lambda: str(words[stage.partition("-")[0]]) % {"number": measure.finding.number, "day": measure.due_on},
        url=measure.finding.get_absolute_url(),
    )  # fmt: skip


def effect_due(measure: Measure) -> list[Note]:
    """Tell who checks the effect that the day has come."""
    return _notes(
        MEASURE, f"measure:{measure.pk}:effect:{measure.check_on}", [measure.checker_id],
        lambda: _("%(number)s: see whether the corrective action worked") % {"number": measure.finding.number},
        url=measure.finding.get_absolute_url(),
    )  # fmt: skip


def scored(entry: ScoreEntry, people: Iterable[int | None]) -> list[Note]:
    """Tell the heads of a department of its points."""
    return _notes(
        SCORED, f"score:{entry.pk}", people,
        lambda: _("%(audit)s: %(points)s points for %(department)s")
        % {"audit": entry.audit.number, "points": f"{entry.points:+d}", "department": entry.department},
        url=reverse("audits:score-sheet", args=[entry.department.code]),
    )  # fmt: skip


def appeal_made(entry: ScoreEntry, people: Iterable[int | None]) -> list[Note]:
    """Tell those who can decide an appeal."""
    return _notes(
        APPEALED, f"appeal:{entry.pk}:made", people,
        lambda: _("%(department)s appeals against its score of %(audit)s")
        % {"department": entry.department, "audit": entry.audit.number},
        url=reverse("audits:score-sheet", args=[entry.department.code]),
    )  # fmt: skip


def appeal_decided(entry: ScoreEntry, *, is_upheld: bool, person: Any) -> list[Note]:
    """Tell who appealed."""
    return _notes(
        APPEALED, f"appeal:{entry.pk}:decided", [person],
        lambda: (_("Your appeal against the score of %(audit)s was upheld") if is_upheld
                 else _("Your appeal against the score of %(audit)s was dismissed")) % {"audit": entry.audit.number},
        url=reverse("audits:score-sheet", args=[entry.department.code]),
    )  # fmt: skip
