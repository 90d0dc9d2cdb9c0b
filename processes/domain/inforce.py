"""Where and when a definition is in force: half-open periods, which never overlap within one scope (F25, F37)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.domain.indexing import ensure_indexed
from processes.models import Definition, Process, Release, Revision
from processes.models.revision import State
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log
from procstd.moments import moment
from procstd.organisation.models import Department


def refuse_impossible_period(valid_from: datetime | None, valid_until: datetime | None, at: datetime) -> datetime:
    """Return when a release begins (default: *at*). Refuses the past, and an end that is none."""
    start = valid_from or at
    if start < at:
        raise DomainError(_("A release cannot take effect in the past."), field="valid_from")
    if valid_until is not None and valid_until <= start:
        raise DomainError(_("A release must end after it takes effect."), field="valid_until")
    return start


def scope_of(revision: Revision, departments: Iterable[Any]) -> list[Any]:
    """Return where *revision* is to be in force: a variant in its own department and those below, nowhere else (F19).

    A variant for which no department is named holds in all of these that are active, but not below a department with
    a variant of its own.
    """
    chosen = list(departments)
    if revision.variant_for is None:
        return chosen
    below = list(Department.objects.without_tree_fields().below([revision.variant_for.pk]))
    if not {row.pk for row in chosen} <= {row.pk for row in below}:
        raise DomainError(
            _("%(number)s is the variant of %(department)s: it holds there and in the departments below it.")
            % {"number": revision, "department": revision.variant_for},
            field="departments",
        )
    if chosen:
        return chosen
    varied = _varied_below(revision, below)
    found = [row for row in below if row.is_active and row.pk not in varied]
    if not found:  # none would mean everywhere
        raise DomainError(_("“%(what)s” is abolished.") % {"what": revision.variant_for}, field="departments")
    return found


def _varied_below(revision: Revision, below: list[Department]) -> set[int]:
    """Return the departments under *revision*'s own that have a released variant of their own, or are below such."""
    codes = {row.code for row in below} - {revision.variant_for_id}
    varied = Revision.objects.filter(process=revision.process_id, state=State.RELEASED, variant_for__code__in=codes)
    roots = set(varied.values_list("variant_for__pk", flat=True))
    if not roots:
        return set()
    return set(Department.objects.without_tree_fields().below(roots).values_list("pk", flat=True))


@transaction.atomic
def put_in_force(
    revision: Revision,
    *,
    by: Any,
    at: datetime,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    departments: Iterable[Any] = (),
    reason: str = "",
) -> Release:
    """Put a revision that is released already in force for further departments, or again (F37).

    Its definition stays the one that was released; nothing is checked or compiled a second time.
    """
    process = Process.objects.select_for_update().get(pk=revision.process_id)
    definition = Definition.objects.filter(revision=revision).first()
    if definition is None:
        raise DomainError(_("This revision is a draft; release it first."))
    if not definition.is_intact:
        raise DomainError(_("The stored text of this standard is not the one that was released."))
    start = refuse_impossible_period(valid_from, valid_until, at)
    scope = scope_of(revision, departments)
    made = write_release(process, definition, start=start, end=valid_until, departments=scope, by=by, reason=reason)
    log.info("put_in_force", process=process.pk, revision=revision.pk)
    return made


def write_release(
    process: Process,
    definition: Definition,
    *,
    start: datetime,
    end: datetime | None,
    departments: Iterable[Any],
    by: Any,
    reason: str,
) -> Release:
    """Write a release into the periods of its scope. The caller holds the lock on *process*.

    What is in force there ends at *start*; if this release ends before that would have, it goes
    on afterwards. A release planned for later stays: without an *end*, this one ends where that
    begins; an *end* behind it is refused.
    """
    chosen = list(departments)
    running, following = _neighbours(process, {department.pk for department in chosen}, start)
    planned = end
    if following is not None:
        if following.valid_from == start or (end is not None and end > following.valid_from):
            raise DomainError(
                _("%(number)s takes effect there on %(when)s. Choose a period before it, or withdraw it first.")
                % {"number": following.definition.revision, "when": moment(following.valid_from)},
                field="valid_from" if following.valid_from == start else "valid_until",
            )
        end = end or following.valid_from
    if running is not None:
        resumes_until = running.valid_until
        running.valid_until = start
        history.save(running, by=by, reason=reason, update_fields=["valid_until"])
        if end is not None and (resumes_until is None or resumes_until > end):
            _write(process, running.definition, end, resumes_until, running.planned_until, chosen, by, running.reason)
    return _write(process, definition, start, end, planned, chosen, by, reason)


def _write(
    process: Process, definition: Definition, start: datetime, end: datetime | None, planned: datetime | None,
    departments: list[Any], by: Any, reason: str,
) -> Release:  # fmt: skip
    made = Release(
        definition=definition, process=process, valid_from=start, valid_until=end, planned_until=planned,
        released_by=by, reason=reason,
    )  # fmt: skip
    history.save(made, by=by, reason=reason)
    made.departments.set(departments)
    ensure_indexed(definition)
    return made


def _neighbours(process: Process, scope: set[int], start: datetime) -> tuple[Release | None, Release | None]:
    """Return the release of *scope* that is in force just before *start*, and the next from then on."""
    rows = process.releases.select_related("definition__revision").prefetch_related("departments")
    same = [row for row in rows if {department.pk for department in row.departments.all()} == scope]
    running = [row for row in same if row.valid_from < start and (row.valid_until is None or row.valid_until > start)]
    later = sorted((row for row in same if row.valid_from >= start), key=lambda row: row.valid_from)
    return next(iter(running), None), next(iter(later), None)


@transaction.atomic
def end_release(release: Release, *, by: Any, at: datetime, reason: str) -> None:
    """End a release that is in force now, or withdraw one that is planned: what it would have ended goes on then.

    Open cases keep their definition. Refuses a release that is over.
    """
    process = Process.objects.select_for_update().get(pk=release.process_id)
    release = Release.objects.select_related("process").get(pk=release.pk)
    if release.valid_until is not None and release.valid_until <= at:
        raise DomainError(_("This release is over already."))
    if release.valid_from < at:
        release.valid_until = at
        history.save(release, by=by, reason=reason, update_fields=["valid_until"])
        log.info("release_ended", process=process.pk, release=release.pk)
        return
    scope = {department.pk for department in release.departments.all()}
    before = _ended_by(process, scope, release)
    log.info("release_withdrawn", process=process.pk, release=release.pk)
    history.delete(release, by=by, reason=reason)
    if before is not None:
        _running, following = _neighbours(process, scope, before.valid_until or at)
        ends = [moment for moment in (before.planned_until, following and following.valid_from) if moment]
        before.valid_until = min(ends, default=None)
        history.save(before, by=by, reason=reason, update_fields=["valid_until"])


def _ended_by(process: Process, scope: set[int], release: Release) -> Release | None:
    """Return the release that would go on if *release* did not begin."""
    for row in process.releases.filter(valid_until=release.valid_from).prefetch_related("departments"):
        goes_on = row.planned_until is None or row.planned_until > release.valid_from
        if goes_on and {department.pk for department in row.departments.all()} == scope:
            return row
    return None
