"""Laps as a phone sends them, perhaps late and twice; and what is done with them at the desk (H2.2.1)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.bilingual import in_each_language
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from surveys.domain.diagnosis.pains import add_evidence, name_pain
from surveys.domain.diagnosis.spans import say_span
from surveys.domain.measuring import Measured, clear_unmeasured, measured_minutes, take_over, taken_over
from surveys.domain.observing import lap_of, locked_observation, named, next_number
from surveys.domain.starting import refuse_if_ended
from surveys.models import ANOMALY_MOST, AsIsStep, Lap, Observation, Pain, Source

#: What a phone's camera makes.
PHOTOS = frozenset({"jpg", "jpeg", "png", "webp"})
#: A phone's clock, once compared with ours, is right within this.
SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class LapNote:
    """A lap as the phone knows it."""

    key: uuid.UUID
    edition: int
    step: AsIsStep | None
    what: str
    started_at: datetime
    stopped_at: datetime | None
    anomaly: str = ""
    is_doubtful: bool = False
    #: What the phone changed since it knows that its lap is kept; None when it does not know that yet.
    changed: frozenset[str] | None = None

    def says_anew(self, name: str) -> bool:
        return self.changed is None or name in self.changed

    def is_lost_in(self, lap: Lap) -> bool:
        """Whether *lap* says something else than this note changed: another phone had changed it as often."""
        said = {"until": self.stopped_at == lap.stopped_at, "anomaly": _one_line(self.anomaly) == lap.anomaly}
        return any(not said.get(name, True) for name in self.changed or ())


@transaction.atomic
def keep_lap(observation: Observation, note: LapNote, *, by: Any, at: datetime) -> Lap:
    """Keep a lap that a phone sends. The same edition once more, or an older one, changes nothing.

    What was measured is measured: a lap may come after the end of the observation, and was perhaps begun by
    somebody who could not know of it. Refuses moments that cannot be. A doubtful one is left out until somebody
    counts it.
    """
    observation = locked_observation(observation)
    refuse_if_ended(observation.survey)
    lap = Lap.objects.filter(key=note.key).first()
    if lap is not None and lap_of(observation, lap).edition >= note.edition:
        return lap
    _refuse_impossible(observation, note, at)
    ended_at, held = observation.ended_at, [] if lap is None else taken_over(observation.survey)
    if lap is None:
        lap = Lap(observation=observation, key=note.key, number=next_number(observation))
    if note.is_doubtful != lap.is_doubtful:
        lap.is_doubtful = lap.is_left_out = note.is_doubtful
    # What the phone only repeats was perhaps put right at the desk since, of which it knows nothing.
    if lap.pk is None or note.says_anew("step"):
        lap.step, lap.what = named(observation, note.step, note.what)
    if lap.pk is None or note.says_anew("anomaly"):
        lap.anomaly = _one_line(note.anomaly)
    lap.edition, lap.started_at, lap.stopped_at = note.edition, note.started_at, note.stopped_at
    if lap.stopped_at is None and ended_at is not None and lap.started_at <= ended_at:
        lap.stopped_at = ended_at
    history.save(lap, by=by, reason=gettext_noop("Sent by a phone"))
    _measure(observation, held, by=by, at=at)
    return lap


def _measure(observation: Observation, held: list[Measured], *, by: Any, at: datetime) -> None:
    """Let the steps follow a lap that changed: those that were *held* to what was measured, and lose their last one."""
    clear_unmeasured(observation.survey, held, by=by)
    if observation.ended_at is not None:
        take_over(observation.survey, by=by, at=at)


def _refuse_impossible(observation: Observation, note: LapNote, at: datetime) -> None:
    if not observation.began_at - SLACK <= note.started_at <= at + SLACK:
        raise DomainError(_("The lap starts before the observation, or in the future: is the phone's clock right?"))
    if note.stopped_at is not None and not note.started_at <= note.stopped_at <= at + SLACK:
        raise DomainError(_("The lap stops before it starts, or in the future: is the phone's clock right?"))


@transaction.atomic
def change_lap(
    lap: Lap, *, step: AsIsStep | None, what: str, anomaly: str, photo: Any = None, by: Any, at: datetime
) -> Lap:
    """Say which step a lap was, note an anomaly, add a photo."""
    observation, lap = _locked_lap(lap)
    held = taken_over(observation.survey)
    lap.step, lap.what = named(observation, step, what)
    lap.anomaly = _one_line(anomaly)
    if photo:
        lap.photo = _keep_photo(observation, photo, by=by, at=at)
    history.save(lap, by=by, reason=gettext_noop("Lap changed"))
    _measure(observation, held, by=by, at=at)
    return lap


@transaction.atomic
def keep_photo(lap: Lap, *, photo: Any, sent: uuid.UUID, by: Any, at: datetime) -> Lap:
    """Keep the photo of a lap that a phone sends; the same *sent* once more changes nothing."""
    observation, lap = _locked_lap(lap)
    if lap.photo_sent != sent:
        lap.photo, lap.photo_sent = _keep_photo(observation, photo, by=by, at=at), sent
        history.save(lap, by=by, reason=gettext_noop("Photo sent by a phone"), update_fields=["photo", "photo_sent"])
    return lap


@transaction.atomic
def leave_out(lap: Lap, *, is_left_out: bool, by: Any, at: datetime) -> Lap:
    """Leave a lap out of what is measured, or count it again. It stays to be read."""
    observation, lap = _locked_lap(lap)
    if lap.is_left_out != is_left_out:
        held = taken_over(observation.survey)
        lap.is_left_out = is_left_out
        history.save(
            lap, by=by, reason=gettext_noop("Left out") if is_left_out else "Counted", update_fields=["is_left_out"]
        )
        _measure(observation, held, by=by, at=at)
    return lap


@transaction.atomic
def make_pain(lap: Lap, *, by: Any, at: datetime) -> Pain:
    """Make an anomaly a pain point, with this lap as its evidence. A second time it is the same pain point."""
    observation, lap = _locked_lap(lap)
    if lap.pain is not None:
        return lap.pain
    if not lap.anomaly:
        raise DomainError(_("This lap has no anomaly. Note what was odd first."))
    minutes = measured_minutes([lap]).get(lap.pk)

    def figure() -> str:
        words = {"step": lap.name, "subject": observation.subject, "span": say_span(minutes)}
        return gettext("%(step)s took %(span)s (%(subject)s)") % words

    text: dict[str, Any] = (
        {"text_zh": lap.anomaly, "text_en": ""} if _is_chinese(lap.anomaly) else {"text_zh": "", "text_en": lap.anomaly}
    )
    figures = in_each_language(figure)
    pain = name_pain(
        observation.survey, **text, source=Source.OBSERVED, steps=[lap.step] if lap.step else [], by=by, at=at
    )
    add_evidence(
        pain, kind=Source.OBSERVED, number=f"O{observation.number}-{lap.number}", figure_zh=figures["zh"][:300],
        figure_en=figures["en"][:300], by=by, at=at,
    )  # fmt: skip
    lap.pain = pain
    history.save(lap, by=by, reason=gettext_noop("Made a pain point"), update_fields=["pain"])
    return pain


def _locked_lap(lap: Lap) -> tuple[Observation, Lap]:
    observation = locked_observation(lap.observation)
    refuse_if_ended(observation.survey)
    fresh = Lap.objects.select_related("step", "pain").get(pk=lap.pk)
    fresh.observation = observation
    if fresh.pain is not None:
        fresh.pain.survey = observation.survey
    return observation, fresh


def _keep_photo(observation: Observation, photo: Any, *, by: Any, at: datetime) -> uuid.UUID:
    return keep_upload(photo, name=photo.name, owner=by, at=at, kinds=PHOTOS, belongs_to=observation).key


def _one_line(text: str) -> str:
    return " ".join(text.split())[:ANOMALY_MOST]


def _is_chinese(text: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in text)
