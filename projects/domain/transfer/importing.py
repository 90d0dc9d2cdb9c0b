"""Import a file that was checked: one new project, everything or nothing, once for each check that is confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.models import Process
from procstd.bilingual import filled
from procstd.errors import DomainError
from procstd.files.domain.keeping import prove_moved
from procstd.jobs.domain.running import start_job
from procstd.jobs.models import Job, State
from procstd.logs import security_log
from procstd.organisation.codes import code_validator
from procstd.organisation.domain.departments import add_department
from procstd.organisation.domain.people import add_person
from procstd.organisation.domain.posts import add_post
from procstd.organisation.models import Department, Post, User
from procstd.transfer.content import Content
from procstd.transfer.declared import DEPARTMENT, PERSON, POST
from procstd.transfer.knowing import Key, known_here
from procstd.transfer.writing import Plan, Written, write
from projects.domain.starting import RESERVED
from projects.domain.transfer.checking import KINDS, Needs, named_twice, needs_of
from projects.domain.transfer.exporting import counted
from projects.models import Arrival, Project
from projects.queries.words import both

#: What is decided about each name of the file that is not known here: the code of one who is, or "" for a new one.
Decided = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Imported:
    """The new project, and what came with it."""

    project: Project
    written: Written | None
    #: Made closed or inactive, since they were not known here: by kind, their codes.
    created: dict[str, list[str]]
    #: What the page of the job tells: as it was when the project was written.
    wrote: dict[str, Any]


@transaction.atomic
def confirm_check(check: Job, *, code: str, decided: Decided, stays: bool, by: Any, at: datetime) -> Job:
    """Start the import of a checked file. Pressed twice, the job that runs already is returned."""
    check = Job.objects.select_for_update().get(pk=check.pk)
    begun = Job.objects.filter(kind="project-import", owner=by, facts__check=check.pk)
    running = begun.exclude(state__in=[State.FAILED, State.CANCELLED]).first()
    if running is not None:
        return running
    refuse_code(code)
    _refuse_undecided(needs_of(check.result), decided, stays)
    return start_job(
        "project-import", owner=by, at=at, check=check.pk, file=check.facts["file"], sha256=check.result["sha256"],
        code=code, decided={kind: dict(rows) for kind, rows in decided.items()}, stays=stays,
    )  # fmt: skip


def refuse_code(code: str) -> None:
    """Refuse a code that no project can have."""
    try:
        code_validator(code)
    except ValidationError as error:
        raise DomainError(error.messages[0], field="code") from error
    if code in RESERVED or len(code) > 32:
        raise DomainError(_("Choose another code."), field="code")
    if Project.objects.filter(code=code).exists():
        raise DomainError(_("This code is taken."), field="code")


def import_project(
    content: Content,
    told: dict[str, Any],
    *,
    check: int,
    code: str,
    decided: Decided,
    stays: bool,
    by: Any,
    at: datetime,
) -> Imported:
    """Write the project of a file. *told* is what the check said of it, *check* its number.

    Administrators do it: the file says what others signed, and may bring people who are not known here.
    A second time the project that is there is returned.
    """
    if not by.is_staff or not by.is_active:
        raise DomainError(_("Administrators import a project: the file holds what others signed elsewhere."))
    for file in content.files:
        # A scanner may take a minute for each: nobody else waits for that.
        prove_moved(content.archive.files[file["path"]], name=file["name"], owner=by)
    return _write_once(content, told, check=check, code=code, decided=decided, stays=stays, by=by, at=at)


@transaction.atomic
def _write_once(
    content: Content,
    told: dict[str, Any],
    *,
    check: int,
    code: str,
    decided: Decided,
    stays: bool,
    by: Any,
    at: datetime,
) -> Imported:
    # Two workers at once: the second waits here, and finds what the first has written.
    Job.objects.select_for_update().get(pk=check)
    before = Arrival.objects.filter(check_number=check).select_related("project").first()
    if before is not None:
        wrote = before.wrote or {"counts": [], "created": {}, "emptied": 0}
        return Imported(before.project, None, wrote["created"], wrote)
    refuse_code(code)
    needs = needs_of(told)
    _refuse_undecided(needs, decided, stays)
    reason = both(filled(_("Imported from a file of project %(code)s"), code=told["code"]))
    named, created = _find_or_create(content, needs, decided, by=by, reason=reason)
    known = _known_processes(content)
    plan = Plan(known=known, named=named, given={("projects.project", 1, "code"): code})
    written = write(content, plan, by=by, reason=reason)
    project: Project = written.rows["projects.project", 1]
    maker = told["made_by"]
    wrote = {"counts": counted(written.counts), "created": created, "emptied": written.emptied}
    Arrival.objects.create(
        project=project, check_number=check, sha256=told["sha256"], made_at=told["made_at"],
        made_by=" / ".join(dict.fromkeys(filter(None, (maker["zh"], maker["en"])))), code=told["code"], by=by, at=at,
        wrote=wrote,
    )  # fmt: skip
    security_log.warning("project_imported", project=project.pk, user=by.pk, sha256=told["sha256"])
    return Imported(project, written, created, wrote)


def _refuse_undecided(needs: Needs, decided: Decided, stays: bool) -> None:
    for need in needs.missing:
        if need.code not in decided.get(need.kind, {}):
            raise DomainError(
                filled(
                    _("Decide about “%(name)s” (%(code)s) first: it is not known here."), name=need.name, code=need.code
                )
            )
        if need.is_fixed and decided[need.kind][need.code]:
            raise DomainError(
                filled(
                    _("“%(name)s” (%(code)s) stands in a signed text, so it can only be made here under its own code."),
                    name=need.name,
                    code=need.code,
                )
            )
    for need in named_twice(needs.open, decided):
        raise DomainError(
            filled(
                _("“%(name)s” (%(code)s) is said to be the same as another one of the file: two stay two."),
                name=need.name, code=need.code,
            )
        )  # fmt: skip
    if needs.leaves_something and not stays:
        raise DomainError(_("Say that what is here stays as it is."), field="stays")


def _known_processes(content: Content) -> dict[Key, Any]:
    rows = {row.values["code"]: row for row in content.rows["processes.process"]}
    here = Process.objects.select_for_update().filter(code__in=rows)
    return known_here(content, {rows[process.code].key: process for process in here})


def _find_or_create(
    content: Content, needs: Needs, decided: Decided, *, by: Any, reason: str
) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    """Return everybody and everything the file names; who is missing is made inactive, what is missing closed."""
    named: dict[str, dict[str, Any]] = {
        kind: {need.code: need.found for need in needs.matches[kind] if need.found is not None} for kind in KINDS
    }
    wanted = {kind: {**decided.get(kind, {})} for kind in KINDS}
    rows: dict[str, Any] = {
        PERSON: {row.username: row for row in User.objects.filter(username__in=wanted[PERSON].values())},
        DEPARTMENT: {
            row.code: row
            for row in Department.objects.without_tree_fields().filter(code__in=wanted[DEPARTMENT].values())
        },
        POST: {row.code: row for row in Post.objects.filter(code__in=wanted[POST].values())},
    }
    for kind in KINDS:
        for code, other in wanted[kind].items():
            if other:
                if other not in rows[kind]:
                    raise DomainError(filled(_("“%(code)s” is not known here either."), code=other))
                named[kind][code] = rows[kind][other]
    created: dict[str, list[str]] = {kind: [] for kind in KINDS}
    facts = {"by": by, "reason": reason}

    def department(code: str | None) -> Any:
        if code is None or code in named[DEPARTMENT]:
            return named[DEPARTMENT].get(code or "")
        row = content.named[DEPARTMENT][code]
        made = add_department(
            code=code, name_zh=row["name_zh"], name_en=row["name_en"], parent=department(row["parent"]),
            is_active=False, **facts,
        )  # fmt: skip
        named[DEPARTMENT][code] = made
        created[DEPARTMENT].append(code)
        return made

    for code in content.named[DEPARTMENT]:
        department(code)
    for code, row in content.named[POST].items():
        if code not in named[POST]:
            named[POST][code] = add_post(
                code=code, name_zh=row["name_zh"], name_en=row["name_en"], role=row["role"], is_active=False, **facts
            )
            created[POST].append(code)
    for code, row in content.named[PERSON].items():
        if code not in named[PERSON]:
            named[PERSON][code] = add_person(
                username=code, email=row["email"], name_zh=row["name_zh"], name_en=row["name_en"],
                department=department(row["department"]), is_active=False, **facts,
            )  # fmt: skip
            created[PERSON].append(code)
    return named, created
