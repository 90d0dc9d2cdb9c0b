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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("seen"):  # of what is hidden nothing is shown beside it
            self.add_error(None, _("Read here what you confirm; then confirm it, please."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        return {"seen": self.cleaned_data["seen"]}
