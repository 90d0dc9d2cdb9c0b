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
    """Add a risk with the control that keeps it small; the same risk once more, by a second click, stays one."""
    project = lock_project(project, by=by)
    if (twin := project.risks.filter(is_open=True, **facts).first()) is not None:
        return twin
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
    """Write down a decision, or the minutes of a meeting. What is written is not changed.

    The same words of the same person about the same day are one entry: a form is sent twice by two clicks.
    """
    project = lock_project(project, by=by)
    if held_on > standard_workdays().today(at):
        raise DomainError(_("This day is still to come."), field="held_on")
    said = {"kind": kind, "held_on": held_on, "title": title, "text": text, "people": people, "by": by}
    return project.entries.filter(**said).first() or project.entries.create(**said, at=at)


@transaction.atomic
def add_file(project: Project, *, file: IO[bytes], by: Any, at: datetime) -> StoredFile:
    """Keep a file with the project: whoever sees the project sees it."""
    project = lock_project(project, by=by)
    return keep_upload(file, name=getattr(file, "name", "file"), owner=by, at=at, belongs_to=project, once=True)
