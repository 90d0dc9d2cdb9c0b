"""Results as an Excel workbook, its cells neutralised (I4). Of anonymous answers only what the page shows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procstd.sheets import Column, write_sheets
from surveys.models import Question, QuestionKind, Questionnaire, Response
from surveys.queries.results import option_words, results_of

_RESULTS = (
    Column("question", gettext_lazy("Question"), width=60),
    Column("department", gettext_lazy("Department"), width=20),
    Column("answer", gettext_lazy("Answer"), width=40),
    Column("count", gettext_lazy("How many"), width=10),
    Column("n", gettext_lazy("Answers"), width=10),
    Column("mean", gettext_lazy("Mean"), width=10),
)


def workbook_of(questionnaire: Questionnaire) -> bytes:
    """Return the results; of a questionnaire answered by name also a row for each who answered."""
    rows: list[list[Any]] = []
    for result in results_of(questionnaire).results:
        if not result.is_shown:
            continue
        text = str(result.question)
        rows.append([text, "", "", None, result.n, result.mean])
        rows += [[text, "", bar.label, bar.count, result.n, None] for bar in result.bars]
        rows += [[text, "", words, None, result.n, None] for words in result.texts]
        rows += [[text, name, "", None, n, mean] for name, n, mean in result.departments]
    sheets: list[tuple[str, Any, Any]] = [(_("Results"), _RESULTS, rows)]
    if not questionnaire.is_anonymous:
        sheets.append(_by_person(questionnaire))
    return write_sheets(sheets)


def _by_person(questionnaire: Questionnaire) -> tuple[str, list[Column], list[list[Any]]]:
    questions = list(questionnaire.questions.all())
    columns = [Column("person", _("Person"), width=20), Column("department", _("Department"), width=20)]
    columns += [Column(f"q{place}", str(question), width=30) for place, question in enumerate(questions, 1)]
    responses = Response.objects.filter(invitation__questionnaire=questionnaire).select_related(
        "invitation__person", "invitation__department"
    )
    rows = [
        [
            str(response.invitation.person),
            str(response.invitation.department or ""),
            *(readable(question, response.answers.get(str(question.pk))) for question in questions),
        ]
        for response in responses
    ]
    return _("Answers by person"), columns, rows


def readable(question: Question, value: Any) -> Any:
    """Return an answer as people read it."""
    if value in (None, "", []):
        return ""
    words = {row["key"]: option_words(row) for row in question.options}
    if question.kind == QuestionKind.SINGLE:
        return words.get(value, value)
    if question.kind == QuestionKind.MULTIPLE:
        return "; ".join(words.get(key, key) for key in value)
    return value
