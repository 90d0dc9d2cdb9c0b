"""A draft with its author, its reviewers and its leader, for tests of what stands between draft and release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from processes.domain.drafting import write_draft
from processes.domain.editing import change_draft
from processes.domain.reviewing import QUESTIONS, decide
from processes.domain.routing import Asked, start_review
from processes.models import Decision, Mode, Review, Reviewer, Revision, Rule, Verdict
from procstd.organisation.models import User
from procstd.roles import Role
from tests.factories import person_with
from tests.standards import RELEASED_AT, complaint, holder, process_named

YES = dict.fromkeys(QUESTIONS, (True, ""))
AT = RELEASED_AT


def fresh(person: User) -> User:
    """Return the person as the next request reads it: without what it remembers of posts."""
    return User.objects.get(pk=person.pk)


@dataclass
class Desk:
    """Who takes part in a review."""

    draft: Revision
    author: User
    first: User
    second: User
    lead: User

    @property
    def review(self) -> Review:
        return Review.objects.select_related("revision__process").get(revision=self.draft)

    def row(self, person: User) -> Reviewer:
        return Reviewer.objects.select_related("person", "review__revision__process").get(
            review=self.review, person=person
        )

    def start(self, mode: str = Mode.ALL, *people: User, at: datetime = AT) -> Review:
        route = [Asked(person, Rule.HEAD) for person in people or (self.first, self.second)]
        return start_review(self.draft, mode=mode, days=3, touches_compliance=False, route=route, by=self.author, at=at)

    def approve(self, person: User, *, by: User | None = None, at: datetime = AT, **facts: Any) -> Decision:
        facts = {"verdict": Verdict.APPROVED, "answers": YES, "reason": "", **facts}
        return decide(self.row(person), by=by or person, at=at, **facts)

    def send_back(self, person: User, reason: str = "Step 3 is not clear") -> Decision:
        answers = {**YES, "clear": (False, "Who assigns?")}
        return self.approve(person, verdict=Verdict.RETURNED, answers=answers, reason=reason)

    def edit(self, words: str = "Other words", by: User | None = None) -> None:
        """Change a word of the draft, as its author does."""
        step = self.draft.steps.get(key="s3")
        step.title_en = words
        change_draft(self.draft, saved=[step], by=by or self.author, reason="Mended")
        self.draft.refresh_from_db()

    @property
    def state(self) -> str:
        self.draft.refresh_from_db()
        return self.draft.state


def desk() -> Desk:
    """Return a complaint draft by a process specialist, two department heads and a project lead."""
    first, second = holder("department-head", "service"), holder("department-head", "quality")
    author, lead = person_with(Role.PROCESS_SPECIALIST), person_with(Role.PROJECT_LEAD)
    draft = write_draft(process_named("complaint"), complaint(), by=author, reason="x", at=AT - timedelta(days=1))
    return Desk(draft, author, first, second, lead)
