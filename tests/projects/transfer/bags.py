"""A rich project, its file, and what is equal in two files whatever their numbers."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from procstd.jobs.models import Job, State
from procstd.organisation.models import User
from procstd.transfer.archive import unpack
from procstd.transfer.declared import ROW, kind_of, part_named, parts
from procstd.transfer.examining import examine
from projects.domain.notebook import add_file
from projects.domain.transfer.checking import look_into, needs_of
from projects.domain.transfer.exporting import pack_project
from projects.domain.transfer.importing import Imported, import_project
from projects.models import Project
from surveys.domain.diagnosis.carrying import carry_into_standard
from surveys.domain.noting import note_interview, note_paper
from surveys.models import AsIsStep, Pain, Survey
from tests.factories import PersonFactory


def organised() -> None:
    """Load people, departments, posts and their calendars: an equal house without any process."""
    from procstd.calendars import demo as calendars_demo
    from procstd.organisation import demo as organisation_demo

    organisation_demo.load()
    calendars_demo.load()


def file_of_another_house() -> bytes:
    """Return the file of the demo's project, of which nothing is left here but the file."""
    with transaction.atomic():
        raw = exported(demo())
        transaction.set_rollback(True)
    return raw


def demo() -> Project:
    """Return the demo's project with what the demo lacks: files, an interview, a step that goes back."""
    from processes import demo as processes_demo
    from projects import demo as projects_demo
    from surveys import demo as surveys_demo

    organised()
    processes_demo.load()
    surveys_demo.load()
    projects_demo.load()
    project = Project.objects.get(code=projects_demo.CODE)
    survey, lead = Survey.objects.get(), project.lead
    add_file(project, file=ContentFile("计划".encode(), name="计划.txt"), by=lead, at=timezone.now())
    note_paper(
        survey, file=ContentFile(b"%PDF-1.4 rules", name="rules.pdf"), name="Rules of 2019", says="Three days",
        practice="Five days", difference="Two days", by=survey.owner, at=timezone.now(),
    )  # fmt: skip
    note_interview(
        survey, steps=[("Register", 5), ("Call back", None)], who="An agent", department=None,
        held_on=timezone.localdate(), notes="<b>Hectic</b>", by=survey.owner, at=timezone.now(),
    )  # fmt: skip
    first, last = AsIsStep.objects.filter(survey=survey).order_by("number")[0:2]
    AsIsStep.objects.filter(pk=last.pk).update(rework_to=first)
    AsIsStep.objects.filter(pk=first.pk).update(rework_to=last)
    pain = Pain.objects.filter(survey=survey).exclude(ending="rejected").earliest("pk")
    carry_into_standard(survey, [pain], by=survey.owner, at=timezone.now())
    return project


def admin() -> User:
    return User.objects.filter(is_staff=True).first() or PersonFactory(username="admin", is_staff=True)


def exported(project: Project, *, at: datetime | None = None) -> bytes:
    """Return the project's file."""
    return pack_project(project, by=admin(), at=at or timezone.now()).content


def checked(raw: bytes) -> Job:
    """Return the job of a check that is done."""
    _content, told = look_into(unpack(raw))
    return Job.objects.create(
        kind="project-check", owner=admin(), state=State.DONE, created_at=timezone.now(), result=told,
        facts={"file": "00000000-0000-0000-0000-000000000000"},
    )  # fmt: skip


def imported(raw: bytes, code: str = "copy", **facts: Any) -> Imported:
    """Import a file; who is missing is made new."""
    content, told = look_into(unpack(raw))
    decided: dict[str, dict[str, str]] = {}
    for need in needs_of(told).missing:
        decided.setdefault(need.kind, {})[need.code] = ""
    given: dict[str, Any] = {"code": code, "decided": decided, "stays": True, "by": admin(), "at": timezone.now()}
    if "check" not in facts:
        given["check"] = checked(raw).pk
    return import_project(content, told, **(given | facts))


#: What is another in a copy: the codes under which it is found.
RENEWED = {("projects.project", "code"), ("surveys.survey", "number")}


def canonical(raw: bytes) -> dict[str, list[str]]:
    """Return what a file says without its numbers: each row with all that it points to, rows in any order.

    Anonymous answers are compared by question and department: no row of them is one person.
    """
    content = examine(unpack(raw))
    found: dict[str, list[str]] = {"files": sorted(_file(file, content.archive.files) for file in content.files)}
    for part in parts():
        rows = content.archive.parts[f"rows/{part.label}.json"]
        told = [_told(part.label, row, content.archive.parts, 6) for row in rows]
        if part.label == "surveys.sheet":
            told = [
                {"of": row["questionnaire"], "department": row["department"], "question": key, "answer": value}
                for row in told
                for key, value in row["answers"]
            ]
        found[part.label] = sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in told)
    for name in ("people", "departments", "posts"):
        found[name] = [json.dumps(row, sort_keys=True) for row in content.archive.parts[f"{name}.json"]]
    return found


def _file(file: dict[str, Any], contents: Any) -> str:
    return f"{file['part']} {file['name']} {file['owner']} {contents[file['path']]!r}"


def _told(label: str, row: dict[str, Any], every: Any, depth: int) -> dict[str, Any]:
    part = part_named(label)
    assert part is not None
    files = every["files.json"]
    told: dict[str, Any] = {name: row[name] and files[row[name] - 1]["name"] for name in part.file_fields}
    for one in (*part.fields, *part.many):
        value = row[one.name]
        if (label, one.name) in RENEWED:
            continue
        if one.name in part.keys:
            target = part.keys[one.name]
            value = sorted(
                ([_text(target, int(key), every, depth), held] for key, held in value.items()), key=lambda pair: pair[0]
            )
        elif kind_of(one) == ROW and value is not None:
            target = one.related_model._meta.label_lower
            numbers = value if isinstance(value, list) else [value]
            value = sorted(_text(target, number, every, depth) for number in numbers)
        told[one.name] = value
    return told


def _text(label: str, number: int, every: Any, depth: int) -> str:
    if depth == 0:
        return "…"
    row = every[f"rows/{label}.json"][number - 1]
    text = json.dumps(_told(label, row, every, depth - 1), ensure_ascii=False, sort_keys=True)
    return f"{label} {hashlib.sha256(text.encode()).hexdigest()}"
