"""Exit criteria of a project's mapping that this room knows (F01)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.gates import Asked, ExitCriterion, Fact, Phase, contribute
from surveys import exits_diagnosis
from surveys.models import Invitation, PaperCodes, Response, Sheet, State

#: So many of a hundred who are asked must have answered.
ENOUGH_PERCENT = 80


def survey_answered(projects: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
    """Tell for each project whether those asked about its processes have answered. Four queries, however many.

    Only surveys begun since the project began count.
    """
    processes = {process for project in projects for process in project.processes}
    path = "questionnaire__survey__process"
    began = "questionnaire__survey__began_at"
    asked = _rows(Invitation.objects.exclude(questionnaire__state=State.DRAFT), processes, path, began)
    papers = PaperCodes.objects.filter(**{f"{path}__in": processes}).values_list(path, began, "count")
    asked += [(process, when) for process, when, count in papers for _number in range(count)]
    responses = Response.objects.filter(**{f"invitation__{path}__in": processes})
    named = list(responses.values_list(f"invitation__{path}", f"invitation__{began}"))
    answered = Counter(named) + Counter(_rows(Sheet.objects.all(), processes, path, began))
    return {project.project: _fact(project, asked, answered) for project in projects}


def _rows(rows: QuerySet[Any], processes: set[int], path: str, began: str) -> list[tuple[int, datetime]]:
    return list(rows.filter(**{f"{path}__in": processes}).values_list(path, began))


def _fact(project: Asked, asked: Sequence[tuple[int, datetime]], answered: Counter[tuple[int, datetime]]) -> Fact:
    def counts(process: int, when: datetime) -> bool:
        return process in project.processes and (project.began_at is None or when >= project.began_at)

    of = sum(1 for row in asked if counts(*row))
    done = sum(count for row, count in answered.items() if counts(*row))
    link = reverse("surveys:home")
    if not of:
        return Fact(False, _("Nobody is asked yet."), link)
    words = {"answered": done, "asked": of, "percent": 100 * done // of}
    return Fact(
        100 * done >= ENOUGH_PERCENT * of,
        filled(_("%(answered)d of %(asked)d answered (%(percent)d %%)."), **words),
        link,
    )


contribute(ExitCriterion("surveys.answered", Phase.MAPPING, _("Survey answered by 80 %"), survey_answered))

#: What the diagnosis contributes is registered by its import.
__all__ = ["exits_diagnosis", "survey_answered"]
