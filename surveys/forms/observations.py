"""Forms of observations and of the guide, and what the stopwatch page of a phone sends, of which nothing is trusted."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm
from procstd.errors import DomainError
from procstd.organisation.forms.directory import DepartmentChoice, PersonChoice
from surveys.domain.laps import LapNote
from surveys.models import ANOMALY_MOST, AsIsStep, Survey

#: A phone sends so many at once; the rest follows.
MOST_AT_ONCE = 50
_MOST_EDITION = 1_000_000


class ObservationForm(ActForm):
    """Begins an observation."""

    subject = forms.CharField(
        label=_("Case or cycle"), max_length=120, help_text=_("Which case, order or cycle is followed.")
    )
    observer = PersonChoice(
        label=_("Observer"), help_text=_("Uses the stopwatch. Somebody else than you is told and needs no other right.")
    )
    place = forms.CharField(label=_("Place of observation"), max_length=120, required=False)
    department = DepartmentChoice(
        label=_("Department"), required=False,
        help_text=_("Of what lasts over a night, its working time counts."),
    )  # fmt: skip


class StepChoice(forms.ModelChoiceField):
    """A step of the survey."""


class StartForm(ActForm):
    """A step is chosen, or typed. The key is made before, so that a form sent twice starts one lap."""

    step = StepChoice(AsIsStep.objects.none(), label=_("Step"), required=False)
    what = forms.CharField(label=_("Another step"), max_length=120, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_steps(self, survey)


class LapForm(ActForm):
    """What was odd, a photo, which step it was."""

    anomaly = forms.CharField(
        label=_("Anomaly"), max_length=ANOMALY_MOST, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was not as it should be: waited, searched, done twice, sent back."),
    )  # fmt: skip
    photo = forms.FileField(
        label=_("Photo"), required=False, help_text=_("Place and camera are taken out of it. No people, please."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )  # fmt: skip
    step = StepChoice(AsIsStep.objects.none(), label=_("Step"), required=False)
    what = forms.CharField(label=_("Step as it was called"), max_length=120, required=False)

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_steps(self, survey)

    def show(self, refusal: DomainError) -> None:
        if refusal.field == "file":
            self.add_error("photo", refusal.message)
        else:
            super().show(refusal)


class PhotoForm(ActForm):
    """A photo that a phone sends, with the key that it has there."""

    photo = forms.FileField()
    sent = forms.UUIDField()


class GuideQuestionForm(ActForm):
    """A question of the guide."""

    text_zh = forms.CharField(label=_("Question in Chinese"), max_length=300, required=False)
    text_en = forms.CharField(label=_("Question in English"), max_length=300, required=False)


def _offer_steps(form: forms.Form, survey: Survey) -> None:
    field: Any = form.fields["step"]
    field.queryset = AsIsStep.objects.filter(survey=survey).in_order()


def read_laps(body: bytes, steps: Mapping[int, AsIsStep]) -> list[LapNote]:
    """Return the laps that a phone sends. Raises DomainError for what no page of ours sends."""
    try:
        rows = json.loads(body)["laps"]
        if not isinstance(rows, list) or len(rows) > MOST_AT_ONCE:
            raise ValueError
        return [_lap(row, steps) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError) as error:
        raise DomainError(_("This cannot be read. Load the page again.")) from error


def _lap(row: Any, steps: Mapping[int, AsIsStep]) -> LapNote:
    edition, until, step, changed = row["edition"], row.get("until"), row.get("step"), row.get("changed")
    if type(edition) is not int or not 1 <= edition <= _MOST_EDITION:
        raise ValueError
    if changed is not None and not (isinstance(changed, list) and all(isinstance(name, str) for name in changed)):
        raise ValueError
    return LapNote(
        key=uuid.UUID(row["key"]),
        edition=edition,
        # A step that is gone meanwhile is still the name that it had.
        step=steps.get(step) if isinstance(step, int) else None,
        what=_words(row["what"]),
        started_at=_moment(row["from"]),
        stopped_at=None if until is None else _moment(until),
        anomaly=_words(row.get("anomaly") or ""),
        is_doubtful=row.get("doubt") is True,
        changed=None if changed is None else frozenset(changed),
    )


def _words(text: Any) -> str:
    if not isinstance(text, str) or len(text) > ANOMALY_MOST:
        raise ValueError
    text.encode()  # half a surrogate pair is no text
    return text.replace("\x00", "")


def _moment(milliseconds: Any) -> datetime:
    if type(milliseconds) is not int:
        raise ValueError
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
