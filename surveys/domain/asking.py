"""Ask people: open a questionnaire, send it, remind, print codes, close it (F06)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.errors import DomainError
from procstd.notices.domain.telling import tell
from procstd.organisation.models import Department, User
from surveys import notices
from surveys.domain.questioning import drafted
from surveys.models import Invitation, PaperCodes, Questionnaire, State, Ticket

MOST_CODES = 200


def new_code() -> str:
    """Return a code for one anonymous answer: 128 random bits, shown once, stored only as a fingerprint (A7)."""
    return secrets.token_hex(16)


def fingerprint(code: str) -> str:
    """Return what is stored of a code. It is random and long, so a fast hash is right."""
    return hashlib.sha256(code.encode()).hexdigest()


@transaction.atomic
def open_questionnaire(questionnaire: Questionnaire, *, by: Any, at: datetime) -> Questionnaire:
    """Open a questionnaire: from now on its questions are frozen and people can be asked."""
    questionnaire = drafted(questionnaire)
    if not questionnaire.questions.exists():
        raise DomainError(_("It has no question yet. Put one in first."))
    questionnaire.state, questionnaire.opened_at = State.OPEN, at
    return history.save(questionnaire, by=by, reason="", update_fields=["state", "opened_at"])


@transaction.atomic
def ask_people(
    questionnaire: Questionnaire,
    *,
    people: Iterable[User] = (),
    departments: Iterable[Department] = (),
    by: Any,
    at: datetime,
) -> int:
    """Ask *people*, and all who work in *departments* or below them; who was asked before is not asked again.

    Each is told by bell and mail. Returns how many are new.
    """
    questionnaire = opened(questionnaire)
    below = Department.objects.below([row.pk for row in departments])
    wanted = {person.pk: person for person in [*people, *User.objects.active().filter(department__in=below)]}
    known = set(questionnaire.invitations.values_list("person", flat=True))
    fresh = [person for pk, person in sorted(wanted.items()) if pk not in known and person.is_active]
    if not wanted:
        raise DomainError(_("Choose at least one person or department."))
    rows = [
        Invitation(questionnaire=questionnaire, person=person, department_id=person.department_id, asked_at=at)
        for person in fresh
    ]
    Invitation.objects.bulk_create(rows)
    if questionnaire.is_anonymous:
        Ticket.objects.bulk_create(
            Ticket(questionnaire=questionnaire, department_id=row.department_id, invitation=row) for row in rows
        )
    tell(notices.asked(questionnaire, [person.pk for person in fresh]), at=at)
    return len(fresh)


@transaction.atomic
def remind(questionnaire: Questionnaire, *, by: Any, at: datetime) -> int:
    """Remind those who have not answered, at most once a day. Returns how many."""
    questionnaire = opened(questionnaire)
    today = at.astimezone(UTC).date()
    if questionnaire.reminded_on == today:
        raise DomainError(_("They were reminded today already. Wait until tomorrow."))
    people = list(questionnaire.invitations.waiting().values_list("person", flat=True))  # type: ignore[attr-defined]
    if not people:
        raise DomainError(_("Everybody has answered: nobody is left to remind."))
    questionnaire.reminded_on = today
    history.save(questionnaire, by=by, reason="", update_fields=["reminded_on"])
    tell(notices.reminded(questionnaire, people, on=today), at=at)
    return len(people)


@transaction.atomic
def print_codes(
    questionnaire: Questionnaire, *, count: int, department: Department | None, by: Any, at: datetime
) -> list[str]:
    """Make *count* codes to be printed and handed out: who gets which, nobody notes. They are shown this once."""
    questionnaire = opened(questionnaire)
    if not questionnaire.is_anonymous:
        raise DomainError(_("Codes are for anonymous questionnaires. Here people sign in to answer."))
    if not 1 <= count <= MOST_CODES:
        raise DomainError(_("Print between 1 and %(most)d codes at a time.") % {"most": MOST_CODES}, field="count")
    codes = [new_code() for _number in range(count)]
    Ticket.objects.bulk_create(
        Ticket(questionnaire=questionnaire, department=department, code_sha256=fingerprint(code)) for code in codes
    )
    PaperCodes.objects.create(
        questionnaire=questionnaire, department=department, count=count, printed_by=by, printed_at=at
    )
    return codes


@transaction.atomic
def close_questionnaire(questionnaire: Questionnaire, *, by: Any, at: datetime) -> Questionnaire:
    """Close a questionnaire: nobody answers any more, and results stand. Closing twice changes nothing."""
    questionnaire = Questionnaire.objects.select_for_update(of=("self",)).get(pk=questionnaire.pk)
    if questionnaire.is_draft:
        raise DomainError(_("It was never opened."))
    if questionnaire.is_open:
        questionnaire.state, questionnaire.closed_at = State.CLOSED, at
        history.save(questionnaire, by=by, reason="", update_fields=["state", "closed_at"])
    return questionnaire


def opened(questionnaire: Questionnaire) -> Questionnaire:
    """Lock a questionnaire and return it. Refuses one that is not open."""
    found = (
        Questionnaire.objects.select_for_update(of=("self",)).select_related("survey__process").get(pk=questionnaire.pk)
    )
    if not found.is_open:
        raise DomainError(_("This questionnaire is not open."))
    return found
