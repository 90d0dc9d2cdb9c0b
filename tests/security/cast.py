"""Who asks, and the rows they ask for: one of each, owned by the department that is "here"."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from cases.domain.customer import secret_for
from cases.domain.opening import open_case
from cases.domain.reports import make_report
from cases.models import Channel, Consultation, SatisfactionRequest, Task
from cases.models.consultation import ConsultationKind
from processes.domain.asking import add_question
from processes.domain.changing import note_change
from processes.domain.clauses import Clause
from processes.domain.commenting import comment
from processes.domain.copying import hand_out_copy
from processes.domain.drafting import write_draft
from processes.domain.embedding import issue_embed_token
from processes.domain.routing import Asked, start_review
from processes.domain.variants.varying import begin_variant
from processes.models import Mode, Origin
from procstd.calendars.domain.current import ensure_default
from procstd.calendars.domain.versions import start_draft
from procstd.calendars.models import Calendar
from procstd.files.models import StoredFile
from procstd.jobs.models import State
from procstd.moments import house_monday
from procstd.notices.domain.telling import Note, tell
from procstd.notices.models import Delivery, Kind, Notice, Robot
from procstd.notices.rules import NEWS
from procstd.organisation.domain.tokens import issue_token
from procstd.organisation.models import Department, Session, User
from procstd.roles import Role
from projects.domain.planning import make_plan
from projects.domain.scope import add_candidate
from projects.domain.starting import start_project
from projects.domain.status import make_missing_statuses
from projects.domain.team import add_member
from projects.models import DIMENSIONS
from surveys.domain.diagnosis.baselines import add_baseline
from surveys.domain.diagnosis.causes import add_cause
from surveys.domain.diagnosis.pains import add_evidence, name_pain
from surveys.domain.diagnosis.steps import Row, write_steps
from surveys.domain.starting import start_survey
from tests.factories import (
    DepartmentFactory,
    JobFactory,
    PersonFactory,
    PostFactory,
    PostHoldingFactory,
    SubstitutionFactory,
)
from tests.security.watched import observed
from tests.standards import next_version, organisation, process_named, released, standard, step

OUT = "logged out"
NOBODY = "without a post"
ADMIN = "administrator"
OTHER_ADMIN = "another administrator"
#: The one whose holding, job, file, session and token the addresses name.
OWNER = "owner"
HERE = {f"{role.value} here" for role in Role}
ELSEWHERE = {f"{role.value} elsewhere" for role in Role}

SIGNED_IN = frozenset({NOBODY, ADMIN, OTHER_ADMIN, OWNER} | HERE | ELSEWHERE)
EVERYBODY = SIGNED_IN | {OUT}
STAFF = frozenset({ADMIN, OTHER_ADMIN})
#: Everybody with a post, and administrators.
WORKING = SIGNED_IN - {NOBODY}


def with_roles(*roles: Role) -> frozenset[str]:
    """Return the callers who have one of *roles*, wherever they work, and the administrators."""
    named = {f"{role.value} {place}" for role in roles for place in ("here", "elsewhere")}
    return STAFF | named | ({OWNER} if Role.FRONTLINE in roles else set())


@dataclass
class World:
    """The callers by name, and the words that stand in addresses."""

    callers: dict[str, User | None]
    words: dict[str, Any]


def build_world() -> World:
    """Make the cast and one row of everything."""
    now = timezone.now()
    here = DepartmentFactory(code="here")
    callers: dict[str, User | None] = {
        OUT: None,
        NOBODY: PersonFactory(username="nobody"),
        ADMIN: PersonFactory(username="admin", staff=True),
        OTHER_ADMIN: PersonFactory(username="other-admin", staff=True),
        OWNER: PersonFactory(username="owner", department=here),
    }
    for place, department in (("here", here), ("elsewhere", DepartmentFactory(code="elsewhere"))):
        for role in Role:
            person = PersonFactory(username=f"{role.value}-{place}", department=department)
            PostHoldingFactory(person=person, post=PostFactory(role=role))
            callers[f"{role.value} {place}"] = person

    owner, admin = callers[OWNER], callers[ADMIN]
    holding = PostHoldingFactory(person=owner, post=PostFactory(code="subject", role=Role.FRONTLINE))
    substitution = SubstitutionFactory(holding=holding, substitute=callers[NOBODY])
    # Who stands in for the owner today has the owner's role; the caller "without a post" must not.
    substitution.valid_from = timezone.localdate() + timedelta(days=3)
    substitution.save()
    token, _text = issue_token(owner, name="robot", scopes=["profile"], days=30, at=now)
    session = Session.objects.create(
        session_key="k" * 40, session_data="", expire_date=now + timedelta(days=1), public_id="p" * 64, person=owner
    )
    file = StoredFile(owner=owner, name="photo.png", media_type="image/png", size=3, sha256="0" * 64, created_at=now)
    file.content.save("", ContentFile(b"abc"))
    words = {
        "username": "owner",
        "code": {
            "department": "here",
            "post": "subject",
            "process": "complaint",
            "draft": "drafted",
            "reviewed": "reviewed",
            "moved": "moved",
            "varied": "varied",
            "calendar": _calendar(now),
            "project": "project",
        },
        "sheet": "people",
        "holding": holding.pk,
        "substitution": substitution.pk,
        "token": token.pk,
        "session": session.public_id,
        "job": JobFactory(owner=owner).pk,
        "check": JobFactory(owner=admin, kind="sheet-check", state=State.DONE, facts={"sheet": "people", "file": 1}).pk,
        "file": file.key,
        **_told(owner, now),
        **_spine(owner, admin, now),
        "project-check": JobFactory(
            owner=admin, kind="project-check", state=State.DONE, facts={"file": ""}, result=TOLD_OF_A_PROJECT
        ).pk,
        **_project(owner, callers[f"{Role.PROJECT_LEAD.value} here"], here, now),
        **_surveyed(owner, callers["process_specialist here"], here, now),
        **_diagnosis(admin, owner, here, now),
    }
    for room in rooms():
        words |= room.rows(callers, words, at=now)
    return World(callers, words)


def rooms() -> tuple[Any, ...]:
    """Return the upper rooms' modules; they are made of the names above."""
    from tests.security.rooms import ROOMS

    return ROOMS


#: What the check of a project's file found: nothing that is not known here.
TOLD_OF_A_PROJECT: dict[str, Any] = {
    "code": "brought", "name": {"zh": "项目", "en": "Project"}, "made_at": "2026-03-02T01:00:00+00:00",
    "made_by": {"zh": "人", "en": "Somebody"}, "product": "0.1.0", "sha256": "0" * 64, "counts": [], "files": 0,
    "left_out": [], "filled_in": [], "person": [], "department": [], "post": [], "fixed": {}, "processes": [],
    "surveys": [],
}  # fmt: skip


def _project(owner: User, lead: User | None, here: Department, now: Any) -> dict[str, Any]:
    """Make a planned project that concerns the department here and that the owner leads the team of."""
    project = start_project(
        code="project", name_zh="项目", name_en="Project", value="quality", lead=lead, departments=[here], by=lead,
        at=now, reason="Test",
    )  # fmt: skip
    member = add_member(project, duty="leader", person=owner, by=None, at=now)
    scored = dict.fromkeys(DIMENSIONS, 3) | {f"why_{name}": "Test" for name in DIMENSIONS}
    add_candidate(project, process=process_named("complaint"), reason="Test", by=None, at=now, **scored)
    make_plan(project, start_on=timezone.localdate(), by=None, at=now)
    make_missing_statuses(at=now)
    return {"project-week": project.statuses.get().week, "member": member.pk, "risk": project.risks.earliest("pk").pk}


def _calendar(now: Any) -> str:
    """Make everybody's calendar, its first version in force, with a draft of the second; return its code."""
    ensure_default()
    calendar = Calendar.objects.get(department=None)
    start_draft(calendar, by=None, at=now)
    return calendar.code


def _diagnosis(admin: User, owner: User, here: Department, now: Any) -> dict[str, Any]:
    """Make a survey of the department here: step, pain point, evidence, cause, figure; the owner observes it."""
    survey = start_survey(
        process_named("complaint"), title_zh="调研", title_en="Survey", owner=admin, departments=[here], by=admin,
        at=now,
    )  # fmt: skip
    (step,) = write_steps(survey, [Row(Decimal(1), {"name_en": "Judge"})], by=admin, at=now)
    pain = name_pain(survey, text_zh="", text_en="Slow", source="told", by=admin, at=now)
    facts = {"kind": "told", "number": "1", "figure_zh": "", "figure_en": ""}
    evidence = add_evidence(pain, **facts, by=admin, at=now)
    cause = add_cause(pain, text_zh="", text_en="By hand", by=admin, at=now)
    baseline = add_baseline(
        survey, name_zh="周期", name_en="Cycle", unit_zh="天", unit_en="days", value=Decimal(4), n=9,
        period_from=now.date() - timedelta(days=9), period_until=now.date(), source="read", note="", by=admin, at=now,
    )  # fmt: skip
    return {
        "survey": survey.number, "as-is": step.pk, "evidence": evidence.pk, "cause": cause.pk, "baseline": baseline.pk,
        **observed(survey, observer=owner, by=admin, now=now),
    }  # fmt: skip


def _told(owner: User, now: Any) -> dict[str, Any]:
    """Tell the owner something, by mail too, and have a robot whose address leads nowhere."""
    tell([Note(owner.pk, NEWS.name, "news", "通知", "Notice", url="/cases/")], at=now)
    robot = Robot.objects.create(name="robot", kind=Kind.WEBHOOK, address="https://127.0.0.1:1/", rules=[NEWS.name])
    return {
        "notice": Notice.objects.get(person=owner).pk,
        "delivery": Delivery.objects.get(channel="mail").pk,
        "robot": robot.pk,
    }


def _spine(owner: User, admin: User, now: Any) -> dict[str, Any]:
    """Make a released standard whose steps the owner's post does, a case of it, and a draft of another process."""
    organisation()
    data = standard(step("s1", "s2", post="subject"), step("s2", None, post="subject"))
    data["steps"][0]["posts"]["S"] = [{"post": {"code": "department-head"}, "department": None}]
    data["forms"][0]["fields"][0]["public"] = True
    release = released(data, at=now)
    case = open_case(
        release.process, {"text": "It leaks"}, by=None, at=now, channel=Channel.PUBLIC, request_key="r" * 32
    )
    task = Task.objects.open().get(process=case)
    asked = Consultation.objects.create(
        task=task, person=owner, asked_by=admin, kind=ConsultationKind.COMMENT, question="Why?", asked_at=now
    )
    SatisfactionRequest.objects.create(
        case=case, number=1, token_sha256=hashlib.sha256(b"t" * 32).hexdigest(), asked_at=now, expires_at=now
    )
    clock = case.clocks.get(target="total")
    extension = clock.extensions.create(amount=1, unit="working_days", reason="Parts", asked_by=owner, asked_at=now)
    hold = case.holds.create(task=task, reason="Waiting for parts", days=2, asked_by=owner, asked_at=now)
    moved = released(data, code="moved", at=now - timedelta(minutes=2))
    moving = open_case(
        moved.process, {"text": "It leaks"}, by=owner, at=now - timedelta(minutes=1), request_key="m" * 32
    )  # fmt: skip
    next_version(moved, at=now)
    released(data, code="varied", at=now)
    varied = begin_variant(
        process_named("varied"), department=Department.objects.get(code="sales"), by=None, reason="Test", at=now
    )
    draft = write_draft(process_named("drafted"), data, by=None, reason="Test", at=now)
    noted = note_change(
        draft, origin=Origin.SUGGESTION, effect="Faster", text_zh="更快", text_en="Faster", by=None, at=now
    )
    reviewed = write_draft(process_named("reviewed"), data, by=None, reason="Test", at=now)
    review = start_review(
        reviewed, mode=Mode.ALL, days=3, touches_compliance=False, route=[Asked(owner, reason="Test")], by=None, at=now
    )
    said = comment(review, clause=Clause("elements", "purpose", "Purpose"), text="Why?", by=owner, at=now)
    asked_often = add_question(
        release.process, question_zh="问？", answer_zh="答。", question_en="", answer_en="", by=admin, reason="Test"
    )
    embed, embed_text = issue_embed_token(
        release.process, label="Intranet", language="en", days=9, origins=[], by=admin, reason="Test", at=now
    )
    copy = hand_out_copy(
        release.definition, kind="controlled", holder=owner, place="", language="en", by=admin, reason="Test", at=now
    )
    facts = {"process": "complaint", "file": 1}
    report = make_report(house_monday(now) - timedelta(days=7), at=now)
    return {
        "case": case.number,
        "moving": moving.number,
        "satisfaction": "t" * 32,
        "week": report.week,
        "secret": secret_for("r" * 32),
        "task": task.pk,
        "release": release.pk,
        "asked": asked.pk,
        "clock": clock.pk,
        "extension": extension.pk,
        "hold": hold.pk,
        "question": asked_often.pk,
        "embed": embed.pk,
        "embed-text": embed_text,
        "copy": copy.pk,
        "reviewer": review.reviewers.get().pk,
        "comment": said.pk,
        "change": noted.pk,
        "number": {"released": "1.0", "draft": draft.number, "variant": varied.number, "calendar": 1},
        "case-check": JobFactory(owner=admin, kind="case-check", state=State.DONE, facts=facts).pk,
    }


def _surveyed(owner: User, specialist: Any, here: Department, now: Any) -> dict[str, Any]:
    """Make a survey of the department with a questionnaire that is open and asks the owner, and one being written."""
    from surveys.domain.asking import ask_people, open_questionnaire, print_codes
    from surveys.domain.questioning import begin_questionnaire

    survey = start_survey(
        process_named("complaint"), title_zh="调研", title_en="Survey", owner=specialist, departments=[here],
        by=specialist, at=now,
    )  # fmt: skip
    written, asked = [
        begin_questionnaire(
            survey, title_zh="问卷", title_en="Questions", is_anonymous=anonymous, with_starter=True, by=specialist
        )
        for anonymous in (False, True)
    ]
    open_questionnaire(asked, by=specialist, at=now)
    ask_people(asked, people=[owner], by=specialist, at=now)
    (code,) = print_codes(asked, count=1, department=here, by=specialist, at=now)
    return {
        "survey": survey.number,
        "questionnaire": written.pk,
        "asked-questionnaire": asked.pk,
        "survey-question": written.questions.first().pk,
        "survey-code": code,
    }
