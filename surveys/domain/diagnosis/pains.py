"""Name a pain point, tie it to steps and evidence, and say how it ends (H2.2.3, F08)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from processes.models import Step
from procstd import history
from procstd.errors import DomainError
from surveys.domain.diagnosis.locking import locked
from surveys.models import AsIsStep, Element, Ending, Evidence, Pain, Survey

MOST_PAINS = 100
_FACTS = (
    "text_zh", "text_en", "evidence_zh", "evidence_en", "source", "times_a_month", "lost_minutes", "cost",
)  # fmt: skip


def _lock(pain: Pain) -> Pain:
    locked(pain.survey)
    found = Pain.objects.select_for_update().filter(pk=pain.pk).first()
    if found is None:
        raise DomainError(_("This pain point was deleted meanwhile."))
    found.survey = pain.survey
    return found


@transaction.atomic
def name_pain(
    survey: Survey,
    *,
    steps: Iterable[AsIsStep] = (),
    seen_in: Mapping[str, Any] | None = None,
    by: Any,
    at: datetime,
    **facts: Any,
) -> Pain:
    """Add a pain point to a survey, with the evidence in which it was seen; its number is never used again."""
    locked(survey)
    _refuse_wordless(facts)
    if survey.pains.count() >= MOST_PAINS:
        raise DomainError(_("A survey has at most %(most)d pain points.") % {"most": MOST_PAINS})
    ever = Pain.history.filter(survey_id=survey.pk).aggregate(last=Max("number"))["last"] or 0
    pain = Pain(survey=survey, number=ever + 1, **{name: facts[name] for name in _FACTS if name in facts})
    history.save(pain, by=by, reason=gettext_noop("Pain point named"))
    pain.steps.set(_own(survey, steps))
    if seen_in:
        add_evidence(pain, **seen_in, by=by, at=at)
    return pain


@transaction.atomic
def change_pain(
    pain: Pain, *, steps: Iterable[AsIsStep] = (), by: Any, at: datetime, seen: int | None = None, **facts: Any
) -> Pain:
    """Say a pain point anew. Refuses when somebody changed it after *seen* (F20)."""
    pain = _lock(pain)
    history.refuse_if_changed_since(pain, seen)
    _refuse_wordless(facts)
    for name in _FACTS:
        if name in facts:
            setattr(pain, name, facts[name])
    history.save(pain, by=by, reason=gettext_noop("Pain point changed"))
    pain.steps.set(_own(pain.survey, steps))
    return pain


@transaction.atomic
def delete_pain(pain: Pain, *, by: Any, at: datetime) -> None:
    """Delete a pain point with its causes and evidence. Refuses one that a standard knows already."""
    pain = _lock(pain)
    if pain.carried_id:
        raise DomainError(_("The standard knows this pain point already. Say how it ends instead of deleting it."))
    history.delete(pain, by=by, reason=gettext_noop("Pain point deleted"))


@transaction.atomic
def add_evidence(
    pain: Pain, *, kind: str, number: str, figure_zh: str, figure_en: str, by: Any, at: datetime
) -> Evidence:
    """Tie a pain point to where it was seen, with the figure quoted. The same once more changes nothing."""
    pain = _lock(pain)
    if not (number or figure_zh or figure_en):
        raise DomainError(_("Say where it stands, or quote the figure."), field="number")
    facts = {"kind": kind, "number": number, "figure_zh": figure_zh, "figure_en": figure_en}
    known = pain.evidences.filter(**facts).first()
    return known or history.save(Evidence(pain=pain, **facts), by=by, reason=gettext_noop("Evidence added"))


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: Any, at: datetime) -> None:
    """Take evidence away from a pain point; a second time nothing happens."""
    _lock(evidence.pain)
    if Evidence.objects.filter(pk=evidence.pk).exists():
        history.delete(evidence, by=by, reason=gettext_noop("Evidence removed"))


@transaction.atomic
def solve_pain(pain: Pain, *, solved_by: str, ending_zh: str = "", ending_en: str = "", by: Any, at: datetime) -> Pain:
    """End a pain point as solved by an element of the standard, or by one of its steps (F08)."""
    pain = _lock(pain)
    kind, _colon, key = solved_by.partition(":")
    of_element = kind == "element" and key.isdecimal() and int(key) in Element.values
    of_step = kind == "step" and Step.objects.filter(revision__process=pain.survey.process_id, key=key).exists()
    if not (of_element or of_step):
        raise DomainError(_("Choose the element or the step of the standard that solves it."), field="solved_by")
    return _end(pain, Ending.SOLVED, solved_by, ending_zh, ending_en, by=by, at=at)


@transaction.atomic
def reject_pain(pain: Pain, *, ending_zh: str, ending_en: str, by: Any, at: datetime) -> Pain:
    """End a pain point as rejected, with the reason (F08)."""
    pain = _lock(pain)
    if not (ending_zh or ending_en):
        raise DomainError(_("Say why it is rejected."), field="ending_zh")
    return _end(pain, Ending.REJECTED, "", ending_zh, ending_en, by=by, at=at)


@transaction.atomic
def reopen_pain(pain: Pain, *, by: Any, at: datetime) -> Pain:
    """Take the ending of a pain point back."""
    pain = _lock(pain)
    if pain.is_open:
        return pain
    pain.ending, pain.solved_by, pain.ending_zh, pain.ending_en = Ending.OPEN, "", "", ""
    pain.ended_at, pain.ended_by = None, None
    return history.save(pain, by=by, reason=gettext_noop("Pain point opened again"))


def _end(pain: Pain, ending: str, solved_by: str, zh: str, en: str, *, by: Any, at: datetime) -> Pain:
    if (pain.ending, pain.solved_by, pain.ending_zh, pain.ending_en) == (ending, solved_by, zh, en):
        return pain
    pain.ending, pain.solved_by, pain.ending_zh, pain.ending_en = ending, solved_by, zh, en
    pain.ended_at, pain.ended_by = at, by
    return history.save(pain, by=by, reason=gettext_noop("Pain point ended"))


def _refuse_wordless(facts: dict[str, Any]) -> None:
    if not (facts.get("text_zh") or facts.get("text_en")):
        raise DomainError(_("Say what hurts, in one language at least."), field="text_zh")


def _own(survey: Survey, steps: Iterable[AsIsStep]) -> list[AsIsStep]:
    found = list(steps)
    if any(step.survey_id != survey.pk for step in found):
        raise DomainError(_("This step belongs to another survey."), field="steps")
    return found
