"""Keep the questions that people ask about a process, with their answers (H2.5.3)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.domain.indexing import index_question
from processes.models import Process, Question
from procstd import history
from procstd.errors import DomainError

MOST = 200


def _refuse_half(facts: dict[str, str]) -> None:
    """Refuse a question without an answer, or the other way round, and one in no language."""
    complete = 0
    for end in ("zh", "en"):
        question, answer = facts[f"question_{end}"].strip(), facts[f"answer_{end}"].strip()
        if bool(question) != bool(answer):
            lacks = "answer" if question else "question"
            raise DomainError(_("Each language has a question and its answer, or neither."), field=f"{lacks}_{end}")
        complete += bool(question)
    if not complete:
        raise DomainError(_("Write the question and its answer in one language at least."), field="question_zh")


@transaction.atomic
def add_question(process: Process, *, by: Any, reason: str, **facts: str) -> Question:
    """Add a question at the end of the list."""
    _refuse_half(facts)
    process = Process.objects.select_for_update().get(pk=process.pk)
    orders = list(process.questions.values_list("order", flat=True))
    if len(orders) >= MOST:
        raise DomainError(_("A process has at most %(most)d questions.") % {"most": MOST})
    question = Question(process=process, order=max(orders, default=-1) + 1, **facts)
    history.save(question, by=by, reason=reason)
    index_question(question)
    return question


@transaction.atomic
def change_question(question: Question, *, by: Any, reason: str, seen: int | None = None, **facts: str) -> Question:
    """Change a question or its answer. Refuses what somebody changed meanwhile (F20)."""
    _refuse_half(facts)
    present = Question.objects.select_for_update().get(pk=question.pk)
    history.refuse_if_changed_since(present, seen)
    for name, value in facts.items():
        setattr(present, name, value)
    history.save(present, by=by, reason=reason)
    index_question(present)
    return present


@transaction.atomic
def delete_question(question: Question, *, by: Any, reason: str) -> None:
    """Take a question off the list; its history stays."""
    history.delete(question, by=by, reason=reason)


@transaction.atomic
def move_question(question: Question, *, up: bool, by: Any, reason: str) -> None:
    """Change places with the neighbour; at the end of the list nothing happens."""
    process = Process.objects.select_for_update().get(pk=question.process_id)
    rows = list(process.questions.all())
    place = next((number for number, row in enumerate(rows) if row.pk == question.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for number, row in enumerate(rows):
        if row.order != number:
            row.order = number
            history.save(row, by=by, reason=reason, update_fields=["order"])
            index_question(row)
