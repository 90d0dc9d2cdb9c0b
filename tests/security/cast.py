"""Who asks, and the rows they ask for: one of each, owned by the department that is "here"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from cases.domain.opening import open_case, secret_for
from cases.models import Channel, Consultation, Task
from cases.models.consultation import ConsultationKind
from processes.domain.drafting import write_draft
from procstd.files.models import StoredFile
from procstd.jobs.models import State
from procstd.organisation.domain.tokens import issue_token
from procstd.organisation.models import Session, User
from procstd.roles import Role
from tests.factories import (
    DepartmentFactory,
    JobFactory,
    PersonFactory,
    PostFactory,
    PostHoldingFactory,
    SubstitutionFactory,
)
from tests.standards import organisation, process_named, released, standard, step

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
        "code": {"department": "here", "post": "subject", "process": "complaint", "draft": "drafted"},
        "sheet": "people",
        "holding": holding.pk,
        "substitution": substitution.pk,
        "token": token.pk,
        "session": session.public_id,
        "job": JobFactory(owner=owner).pk,
        "check": JobFactory(owner=admin, kind="sheet-check", state=State.DONE, facts={"sheet": "people", "file": 1}).pk,
        "file": file.key,
        **_spine(owner, admin, now),
    }
    return World(callers, words)


def _spine(owner: User, admin: User, now: Any) -> dict[str, Any]:
    """Make a released standard whose steps the owner's post does, a case of it, and a draft of another process."""
    organisation()
    data = standard(step("s1", "s2", post="subject"), step("s2", None, post="subject"))
    data["forms"][0]["fields"][0]["public"] = True
    release = released(data, at=now)
    case = open_case(
        release.process, {"text": "It leaks"}, by=None, at=now, channel=Channel.PUBLIC, request_key="r" * 32
    )
    task = Task.objects.open().get(process=case)
    asked = Consultation.objects.create(
        task=task, person=owner, asked_by=admin, kind=ConsultationKind.COMMENT, question="Why?", asked_at=now
    )
    draft = write_draft(process_named("drafted"), data, by=None, reason="Test", at=now)
    facts = {"process": "complaint", "file": 1}
    return {
        "case": case.number,
        "secret": secret_for("r" * 32),
        "task": task.pk,
        "release": release.pk,
        "asked": asked.pk,
        "number": {"released": "1.0", "draft": draft.number},
        "case-check": JobFactory(owner=admin, kind="case-check", state=State.DONE, facts=facts).pk,
    }
