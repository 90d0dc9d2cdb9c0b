"""What may be known elsewhere of anonymous answers: what the page of results shows, and no more (A6, A8, F05).

A file is read outside of the software, so nothing in it may say more than a page does. Answers to each
question are mixed among the sheets of a department by themselves: no row of the file is one person.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.errors import DomainError
from surveys.domain.answering import is_answer
from surveys.models import Question, Questionnaire, Sheet, Ticket
from surveys.queries.results import LEAST, shown_groups

_BY_CHANCE = random.SystemRandom()

Told = list[Any]


def sheets_as_shown(sheets: Sequence[Sheet]) -> tuple[list[Sheet], Told]:
    """Return other sheets that give the same results, in any order, and sentences about what is left out."""
    by_questionnaire: dict[int, list[Sheet]] = {}
    for sheet in sheets:
        by_questionnaire.setdefault(sheet.questionnaire_id, []).append(sheet)
    made: list[Sheet] = []
    told: Told = []
    rows = Questionnaire.objects.prefetch_related("questions").in_bulk(list(by_questionnaire))
    for key, held in by_questionnaire.items():
        questionnaire = rows[key]
        words = {"n": len(held), "what": questionnaire}
        if questionnaire.is_open:
            told.append(
                filled(
                    _(
                        "%(n)d anonymous answers to “%(what)s”: it is still open, so nobody may read them. "
                        "Close it, then export again."
                    ),
                    **words,
                )
            )
        elif len(held) < LEAST:
            told.append(
                filled(
                    _("Anonymous answers to “%(what)s”: fewer than five, so nobody may read them."), what=questionnaire
                )
            )
        else:
            made += _mixed(questionnaire, held, told)
    _BY_CHANCE.shuffle(made)
    return made, told


def _mixed(questionnaire: Questionnaire, held: Sequence[Sheet], told: Told) -> list[Sheet]:
    slots: dict[int | None, dict[str, list[Any]]] = {}
    for question in questionnaire.questions.all():  # type: ignore[attr-defined]
        _share_out(question, held, slots, told)
    made = []
    for department, columns in slots.items():
        count = max(map(len, columns.values()))
        answers: list[dict[str, Any]] = [{} for _number in range(count)]
        for key, values in columns.items():
            for place, value in zip(_BY_CHANCE.sample(range(count), len(values)), values, strict=True):
                answers[place][key] = value
        made += [
            Sheet(pk=uuid.uuid4(), questionnaire=questionnaire, department_id=department, answers=row)
            for row in answers
        ]
    return made


def _share_out(
    question: Question, held: Sequence[Sheet], slots: dict[int | None, dict[str, list[Any]]], told: Told
) -> None:
    key = str(question.pk)
    groups: dict[int | None, list[Any]] = {}
    for sheet in held:
        if key in sheet.answers:
            groups.setdefault(sheet.department_id, []).append(sheet.answers[key])
    count = sum(map(len, groups.values()))
    if not count:
        return
    if count < LEAST:
        told.append(
            filled(_("Anonymous answers to “%(what)s”: fewer than five, so nobody may read them."), what=question)
        )
        return
    shown = shown_groups({name: len(values) for name, values in groups.items()}, least=LEAST)
    for name, values in groups.items():
        # Where a department is not shown, its answers count for the whole only.
        slots.setdefault(name if name in shown else None, {}).setdefault(key, []).extend(values)


def tickets_without_codes(tickets: Sequence[Ticket]) -> tuple[list[Ticket], Told]:
    """Return the rights to answer that are left, in any order; codes on paper open nothing elsewhere, which is told."""
    rows = list(tickets)
    _BY_CHANCE.shuffle(rows)
    open_ones = Questionnaire.objects.open().in_bulk({row.questionnaire_id for row in rows})
    printed: dict[int, int] = {}
    for row in rows:
        # Nobody answers a closed one any more, so nobody needs to know who did not.
        if row.questionnaire_id not in open_ones:
            row.invitation_id = None
        elif row.invitation_id is None:
            printed[row.questionnaire_id] = printed.get(row.questionnaire_id, 0) + 1
    told = [
        filled(
            _(
                "%(n)d unused codes on paper for “%(what)s”: they open nothing where the file is imported. "
                "Print new ones there."
            ),
            n=count,
            what=open_ones[key],
        )
        for key, count in printed.items()
    ]
    return rows, told


def refuse_unfit(rows: Sequence[Any]) -> None:
    """Refuse answers that came in a file and are none to their questions: no page could show them."""
    questions = Question.objects.in_bulk({int(key) for row in rows for key in row.answers})
    if any(not is_answer(questions[int(key)], value) for row in rows for key, value in row.answers.items()):
        raise DomainError(_("Answers in the file do not fit their questions."))
