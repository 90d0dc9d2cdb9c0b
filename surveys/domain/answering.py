"""Answer a questionnaire: by name, or so that nobody can find out who (A6, A7)."""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from procstd import history
from procstd.errors import DomainError
from surveys.domain.asking import fingerprint, new_code, opened
from surveys.models import Invitation, Question, QuestionKind, Response, Sheet, Ticket

TEXT_MOST = 2_000
#: So many other sheets are written anew, in any order, beside each new one.
MIXED_WITH = 100
_BY_CHANCE = random.SystemRandom()

Answers = dict[str, Any]


class AnswersRefused(DomainError):
    """What is wrong with answers, by the question's key."""

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__(_("Some answers are missing or cannot be read."))
        self.errors = errors


def settle(questions: Sequence[Question], given: Mapping[str, Any]) -> Answers:
    """Return the answers that count, by the question's key. Raises AnswersRefused for what lacks or does not fit."""
    settled: Answers = {}
    errors: dict[str, Any] = {}
    for question in questions:
        key = str(question.pk)
        value = given.get(key)
        if value in (None, "", []):
            if question.is_required:
                errors[key] = _("Please answer this question.")
            continue
        try:
            settled[key] = _READ[question.kind](question, value)
        except (ValueError, TypeError, InvalidOperation):
            errors[key] = _("This is no answer to the question.")
    if errors:
        raise AnswersRefused(errors)
    return settled


def _scale(question: Question, value: Any) -> int:
    number = int(value)
    if not 1 <= number <= 5:
        raise ValueError
    return number


def _single(question: Question, value: Any) -> str:
    if value not in [row["key"] for row in question.options]:
        raise ValueError
    return str(value)


def _multiple(question: Question, value: Any) -> list[str]:
    known = [row["key"] for row in question.options]
    if not set(value) <= set(known):
        raise ValueError
    return [key for key in known if key in value]


def _text(question: Question, value: Any) -> str:
    return str(value).strip()[:TEXT_MOST]


def _number(question: Question, value: Any) -> float:
    number = float(Decimal(str(value)))
    if not math.isfinite(number) or abs(number) >= 1e12:
        raise ValueError
    return number


_READ = {
    QuestionKind.SCALE.value: _scale,
    QuestionKind.SINGLE.value: _single,
    QuestionKind.MULTIPLE.value: _multiple,
    QuestionKind.TEXT.value: _text,
    QuestionKind.NUMBER.value: _number,
}


def is_answer(question: Question, value: Any) -> bool:
    """Tell whether *value* is an answer to the question, as it is kept."""
    try:
        return bool(_READ[question.kind](question, value) == value)
    except (ValueError, TypeError, InvalidOperation):
        return False


@transaction.atomic
def answer(invitation: Invitation, *, answers: Mapping[str, Any], by: Any, at: datetime) -> Response:
    """Keep what a named person answers, or changes before the questionnaire is closed.

    Nobody answers for another.
    """
    questionnaire = opened(invitation.questionnaire)
    if questionnaire.is_anonymous or by.pk != invitation.person_id:
        raise DomainError(_("This question is not put to you by name."))
    settled = settle(list(questionnaire.questions.all()), answers)
    response = Response.objects.filter(invitation=invitation).first()
    if response is None:
        response = Response(invitation=invitation, answered_at=at)
    elif response.answers == settled:
        return response
    response.answers, response.changed_at = settled, at
    return history.save(response, by=by, reason="")


@transaction.atomic
def draw_code(invitation: Invitation, *, by: Any) -> str:
    """Return a code for the one anonymous answer of a person who is asked; a code drawn before opens nothing any more.

    Until it is used the ticket is the person's. When it is used the ticket is deleted, so nothing says
    which answer it let in.
    """
    questionnaire = opened(invitation.questionnaire)
    ticket = Ticket.objects.select_for_update(of=("self",)).filter(invitation=invitation).first()
    if not questionnaire.is_anonymous or by.pk != invitation.person_id or ticket is None:
        raise DomainError(_("You have answered already. Thank you."))
    code = new_code()
    ticket.code_sha256 = fingerprint(code)
    ticket.save(update_fields=["code_sha256"])
    return code


@sensitive_variables("code")
def ticket_for(code: str) -> Ticket | None:
    """Return the ticket that *code* opens, or None: a wrong code and a used one look the same to us."""
    rows = Ticket.objects.select_related("questionnaire__survey__process")
    return rows.filter(code_sha256=fingerprint(code)).first()


@sensitive_variables("code")
@transaction.atomic
def answer_anonymously(code: str, *, answers: Mapping[str, Any]) -> None:
    """Take one anonymous answer for *code*: whoever calls, whenever, is not asked and not stored.

    The sheet goes in among others that are written anew beside it, so that even the order in which
    the database keeps its rows does not follow the order of answers. Of two who share a code the first counts.
    """
    ticket = ticket_for(code)
    if ticket is None:
        raise DomainError(_("This link has been used, or is not one of ours."))
    questionnaire = opened(ticket.questionnaire)
    ticket = Ticket.objects.select_for_update().filter(pk=ticket.pk, code_sha256=fingerprint(code)).first()
    if ticket is None:
        raise DomainError(_("This link has been used, or is not one of ours."))
    settled = settle(list(questionnaire.questions.all()), answers)
    _put_in(Sheet(questionnaire=questionnaire, department_id=ticket.department_id, answers=settled))
    ticket.delete()


def _put_in(sheet: Sheet) -> None:
    others = list(Sheet.objects.filter(questionnaire=sheet.questionnaire_id).values_list("pk", flat=True))
    mixed = list(Sheet.objects.filter(pk__in=_BY_CHANCE.sample(others, min(len(others), MIXED_WITH))))
    Sheet.objects.filter(pk__in=[row.pk for row in mixed]).delete()
    rows = [*mixed, sheet]
    for row in rows:
        row.pk, row._state.adding = uuid.uuid4(), True
    _BY_CHANCE.shuffle(rows)
    Sheet.objects.bulk_create(rows)
