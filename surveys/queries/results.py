"""What answers say together. Of anonymous ones nothing that rests on fewer than five (A8).

Anonymous answers are shown when the questionnaire is closed: before, the difference between
today's page and yesterday's would be one person. A department too small is not shown, and neither
is one beside it if the small ones would be the difference between the whole and the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from procstd.bilingual import suffix
from procstd.organisation.models import Department
from surveys.models import Invitation, PaperCodes, Question, QuestionKind, Questionnaire, Response, Sheet, Ticket

#: So many answers stand behind every figure that is shown of anonymous ones.
LEAST = 5


@dataclass(frozen=True)
class Bar:
    """How many chose one option."""

    label: str
    count: int
    percent: int
    #: 1 to 5 of a scale, from bad to good; 0 elsewhere.
    tone: int = 0


@dataclass(frozen=True)
class Result:
    """What the answers to one question say. With *n* too small nothing but the question stands here."""

    question: Question
    n: int
    is_shown: bool
    bars: tuple[Bar, ...] = ()
    mean: float | None = None
    texts: tuple[str, ...] = ()
    #: Name of the department, how many answered, their mean or None.
    departments: tuple[tuple[str, int, float | None], ...] = ()


@dataclass
class Rate:
    """How many were asked and how many answered, of one department or of all."""

    name: str
    asked: int = 0
    answered: int = 0

    @property
    def percent(self) -> int:
        return round(100 * self.answered / self.asked) if self.asked else 0


@dataclass
class Results:
    """What a questionnaire found out so far."""

    whole: Rate
    by_department: list[Rate]
    #: Why there are no results yet: "open" (anonymous, still open) or "few" (too few answers), or "".
    hidden: str = ""
    results: list[Result] = field(default_factory=list)


def results_of(questionnaire: Questionnaire) -> Results:
    """Return rates and results of *questionnaire*. A constant number of queries, however many answered."""
    names = {row.pk: str(row) for row in Department.objects.without_tree_fields()}
    whole, parts = rates_of(questionnaire, names)
    found = Results(whole, parts)
    least = LEAST if questionnaire.is_anonymous else 1
    if questionnaire.is_anonymous and questionnaire.is_open:
        found.hidden = "open"
    elif whole.answered < least:
        found.hidden = "few"
    if found.hidden:
        return found
    rows = _rows(questionnaire)
    found.results = [_result(question, rows, names, least) for question in questionnaire.questions.all()]
    return found


def _rows(questionnaire: Questionnaire) -> list[tuple[int | None, dict[str, Any]]]:
    if questionnaire.is_anonymous:
        return list(Sheet.objects.filter(questionnaire=questionnaire).values_list("department_id", "answers"))
    mine = Response.objects.filter(invitation__questionnaire=questionnaire)
    return list(mine.values_list("invitation__department_id", "answers"))


def _result(
    question: Question, rows: Sequence[tuple[int | None, Mapping[str, Any]]], names: Mapping[int, str], least: int
) -> Result:
    key = str(question.pk)
    groups: dict[int | None, list[Any]] = {}
    for department, answers in rows:
        if key in answers:
            groups.setdefault(department, []).append(answers[key])
    given = [value for values in groups.values() for value in values]
    if len(given) < least:
        return Result(question, 0 if least > 1 else len(given), is_shown=False)
    shown = shown_groups({name: len(values) for name, values in groups.items()}, least=least)
    has_mean = question.kind in (QuestionKind.SCALE, QuestionKind.NUMBER)
    parts = [(names.get(pk or 0, "–"), len(groups[pk]), _mean(groups[pk]) if has_mean else None) for pk in shown]
    return Result(
        question,
        len(given),
        is_shown=True,
        bars=_bars(question, given),
        mean=_mean(given) if has_mean else None,
        # By their letters: their order says nothing about who came first.
        texts=tuple(sorted(given)) if question.kind == QuestionKind.TEXT else (),
        departments=tuple(sorted(parts)),
    )


def shown_groups(sizes: Mapping[int | None, int], *, least: int) -> list[int | None]:
    """Return the groups that may be shown: large enough, and none so small that it is what is left of the whole."""
    shown = sorted((name for name, size in sizes.items() if size >= least), key=lambda name: sizes[name])
    hidden = sum(size for size in sizes.values() if size < least)
    while shown and 0 < hidden < least:
        hidden += sizes[shown.pop(0)]
    return shown


def _mean(given: Sequence[float]) -> float:
    return round(sum(given) / len(given), 2)


def _bars(question: Question, given: Sequence[Any]) -> tuple[Bar, ...]:
    total = len(given)
    if question.kind == QuestionKind.SCALE:
        counts = Counter(given)
        return tuple(_bar(str(value), counts[value], total, value) for value in range(1, 6))
    if question.kind == QuestionKind.SINGLE:
        counts = Counter(given)
    elif question.kind == QuestionKind.MULTIPLE:
        counts = Counter(key for keys in given for key in keys)
    else:
        return ()
    return tuple(_bar(option_words(row), counts[row["key"]], total) for row in question.options)


def _bar(label: str, count: int, total: int, tone: int = 0) -> Bar:
    return Bar(label, count, round(100 * count / total), tone)


def option_words(option: Mapping[str, str]) -> str:
    """Return an option in the language in force, or in the other one."""
    return option.get(suffix()) or option.get("zh") or option.get("en") or option["key"]


def rates_of(questionnaire: Questionnaire, names: Mapping[int, str]) -> tuple[Rate, list[Rate]]:
    """Return how many were asked and answered: all, and by department.

    Of an anonymous questionnaire departments in which fewer than five are asked are counted together.
    """
    asked: Counter[int | None] = Counter(questionnaire.invitations.values_list("department_id", flat=True))  # type: ignore[attr-defined]
    if questionnaire.is_anonymous:
        for department, count in PaperCodes.objects.filter(questionnaire=questionnaire).values_list(
            "department_id", "count"
        ):
            asked[department] += count
        left: Counter[int | None] = Counter(
            Ticket.objects.filter(questionnaire=questionnaire).values_list("department_id", flat=True)
        )
        answered = asked - left
    else:
        answered = Counter(
            Invitation.objects.filter(questionnaire=questionnaire, response__isnull=False).values_list(
                "department_id", flat=True
            )
        )
    whole = Rate("", sum(asked.values()), sum(answered.values()))
    return whole, _parts(questionnaire, asked, answered, names)


def _parts(
    questionnaire: Questionnaire, asked: Counter[int | None], answered: Counter[int | None], names: Mapping[int, str]
) -> list[Rate]:
    parts, small = [], Rate(_("smaller departments together"))
    for department, count in asked.items():
        if questionnaire.is_anonymous and count < LEAST:
            small.asked += count
            small.answered += answered[department]
        else:
            name = names.get(department or 0, _("no department"))
            parts.append(Rate(name, count, answered[department]))
    parts.sort(key=lambda rate: rate.name)
    return [*parts, small] if small.asked else parts
