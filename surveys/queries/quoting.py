"""Quote what answers say, as evidence of a pain point: the question, its figure, how many answered (H2.2.3)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from procstd.bilingual import in_each_language
from surveys.models import Question, Survey
from surveys.queries.results import Result, results_of

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
    rows = results_of(found.questionnaire).results
    result = next((row for row in rows if row.question.pk == found.pk and row.is_shown), None)
    if result is None:
        return None
    figures = in_each_language(lambda: _figure(result)[:_MOST])
    return Quote(f"Q{found.questionnaire_id}-{found.position}", figures["zh"], figures["en"])


def _figure(result: Result) -> str:
    """Say the mean where there is one, else what was chosen most, else how many wrote."""
    facts = {"question": result.question.text, "n": result.n}
    if result.mean is not None:
        return _("“%(question)s”: %(mean)s on average, n = %(n)d") % {**facts, "mean": f"{result.mean:g}"}
    if result.bars:
        most = max(result.bars, key=lambda bar: bar.count)
        told = {**facts, "answer": most.label, "count": most.count}
        return _("“%(question)s”: %(count)d of %(n)d answered “%(answer)s”") % told
    return _("“%(question)s”: %(n)d answered in words") % facts
