"""Release a revision: from then on its definition is what runs, is read, and is audited."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from processes.domain.checks import Fault, faults_of
from processes.domain.definition import build, canonical, hash_of
from processes.domain.parsing import parse
from processes.domain.standard import Standard
from processes.models import Definition, Process, Release, Revision
from processes.models.revision import State
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log

Compiler = Callable[[Definition, Standard], None]
_compilers: list[Compiler] = []


class NotReleasable(DomainError):
    """The standard has faults; each says where it is mended."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(_("This standard cannot be released yet: %(count)d faults.") % {"count": len(faults)})
        self.faults = faults


def compile_with(compiler: Compiler) -> None:
    """Let *compiler* run in every release, inside its transaction: if it fails, nothing is released.

    The rooms above register theirs when they are ready; nothing here imports them.
    """
    if compiler not in _compilers:
        _compilers.append(compiler)


def faults_in(revision: Revision) -> list[Fault]:
    """Return what keeps *revision* from being released."""
    return faults_of(parse(build(revision)))


@transaction.atomic
def release(
    revision: Revision,
    *,
    by: Any,
    at: datetime,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    departments: Iterable[Any] = (),
    reason: str = "",
) -> Release:
    """Release a draft: check it, write its definition, compile it, put it in force (F50, W14).

    It holds for *departments* (none: for all) from *valid_from* (default: *at*) until
    *valid_until*. Releases of the same scope end where this one begins. Raises NotReleasable
    with every fault, and DomainError when the revision is no draft or the period is impossible.
    """
    process = Process.objects.select_for_update().get(pk=revision.process_id)
    revision = Revision.objects.select_related("process").get(pk=revision.pk)
    if not revision.is_draft:
        raise DomainError(_("This revision is released already."))
    start = valid_from or at
    if start < at:
        raise DomainError(_("A release cannot take effect in the past."), field="valid_from")
    if valid_until is not None and valid_until <= start:
        raise DomainError(_("A release must end after it takes effect."), field="valid_until")
    data = build(revision)
    standard = parse(data)
    faults = faults_of(standard)
    if faults:
        raise NotReleasable(faults)
    content = canonical(data)
    definition = Definition(revision=revision, content=content, sha256=hash_of(content), created_at=at)
    definition.save()
    for compiler in _compilers:
        compiler(definition, standard)
    revision.state = State.RELEASED
    history.save(revision, by=by, reason=reason, update_fields=["state"])
    made = _put_in_force(process, definition, start, valid_until, list(departments), by, reason)
    log.info("released", process=process.pk, revision=revision.pk, sha256=definition.sha256)
    return made


def _put_in_force(
    process: Process,
    definition: Definition,
    start: datetime,
    end: datetime | None,
    departments: list[Any],
    by: Any,
    reason: str,
) -> Release:
    """Write the release, and end those of the same scope at its start: periods of a scope never overlap."""
    scope = {department.pk for department in departments}
    not_over = Q(valid_until__isnull=True) | Q(valid_until__gt=start)
    for other in process.releases.filter(not_over).prefetch_related("departments"):
        if {department.pk for department in other.departments.all()} != scope:
            continue
        if other.valid_from >= start:
            raise DomainError(
                _("A release of the same scope takes effect on %(day)s or later; choose another time.")
                % {"day": other.valid_from.date()},
                field="valid_from",
            )
        Release.objects.filter(pk=other.pk).update(valid_until=start)
    made = Release(
        definition=definition, process=process, valid_from=start, valid_until=end, released_by=by, reason=reason
    )
    made.save()
    made.departments.set(departments)
    return made
