"""Write a questionnaire: begin it, put questions in, take them out, order them (H2.2.1)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.errors import DomainError
from surveys.domain.starter_questions import starter_rows
from surveys.domain.starting import refuse_if_ended
from surveys.models import Question, QuestionKind, Questionnaire, Survey

MOST_QUESTIONS = 60
#: Kinds that are answered by choosing.
CHOSEN = {QuestionKind.SINGLE, QuestionKind.MULTIPLE}


@transaction.atomic
def begin_questionnaire(
    survey: Survey,
    *,
    title_zh: str,
    title_en: str,
    intro_zh: str = "",
    intro_en: str = "",
    is_anonymous: bool,
    with_starter: bool,
    by: Any,
) -> Questionnaire:
    """Begin a questionnaire, empty or with the starter set of the three dimensions."""
    refuse_if_ended(survey)
    made = Questionnaire(
        survey=survey, title_zh=title_zh, title_en=title_en, intro_zh=intro_zh, intro_en=intro_en,
        is_anonymous=is_anonymous,
    )  # fmt: skip
    history.save(made, by=by, reason="")
    if with_starter:
        rows = [Question(questionnaire=made, position=place, **row) for place, row in enumerate(starter_rows(), 1)]
        history.save_many(rows, by=by, reason="")
    return made


@transaction.atomic
def change_questionnaire(questionnaire: Questionnaire, *, by: Any, **facts: Any) -> Questionnaire:
    """Change title, introduction and whether it is anonymous, while it is being written."""
    questionnaire = drafted(questionnaire)
    for name in ("title_zh", "title_en", "intro_zh", "intro_en", "is_anonymous"):
        setattr(questionnaire, name, facts[name])
    return history.save(questionnaire, by=by, reason="")


@transaction.atomic
def add_question(questionnaire: Questionnaire, *, by: Any, **facts: Any) -> Question:
    """Put a question at the end."""
    questionnaire = drafted(questionnaire)
    places = list(questionnaire.questions.values_list("position", flat=True))
    if len(places) >= MOST_QUESTIONS:
        raise DomainError(_("A questionnaire has at most %(most)d questions: people stop.") % {"most": MOST_QUESTIONS})
    _refuse_without_options(facts)
    question = Question(questionnaire=questionnaire, position=max(places, default=0) + 1, **facts)
    return history.save(question, by=by, reason="")


@transaction.atomic
def change_question(question: Question, *, by: Any, **facts: Any) -> Question:
    """Change a question, while the questionnaire is being written."""
    drafted(question.questionnaire)
    _refuse_without_options(facts)
    for name, value in facts.items():
        setattr(question, name, value)
    return history.save(question, by=by, reason="")


@transaction.atomic
def delete_question(question: Question, *, by: Any) -> None:
    """Take a question out."""
    drafted(question.questionnaire)
    history.delete(question, by=by, reason="")


@transaction.atomic
def move_question(question: Question, *, up: bool, by: Any) -> None:
    """Move a question one place up or down; at the end it stays."""
    questionnaire = drafted(question.questionnaire)
    rows = list(questionnaire.questions.all())
    place = next(number for number, row in enumerate(rows) if row.pk == question.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    changed = []
    for position, row in enumerate(rows, 1):
        if row.position != position:
            row.position = position
            changed.append(row)
    history.save_many(changed, by=by, reason="", fields=["position"])


def drafted(questionnaire: Questionnaire) -> Questionnaire:
    """Lock a questionnaire and return it. Refuses one that people answer already: they must all be asked the same."""
    questionnaire = (
        Questionnaire.objects.select_for_update(of=("self",)).select_related("survey").get(pk=questionnaire.pk)
    )
    if not questionnaire.is_draft:
        raise DomainError(_("The questionnaire is open or closed: its questions no longer change."))
    refuse_if_ended(questionnaire.survey)
    return questionnaire


def _refuse_without_options(facts: dict[str, Any]) -> None:
    if facts["kind"] not in CHOSEN:
        facts["options"] = []
    elif len(facts["options"]) < 2:
        raise DomainError(_("Give at least two options, each on a line of its own."), field="options")
