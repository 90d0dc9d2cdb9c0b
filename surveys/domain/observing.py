"""Observe a cycle with a stopwatch, by the server's clock: begin, start, stop, end (H2.2.1)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from procstd import history
from procstd.errors import DomainError
from procstd.notices.domain.telling import tell
from procstd.organisation.models import Department, User
from surveys import notices
from surveys.domain.measuring import take_over
from surveys.domain.starting import refuse_if_ended
from surveys.models import AsIsStep, Lap, Observation, Survey

MOST_OBSERVATIONS = 200
#: A day at a desk has some hundred steps; more is a script.
MOST_LAPS = 500


@transaction.atomic
def begin_observation(
    survey: Survey,
    *,
    observer: User,
    subject: str,
    place: str = "",
    department: Department | None = None,
    by: Any,
    at: datetime,
) -> Observation:
    """Begin an observation; an *observer* who is somebody else is told, and may use the stopwatch from now on."""
    survey = _locked_survey(survey.pk)
    refuse_if_ended(survey)
    last = survey.observations.aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_OBSERVATIONS:
        raise DomainError(_("A survey has at most %(most)d observations.") % {"most": MOST_OBSERVATIONS})
    made = Observation(
        survey=survey, number=last + 1, observer=observer, subject=subject, place=place, department=department,
        begun_by=by, began_at=at,
    )  # fmt: skip
    history.save(made, by=by, reason=gettext_noop("Observation begun"))
    if by is None or observer.pk != by.pk:
        tell([notices.observe(made)], at=at)
    return made


@transaction.atomic
def start_lap(
    observation: Observation, *, step: AsIsStep | None, what: str, key: uuid.UUID, by: Any, at: datetime
) -> Lap:
    """Start a step now; one that is running stops at the same moment. The same *key* once more changes nothing."""
    observation = running(observation)
    known = Lap.objects.filter(key=key).first()
    if known is not None:
        return lap_of(observation, known)
    _stop(observation, by=by, at=at)
    step, what = named(observation, step, what)
    lap = Lap(observation=observation, number=next_number(observation), key=key, step=step, what=what, started_at=at)
    return history.save(lap, by=by, reason=gettext_noop("Lap started"))


@transaction.atomic
def stop_lap(observation: Observation, *, by: Any, at: datetime) -> None:
    """Stop what is running now; when nothing is, nothing happens."""
    _stop(running(observation), by=by, at=at)


@transaction.atomic
def end_observation(observation: Observation, *, by: Any, at: datetime) -> Observation:
    """End an observation: what runs stops, and what was measured goes to the steps. A second time nothing happens."""
    observation = locked_observation(observation)
    refuse_if_ended(observation.survey)
    if observation.ended_at is None:
        _stop(observation, by=by, at=at)
        observation.ended_at = at
        history.save(observation, by=by, reason=gettext_noop("Observation ended"), update_fields=["ended_at"])
        take_over(observation.survey, by=by, at=at)
    return observation


def locked_observation(observation: Observation) -> Observation:
    """Lock an observation and return it with its survey: laps of two phones come one after the other.

    The survey comes first, as for everything that changes it: nothing is measured while somebody ends it.
    """
    survey = _locked_survey(observation.survey_id)
    locked = Observation.objects.select_for_update().get(pk=observation.pk)
    locked.survey = survey
    return locked


def _locked_survey(pk: int) -> Survey:
    return Survey.objects.select_for_update(of=("self",)).select_related("process").get(pk=pk)


def running(observation: Observation) -> Observation:
    """Lock an observation and return it. Refuses one that is over."""
    observation = locked_observation(observation)
    refuse_if_ended(observation.survey)
    if observation.ended_at is not None:
        raise DomainError(_("This observation is ended. Begin another one for the next cycle."))
    return observation


def lap_of(observation: Observation, lap: Lap) -> Lap:
    """Return *lap*. Refuses one that another observation has: keys are made by chance, so somebody tries something."""
    if lap.observation_id != observation.pk:
        raise DomainError(_("This lap belongs to another observation."))
    return lap


def next_number(observation: Observation) -> int:
    """Return the number of the next lap. Refuses more laps than a person can measure."""
    last = int(observation.laps.aggregate(last=Max("number"))["last"] or 0)
    if last >= MOST_LAPS:
        raise DomainError(_("An observation has at most %(most)d laps.") % {"most": MOST_LAPS})
    return last + 1


def named(observation: Observation, step: AsIsStep | None, what: str) -> tuple[AsIsStep | None, str]:
    """Return the step and what it is called. A step typed by its name is that step."""
    what = " ".join(what.split())[:120]
    if step is not None and step.survey_id != observation.survey_id:
        raise DomainError(_("This step belongs to another survey."), field="step")
    if step is None and what:
        for row in AsIsStep.objects.filter(survey=observation.survey_id):
            if what.casefold() in {name.casefold() for name in (row.name_zh, row.name_en, str(row)) if name}:
                step = row
                break
    if step is not None:
        return step, (step.name or what)[:120]
    if not what:
        raise DomainError(_("Choose a step, or type what it is called."), field="what")
    return None, what


def _stop(observation: Observation, *, by: Any, at: datetime) -> None:
    for lap in observation.laps.filter(stopped_at=None):
        # A lap of a phone may have begun by a clock that is a little ahead.
        lap.stopped_at = max(at, lap.started_at)
        history.save(lap, by=by, reason=gettext_noop("Lap stopped"), update_fields=["stopped_at"])
