"""Quote what answers say, as evidence of a pain point: the question, its figure, how many answered (H2.2.3)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from procstd.bilingual import in_each_language
from surveys.models import Question, Survey
from surveys.queries.results import results_of

_MOST = 300


@dataclass(frozen=True)
class Quote:
    """What stands in the evidence: where it is found, and the figure in both languages."""

    number: str
    figure_zh: str
    figure_en: str


def quote(survey: Survey, question: int) -> Quote | None:
    """Return the quote of a question's answers, or None where the survey has none that may be shown."""
    found = Question.objects.filter(pk=question, questionnaire__survey=survey).select_related("questionnaire").first()
    if found is None or found.questionnaire.is_draft:
        return None
    # Results once for each language: the words of options stand in them.
    figures = in_each_language(lambda: _figure(found))
    if not figures["zh"]:
        return None
    return Quote(f"Q{found.questionnaire_id}-{found.position}", figures["zh"][:_MOST], figures["en"][:_MOST])


def _figure(question: Question) -> str:
    """Say the mean where there is one, else what was chosen most, else how many wrote; nothing if nothing is shown."""
    rows = results_of(question.questionnaire).results
    result = next((row for row in rows if row.question.pk == question.pk and row.is_shown), None)
    if result is None:
        return ""
    facts = {"question": result.question.text, "n": result.n}
    if result.mean is not None:
        return _("“%(question)s”: %(mean)s on average, n = %(n)d") % {**facts, "mean": f"{result.mean:g}"}
    if result.bars:
        most = max(result.bars, key=lambda bar: bar.count)
        told = {**facts, "answer": most.label, "count": most.count}
        return _("“%(question)s”: %(count)d of %(n)d answered “%(answer)s”") % told
    return _("“%(question)s”: %(n)d answered in words") % facts
