"""The quiz: rules, the bank of questions, attempts begun and handed in (F45)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.models import Definition, Process
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log
from procstd.organisation.models import User
from rollouts.domain.questions import Question, chosen
from rollouts.domain.standard_questions import questions_on
from rollouts.models import BankQuestion, QuizAttempt, QuizRule
from rollouts.queries.attempts import place_in
from rollouts.queries.quizrules import rule_of
from rollouts.queries.showing import shown_to


@transaction.atomic
def set_quiz_rule(
    process: Process, *, pass_percent: int, attempts: int, questions: int, by: Any, reason: str
) -> QuizRule:
    """Say with how many percent the quiz on *process* is passed, how often one may try, how many questions it has."""
    Process.objects.select_for_update().get(pk=process.pk)
    rule = rule_of(process)
    rule.pass_percent, rule.attempts, rule.questions = pass_percent, attempts, questions
    return history.save(rule, by=by, reason=reason)


@transaction.atomic
def write_question(
    process: Process, *, text_zh: str, text_en: str, right_zh: str, right_en: str, wrong: Sequence[dict[str, str]],
    clause: str, by: Any, reason: str, question: BankQuestion | None = None, is_active: bool = True,
) -> BankQuestion:  # fmt: skip
    """Write a question of the bank, or write *question* anew. Attempts keep what was asked as it was.

    The same question with the same answers stands in the bank once.
    """
    if not wrong:
        raise DomainError(_("Give at least one wrong answer."), field="wrong")
    texts = [{"zh": right_zh, "en": right_en}, *wrong]
    if any(len({text[language] for text in texts}) < len(texts) for language in ("zh", "en")):
        raise DomainError(_("Two answers say the same."), field="wrong")
    facts = {"text_zh": text_zh, "text_en": text_en, "right_zh": right_zh, "right_en": right_en, "clause": clause}
    if question is None:
        Process.objects.select_for_update().get(pk=process.pk)  # of two clicks at once the second waits
        alike = BankQuestion.objects.filter(process=process, is_active=is_active, **facts)
        known = next((row for row in alike if row.wrong == list(wrong)), None)
        if known is not None:
            return known
    row = question or BankQuestion(process=process)
    for name, value in {**facts, "wrong": list(wrong), "is_active": is_active}.items():
        setattr(row, name, value)
    return history.save(row, by=by, reason=reason)


@transaction.atomic
def begin_attempt(definition: Definition, *, by: Any, at: datetime, seed: str = "") -> QuizAttempt:
    """Begin an attempt of *by* at the quiz on *definition*; one that is not handed in yet goes on.

    The same *seed* asks the same (default: a new one). Refuses who has passed, who has used up the attempts, and a
    standard that nothing can be asked about. Raises DefinitionBroken.
    """
    # Of two clicks at once the second waits, and finds the first.
    User.objects.select_for_update().get(pk=by.pk)
    earlier = list(QuizAttempt.objects.filter(person=by, definition=definition))
    open_one = next((row for row in earlier if row.finished_at is None), None)
    if open_one is not None:
        return open_one
    if any(row.has_passed for row in earlier):
        raise DomainError(_("You have passed this quiz already."))
    rule = rule_of(definition.revision.process)
    if len(earlier) >= rule.attempts:
        raise DomainError(
            _("You have used up your %(count)s attempts. Talk to your trainer; a process specialist can allow more.")
            % {"count": rule.attempts}
        )
    seed = seed or secrets.token_hex(16)
    asked = chosen(_questions(definition, by, at), rule.questions, seed=seed)
    if not asked:
        raise DomainError(_("This standard has nothing yet that could be asked."))
    return QuizAttempt.objects.create(
        person=by, definition=definition, number=len(earlier) + 1, seed=seed, pass_percent=rule.pass_percent,
        content=json.dumps(asked, sort_keys=True, ensure_ascii=False), began_at=at, of=len(asked),
    )  # fmt: skip


def _questions(definition: Definition, by: Any, at: datetime) -> list[Question]:
    """Return what can be asked: from the standard, what changed for the person first; and from the bank."""
    shown = shown_to(by, definition, at=at)
    own = frozenset(step.key for step in shown.steps)
    made = questions_on(shown.standard, (*shown.mine, *shown.others), own)
    bank = BankQuestion.objects.filter(process=definition.revision.process, is_active=True)
    return [*made, *(_of_bank(row) for row in bank)]


def _of_bank(row: BankQuestion) -> Question:
    return Question(
        {"zh": row.text_zh, "en": row.text_en}, {"zh": row.right_zh, "en": row.right_en}, tuple(row.wrong), row.clause,
        is_from_bank=True,
    )  # fmt: skip


@transaction.atomic
def hand_in(attempt: QuizAttempt, *, answers: Sequence[int | None], by: Any, at: datetime) -> QuizAttempt:
    """Hand in an attempt with the answer chosen to each question, by its place.

    None is wrong, and so is a place where no answer stands.

    Handing in a second time changes nothing. Refuses somebody else's attempt.
    """
    attempt = QuizAttempt.objects.select_for_update().get(pk=attempt.pk)
    if attempt.person_id != by.pk:
        raise DomainError(_("This attempt is somebody else's."))
    if attempt.finished_at is not None:
        return attempt
    asked = json.loads(attempt.content)
    given = [place_in(row["answers"], answers[n]) if n < len(answers) else None for n, row in enumerate(asked)]
    attempt.answers = given
    attempt.right = sum(answer == row["right"] for answer, row in zip(given, asked, strict=True))
    # Not by the rounded percentage: 79.6 of a hundred is less than 80.
    attempt.has_passed = 100 * attempt.right >= attempt.pass_percent * attempt.of
    attempt.finished_at = at
    attempt.save(update_fields=["answers", "right", "has_passed", "finished_at"])
    log.info("quiz_handed_in", definition=attempt.definition_id, user=by.pk, passed=attempt.has_passed)
    return attempt
