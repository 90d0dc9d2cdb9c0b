"""Kinds of job: make the file of a report."""

from __future__ import annotations

from processes.manuals.report_kinds import register
from surveys.reports.drawing import REPORT

register(REPORT)
