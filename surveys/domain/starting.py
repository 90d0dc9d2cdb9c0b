"""Start a survey of a process, and end it (H2.2)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from processes.models import Process
from procstd import history
from procstd.errors import DomainError
from procstd.numbers import next_number, save_numbered
from procstd.organisation.models import Department
from surveys.domain.starter_guide import put_in_guide
from surveys.models import Survey

_NUMBER = re.compile(r"S-[0-9]{4,9}")


@transaction.atomic
def start_survey(
    process: Process,
    *,
    title_zh: str,
    title_en: str,
    owner: Any,
    departments: Iterable[Department],
    by: Any,
    at: datetime,
) -> Survey:
    """Start a survey of *process*, led by *owner*, covering *departments*, with the usual guide for interviews.

    Refuses a process out of use.
    """
    if not process.is_active:
        raise DomainError(_("This process is no longer used, so it is not surveyed."))
    survey = save_numbered(
        Survey(process=process, title_zh=title_zh, title_en=title_en, owner=owner, began_at=at), "S", by=by,
        reason=gettext_noop("started"),
        busy=_("Several surveys are being started at this moment. Please try once more."),
    )  # fmt: skip
    survey.departments.set(departments)
    put_in_guide(survey, by=by)
    return survey


def free_number(number: str, given: Collection[str] = ()) -> str:
    """Return *number* if no survey has it and it was not given meanwhile, and the next free one otherwise."""
    if number not in given and _NUMBER.fullmatch(number) and not Survey.objects.filter(number=number).exists():
        return number
    taken = {*Survey.objects.values_list("number", flat=True), *given}
    return next(free for more in range(len(taken) + 1) if (free := next_number(Survey, "S", more=more)) not in taken)


@transaction.atomic
def end_survey(survey: Survey, *, by: Any, at: datetime, reason: str) -> Survey:
    """End a survey: nothing more is asked or noted. Ending one that is ended changes nothing."""
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if survey.ended_at is None:
        if survey.questionnaires.open().exists():  # type: ignore[attr-defined]
            raise DomainError(_("A questionnaire is still open: close it first."))
        survey.ended_at = at
        history.save(survey, by=by, reason=reason, update_fields=["ended_at"])
    return survey


def refuse_if_ended(survey: Survey) -> None:
    """Refuse to change what belongs to a survey that is ended."""
    if survey.ended_at is not None:
        raise DomainError(_("This survey is ended: nothing is added to it any more."))
