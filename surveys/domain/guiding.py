"""Write the guide of a survey's interviews: put questions in, take them out, order them (H2.2.1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from procstd import history
from procstd.errors import DomainError
from surveys.domain.diagnosis.locking import locked
from surveys.domain.starter_guide import put_in_guide
from surveys.domain.starting import refuse_if_ended
from surveys.models import GuideQuestion, Survey

MOST_QUESTIONS = 40


@transaction.atomic
def begin_guide(survey: Survey, *, by: Any) -> None:
    """Put the usual questions in where there are none; where there are some, nothing happens."""
    survey = _running(survey)
    if not survey.guide.exists():
        put_in_guide(survey, by=by)


@transaction.atomic
def add_guide_question(survey: Survey, *, text_zh: str, text_en: str, by: Any) -> GuideQuestion:
    """Put a question at the end."""
    survey = _running(survey)
    _refuse_wordless(text_zh, text_en)
    places = list(survey.guide.values_list("position", flat=True))
    if len(places) >= MOST_QUESTIONS:
        raise DomainError(_("A guide has at most %(most)d questions: people tire.") % {"most": MOST_QUESTIONS})
    made = GuideQuestion(survey=survey, position=max(places, default=0) + 1, text_zh=text_zh, text_en=text_en)
    return history.save(made, by=by, reason=gettext_noop("Question added"))


@transaction.atomic
def change_guide_question(question: GuideQuestion, *, text_zh: str, text_en: str, by: Any) -> GuideQuestion:
    """Say a question in other words; what was answered keeps the words in which it was asked."""
    _running(question.survey)
    _refuse_wordless(text_zh, text_en)
    fresh = GuideQuestion.objects.filter(pk=question.pk).first()
    if fresh is None:
        raise DomainError(_("This question was taken out meanwhile."))
    fresh.text_zh, fresh.text_en = text_zh, text_en
    return history.save(fresh, by=by, reason=gettext_noop("Question changed"))


@transaction.atomic
def delete_guide_question(question: GuideQuestion, *, by: Any) -> None:
    """Take a question out; a second time nothing happens."""
    _running(question.survey)
    if GuideQuestion.objects.filter(pk=question.pk).exists():
        history.delete(question, by=by, reason=gettext_noop("Question taken out"))


@transaction.atomic
def move_guide_question(question: GuideQuestion, *, up: bool, by: Any) -> None:
    """Move a question one place up or down; at the end it stays."""
    rows = list(_running(question.survey).guide.all())
    place = next((number for number, row in enumerate(rows) if row.pk == question.pk), None)
    if place is None:
        raise DomainError(_("This question was taken out meanwhile."))
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    changed = []
    for position, row in enumerate(rows, 1):
        if row.position != position:
            row.position = position
            changed.append(row)
    history.save_many(changed, by=by, reason=gettext_noop("Question moved"), fields=["position"])


def guide_seen(questions: Iterable[GuideQuestion]) -> str:
    """Return what a page keeps of the guide that it showed: whether a question came, went or was said otherwise."""
    rows = sorted((row.pk, row.text_zh, row.text_en) for row in questions)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def refuse_other_guide(questions: Iterable[GuideQuestion], *, seen: str) -> None:
    """Refuse answers to another guide than *questions*: they would stand under words that nobody asked, or be lost."""
    if seen != guide_seen(questions):
        raise DomainError(
            _(
                "The guide was changed while you were writing, so nothing is saved yet. Answers to questions that were "
                "taken out stand in the notes now. Look whether the others fit their questions, then save again."
            )
        )


def words_taken_out(survey: Survey, keys: Iterable[int]) -> dict[int, str]:
    """Return how questions that were taken out of the guide were worded last, by their keys. One statement."""
    entries: Any = GuideQuestion.history.model  # type: ignore[attr-defined]
    rows = entries.objects.filter(survey_id=survey.pk, id__in=list(keys), history_type="-")
    return {row.id: str(row.instance) for row in rows}


def _running(survey: Survey) -> Survey:
    survey = locked(survey)
    refuse_if_ended(survey)
    return survey


def _refuse_wordless(text_zh: str, text_en: str) -> None:
    if not (text_zh or text_en):
        raise DomainError(_("Write the question, in one language at least."), field="text_zh")
