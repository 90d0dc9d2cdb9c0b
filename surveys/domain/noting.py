"""Note what interviews, papers and departments say (H2.2.1, H2.2.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from surveys.domain.guiding import refuse_other_guide
from surveys.domain.starting import refuse_if_ended
from surveys.models import DepartmentForm, Interview, InterviewAnswer, Paper, Survey, ToldStep


@transaction.atomic
def note_interview(
    survey: Survey,
    *,
    steps: Sequence[tuple[str, int | None]],
    answers: Mapping[int, str] | None = None,
    seen: str | None = None,
    by: Any,
    at: datetime,
    **facts: Any,
) -> Interview:
    """Note an interview with the steps that were told, each with its minutes if they were said.

    *answers* are to questions of the guide, by their keys; each keeps the question as it was asked. *seen* is
    the guide that whoever typed them saw: answers to another one are refused.
    """
    survey = _running(survey)
    if seen is not None and any(text.strip() for text in (answers or {}).values()):
        refuse_other_guide(survey.guide.all(), seen=seen)
    made = history.save(Interview(survey=survey, noted_by=by, noted_at=at, **facts), by=by, reason="")
    ToldStep.objects.bulk_create(
        ToldStep(interview=made, position=place, what=what, minutes=minutes)
        for place, (what, minutes) in enumerate(steps, 1)
    )
    given = [(row, (answers or {}).get(row.pk, "").strip()) for row in survey.guide.all()] if answers else []
    InterviewAnswer.objects.bulk_create(
        InterviewAnswer(interview=made, position=row.position, asked_zh=row.text_zh, asked_en=row.text_en, text=text)
        for row, text in given
        if text
    )
    return made


@transaction.atomic
def note_paper(survey: Survey, *, file: Any, by: Any, at: datetime, **facts: Any) -> Paper:
    """Note what a document says beside what is done, with the document itself if there is one."""
    survey = _running(survey)
    made = history.save(Paper(survey=survey, noted_by=by, noted_at=at, **facts), by=by, reason="")
    if file:
        kept = keep_upload(file, name=file.name, owner=by, at=at, belongs_to=made)
        made.file_key = kept.key
        history.save(made, by=by, reason="", update_fields=["file_key"])
    return made


@transaction.atomic
def note_form(survey: Survey, *, by: Any, at: datetime, **facts: Any) -> DepartmentForm:
    """Keep the survey form of a department: one for each."""
    survey = _running(survey)
    if DepartmentForm.objects.filter(survey=survey, department=facts["department"]).exists():
        raise DomainError(_("This department has a form already."), field="department")
    return history.save(DepartmentForm(survey=survey, noted_by=by, noted_at=at, **facts), by=by, reason="")


def _running(survey: Survey) -> Survey:
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    refuse_if_ended(survey)
    return survey
