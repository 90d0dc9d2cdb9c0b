"""Export a project: everything of it in one file. That somebody did is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

import procstd
from procstd.bilingual import filled, in_each_language
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_result
from procstd.files.domain.removing import remove_file
from procstd.files.models import StoredFile
from procstd.logs import security_log
from procstd.roles import Role
from procstd.transfer.archive import Unreadable, pack, unpack
from procstd.transfer.declared import Scope, parts
from procstd.transfer.examining import examine
from procstd.transfer.gathering import Gathered, gather
from projects.models import Export, Project


@dataclass(frozen=True)
class Packed:
    """A file, and what it holds."""

    content: bytes
    gathered: Gathered


def may_export(user: Any) -> bool:
    """Tell whether *user* sees every part of a project: the file shows all of it to whoever has it."""
    return user.is_active and (user.is_staff or Role.PROJECT_LEAD in user.roles)


def scope_of(project: Project) -> Scope:
    """Return what goes with a project: the processes it compares, and those that it standardizes."""
    candidates = list(project.candidates.values_list("process", "is_chosen"))
    return Scope(
        project.pk, tuple(process for process, _chosen in candidates),
        tuple(process for process, is_chosen in candidates if is_chosen),
    )  # fmt: skip


def pack_project(project: Project, *, by: Any, at: datetime) -> Packed:
    """Return the file as it is at one moment. Refuses who does not see the whole."""
    if not may_export(by):
        raise DomainError(_("Project leads and administrators export a project: the file shows all of it."))
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            # One moment for all statements: what somebody saves meanwhile is in no part of the file.
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        gathered = gather(scope_of(project))
    manifest = {
        "product": procstd.__version__,
        "made_at": at.isoformat(),
        "made_by": {"username": by.username, "name_zh": by.name_zh, "name_en": by.name_en},
        "project": {"code": project.code, "name_zh": project.name_zh, "name_en": project.name_en},
        "left_out": gathered.left_out,
    }
    content = pack(manifest, gathered.parts, gathered.contents)
    try:
        # What goes out must be able to come in: whoever needs the file one day cannot ask for another.
        examine(unpack(content))
    except Unreadable as refusal:
        raise DomainError(filled(_("The project cannot be exported whole. %(why)s"), why=refusal.message)) from refusal
    return Packed(content, gathered)


@transaction.atomic
def keep_export(project: Project, packed: Packed, *, job: int, by: Any, at: datetime) -> StoredFile:
    """Keep the file for whoever asked for it, and that it was asked for. Once for each job."""
    Project.objects.select_for_update().get(pk=project.pk)
    before = Export.objects.filter(job_number=job).first()
    if before is not None and (file := files_of(before).first()) is not None:
        return file
    sha256 = hashlib.sha256(packed.content).hexdigest()
    export = before or Export.objects.create(project=project, job_number=job, sha256=sha256, by=by, at=at)
    name = f"{project.code}-{at:%Y-%m-%d}.procstd"
    file = keep_result(packed.content, name=name, owner=by, at=at, belongs_to=export)
    security_log.warning("project_exported", project=project.pk, user=by.pk, sha256=sha256)
    return file


def files_of(*exports: Export) -> QuerySet[StoredFile]:
    """Return the files that exports have: of these, or of all."""
    rows = StoredFile.objects.filter(content_type=ContentType.objects.get_for_model(Export))
    return rows.filter(object_id__in=[row.pk for row in exports]) if exports else rows


def remove_exports_before(moment: datetime) -> int:
    """Remove files of exports made before *moment*; that they were made stays. Tell how many."""
    old = list(files_of().filter(created_at__lt=moment)[:100])
    for file in old:
        remove_file(file)
    return len(old)


def counted(counts: dict[str, int]) -> list[dict[str, Any]]:
    """Return counts by what people call the rows, in both languages."""
    found: dict[tuple[str, str], int] = {}
    for part in parts():
        words = in_each_language(part.title)
        key = (words["zh"], words["en"])
        found[key] = found.get(key, 0) + counts.get(part.label, 0)
    return [{"zh": zh, "en": en, "count": count} for (zh, en), count in found.items() if count]
