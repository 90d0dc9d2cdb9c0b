"""Histories that pages show tell every field that says something: what has no name there is listed here on purpose."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.functional import Promise

from audits.models import Finding
from processes.models import Process, Question, Revision
from procstd.calendars.models import Calendar
from procstd.notices.models import Robot
from procstd.organisation.models import Department, Post, User
from surveys.models import Pain

#: What the software counts by, what never changes, and who and when, which the entry tells itself.
NOBODYS_BUSINESS = {
    Finding: {"year", "serial", "audit", "process", "recurs", "raised_by", "closed_by"},
    Pain: {"survey", "number", "ended_at", "ended_by", "carried"},
    Question: {"process", "order"},
    Revision: {"process", "variant_of", "variant_for", "issue", "edition", "created_at"},
    User: {"created_at"},
}


@pytest.mark.parametrize("model", [Calendar, Department, Finding, Pain, Post, Process, Question, Revision, Robot, User])
def test_each_field_of_a_history_has_a_name_or_is_nobodys_business(model: Any) -> None:
    nameless = {
        field.name
        for field in model.history.model.tracked_fields
        if not field.primary_key and not isinstance(field.verbose_name, Promise)
    }

    assert nameless == NOBODYS_BUSINESS.get(model, set())
