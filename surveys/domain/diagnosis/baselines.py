"""Write down how the process does today, and freeze it before anything changes (F09)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from procstd import history
from procstd.errors import DomainError
from surveys.domain.diagnosis.locking import locked
from surveys.models import Baseline, Freeze, Survey

_FACTS = (
    "name_zh", "name_en", "unit_zh", "unit_en", "value", "n", "period_from", "period_until", "source", "note",
)  # fmt: skip


@transaction.atomic
def add_baseline(survey: Survey, *, by: Any, at: datetime, **facts: Any) -> Baseline:
    """Write down a figure."""
    locked(survey)
    _refuse_faults(facts, at)
    return history.save(Baseline(survey=survey, **facts), by=by, reason=gettext_noop("Baseline added"))


@transaction.atomic
def change_baseline(baseline: Baseline, *, by: Any, at: datetime, seen: int | None = None, **facts: Any) -> Baseline:
    """Change a figure that is not frozen yet."""
    present = _unfrozen(baseline)
    history.refuse_if_changed_since(present, seen)
    _refuse_faults(facts, at)
    for name, value in facts.items():
        setattr(present, name, value)
    return history.save(present, by=by, reason=gettext_noop("Baseline changed"))


@transaction.atomic
def remove_baseline(baseline: Baseline, *, by: Any, at: datetime) -> None:
    """Delete a figure that is not frozen yet; a second time nothing happens."""
    if Baseline.objects.filter(pk=baseline.pk).exists():
        history.delete(_unfrozen(baseline), by=by, reason=gettext_noop("Baseline removed"))


@transaction.atomic
def freeze_baseline(survey: Survey, *, by: Any, at: datetime) -> Freeze:
    """Freeze every figure of the survey that is not frozen yet, with date, name and hash. Nothing changes them again.

    Refuses when there is nothing to freeze.
    """
    locked(survey)
    rows = list(Baseline.objects.select_for_update().filter(survey=survey, freeze=None).order_by("pk"))
    if not rows:
        raise DomainError(_("There is no figure to freeze. Write one down first."))
    freeze = Freeze.objects.create(survey=survey, frozen_at=at, frozen_by=by, sha256=hash_of(rows, at))
    for row in rows:
        row.freeze = freeze
    history.save_many(rows, by=by, reason=gettext_noop("Baseline frozen"), fields=["freeze"])
    return freeze


def hash_of(rows: Iterable[Baseline], at: datetime) -> str:
    """Return the SHA-256 of what figures say, frozen at a moment."""
    said = [
        {
            name: format(value.normalize(), "f") if name == "value" else str(value)
            for name in _FACTS
            for value in [getattr(row, name)]
        }
        for row in sorted(rows, key=lambda row: row.pk)
    ]
    text = json.dumps({"at": at.astimezone(UTC).isoformat(), "figures": said}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(freeze: Freeze, rows: Iterable[Baseline]) -> bool:
    """Tell whether the figures still say what was frozen: somebody at the database might have altered them."""
    return hash_of(rows, freeze.frozen_at) == freeze.sha256


def _unfrozen(baseline: Baseline) -> Baseline:
    locked(baseline.survey)
    present = Baseline.objects.select_for_update().filter(pk=baseline.pk).first()
    if present is None:
        raise DomainError(_("This figure was deleted meanwhile."))
    if present.is_frozen:
        raise DomainError(_("“%(name)s” is frozen: it says how it was, and stays so.") % {"name": present.name})
    return present


def _refuse_faults(facts: dict[str, Any], at: datetime) -> None:
    if facts["period_from"] >= facts["period_until"]:
        raise DomainError(_("The period ends before it begins."), field="period_until")
    if not facts["n"]:
        raise DomainError(_("A figure rests on at least one case."), field="n")
