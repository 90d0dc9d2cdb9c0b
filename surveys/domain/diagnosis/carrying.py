"""Carry pain points into the standard, so that whoever drafts it is asked for them (H4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from processes.domain.editing import free_key
from processes.models import PainPoint, Process
from procstd import history
from procstd.bilingual import SUFFIXES
from procstd.errors import DomainError
from surveys.domain.diagnosis.locking import locked
from surveys.domain.diagnosis.pareto_svg import plain
from surveys.domain.diagnosis.spans import say_span
from surveys.models import Ending, Pain, Survey
from surveys.models.asis import NOTE_MOST


@transaction.atomic
def carry_into_standard(survey: Survey, pains: Sequence[Pain], *, by: Any, at: datetime) -> list[PainPoint]:
    """Make *pains* pain points of the process, each with its evidence in both languages; tell them.

    One carried before is brought up to date and keeps its key. Refuses one that was rejected.
    """
    locked(survey)
    process = Process.objects.select_for_update().get(pk=survey.process_id)
    rows = list(
        Pain.objects.filter(survey=survey, pk__in=[pain.pk for pain in pains])
        .select_related("carried")
        .prefetch_related("steps", "evidences")
    )
    if not rows:
        raise DomainError(_("Choose at least one pain point."), field="pains")
    if rejected := [f"P{pain.number}" for pain in rows if pain.ending == Ending.REJECTED]:
        raise DomainError(_("Rejected, so nothing for the standard: %(pains)s.") % {"pains": ", ".join(rejected)})
    keys = list(PainPoint.history.filter(process_id=process.pk).values_list("key", flat=True).distinct())
    found = []
    for pain in rows:
        point = pain.carried or PainPoint(process=process, key=free_key(keys, "p"))
        keys.append(point.key)
        texts = _texts(pain)
        if point.pk is None or any(getattr(point, name) != value for name, value in texts.items()):
            for name, value in texts.items():
                setattr(point, name, value)
            history.save(point, by=by, reason=f"Survey {survey.number}, P{pain.number}")
        if pain.carried_id != point.pk:
            pain.carried = point
            history.save(pain, by=by, reason=gettext_noop("Carried into the standard"))
        found.append(point)
    return found


def _texts(pain: Pain) -> dict[str, str]:
    """Return what the standard says of a pain point: its text, and all that is known of it, in each language."""
    texts = {}
    for language, end in SUFFIXES.items():
        with translation.override(language):
            texts[f"text_{end}"] = pain.text
            texts[f"evidence_{end}"] = "\n".join(filter(None, _known_of(pain)))[:NOTE_MOST]
    return texts


def _known_of(pain: Pain) -> list[str]:
    lines = [pain.evidence]
    if steps := ", ".join(map(str, pain.steps.all())):
        lines.append(str(_("Steps: %(steps)s")) % {"steps": steps})
    if pain.times_a_month is not None:
        lines.append(str(_("%(times)s times a month")) % {"times": plain(pain.times_a_month)})
    if pain.lost_minutes is not None:
        lines.append(str(_("%(span)s lost each time")) % {"span": say_span(pain.lost_minutes)})
    lines += [str(row) for row in pain.evidences.all()]
    return lines
