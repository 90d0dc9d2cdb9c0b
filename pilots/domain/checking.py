"""Spot checks: begin one at a step, tick its rules with note and photo, end it (H2.4.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from pilots.domain.rights import CLICKED_TWICE, lock_pilot, refuse_unless_running
from pilots.models import Pilot, Seen, SpotCheck, SpotLine
from pilots.queries.cases import chosen_of
from pilots.queries.rules import rules_of
from processes.domain.reading import standard_of_revision
from procstd import history
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.organisation.models import Department

#: What a phone's camera makes.
PHOTOS = frozenset({"jpg", "jpeg", "png", "webp"})
MOST_CHECKS = 500


@transaction.atomic
def begin_check(pilot: Pilot, *, department: Department, step: str, by: Any, at: datetime) -> SpotCheck:
    """Begin a spot check of a step: its own rules are the list, in the words of the version that is tried.

    Nobody is told. Refuses a department in which the pilot does not run. A second click returns the check that the
    first began.
    """
    pilot = lock_pilot(pilot, by=by)
    refuse_unless_running(pilot)
    if department.pk not in chosen_of(pilot):
        raise DomainError(_("The pilot does not run there."), field="department")
    standard, _definition = standard_of_revision(pilot.revision)
    found = standard.step(step)
    if found is None:
        raise DomainError(_("This version has no such step."), field="step")
    mine = pilot.checks.filter(department=department, step=step, checker=by, ended_at=None)
    known = mine.filter(began_at__gt=at - CLICKED_TWICE, began_at__lt=at + CLICKED_TWICE).first()
    if known is not None:
        return known
    number = (pilot.checks.aggregate(last=Max("number"))["last"] or 0) + 1
    if number > MOST_CHECKS:
        raise DomainError(_("A pilot has at most %(most)d spot checks.") % {"most": MOST_CHECKS})
    check = SpotCheck(pilot=pilot, number=number, department=department, step=step, checker=by, began_at=at)
    history.save(check, by=by, reason=gettext_noop("Spot check begun"))
    lines = [
        SpotLine(spot_check=check, key=rule.key, order=place, text_zh=rule.text_zh, text_en=rule.text_en)
        for place, rule in enumerate(rules_of(standard, found), 1)
    ]
    history.save_many(lines, by=by, reason=gettext_noop("Rule of the step"))
    return check


@transaction.atomic
def tick(line: SpotLine, *, seen: str, note: str = "", photo: Any = None, by: Any, at: datetime) -> SpotLine:
    """Note what was seen of a rule; again: the later one counts. The same photo sent twice is one file.

    Refuses “not ok” without a word, and a check that is over.
    """
    check = _open(line.spot_check, by)
    row = SpotLine.objects.select_for_update().get(pk=line.pk)
    if seen not in Seen.values:
        raise DomainError(_("Say what you saw."), field="seen")
    if seen == Seen.NOT_OK and not note.strip():
        raise DomainError(_("Say what was not as it should be."), field="note")
    row.seen, row.note = seen, " ".join(note.split())
    if photo:
        kept = keep_upload(photo, name=photo.name, owner=by, at=at, kinds=PHOTOS, belongs_to=check.pilot, once=True)
        row.photo = kept.key
    return history.save(row, by=by, reason=gettext_noop("Seen"))


@transaction.atomic
def end_check(check: SpotCheck, *, by: Any, at: datetime) -> SpotCheck:
    """End a spot check: what was not ticked was not seen. A second time nothing happens."""
    lock_pilot(check.pilot, by=by)
    row = SpotCheck.objects.select_for_update(of=("self",)).select_related("pilot").get(pk=check.pk)
    if row.ended_at is None:
        rest = list(row.lines.filter(seen=""))
        for line in rest:
            line.seen = Seen.NOT_SEEN
        history.save_many(rest, by=by, reason=gettext_noop("Not seen"), fields=["seen"])
        row.ended_at = at
        history.save(row, by=by, reason=gettext_noop("Spot check ended"), update_fields=["ended_at"])
    return row


def _open(check: SpotCheck, by: Any) -> SpotCheck:
    lock_pilot(check.pilot, by=by)
    row = SpotCheck.objects.select_for_update(of=("self",)).select_related("pilot").get(pk=check.pk)
    if not row.is_open:
        raise DomainError(_("This spot check is ended."))
    return row
