"""Begin a survey."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from procstd import history
from surveys.models import Survey


@transaction.atomic
def start_survey(
    process: Any, *, title_zh: str, title_en: str, owner: Any, departments: Iterable[Any], by: Any, at: datetime
) -> Survey:
    """Begin a survey of *process*; numbers run on."""
    last = Survey.objects.order_by("-pk").values_list("number", flat=True).first()
    number = f"S-{int(last[2:]) + 1 if last else 1:04d}"
    row = Survey(
        number=number, process=process, title_zh=title_zh, title_en=title_en, owner=owner, began_at=at
    )  # fmt: skip
    history.save(row, by=by, reason="Survey begun")
    row.departments.set(departments)
    return row
