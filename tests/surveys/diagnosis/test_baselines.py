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


@pytest.mark.parametrize(
    "typed",
    [
        "3\n5\n4.5\n3.5",
        "3, 5, 4.5, 3.5",
        "3\t5\t4.5\t3.5\n",
        "3；5；4.5；3.5",
        "3，5、4.5 3.5",
        "3,5,4.5,3.5",
        "3;5;4.5;3.5;",
        "3, 5, 4.5, 3.5,\n",
    ],
)
def test_a_figure_is_counted_from_the_single_values_of_a_register(survey: Any, specialist: Any, typed: str) -> None:
    facts = {**FACTS, "value": None, "n": None, "values": typed}

    figure = add_baseline(survey, **facts, by=specialist, at=AT)

    assert (figure.value, figure.n, figure.values) == (Decimal("4"), 4, [3, 5, 4.5, 3.5])


@pytest.mark.parametrize("said", ["4.75", "4.5"])
def test_what_was_said_stands_if_it_is_mean_or_median(survey: Any, specialist: Any, said: str) -> None:
    facts = {**FACTS, "value": Decimal(said), "n": None, "values": "3 4 5 7"}

    assert add_baseline(survey, **facts, by=specialist, at=AT).value == Decimal(said)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"values": "3 vier 5"}, "values"),
        ({"values": "3 -1"}, "values"),
        ({"values": "1e99"}, "values"),
        ({"values": "3,5\n4,2\n5,1", "value": None, "n": None}, "values"),
        ({"values": "1,234.5\t7", "value": None, "n": None}, "values"),
        ({"values": "NaN"}, "values"),
        ({"values": "1 " * 2_001, "value": None, "n": None}, "values"),
        ({"values": "3 5", "n": 3}, "n"),
        ({"values": "3 5", "n": 2, "value": Decimal("4.2")}, "value"),
        ({"value": None}, "value"),
        ({"n": None}, "n"),
    ],
)
def test_figures_that_do_not_fit_their_values_are_refused(
    survey: Any, specialist: Any, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        add_baseline(survey, **{**FACTS, **wrong}, by=specialist, at=AT)

    assert refusal.value.field == field
    assert not Baseline.objects.exists()


def test_single_values_are_frozen_with_the_figure(survey: Any, specialist: Any) -> None:
    figure = add_baseline(survey, **{**FACTS, "n": None, "values": "3 5"}, by=specialist, at=AT)
    freeze = freeze_baseline(survey, by=specialist, at=AT)

    figure.refresh_from_db()
    assert is_intact(freeze, [figure])
    figure.values = [3, 6]
    assert not is_intact(freeze, [figure])
