"""Kinds of job: make the file of a feedback report."""

from __future__ import annotations

from pilots.reports.feedback import FEEDBACK
from processes.manuals.report_kinds import register

register(FEEDBACK)
