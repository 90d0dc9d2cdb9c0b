"""Write down how the process does today, and freeze it before anything changes (F09)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from statistics import mean, median
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
#: More single values of one figure than this tell nothing more.
_MOST = 2_000
#: What stands between numbers: lines and columns of a sheet, commas and semicolons of both scripts.
_BETWEEN = re.compile(r"[\s,;，；、]+")
#: Where lines, columns or semicolons part values, a comma between digits may be a decimal one.
_LISTED, _COMMA = re.compile(r"[\n\t;；]"), re.compile(r"[\d.]*\d,\d[\d.,]*")


@transaction.atomic
def add_baseline(survey: Survey, *, by: Any, at: datetime, **facts: Any) -> Baseline:
    """Write down a figure."""
    locked(survey)
    facts = _counted(facts)
    _refuse_faults(facts, at)
    return history.save(Baseline(survey=survey, **facts), by=by, reason=gettext_noop("Baseline added"))


@transaction.atomic
def change_baseline(baseline: Baseline, *, by: Any, at: datetime, seen: int | None = None, **facts: Any) -> Baseline:
    """Change a figure that is not frozen yet."""
    present = _unfrozen(baseline)
    history.refuse_if_changed_since(present, seen)
    facts = _counted(facts)
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
    said = [_said(row) for row in sorted(rows, key=lambda row: row.pk)]
    text = json.dumps({"at": at.astimezone(UTC).isoformat(), "figures": said}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _said(row: Baseline) -> dict[str, str]:
    said = {name: str(getattr(row, name)) for name in _FACTS}
    said["value"] = format(row.value.normalize(), "f")
    if row.values:  # figures frozen before there were single values keep their hash
        said["values"] = json.dumps(row.values)
    return said


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


def read_values(text: str) -> list[float]:
    """Return the single values that somebody typed or pasted. Raises DomainError naming what is no number."""
    found = []
    unclear = _COMMA.search(text) if _LISTED.search(text.strip()) else None
    if unclear:
        words = _("“%(word)s”: is it one value or two? Write one value a line, with a point for decimals.")
        raise DomainError(words % {"word": unclear[0][:40]}, field="values")
    for word in filter(None, _BETWEEN.split(text)):
        try:
            value = Decimal(word)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not 0 <= value < 10**9:
            raise DomainError(_("“%(word)s” is not a number of nought or more.") % {"word": word[:40]}, field="values")
        found.append(float(round(value, 3)))
    if len(found) > _MOST:
        raise DomainError(_("%(most)d single values are enough.") % {"most": _MOST}, field="values")
    return found


def _counted(facts: dict[str, Any]) -> dict[str, Any]:
    """Return *facts* with the figure and its number of cases, counted from its single values where there are any.

    The figure is what was said if that is their mean or their median, to two digits; left empty, their median.
    """
    facts = dict(facts)
    values = facts["values"] = read_values(facts.get("values") or "") or None
    if not values:
        for name, text in (("value", _("Say the figure, or its single values.")), ("n", _("On how many cases?"))):
            if facts.get(name) is None:
                raise DomainError(text, field=name)
        return facts
    middle = (mean(values), median(values))
    if facts.get("value") is None:
        facts["value"] = round(Decimal(str(middle[1])), 3)
    elif all(abs(float(facts["value"]) - one) > 0.005 + 1e-9 for one in middle):
        text = _(
            "The mean of the single values is %(mean)s, their median %(median)s. Say one of them, or leave it empty."
        )
        told = {"mean": f"{middle[0]:.2f}", "median": f"{middle[1]:.2f}"}
        raise DomainError(text % told, field="value")
    if facts.get("n") not in (None, len(values)):
        raise DomainError(_("There are %(n)d single values.") % {"n": len(values)}, field="n")
    facts["n"] = len(values)
    return facts


def _refuse_faults(facts: dict[str, Any], at: datetime) -> None:
    if facts["period_from"] >= facts["period_until"]:
        raise DomainError(_("The period ends before it begins."), field="period_until")
    if not facts["n"]:
        raise DomainError(_("A figure rests on at least one case."), field="n")
