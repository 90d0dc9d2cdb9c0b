"""Strata have names for people, in their language, and codes in the list."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from audits.queries.strata import StratumNames
from processes.domain.parsing import parse
from procstd.organisation.models import Department
from tests.standards import complaint, released

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "urgent", "none"),
    [("en", "Quality · Urgent", "Quality · without a grade"), ("zh-hans", "质量部 · 紧急", "质量部 · 未分级")],
)
def test_a_stratum_is_named_by_department_and_grade(language: str, urgent: str, none: str) -> None:
    standard = parse(released(complaint()).definition.load())
    Department.objects.filter(code="quality").update(name_zh="质量部", name_en="Quality")
    names = StratumNames(["quality/urgent", "quality/-"], standard)

    with translation.override(language):
        assert names("quality/urgent") == urgent
        assert names("quality/-") == none


def test_what_nobody_knows_keeps_its_code_and_strata_cost_one_statement(quality: Any, sales: Any) -> None:
    with CaptureQueriesContext(connection) as captured:
        names = StratumNames(["gone/odd", "quality/urgent", "sales/urgent"], None)
        assert names("gone/odd") == "gone · odd"
        assert names("quality/urgent") == "Quality · urgent"

    assert len(captured) == 1
