"""How I want to be told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm
from procstd.notices.models import Preference, Rhythm
from procstd.notices.models.preference import DIGEST_AT
from procstd.notices.rules import all_rules
from procstd.organisation.models import User

_PREFIX = "rule-"


class HourInput(forms.TimeInput):
    """The browser's own clock, to the minute."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PreferencesForm(ActForm):
    """A choice for each rule, the quiet hours, the hour of the digest."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=HourInput)
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=HourInput,
        help_text=_("In your time zone. Mails wait until then; the bell never waits."),
    )
    digest_at = forms.TimeField(
        label=_("Daily digest at"), widget=HourInput, help_text=_("In one mail, on working days of your department.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rule in all_rules():
            if rule.inside_only:
                continue  # there is nothing to choose
            self.fields[_PREFIX + rule.name] = forms.ChoiceField(
                label=rule.title,  # type: ignore[arg-type]  # a lazy text of any kind
                choices=[(timing.value, timing.label) for timing in rule.choices],
            )

    @classmethod
    def of(cls, person: User, data: Any) -> PreferencesForm:
        """Return the form with what *person* chose so far. Two queries."""
        rhythm = Rhythm.objects.filter(person=person).first() or Rhythm(person=person, digest_at=DIGEST_AT)
        chosen = dict(Preference.objects.filter(person=person).values_list("rule", "timing"))
        timings = {_PREFIX + rule.name: chosen.get(rule.name, rule.default_timing.value) for rule in all_rules()}
        hours = {name: getattr(rhythm, name) for name in ("quiet_from", "quiet_until", "digest_at")}
        return cls(data, initial={**hours, **timings})

    @property
    def rule_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith(_PREFIX)]

    @property
    def hour_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith(_PREFIX)]

    def facts(self) -> dict[str, Any]:
        hours = {name: value for name, value in self.cleaned_data.items() if not name.startswith(_PREFIX)}
        chosen = {name: value for name, value in self.cleaned_data.items() if name.startswith(_PREFIX)}
        return {**hours, "timings": {name.removeprefix(_PREFIX): value for name, value in chosen.items()}}
