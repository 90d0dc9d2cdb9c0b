"""Which cases go into an event log, and in which form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.models import Process

FORMATS = {"xes": _("XES, for process-mining tools"), "csv": _("CSV, for tables")}
LANGUAGES = {"zh-hans": "中文", "en": "English"}


def _day(**facts: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **facts)


class EventLogForm(forms.Form):
    """Process, days, format, language of the steps' names, and how people are called."""

    process = forms.ModelChoiceField(
        label=_("Process"), queryset=Process.objects.none(), to_field_name="code", empty_label=_("Choose …")
    )  # fmt: skip
    opened_from = _day(label=_("Opened from"))
    opened_until = _day(label=_("Opened until"), help_text=_("The last day that counts."))
    format = forms.ChoiceField(label=_("Format"), choices=list(FORMATS.items()), widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Names of steps in"), choices=list(LANGUAGES.items()))
    by_name = forms.BooleanField(
        label=_("With the sign-in names of colleagues"), required=False,
        help_text=_("Otherwise they are called R001, R002 …: hand-overs show, nobody is measured by name."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["process"].queryset = Process.objects.visible_to(user)  # type: ignore[attr-defined]
