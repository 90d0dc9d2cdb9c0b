"""The forms that open a case: staff's, and the public one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.step import AnswersForm
from processes.domain.standard import Form, Outcome


class _RequestKeyMixin(forms.Form):
    """Carries a key of its own, so that a form sent twice opens one case (W5)."""

    #: Only what such a form was given: keys of imports look otherwise.
    request_key = forms.RegexField(r"^[0-9a-z]{32}$", widget=forms.HiddenInput)


class OpenForm(_RequestKeyMixin, AnswersForm):
    """Opens a case; with an outcome it completes the first step too."""

    outcome = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, form: Form | None, outcomes: tuple[Outcome, ...], data: Any = None, files: Any = None, *, request_key: str
    ) -> None:
        super().__init__(form, data, files)
        self.initial["request_key"] = request_key
        self.outcomes = outcomes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        outcome = self.cleaned_data.get("outcome", "")
        if outcome and outcome not in {row.key for row in self.outcomes}:
            self.add_error(None, _("Choose how the step ends."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        return {
            "answers": self.answers(),
            "request_key": self.cleaned_data["request_key"],
            "outcome": self.cleaned_data.get("outcome", ""),
        }


class PublicForm(_RequestKeyMixin, AnswersForm):
    """What customers fill in. A field that people do not see catches robots that fill in everything."""

    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def __init__(self, form: Form | None, data: Any = None, files: Any = None, *, request_key: str) -> None:
        super().__init__(form, data, files)
        self.initial["request_key"] = request_key

    @property
    def is_robot(self) -> bool:
        return bool(self.data.get("website"))

    def facts(self) -> dict[str, Any]:
        return {"answers": self.answers(), "request_key": self.cleaned_data["request_key"]}
