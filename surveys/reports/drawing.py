"""The report 《流程现状调研报告》 as a kind of report: found, written, named (H2.0.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from processes.domain.standard import Standard
from processes.manuals.blocks import Manual
from processes.manuals.report_kinds import ReportKind
from surveys.models import Survey
from surveys.queries.diagnosis import diagnosis_of
from surveys.reports.content import report_of


def _find(user: Any, number: str) -> Survey | None:
    rows = Survey.objects.visible_to(user).select_related("process__department", "owner")
    return rows.filter(number=number).first()


def _write(survey: Survey, *, choice: str, at: datetime) -> tuple[Manual, Standard]:
    return report_of(diagnosis_of(survey), choice=choice, at=at)


REPORT = ReportKind(
    "diagnosis-report",
    _("Current-state survey report"),
    find=_find,
    write=_write,
    key=lambda survey: survey.number,
    address=lambda survey: reverse("surveys:diagnosis-report", args=[survey.number]),
    stem=lambda survey: f"{survey.number}-report",
    author=lambda manual: manual.cover.rows[2][1][0],
)
