"""The form under a version that somebody confirms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm


class ConfirmForm(ActForm):
    """“I have understood”, and what was shown when it was ticked."""

    understood = forms.BooleanField(
        label=_("I have read and understood this version, and work by it."),
        error_messages={"required": _("Tick it when you have understood; otherwise ask your trainer or your head.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def facts(self) -> dict[str, Any]:
        return {"seen": self.cleaned_data["seen"]}
