"""Kinds of job: export a project, check a file of one, import it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError
from procstd.files.models import StoredFile
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind
from procstd.transfer.archive import unpack
from projects.domain.transfer.checking import look_into
from projects.domain.transfer.exporting import counted, keep_export, pack_project
from projects.domain.transfer.importing import import_project
from projects.models import Project


@kind("project-export", title=_("Export of a project"), result_template="projects/job_export.html")
def export(run: Run) -> dict[str, Any]:
    """Write everything of a project into one file. Rights are those of this moment."""
    owner = run.job.owner
    project = Project.objects.visible_to(owner).filter(code=run.facts["project"]).first()
    if project is None:
        raise DomainError(_("This project is not there for you any more."))
    run.advance(0, total=3)
    now = timezone.now()
    packed = pack_project(project, by=owner, at=now)
    run.advance(1)
    file = keep_export(project, packed, job=run.job.pk, by=owner, at=now)
    run.advance(3)
    gathered = packed.gathered
    return {
        "file": str(file.key), "name": file.name, "size": file.size, "sha256": file.sha256, "project": project.code,
        "counts": counted({label: len(rows) for label, rows in gathered.rows.items()}), "files": len(gathered.files),
        "left_out": gathered.left_out[:200], "is_large": file.size > settings.UPLOAD_LIMIT_BYTES,
    }  # fmt: skip


@kind("project-check", title=_("Check of a project's file"), result_template="projects/job_check.html")
def check(run: Run) -> dict[str, Any]:
    """Examine a file and tell what it holds. Nothing is written."""
    run.advance(0, total=2)
    archive = unpack(_raw(run))
    run.advance(1)
    _content, told = look_into(archive)
    run.advance(2)
    return told


@kind("project-import", title=_("Import of a project"), result_template="projects/job_import.html")
def bring_in(run: Run) -> dict[str, Any]:
    """Write a checked file in one transaction. Begun again after a crash it writes nothing twice."""
    run.advance(0, total=2)
    archive = unpack(_raw(run))
    if archive.sha256 != run.facts["sha256"]:
        raise DomainError(_("This is not the file that was checked."))
    content, told = look_into(archive)
    # The last word to whoever cancels. After the commit the project is there, and nothing may say otherwise.
    run.advance(1, total=2)
    facts = {name: run.facts[name] for name in ("check", "code", "decided", "stays")}
    made = import_project(content, told, by=run.job.owner, at=timezone.now(), **facts)
    return {"project": made.project.code, **made.wrote, "left_out": told["left_out"]}


def _raw(run: Run) -> bytes:
    file = StoredFile.objects.visible_to(run.job.owner).filter(key=run.facts["file"]).first()
    if file is None:
        raise DomainError(_("The file is not there any more: it is kept for a day. Upload it again."))
    with file.content.open("rb") as content:
        return bytes(content.read())
