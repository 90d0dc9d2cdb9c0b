"""The permission matrix (A1): every address, who may call it, and what everybody else is told.

An address without a line here fails ``test_matrix.py``. Everybody not named in ``may`` gets
``refusal``: 403 where the page is not for them, 404 where the row does not exist for them (A2);
who is logged out is led to the sign-in page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from procstd.roles import Role
from tests.security.cast import (
    ADMIN,
    EVERYBODY,
    NOBODY,
    OTHER_ADMIN,
    OWNER,
    SIGNED_IN,
    STAFF,
    WORKING,
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
HEAD_HERE = f"{Role.DEPARTMENT_HEAD.value} here"
# The substitute-to-be, the one stood in for, the head of the department, administrators.
MANAGING_OWNER = frozenset({OWNER, HEAD_HERE}) | STAFF
WRITING, RELEASING = with_roles(Role.PROCESS_SPECIALIST), with_roles(Role.PROJECT_LEAD)
#: Who sees the case: its post, and those who look over all cases. Heads see those of their own departments.
CASE_READERS = with_roles(Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST, Role.AUDITOR) | {OWNER}
PROCESS = {"code": ("code", "process")}
RELEASED = {**PROCESS, "number": ("number", "released")}
DRAFT = {"code": ("code", "draft"), "number": ("number", "draft")}
LINK = {"number": "case", "secret": "secret"}
DEPARTMENT, POST = {"code": ("code", "department")}, {"code": ("code", "post")}

MATRIX: dict[str, Line] = {
    # --- the house ---
    "home": page(SIGNED_IN),
    "language-set": act(EVERYBODY, data={"language": "en"}),
    "theme-set": act(EVERYBODY, data={"theme": "dark"}),
    "design": page(STAFF),
    "healthz": Line(EVERYBODY, get=(200, 503), post=(405,)),
    "robots": page(EVERYBODY),
    # --- signing in, one's own account ---
    "organisation:sign-in": Line(EVERYBODY, get=(200, 302), post=(200, 302)),
    "organisation:sign-out": act(EVERYBODY),
    "organisation:password-forgotten": form(EVERYBODY),
    "organisation:password-mailed": page(EVERYBODY),
    "organisation:password-set": form(EVERYBODY, uidb64=("literal", "MQ"), token=("literal", "used")),
    "organisation:profile": form(SIGNED_IN),
    "organisation:password-change": form(SIGNED_IN),
    "organisation:reauthenticate": form(SIGNED_IN),
    "organisation:session-list": page(SIGNED_IN),
    "organisation:session-end-others": act(SIGNED_IN),
    # Ends nothing but one's own (test_changes.py); who clicks twice is not told off.
    "organisation:session-end": act(SIGNED_IN, public_id="session"),
    "organisation:token-list": Line(SIGNED_IN, get=(200, 302), post=(200, 302)),
    "organisation:token-revoke": own_row(act(SIGNED_IN, pk="token"), {OWNER}),
    # --- the organisation ---
    "organisation:person-list": page(SIGNED_IN),
    "organisation:person-add": form(STAFF),
    "organisation:person-detail": page(SIGNED_IN, username="username"),
    "organisation:person-change": form(STAFF, username="username"),
    "organisation:person-deactivate": form(STAFF, username="username"),
    "organisation:person-invite": act(STAFF, username="username"),
    "organisation:appoint": form(STAFF, username="username"),
    "organisation:holding-end": form(STAFF, pk="holding"),
    "organisation:department-list": page(SIGNED_IN),
    "organisation:department-add": form(STAFF),
    "organisation:department-detail": page(SIGNED_IN, **DEPARTMENT),
    "organisation:department-change": form(STAFF, **DEPARTMENT),
    "organisation:post-list": page(SIGNED_IN),
    "organisation:post-add": form(STAFF),
    "organisation:post-detail": page(SIGNED_IN, **POST),
    "organisation:post-change": form(STAFF, **POST),
    "organisation:substitution-list": page(SIGNED_IN),
    "organisation:substitution-add": form(SIGNED_IN),
    "organisation:substitution-end": own_row(form(SIGNED_IN, pk="substitution"), MANAGING_OWNER),
    "organisation:panel-duties": page(SIGNED_IN),
    "organisation:sheet-list": page(STAFF),
    "organisation:sheet-import": form(STAFF, sheet="sheet"),
    "organisation:sheet-export": act(STAFF, sheet="sheet"),
    "organisation:sheet-template": page(STAFF, sheet="sheet"),
    # A check belongs to the administrator who asked for it; see OTHERWISE for the rest.
    "organisation:sheet-import-run": act(frozenset({ADMIN}), pk="check"),
    # --- jobs and files ---
    "jobs:job-list": page(SIGNED_IN),
    "jobs:job-detail": own_row(page(SIGNED_IN, pk="job"), {OWNER}),
    "jobs:job-cancel": own_row(act(SIGNED_IN, pk="job"), {OWNER}),
    "jobs:panel-recent": page(SIGNED_IN),
    "files:file-download": own_row(page(SIGNED_IN, key="file"), {OWNER}),
    # --- processes ---
    "processes:process-list": page(WORKING),
    "processes:process-add": form(WRITING),
    "processes:process-detail": page(WORKING, **PROCESS),
    "processes:process-change": form(WRITING, **PROCESS),
    "processes:draft-add": form(WRITING, **PROCESS),
    "processes:draft-delete": form(WRITING, **DRAFT),
    "processes:revision-detail": row_of(page(WORKING, **DRAFT), LEADING),
    "processes:revision-release": form(RELEASING, **DRAFT),
    "processes:release-end": form(RELEASING, pk="release", **PROCESS),
    "processes:manual": page(WORKING, **RELEASED),
    "processes:manual-pdf": page(WORKING, **RELEASED),
    "processes:definition": page(WORKING, **RELEASED),
    "processes:part-change": form(WRITING, part=("literal", "elements"), **DRAFT),
    "processes:step-add": form(WRITING, **DRAFT),
    "processes:step-change": form(WRITING, key=("literal", "s1"), **DRAFT),
    "processes:step-delete": form(WRITING, key=("literal", "s1"), **DRAFT),
    "processes:form-add": form(WRITING, **DRAFT),
    "processes:form-change": form(WRITING, key=("literal", "note"), **DRAFT),
    "processes:form-delete": form(WRITING, key=("literal", "note"), **DRAFT),
    # --- cases ---
    "cases:inbox": page(WORKING),
    "cases:panel-inbox": page(SIGNED_IN),
    "cases:case-list": page(WORKING),
    "cases:case-open-list": page(WORKING),
    "cases:case-open": form(WORKING, **PROCESS),
    "cases:case-import": form(LEADING, **PROCESS),
    "cases:case-template": page(LEADING, **PROCESS),
    "cases:case-import-run": row_of(act(LEADING, pk="case-check"), {ADMIN}),
    "cases:case-detail": row_of(page(WORKING, number="case"), CASE_READERS),
    "cases:task-detail": row_of(form(WORKING, pk="task"), CASE_READERS),
    "cases:task-claim": row_of(tried(WORKING, pk="task"), CASE_READERS),
    "cases:task-put-back": row_of(tried(WORKING, pk="task"), CASE_READERS),
    "cases:task-hand-over": row_of(form(WORKING, pk="task"), CASE_READERS),
    "cases:task-ask": row_of(form(WORKING, pk="task"), CASE_READERS),
    "cases:task-remind": row_of(tried(WORKING, pk="task"), CASE_READERS),
    "cases:consultation-answer": row_of(form(WORKING, pk="asked"), {OWNER}),
    "cases:consultation-withdraw": row_of(tried(WORKING, pk="asked"), CASE_READERS),
    "cases:public-list": page(EVERYBODY),
    "cases:public-open": form(EVERYBODY, **PROCESS),
    "cases:public-status": form(EVERYBODY, **LINK),
    "cases:public-rate": tried(EVERYBODY, **LINK),
    # --- the rooms ---
    "projects:home": page(LEADING),
    "pilots:home": page(LEADING),
    "audits:home": page(LEADING | with_roles(Role.AUDITOR)),
    "improvements:home": page(WORKING),
}

#: Single answers that differ from the line: an administrator may call the page, but the row is somebody else's.
OTHERWISE: dict[tuple[str, str], int] = {("organisation:sheet-import-run", OTHER_ADMIN): 404}

#: The API answers tokens, never cookies (S7): without one it says 401 to everybody. Tested in test_api_tokens.py.
API = {"api:me", "api:department-list", "api:post-list", "api:person-list"}

_MODELS = ("user", "department", "post", "postholding", "substitution")
_VIEWS = ("changelist", "add", "change", "delete", "history", "simple_history")
#: The admin: administrators who entered their password just now (A13); everybody else is led away.
ADMIN_SITE = {
    *(f"admin:organisation_{model}_{view}" for model in _MODELS for view in _VIEWS),
    *(
        f"admin:{view}"
        for view in (
            "index",
            "login",
            "logout",
            "password_change",
            "password_change_done",
            "autocomplete",
            "jsi18n",
            "view_on_site",
            "app_list",
            "None",
        )
    ),
}

__all__ = ["ADMIN_SITE", "API", "MATRIX", "NOBODY", "OTHERWISE", "Line"]
