"""Figures frozen for good (F09)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from procstd.errors import DomainError
from surveys.domain.diagnosis.baselines import (
    add_baseline,
    change_baseline,
    freeze_baseline,
    is_intact,
    remove_baseline,
)
from surveys.models import Baseline, Freeze
from tests.surveys.diagnosis.conftest import AT

FACTS: dict[str, Any] = {
    "name_zh": "平均周期", "name_en": "Mean cycle", "unit_zh": "工作日", "unit_en": "working days",
    "value": Decimal("4"), "n": 42, "period_from": date(2026, 1, 1), "period_until": date(2026, 3, 1),
    "source": "read", "note": "CRM",
}  # fmt: skip


@pytest.fixture
def figure(survey: Any, specialist: Any) -> Baseline:
    return add_baseline(survey, **FACTS, by=specialist, at=AT)


def test_a_figure_is_changed_until_it_is_frozen(survey: Any, figure: Baseline, specialist: Any) -> None:
    change_baseline(figure, **{**FACTS, "value": Decimal("4.2")}, by=specialist, at=AT)
    freeze = freeze_baseline(survey, by=specialist, at=AT)

    with pytest.raises(DomainError, match="frozen"):
        change_baseline(figure, **FACTS, by=specialist, at=AT)
    with pytest.raises(DomainError, match="frozen"):
        remove_baseline(figure, by=specialist, at=AT)
    kept = Baseline.objects.get()
    assert (kept.value, kept.freeze, freeze.frozen_by, freeze.frozen_at) == (Decimal("4.2"), freeze, specialist, AT)
    assert is_intact(Freeze.objects.get(), [kept])
    kept.value = Decimal("3")
    assert not is_intact(freeze, [kept])


def test_the_database_itself_refuses_to_change_what_is_frozen(survey: Any, figure: Baseline, specialist: Any) -> None:
    Baseline.objects.update(n=43)
    freeze_baseline(survey, by=specialist, at=AT)

    for attack in (
        lambda: Baseline.objects.update(value=1),
        lambda: Baseline.objects.filter(pk=figure.pk)._raw_delete("default"),
        lambda: Freeze.objects.update(sha256="0" * 64),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()
    assert Baseline.objects.get().value == 4


def test_nothing_is_frozen_twice(survey: Any, figure: Baseline, specialist: Any) -> None:
    freeze_baseline(survey, by=specialist, at=AT)

    with pytest.raises(DomainError, match="no figure"):
        freeze_baseline(survey, by=specialist, at=AT)


def test_a_period_has_days(survey: Any, specialist: Any) -> None:
    with pytest.raises(DomainError) as refusal:
        add_baseline(survey, **{**FACTS, "period_until": FACTS["period_from"]}, by=specialist, at=AT)

    assert refusal.value.field == "period_until"
