"""Copies of cases for the bench: as many as are asked for, each with all its rows."""

from __future__ import annotations

import pytest

from cases.bench_rows import COPIED, copy_cases, settle
from cases.models import Case
from tests.cases.journeys import opened
from tests.standards import released

pytestmark = pytest.mark.django_db


def _rows() -> list[int]:
    return [model._base_manager.count() for model in COPIED]


@pytest.mark.parametrize("count", [0, -1])
def test_no_copies_are_no_rows(count: int) -> None:
    case = opened(released().process)
    before = _rows()

    assert list(copy_cases(case.pk, count)) == []
    assert _rows() == before


def test_as_many_copies_as_are_asked_for_have_all_the_rows_of_the_case_and_new_rows_come_behind_them() -> None:
    process = released().process
    case = opened(process)
    before = _rows()

    keys = copy_cases(case.pk, 3)
    settle(*COPIED)

    assert _rows() == [4 * number for number in before]
    assert list(Case.objects.exclude(pk=case.pk).order_by("pk").values_list("pk", flat=True)) == list(keys)
    assert opened(process).pk == keys[-1] + 1
