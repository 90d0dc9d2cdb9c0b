"""Many rows at once arrive as they were given, however many statements it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audits.domain.many import insert_many
from audits.models import Assignment
from tests.audits.desk import IN_APRIL, auditor, drawn, month_of_cases


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, 249, 250, 1_001])
def test_rows_arrive_in_order_with_their_moments(count: int) -> None:
    process, _team, _cases = month_of_cases(1)
    item, person = drawn(process).items.get(), auditor("second")
    before = Assignment.objects.count()
    rows = [(item.pk, person.pk, person.pk, IN_APRIL + timedelta(seconds=number // 2)) for number in range(count)]

    insert_many(Assignment, ("item_id", "auditor_id", "by_id", "at"), iter(rows))

    kept = Assignment.objects.order_by("pk").values_list("item_id", "auditor_id", "by_id", "at")
    assert list(kept[before:]) == rows
