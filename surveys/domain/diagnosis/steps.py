"""Write down the steps of a process as it is: all of a grid at once, and move one (F07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from procstd import history
from procstd.errors import DomainError
from surveys.domain.diagnosis.locking import locked
from surveys.models import AsIsStep, Lap, Survey
from surveys.models.diagnosis import BY_HAND

MOST_STEPS = 200
#: What a line of the grid says of a step besides its place.
FACTS = (
    "name_zh", "name_en", "post", "department", "is_key_node", "wait_minutes", "rework_percent", "note",
    *(f"{source.value}_{what}" for source in BY_HAND for what in ("minutes", "n")),
)  # fmt: skip
_COLUMNS = ("number", "rework_to", *FACTS)


@dataclass(frozen=True)
class Row:
    """A line of the grid: which step it is (None: a new one), where it stands, where it goes back to.

    Places are numbers as written, 2.5 stands between 2 and 3; *back_to* is another line's place.
    """

    place: Decimal
    facts: dict[str, Any]
    pk: int | None = None
    back_to: Decimal | None = None
    #: The line's number in what a person sees, to name it in a refusal.
    line: int = field(default=0, compare=False)


class RowRefused(DomainError):
    """A refusal that belongs to one line of the grid."""

    def __init__(self, message: Any, *, line: int, field: str) -> None:
        super().__init__(message, field=field)
        self.line = line


def edition_of_steps(survey: Survey) -> int:
    """Return what a grid has seen: the number of the latest change of any step of the survey."""
    rows = AsIsStep.history.filter(survey_id=survey.pk).order_by("-history_id")
    return rows.values_list("history_id", flat=True).first() or 0


@transaction.atomic
def write_steps(
    survey: Survey, rows: Sequence[Row], *, by: Any, at: datetime, reason: str = "", seen: int | None = None
) -> list[AsIsStep]:
    """Make *rows* the steps of the survey, in the order of their places, numbered from 1.

    A step that no row names is deleted, unless a pain point is linked to it. What stays as it was is
    not written. Refuses when somebody else changed steps after *seen* (F20). Written twice it is written once.
    """
    locked(survey)
    if seen is not None and edition_of_steps(survey) != seen:
        raise DomainError(
            _("Somebody changed these steps while you were typing. Your lines are kept below: compare, then save.")
        )
    if len(rows) > MOST_STEPS:
        raise DomainError(_("A process has at most %(most)d steps here.") % {"most": MOST_STEPS})
    present = {step.pk: step for step in AsIsStep.objects.filter(survey=survey).in_order()}
    ordered = sorted(rows, key=lambda row: row.place)
    _refuse_faults(ordered, present)
    why = reason or "Steps as they are"
    kept = {row.pk for row in ordered if row.pk}
    _delete([step for pk, step in present.items() if pk not in kept], by=by, at=at, reason=why)
    steps = _fill(survey, ordered, present)
    new = [step for step, changed in steps if step.pk is None]
    history.save_many(new, by=by, reason=why)
    # Where a step goes back to may be new itself: said once every step has its key.
    of_place = {row.place: step for row, (step, _changed) in zip(ordered, steps, strict=True)}
    touched = []
    for row, (step, changed) in zip(ordered, steps, strict=True):
        goal = of_place[row.back_to].pk if row.back_to is not None else None
        if step.rework_to_id != goal:
            step.rework_to_id, changed = goal, True
        elif step in new:
            changed = False
        if changed:
            touched.append(step)
    history.save_many(touched, by=by, reason=why, fields=_COLUMNS)
    return [step for step, _changed in steps]


def _refuse_faults(ordered: Sequence[Row], present: dict[int, AsIsStep]) -> None:
    places = [row.place for row in ordered]
    for row in ordered:
        if row.pk is not None and row.pk not in present:
            raise RowRefused(_("This step was deleted meanwhile."), line=row.line, field="place")
        if places.count(row.place) > 1:
            raise RowRefused(_("Two lines have this place; 2.5 stands between 2 and 3."), line=row.line, field="place")
        if not (row.facts.get("name_zh") or row.facts.get("name_en")):
            raise RowRefused(_("A step needs a name, in one language at least."), line=row.line, field="name_zh")
        if row.back_to is not None and row.back_to not in places:
            raise RowRefused(_("No line has this place."), line=row.line, field="back_to")
        if row.back_to is not None and row.back_to > row.place:
            raise RowRefused(_("Rework goes back to an earlier step or to the same."), line=row.line, field="back_to")
        for source in BY_HAND:
            if row.facts.get(f"{source.value}_n") and row.facts.get(f"{source.value}_minutes") is None:
                message = _("From so many cases, but how long did it take?")
                raise RowRefused(message, line=row.line, field=f"{source.value}_minutes")


def _fill(survey: Survey, ordered: Sequence[Row], present: dict[int, AsIsStep]) -> list[tuple[AsIsStep, bool]]:
    """Return the steps with what the rows say, and whether that is something new."""
    found = []
    for number, row in enumerate(ordered, 1):
        step = present[row.pk] if row.pk else AsIsStep(survey=survey)
        facts = {name: row.facts[name] for name in FACTS if name in row.facts} | {"number": number}
        changed = any(getattr(step, name) != value for name, value in facts.items())
        for name, value in facts.items():
            setattr(step, name, value)
        found.append((step, changed))
    return found


def _delete(gone: list[AsIsStep], *, by: Any, at: datetime, reason: str) -> None:
    if not gone:
        return
    linked = AsIsStep.objects.filter(pk__in=[step.pk for step in gone], pains__isnull=False).first()
    if linked is not None:
        pains = ", ".join(f"P{pain.number}" for pain in linked.pains.all())
        raise DomainError(
            _("Step %(step)s is named by %(pains)s. Take it out there first.") % {"step": linked, "pains": pains}
        )
    keys = [step.pk for step in gone]
    pointing = list(AsIsStep.objects.filter(rework_to__in=keys).exclude(pk__in=keys))
    for step in pointing:
        step.rework_to = None
    history.save_many(pointing, by=by, reason=reason, fields=["rework_to"])
    AsIsStep.objects.filter(pk__in=keys).update(rework_to=None)
    # What was measured stays, under the name that the step had.
    laps = list(Lap.objects.filter(step__in=keys))
    for lap in laps:
        lap.step = None
    history.save_many(laps, by=by, reason=reason, fields=["step"])
    history.delete_many(gone, by=by, reason=reason, at=at)


@transaction.atomic
def move_step(step: AsIsStep, *, up: bool, by: Any, at: datetime) -> AsIsStep:
    """Let a step and its neighbour change places; at the end of the list nothing happens.

    A way back that would lead forward then is taken out.
    """
    survey = locked(step.survey)
    steps = list(AsIsStep.objects.filter(survey=survey).order_by("number", "pk"))
    here = next((place for place, row in enumerate(steps) if row.pk == step.pk), None)
    if here is None:
        raise DomainError(_("This step was deleted meanwhile."))
    there = here - 1 if up else here + 1
    if not 0 <= there < len(steps):
        return steps[here]
    steps[here], steps[there] = steps[there], steps[here]
    place = {row.pk: number for number, row in enumerate(steps, 1)}
    changed = []
    for row in steps:
        later = row.rework_to_id is not None and place[row.rework_to_id] > place[row.pk]
        if row.number != place[row.pk] or later:
            row.number, row.rework_to_id = place[row.pk], None if later else row.rework_to_id
            changed.append(row)
    history.save_many(changed, by=by, reason=gettext_noop("Step moved"), fields=["number", "rework_to"])
    return steps[there]


def rows_of(steps: Sequence[AsIsStep]) -> list[Row]:
    """Return steps as rows that :func:`write_steps` would leave as they are."""
    number = {step.pk: Decimal(step.number) for step in steps}
    return [
        Row(
            place=Decimal(step.number), pk=step.pk, facts={name: getattr(step, name) for name in FACTS},
            back_to=number.get(step.rework_to_id) if step.rework_to_id else None,
        )
        for step in steps
    ]  # fmt: skip
