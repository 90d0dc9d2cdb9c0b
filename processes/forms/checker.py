"""Why a finding of the checker is right as it stands."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm


class SuppressForm(ActForm):
    key = forms.CharField(widget=forms.HiddenInput, max_length=16)
    reason = forms.CharField(
        label=_("Why it is right as it stands"),
        max_length=500,
        help_text=_("Shown beside the finding, and kept for the next draft."),
    )
