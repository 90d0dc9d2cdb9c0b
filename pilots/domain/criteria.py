"""Success criteria, and their lock before the first case of the pilot (F39)."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from cases.models import Case
from cases.queries.indicators import INDICATORS
from pilots.domain.rights import lock_pilot, refuse_if_locked, refuse_unless_planned
from pilots.models import CriteriaLock, Criterion, Pilot
from pilots.queries.cases import chosen_of, definition_of
from processes.domain.definition import canonical, hash_of
from processes.domain.naming import signed_as
from processes.domain.reading import standard_of_revision
from processes.domain.texts import text_of
from procstd import history
from procstd.calendars.domain.workdays import standard_workdays
from procstd.errors import DomainError
from procstd.moments import moment
from surveys.models import Baseline


@transaction.atomic
def add_criterion(
    pilot: Pilot, *, indicator: str, step: str = "", threshold: Decimal, minimum_effect: Decimal,
    baseline: Baseline | None = None, point: Decimal | None = None, by: Any, at: datetime,
) -> Criterion:  # fmt: skip
    """Add a criterion: an indicator, what is to be reached, and the smallest change that matters.

    Hours or per cent, as the indicator counts. *baseline* is a frozen figure of the survey to compare with instead of
    cases, *point* its value in this unit. Refuses what is not frozen, and the same indicator twice.
    """
    pilot = lock_pilot(pilot, by=by)
    refuse_if_locked(pilot)
    measured = INDICATORS.get(indicator)
    if measured is None:
        raise DomainError(_("Choose what is measured."), field="indicator")
    if measured.needs_step != bool(step):
        text = _("Choose the step.") if measured.needs_step else _("This figure is of the whole case.")
        raise DomainError(text, field="step")
    standard, _definition = standard_of_revision(pilot.revision)
    if step and standard.step(step) is None:
        raise DomainError(_("This version has no such step."), field="step")
    _refuse_sizes(measured.is_duration, threshold, minimum_effect, point)
    _refuse_baseline(pilot, baseline, point)
    if pilot.criteria.filter(indicator=indicator, step=step).exists():
        raise DomainError(_("This figure is a criterion already."), field="indicator")
    row = Criterion(
        pilot=pilot, indicator=indicator, step=step, threshold=threshold, minimum_effect=minimum_effect,
        baseline=baseline, point=point,
    )  # fmt: skip
    return history.save(row, by=by, reason=gettext_noop("Criterion added"))


def _refuse_sizes(is_duration: bool, threshold: Decimal, effect: Decimal, point: Decimal | None) -> None:
    if effect <= 0:
        raise DomainError(_("A change that matters is more than nothing."), field="minimum_effect")
    if threshold < 0 or (not is_duration and threshold > 100):
        raise DomainError(_("A share is between 0 and 100 per cent."), field="threshold")
    if point is not None and (point < 0 or (not is_duration and point > 100)):
        raise DomainError(_("A share is between 0 and 100 per cent."), field="point")


def _refuse_baseline(pilot: Pilot, baseline: Baseline | None, point: Decimal | None) -> None:
    if (baseline is None) != (point is None):
        text = _("Say what the survey's figure is in this unit.") if baseline else _("Choose the survey's figure.")
        raise DomainError(text, field="point" if baseline else "baseline")
    if baseline is None:
        return
    if not baseline.is_frozen:
        raise DomainError(_("“%(name)s” is not frozen yet.") % {"name": baseline.name}, field="baseline")
    if baseline.survey.process_id != pilot.process_id:
        raise DomainError(_("This figure is of another process."), field="baseline")


@transaction.atomic
def remove_criterion(criterion: Criterion, *, by: Any) -> None:
    """Take a criterion off. Refuses once they are fixed."""
    pilot = lock_pilot(criterion.pilot, by=by)
    refuse_if_locked(pilot)
    row = Criterion.objects.filter(pk=criterion.pk).first()
    if row is not None:
        history.delete(row, by=by, reason=gettext_noop("Criterion removed"))


@transaction.atomic
def lock_criteria(pilot: Pilot, *, by: Any, at: datetime, seen: str | None = None) -> CriteriaLock:
    """Fix criteria, departments, period and comparison for good, with their hash, before the pilot's first case.

    *seen* is the hash of what *by* has read. A second time the lock that is there is returned. Refuses when there is
    nothing to fix, and when a case of the pilot was opened already: who knows figures could choose what they are
    judged by.
    """
    pilot = lock_pilot(pilot, by=by)
    known: CriteriaLock | None = getattr(pilot, "lock", None)
    if known is not None:
        return known
    refuse_unless_planned(pilot)
    if not pilot.criteria.exists():
        raise DomainError(_("Name at least one criterion: by which figure will you tell whether it works?"))
    places = chosen_of(pilot)
    if not places:
        raise DomainError(_("Choose the departments first: criteria are fixed for them."))
    both = pilot.controls.filter(pk__in=places).first()
    if both is not None:
        raise DomainError(
            _("%(department)s is in the pilot: it cannot be what the pilot is compared with.") % {"department": both}
        )
    first = _first_case(pilot, places)
    if first is not None:
        raise DomainError(
            _(
                "%(case)s was opened by this version on %(when)s: criteria are fixed before the first case of a pilot, "
                "so that nobody chooses them by its figures. Choose a period that begins later."
            )
            % {"case": first.number, "when": moment(first.created)}
        )
    content = text_to_lock(pilot)
    sha256 = hash_of(content)
    if seen is not None and seen != sha256:
        raise DomainError(_("It changed while you were reading. Look at it again."))
    row = CriteriaLock(pilot=pilot, content=content, sha256=sha256, at=at, **signed_as(by))
    row.save()
    return row


def _first_case(pilot: Pilot, places: list[int]) -> Case | None:
    """Return the first case by the pilot's version in its departments since its period begins."""
    return (
        Case.objects.in_figures()
        .filter(
            process=pilot.process_id, definition__revision=pilot.revision_id, department__in=places,
            created__gte=standard_workdays().begin_of(pilot.period_from),
        )
        .order_by("pk")
        .first()
    )  # fmt: skip


def text_to_lock(pilot: Pilot) -> str:
    """Return what the lock covers, as canonical JSON by codes."""
    chosen = pilot.candidates.filter(is_chosen=True).order_by("department__code")
    criteria = pilot.criteria.select_related("baseline__freeze", "baseline__survey")
    return canonical(
        {
            "pilot": pilot.code,
            "process": pilot.process.code,
            "version": str(pilot.revision),
            "text": _text(pilot),
            "departments": list(chosen.values_list("department__code", flat=True)),
            "period": [pilot.period_from.isoformat(), pilot.period_until.isoformat()],
            "cases": [pilot.cases_least, pilot.cases_most],
            "compared_with": [pilot.before_from.isoformat(), pilot.before_until.isoformat()],
            "controls": list(pilot.controls.order_by("code").values_list("code", flat=True)),
            "criteria": [_locked(row) for row in criteria],
        }
    )


def is_intact(pilot: Pilot) -> bool:
    """Tell whether criteria, departments and comparison are still those that were fixed, byte by byte.

    No act changes them; somebody at the database might. The end of the period may be moved by a decision.
    """
    lock = getattr(pilot, "lock", None)
    if lock is None:
        return True
    fixed, now = json.loads(lock.content), json.loads(text_to_lock(pilot))
    moved = {**now, "period": fixed["period"]}
    return hash_of(lock.content) == lock.sha256 and moved == fixed


def _text(pilot: Pilot) -> str:
    """Return the hash of the text that is tried: what is only signed may still be changed."""
    definition = definition_of(pilot)
    return definition.sha256 if definition else text_of(pilot.revision).sha256


def _locked(row: Criterion) -> dict[str, Any]:
    baseline = row.baseline
    return {
        "indicator": row.indicator,
        "step": row.step,
        "lower_is_better": row.lower_is_better,
        "threshold": f"{row.threshold:.2f}",
        "minimum_effect": f"{row.minimum_effect:.2f}",
        "baseline": None
        if baseline is None
        else {
            "survey": baseline.survey.number,
            "name": {"zh": baseline.name_zh, "en": baseline.name_en},
            "value": f"{row.point:.2f}",
            "n": baseline.n,
            "freeze": baseline.freeze.sha256 if baseline.freeze else "",
        },
    }
