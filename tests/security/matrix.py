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


def _own_button(**words: Any) -> Line:
    return row_of(Line(WORKING, get=(405,), post=(302,), words=words), PROJECT_READERS)


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
    # --- working calendars: everybody reads, administrators change; a signature asks for the password ---
    "calendars:calendar-list": page(SIGNED_IN),
    "calendars:calendar-add": form(STAFF),
    "calendars:panel-missing": page(STAFF),
    "calendars:calendar-detail": page(SIGNED_IN, **CALENDAR),
    "calendars:calendar-change": form(STAFF, **CALENDAR),
    "calendars:version-detail": page(SIGNED_IN, **SIGNED_CALENDAR),
    "calendars:version-try": page(SIGNED_IN, **SIGNED_CALENDAR),
    "calendars:version-export": page(SIGNED_IN, kind=("literal", "xlsx"), **SIGNED_CALENDAR),
    "calendars:draft-change": form(STAFF, **CALENDAR),
    "calendars:draft-start": act(STAFF, **CALENDAR),
    "calendars:draft-discard": form(STAFF, **CALENDAR),
    "calendars:draft-publish": form(STAFF, **CALENDAR),
    "calendars:draft-year": form(STAFF, **CALENDAR),
    "calendars:draft-import": form(STAFF, **CALENDAR),
    # --- jobs and files ---
    "jobs:job-list": page(SIGNED_IN),
    "jobs:job-detail": own_row(page(SIGNED_IN, pk="job"), {OWNER}),
    "jobs:job-cancel": own_row(act(SIGNED_IN, pk="job"), {OWNER}),
    "jobs:panel-recent": page(SIGNED_IN),
    "files:file-download": own_row(page(SIGNED_IN, key="file"), {OWNER}),
    # --- notices ---
    "notices:notice-list": page(SIGNED_IN),
    # 204 for whoever is signed out: the bell of a page that stayed open says nothing more.
    "notices:bell": Line(EVERYBODY, get=(200, 204), post=(405,)),
    "notices:notice-read-all": act(SIGNED_IN),
    "notices:notice-open": own_row(act(SIGNED_IN, pk="notice"), {OWNER}),
    "notices:notice-read": own_row(act(SIGNED_IN, pk="notice"), {OWNER}),
    "notices:preferences": form(SIGNED_IN),
    "notices:delivery-list": page(STAFF),
    "notices:delivery-again": act(STAFF, pk="delivery"),
    "notices:mail-list": page(STAFF),
    # Mails are files only without a mail server; the tests keep theirs in memory.
    "notices:mail-detail": Line(STAFF, get=(404,), post=(405,), words={"name": ("literal", "x.log")}),
    "notices:robot-list": page(STAFF),
    "notices:robot-add": form(STAFF),
    "notices:robot-change": form(STAFF, pk="robot"),
    "notices:robot-remove": form(STAFF, pk="robot"),
    "notices:robot-test": act(STAFF, pk="robot"),
    # --- processes ---
    "processes:process-list": page(WORKING),
    "processes:process-add": form(WRITING),
    "processes:starter-list": page(WRITING),
    "processes:starter-detail": page(WRITING, key=("literal", "expense-claim")),
    "processes:draft-from-starter": form(WRITING, key=("literal", "expense-claim"), **PROCESS),
    "processes:process-detail": page(WORKING, **PROCESS),
    "processes:process-change": form(WRITING, **PROCESS),
    "processes:draft-add": form(WRITING, **PROCESS),
    "processes:draft-delete": form(WRITING, **DRAFT),
    "processes:variant-add": form(WRITING, **PROCESS),
    "processes:variant-change": form(WRITING, part=("literal", "step:s1"), **VARIANT),
    "processes:variant-reset": act(WRITING, **VARIANT),
    # Its standard is the newest: there is nothing to bring it up to.
    "processes:variant-rebase": Line(WRITING, get=(302,), post=(302,), words=VARIANT),
    "processes:revision-detail": row_of(page(WORKING, **DRAFT), LEADING),
    # Who leads and who writes sees every draft; the owner is asked to review the one of the process “reviewed”.
    "processes:panel-reviews": page(SIGNED_IN),
    "processes:redline": page(WORKING, **PROCESS),
    # There is one version: nothing to draw.
    "processes:redline-pdf": Line(WORKING, get=(302,), post=(405,), words=PROCESS),
    "processes:process-trace": page(WORKING, **PROCESS),
    "processes:step-trace": page(WORKING, key=("literal", "s1"), **PROCESS),
    "processes:change-list": row_of(page(WORKING, **DRAFT), LEADING),
    "processes:change-add": form(WRITING, **DRAFT),
    "processes:change-mend": form(WRITING, pk="change", **DRAFT),
    "processes:change-drop": form(WRITING, pk="change", **DRAFT),
    # The draft of a first version: its number is 1.0, whoever may ask.
    "processes:renumber": Line(WRITING, get=(404,), post=(404,), words=DRAFT),
    "processes:review-start": form(ROUTING, **DRAFT),
    "processes:review-route": form(ROUTING, **REVIEWED),
    "processes:review-withdraw": form(ROUTING, **REVIEWED),
    "processes:review-again": act(ROUTING, **REVIEWED),
    "processes:review-detail": row_of(page(WORKING, **REVIEWED), LEADING | {OWNER}),
    "processes:review-decide": row_of(
        Line(WORKING, get=(302,), post=(200, 302), words={"pk": "reviewer", **REVIEWED}), LEADING | {OWNER}
    ),
    "processes:review-delegate": row_of(form(WORKING, pk="reviewer", **REVIEWED), LEADING | {OWNER}),
    "processes:comment-add": row_of(form(WORKING, **REVIEWED), LEADING | {OWNER}),
    "processes:comment-answer": row_of(form(WORKING, pk="comment", **REVIEWED), LEADING | {OWNER}),
    "processes:comment-settle": row_of(act(WORKING, pk="comment", **REVIEWED), LEADING | {OWNER}),
    # Only leaders sign and override: administrators read that there is no such page.
    "processes:revision-sign": row_of(form(WORKING, **DRAFT), LEADERS),
    "processes:gate-override": row_of(form(WORKING, criterion=("literal", "reviews"), **DRAFT), LEADERS),
    "processes:revision-release": form(RELEASING, **DRAFT),
    "processes:release-end": form(RELEASING, pk="release", **PROCESS),
    "processes:pack": page(WORKING),
    "processes:pack-expired": page(WORKING),
    "processes:pack-worker": page(WORKING),
    "processes:pack-manifest": page(WORKING),
    "processes:pack-manual": page(WORKING, **RELEASED),
    "processes:manual": page(WORKING, **RELEASED),
    # Looking makes nothing: the file is not there before somebody, or the worker, has it made.
    "processes:manual-pdf": Line(WORKING, get=(404,), post=(405,), words=RELEASED),
    "processes:manual-word": Line(WORKING, get=(404,), post=(405,), words=RELEASED),
    "processes:manual-make": act(WORKING, **RELEASED),
    # What the code on a sheet opens. No sheet of the test's has this mark.
    "processes:manual-state": Line(EVERYBODY, get=(404,), post=(405,), words={"short": ("literal", "0" * 16)}),
    "processes:definition": page(WORKING, **RELEASED),
    "processes:draft-write": page(WRITING, **DRAFT),
    "processes:draft-operations": Line(WRITING, get=(405,), post=(400,), words=DRAFT),
    "processes:draft-presence": Line(WRITING, get=(405,), post=(400,), words=DRAFT),
    "processes:draft-progress": page(WRITING, **DRAFT),
    "processes:draft-changes": page(WRITING, **DRAFT),
    "processes:draft-languages": form(WRITING, **DRAFT),
    "processes:step-write": form(WRITING, key=("literal", "s1"), **DRAFT),
    "processes:form-build": page(WRITING, key=("literal", "note"), **DRAFT),
    # Whoever may read the draft reads it; writing it is refused to who is no process specialist.
    "processes:raci": row_of(Line(WORKING, get=(200,), post=(200, 302, 403), words=DRAFT), LEADING),
    "processes:chart": page(WORKING, **RELEASED),
    "processes:chart-import": form(WRITING, **DRAFT),
    "processes:chart-expert": form(WRITING, **DRAFT),
    "processes:part-change": form(WRITING, part=("literal", "elements"), **DRAFT),
    "processes:checker": row_of(page(WORKING, **DRAFT), LEADING),
    "processes:finding-suppress": tried(WRITING, **DRAFT),
    "processes:finding-lift": act(WRITING, pk=("literal", 1), **DRAFT),
    "processes:limit-example": page(WRITING, **DRAFT),
    "processes:steps-import": form(WRITING, **DRAFT),
    "processes:steps-template": page(WRITING, language=("literal", "en"), **DRAFT),
    # The file is its sender's alone.
    "processes:steps-import-check": row_of(
        form(WRITING, file=("literal", "3f2b8c1e-0000-4000-8000-000000000000"), **DRAFT), frozenset()
    ),
    "processes:step-add": form(WRITING, **DRAFT),
    "processes:step-change": form(WRITING, key=("literal", "s1"), **DRAFT),
    "processes:step-delete": form(WRITING, key=("literal", "s1"), **DRAFT),
    "processes:form-add": form(WRITING, **DRAFT),
    "processes:form-change": form(WRITING, key=("literal", "note"), **DRAFT),
    "processes:form-delete": form(WRITING, key=("literal", "note"), **DRAFT),
    # --- the process centre: everybody with a post reads, process specialists keep the questions ---
    "centre:centre": page(WORKING),
    "centre:step-list": page(WORKING),
    "centre:form-list": page(WORKING),
    "centre:change-list": page(WORKING),
    "centre:in-force": page(WORKING),
    "centre:process": page(WORKING, **PROCESS),
    "centre:favourite": act(WORKING, data={"wanted": "yes"}, **PROCESS),
    "centre:form-pdf": page(WORKING, key=("literal", "note"), **RELEASED),
    "centre:question-add": form(WRITING, **PROCESS),
    "centre:question-change": form(WRITING, pk="question", **PROCESS),
    "centre:question-delete": form(WRITING, pk="question", **PROCESS),
    # Addresses of embedded pages and copies are for those who write standards; the page itself is for anybody.
    "centre:embed-list": form(WRITING, **PROCESS),
    "centre:embed-revoke": act(WRITING, pk="embed", **PROCESS),
    "embed:page": page(EVERYBODY, token="embed-text"),
    "centre:copy-list": page(WRITING, **PROCESS),
    "centre:copy-add": form(WRITING, **PROCESS),
    "centre:copy-pdf": page(WRITING, pk="copy", **PROCESS),
    "centre:copy-settle": form(WRITING, pk="copy", **PROCESS),
    "centre:question-move": act(WRITING, data={"to": "up"}, pk="question", **PROCESS),
    # --- cases ---
    "cases:inbox": page(WORKING),
    "cases:panel-inbox": page(SIGNED_IN),
    "cases:wall": page(WORKING),
    "cases:exception-report-list": page(REPORTED),
    "cases:report-subscribe": act(REPORTED),
    "cases:report-unsubscribe": act(REPORTED),
    "cases:exception-report": page(REPORTED, week="week"),
    "cases:exception-report-pdf": page(REPORTED, week="week"),
    "cases:exception-report-xlsx": page(REPORTED, week="week"),
    "cases:exception-report-check": act(REPORTED, week="week"),
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
    "cases:task-hold": row_of(form(WORKING, pk="task"), CASE_READERS),
    "cases:task-wait": row_of(form(WORKING, pk="task"), CASE_READERS),
    "cases:case-reopen": row_of(form(WORKING, number="case"), CASE_READERS),
    # Who leads, or owns the process; for everybody else there is no such page.
    "cases:move-list": row_of(form(WORKING, code=("code", "moved")), with_roles(Role.PROJECT_LEAD)),
    "cases:case-move": row_of(form(WORKING, number="moving"), with_roles(Role.PROJECT_LEAD)),
    "cases:case-move-withdraw": row_of(act(WORKING, number="moving"), with_roles(Role.PROJECT_LEAD)),
    "cases:task-exception": row_of(form(WORKING, pk="task"), CASE_READERS),
    # The case is not on hold: whose post works on it reads that it is too late, the rest are refused.
    "cases:case-resume": row_of(Line(WORKING, get=(405,), post=(200, 409), words={"number": "case"}), CASE_READERS),
    "cases:case-regrade": row_of(form(WORKING, number="case"), CASE_READERS),
    "cases:hold-decide": row_of(form(WORKING, pk="hold"), CASE_READERS),
    "cases:clock-detail": row_of(page(WORKING, pk="clock"), CASE_READERS),
    "cases:clock-extend": row_of(form(WORKING, pk="clock"), CASE_READERS),
    "cases:exception-end": row_of(form(WORKING, pk="clock"), CASE_READERS),
    "cases:extension-decide": row_of(form(WORKING, pk="extension"), CASE_READERS),
    "cases:form-preview": page(LEADING, key=("literal", "note"), **DRAFT),
    "cases:public-list": page(EVERYBODY),
    "cases:public-open": form(EVERYBODY, **PROCESS),
    "cases:public-status": form(EVERYBODY, **LINK),
    "cases:public-rate": tried(EVERYBODY, **LINK),
    "cases:satisfaction": form(EVERYBODY, token="satisfaction"),
    "cases:clock-watch": page(STAFF),
    # --- the rooms ---
    # --- projects ---
    "projects:home": page(WORKING),
    "projects:project-add": form(RELEASING),
    "projects:project-import": form(STAFF),
    "projects:project-import-confirm": row_of(form(STAFF, pk="project-check"), {ADMIN}),
    "projects:project-export": form(RELEASING, **PROJECT),
    "projects:inventory": page(LEADING),
    "projects:inventory-export": page(LEADING),
    "projects:project-detail": row_of(page(WORKING, **PROJECT), PROJECT_READERS),
    "projects:project-change": row_of(form(WORKING, **PROJECT), PROJECT_KEEPERS),
    "projects:project-stop": row_of(form(WORKING, **PROJECT), PROJECT_KEEPERS),
    "projects:team": row_of(page(WORKING, **PROJECT), PROJECT_READERS),
    "projects:member-add": row_of(form(WORKING, **PROJECT), PROJECT_KEEPERS),
    "projects:member-remove": row_of(form(WORKING, **PROJECT, pk="member"), PROJECT_KEEPERS),
    "projects:scope": row_of(page(WORKING, **PROJECT), PROJECT_READERS),
    "projects:candidate-add": row_of(form(WORKING, **PROJECT), PROJECT_KEEPERS),
    "projects:weights": row_of(form(WORKING, **PROJECT), PROJECT_KEEPERS),
    # Only the team's leader signs; for everybody else there is no such page.
    "projects:choose": row_of(form(WORKING, **PROJECT), {OWNER}),
    "projects:ranking-detail": row_of(page(WORKING, **PROJECT, number=("literal", "1")), PROJECT_READERS),
    "projects:candidate-score": row_of(form(WORKING, **PROJECT, process=("code", "process")), PROJECT_KEEPERS),
    "projects:plan": row_of(page(WORKING, **PROJECT), PROJECT_READERS),
    "projects:plan-make": row_of(form(WORKING, **PROJECT), PROJECT_KEEPERS),
    "projects:plan-agree": row_of(form(WORKING, **PROJECT), PROJECT_KEEPERS),
    "projects:task-add": row_of(form(WORKING, **PROJECT), PROJECT_KEEPERS),
    "projects:item-change": row_of(form(WORKING, **PROJECT, key=("literal", "t1")), PROJECT_KEEPERS),
    "projects:item-move": row_of(form(WORKING, **PROJECT, key=("literal", "p1")), PROJECT_KEEPERS),
    # Who sees the project has the button; the act refuses whoever does not keep it, in words, on the plan's page.
    "projects:task-done": _own_button(**PROJECT, key=("literal", "t1")),
    "projects:deliverable-confirm": _own_button(**PROJECT, key=("literal", "p1")),
    "projects:gate": row_of(page(WORKING, **PROJECT, phase=("literal", "1")), PROJECT_READERS),
    "projects:gate-close": _own_button(**PROJECT, phase=("literal", "1")),
    "projects:gate-override": row_of(
        form(WORKING, **PROJECT, phase=("literal", "1"), criterion=("literal", "projects.a-team")), {OWNER}
    ),
    "projects:status-detail": row_of(page(WORKING, **PROJECT, week="project-week"), PROJECT_READERS),
    "projects:plan-document": row_of(page(WORKING, **PROJECT), PROJECT_READERS),
    "projects:plan-document-make": row_of(act(WORKING, **PROJECT), PROJECT_READERS),
    "projects:risk-add": row_of(form(WORKING, **PROJECT), PROJECT_KEEPERS),
    "projects:risk-change": row_of(form(WORKING, **PROJECT, pk="risk"), PROJECT_KEEPERS),
    "projects:entry-add": row_of(form(WORKING, **PROJECT, kind=("literal", "decision")), PROJECT_KEEPERS),
    "projects:file-add": row_of(form(WORKING, **PROJECT), PROJECT_KEEPERS),
    # --- surveys: who reads what was found, who surveys, who is asked ---
    "surveys:home": page(WORKING),
    "surveys:survey-start": form(WRITING),
    "surveys:panel-waiting": page(SIGNED_IN),
    "surveys:survey": row_of(page(REPORTED, number="survey"), SURVEY_READERS),
    "surveys:survey-end": form(WRITING, number="survey"),
    "surveys:panel-methods": row_of(page(REPORTED, number="survey"), SURVEY_READERS),
    "surveys:questionnaire-add": form(WRITING, number="survey"),
    "surveys:interview-add": form(WRITING, number="survey"),
    "surveys:paper-add": form(WRITING, number="survey"),
    "surveys:department-form-add": form(WRITING, number="survey"),
    "surveys:forms-import": form(WRITING, number="survey"),
    "surveys:forms-template": page(WRITING, number="survey"),
    "surveys:questionnaire": row_of(page(REPORTED, pk="questionnaire"), SURVEY_READERS),
    "surveys:questionnaire-change": form(WRITING, pk="questionnaire"),
    "surveys:question-add": form(WRITING, pk="questionnaire"),
    "surveys:question-change": form(WRITING, pk="survey-question"),
    "surveys:question-delete": act(WRITING, pk="survey-question"),
    "surveys:question-move": act(WRITING, data={"to": "down"}, pk="survey-question"),
    "surveys:questionnaire-preview": row_of(page(REPORTED, pk="questionnaire"), SURVEY_READERS),
    "surveys:questionnaire-open": act(WRITING, pk="questionnaire"),
    "surveys:questionnaire-ask": form(WRITING, pk="asked-questionnaire"),
    "surveys:questionnaire-remind": act(WRITING, pk="asked-questionnaire"),
    "surveys:questionnaire-codes": form(WRITING, pk="asked-questionnaire"),
    "surveys:questionnaire-poster": row_of(page(REPORTED, pk="asked-questionnaire"), SURVEY_READERS),
    "surveys:questionnaire-close": act(WRITING, pk="asked-questionnaire"),
    "surveys:questionnaire-results": row_of(page(REPORTED, pk="asked-questionnaire"), SURVEY_READERS),
    "surveys:questionnaire-export": row_of(page(REPORTED, pk="asked-questionnaire"), SURVEY_READERS),
    # Only who is asked; a code opens its page to whoever has it.
    "surveys:answer": own_row(Line(SIGNED_IN, get=(200,), post=(200,), words={"pk": "asked-questionnaire"}), {OWNER}),
    "surveys:answer-draw": own_row(act(SIGNED_IN, pk="asked-questionnaire"), {OWNER}),
    "surveys:answer-anonymous": form(EVERYBODY, code="survey-code"),
    "surveys:answer-thanks": page(EVERYBODY),
    "surveys:answer-code": form(EVERYBODY),
    # --- surveys: observations and the guide ---
    "surveys:watch-worker": page(SIGNED_IN),
    "surveys:watch": own_row(page(SIGNED_IN, **OBSERVATION), WATCHING),
    "surveys:lap-start": own_row(tried(SIGNED_IN, **OBSERVATION), WATCHING),
    "surveys:lap-stop": own_row(act(SIGNED_IN, **OBSERVATION), WATCHING),
    "surveys:observation-end": own_row(act(SIGNED_IN, **OBSERVATION), WATCHING),
    "surveys:watch-clock": own_row(page(SIGNED_IN, **OBSERVATION), WATCHING),
    # What a page of ours does not send is refused, and told as JSON.
    "surveys:lap-sync": own_row(Line(SIGNED_IN, get=(405,), post=(400,), words=OBSERVATION), WATCHING),
    "surveys:lap-photo": own_row(Line(SIGNED_IN, get=(405,), post=(400,), words=LAP), WATCHING),
    "surveys:lap-change": own_row(form(SIGNED_IN, **LAP), WATCHING),
    "surveys:lap-count": act(WRITING, data={"count": "out"}, **LAP),
    "surveys:lap-pain": act(WRITING, **LAP),
    "surveys:observation-list": row_of(page(REPORTED, **SURVEY), SURVEY_READERS),
    "surveys:observation-add": form(WRITING, **SURVEY),
    "surveys:observation-take": act(WRITING, **SURVEY),
    "surveys:observation": own_row(page(SIGNED_IN, **OBSERVATION), SURVEY_READERS | {OWNER}),
    "surveys:guide": row_of(page(REPORTED, **SURVEY), SURVEY_READERS),
    "surveys:guide-begin": act(WRITING, **SURVEY),
    "surveys:guide-add": form(WRITING, **SURVEY),
    "surveys:guide-change": form(WRITING, pk="guide-question", **SURVEY),
    "surveys:guide-delete": act(WRITING, pk="guide-question", **SURVEY),
    "surveys:guide-move": act(WRITING, data={"to": "down"}, pk="guide-question", **SURVEY),
    # --- surveys: the diagnosis. The head elsewhere reads surveys, but not this one ---
    "surveys:panel-diagnosis": row_of(page(REPORTED, **SURVEY), SURVEY_READERS),
    "surveys:diagnosis": row_of(page(REPORTED, **SURVEY), SURVEY_READERS),
    "surveys:asis-flow": row_of(page(REPORTED, **SURVEY), SURVEY_READERS),
    "surveys:asis-grid": form(WRITING, **SURVEY),
    "surveys:asis-import": form(WRITING, **SURVEY),
    "surveys:asis-sheet": page(WRITING, **SURVEY),
    "surveys:asis-move": act(WRITING, pk="as-is", **SURVEY),
    "surveys:pain-list": row_of(page(REPORTED, **SURVEY), SURVEY_READERS),
    "surveys:pain-add": form(WRITING, **SURVEY),
    "surveys:pain-carry": act(WRITING, **SURVEY),
    "surveys:pain-detail": row_of(page(REPORTED, pain=("literal", 1), **SURVEY), SURVEY_READERS),
    "surveys:pain-change": form(WRITING, pain=("literal", 1), **SURVEY),
    "surveys:pain-delete": form(WRITING, pain=("literal", 1), **SURVEY),
    "surveys:pain-end": form(WRITING, pain=("literal", 1), **SURVEY),
    "surveys:pain-reopen": act(WRITING, pain=("literal", 1), **SURVEY),
    "surveys:evidence-add": tried(WRITING, pain=("literal", 1), **SURVEY),
    "surveys:evidence-remove": act(WRITING, pk="evidence", **SURVEY),
    "surveys:cause-add": tried(WRITING, pain=("literal", 1), **SURVEY),
    "surveys:cause-below": form(WRITING, pk="cause", **SURVEY),
    "surveys:cause-change": form(WRITING, pk="cause", **SURVEY),
    "surveys:cause-remove": act(WRITING, pk="cause", **SURVEY),
    "surveys:baseline-list": row_of(page(REPORTED, **SURVEY), SURVEY_READERS),
    "surveys:baseline-add": form(WRITING, **SURVEY),
    "surveys:baseline-freeze": act(WRITING, **SURVEY),
    "surveys:baseline-change": form(WRITING, pk="baseline", **SURVEY),
    "surveys:baseline-remove": act(WRITING, pk="baseline", **SURVEY),
    "surveys:diagnosis-report": row_of(page(REPORTED, **SURVEY), SURVEY_READERS),
    "surveys:diagnosis-report-make": row_of(act(REPORTED, **SURVEY), SURVEY_READERS),
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
