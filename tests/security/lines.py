"""How lines of the permission matrix are made, and who may what in most of them (A1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from procstd.roles import Role
from tests.security.cast import (
    OWNER,
    STAFF,
    with_roles,
)


@dataclass(frozen=True)
class Line:
    """One address: the words in it (names in ``World.words``), and what each caller gets."""

    may: frozenset[str]
    get: tuple[int, ...]
    post: tuple[int, ...]
    words: dict[str, Any] = field(default_factory=dict)
    refusal: int = 403
    #: Who may call it at all, where others than *may* may: they are told that the row does not exist.
    callers: frozenset[str] | None = None
    data: dict[str, Any] = field(default_factory=dict)


def page(may: frozenset[str], **words: Any) -> Line:
    """Something to read."""
    return Line(may, get=(200,), post=(405,), words=words)


def form(may: frozenset[str], refusal: int = 403, **words: Any) -> Line:
    """A form: an empty one comes back with its errors; one of a single button is carried out."""
    return Line(may, get=(200,), post=(200, 302), words=words, refusal=refusal)


def act(may: frozenset[str], refusal: int = 403, data: dict[str, Any] | None = None, **words: Any) -> Line:
    """A button."""
    return Line(may, get=(405,), post=(302,), words=words, refusal=refusal, data=data or {})


def own_row(line: Line, may: frozenset[str] | set[str]) -> Line:
    """Only *may* see the row; for every other signed-in caller it does not exist."""
    return Line(frozenset(may), line.get, line.post, line.words, 404, data=line.data)


def row_of(line: Line, may: frozenset[str] | set[str]) -> Line:
    """Only *may* see the row; for others whom the page is for it does not exist, and the rest may not call it."""
    return Line(frozenset(may), line.get, line.post, line.words, 404, callers=line.may, data=line.data)


def tried(may: frozenset[str], **words: Any) -> Line:
    """A button that the act itself may still refuse, on the page that had it."""
    return Line(may, get=(405,), post=(200, 302), words=words)


LEADING = with_roles(Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, Role.DEPARTMENT_HEAD)
REPORTED = LEADING | with_roles(Role.AUDITOR)
HEAD_HERE = f"{Role.DEPARTMENT_HEAD.value} here"
# The substitute-to-be, the one stood in for, the head of the department, administrators.
MANAGING_OWNER = frozenset({OWNER, HEAD_HERE}) | STAFF
WRITING, RELEASING = with_roles(Role.PROCESS_SPECIALIST), with_roles(Role.PROJECT_LEAD)
#: Who sees the case: its post, and those who look over all cases. Heads see those of their own departments.
CASE_READERS = with_roles(Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, Role.AUDITOR) | {OWNER}
PROCESS = {"code": ("code", "process")}
RELEASED = {**PROCESS, "number": ("number", "released")}
DRAFT = {"code": ("code", "draft"), "number": ("number", "draft")}
VARIANT = {"code": ("code", "varied"), "number": ("number", "variant")}
REVIEWED = {"code": ("code", "reviewed"), "number": ("number", "draft")}
ROUTING = with_roles(Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD)
LEADERS = with_roles(Role.PROJECT_LEAD) - STAFF
LINK = {"number": "case", "secret": "secret"}
CALENDAR = {"code": ("code", "calendar")}
SURVEY = {"number": "survey"}
#: Those who read surveys; heads only of surveys that cover a department of theirs.
SURVEY_READERS = REPORTED - {f"{Role.DEPARTMENT_HEAD.value} elsewhere"}
OBSERVATION = {**SURVEY, "row": "observation"}
LAP = {**OBSERVATION, "key": "lap"}
#: Who may use the stopwatch of an observation: surveyors, and its observer, who is the owner.
WATCHING = with_roles(Role.PROCESS_SPECIALIST) | {OWNER}
SIGNED_CALENDAR = {**CALENDAR, "number": ("number", "calendar")}
DEPARTMENT, POST = {"code": ("code", "department")}, {"code": ("code", "post")}
#: The project is the owner's team's, concerns the department "here", and is kept by its lead, leader, administrators.
PROJECT = {"code": ("code", "project")}
PROJECT_READERS = with_roles(Role.PROJECT_LEAD) | {OWNER, HEAD_HERE}
PROJECT_KEEPERS = STAFF | {OWNER, f"{Role.PROJECT_LEAD.value} here"}
