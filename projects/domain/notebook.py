"""Risks with their controls (H4), decisions, minutes, files: what is kept beside the plan."""

from __future__ import annotations

from datetime import date, datetime
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.calendars.domain.workdays import standard_workdays
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.files.models import StoredFile
from projects.domain.rights import lock_project
from projects.models import Entry, Project, Risk


@transaction.atomic
def add_risk(project: Project, *, reason: str, by: Any, **facts: Any) -> Risk:
    """Add a risk with the control that keeps it small."""
    project = lock_project(project, by=by)
    return history.save(Risk(project=project, **facts), by=by, reason=reason)


@transaction.atomic
def change_risk(risk: Risk, *, reason: str, by: Any, seen: int | None = None, **facts: Any) -> Risk:
    """Change a risk: how likely, how grave, who watches it, whether it is still open."""
    project = lock_project(risk.project, by=by)
    risk = project.risks.select_for_update(of=("self",)).get(pk=risk.pk)
    history.refuse_if_changed_since(risk, seen)
    for name, value in facts.items():
        setattr(risk, name, value)
    return history.save(risk, by=by, reason=reason)


@transaction.atomic
def write_entry(
    project: Project, *, kind: str, held_on: date, title: str, text: str, people: str = "", by: Any, at: datetime
) -> Entry:
    """Write down a decision, or the minutes of a meeting. What is written is not changed."""
    project = lock_project(project, by=by)
    if held_on > standard_workdays().today(at):
        raise DomainError(_("This day is still to come."), field="held_on")
    entry = Entry(project=project, kind=kind, held_on=held_on, title=title, text=text, people=people, by=by, at=at)
    entry.save()
    return entry


@transaction.atomic
def add_file(project: Project, *, file: IO[bytes], by: Any, at: datetime) -> StoredFile:
    """Keep a file with the project: whoever sees the project sees it."""
    project = lock_project(project, by=by)
    return keep_upload(file, name=getattr(file, "name", "file"), owner=by, at=at, belongs_to=project)
