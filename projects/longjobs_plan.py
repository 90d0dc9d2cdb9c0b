"""Kinds of job: make the file of a plan."""

from __future__ import annotations

from processes.manuals.report_kinds import register
from projects.reports.plan import PLAN

register(PLAN)
