from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from procstd.files.models import StoredFile
from surveys.domain.starting import end_survey
from surveys.models import DepartmentForm, Interview, Paper
from tests.factories import DepartmentFactory, PersonFactory
from tests.surveys.field import AT, survey_of

pytestmark = pytest.mark.django_db


def test_an_interview_keeps_the_steps_as_told_with_their_minutes(signed_in: Any) -> None:
    survey = survey_of()
    client = signed_in(survey.owner)
    facts = {"who": "Wang Lei, engineer", "held_on": "2026-05-04", "steps": "record | 20\nask quality", "notes": "Slow"}

    client.post(f"/surveys/{survey.number}/interviews/add/", facts)
    refused = client.post(f"/surveys/{survey.number}/interviews/add/", {**facts, "steps": "record | soon"})

    assert [(step.what, step.minutes) for step in Interview.objects.get().steps.all()] == [
        ("record", 20), ("ask quality", None),
    ]  # fmt: skip
    assert "write whole minutes" in refused.content.decode()
    assert "Wang Lei" in client.get(survey.get_absolute_url()).content.decode()


def test_a_document_is_kept_with_what_it_says_and_seen_by_whom_the_survey_is_for(signed_in: Any) -> None:
    survey = survey_of()
    upload = SimpleUploadedFile("rule.txt", b"Within two days")
    facts = {"name": "Rule 7", "says": "Two days", "practice": "Four days", "file": upload}

    signed_in(survey.owner).post(f"/surveys/{survey.number}/papers/add/", facts)

    paper, file = Paper.objects.get(), StoredFile.objects.get()
    assert (paper.file_key, file.belongs_to) == (file.key, paper)
    assert StoredFile.objects.visible_to(survey.owner).exists()
    assert not StoredFile.objects.visible_to(PersonFactory()).exists()


def test_each_department_has_one_survey_form_and_none_after_the_end(signed_in: Any) -> None:
    survey, department = survey_of(), DepartmentFactory()
    client = signed_in(survey.owner)
    address = f"/surveys/{survey.number}/forms/add/"
    facts = {
        "department": department.pk, "current_owner": "Sales", "departments_involved": "Quality", "steps": "receive",
        "working_days": "4", "pains": "2 days to judge",
    }  # fmt: skip

    client.post(address, facts)
    again = client.post(address, facts)
    end_survey(survey, by=survey.owner, at=AT, reason="Enough")
    late = client.post(address, {**facts, "department": DepartmentFactory().pk})

    assert DepartmentForm.objects.get().working_days == 4
    assert "has a form already" in again.content.decode()
    assert "is ended" in late.content.decode()
