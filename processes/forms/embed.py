"""Forms of embedded pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from processes.domain.embedding import DAYS_MOST, read_origins
from procstd.acts import ActForm, ReasonMixin
from procstd.errors import DomainError


class EmbedForm(ReasonMixin, ActForm):
    """Where a manual is shown, in which language, until when."""

    label = forms.CharField(label=_("Where it is used"), max_length=80, help_text=_("For example “intranet, sales”."))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    days = forms.IntegerField(label=_("Days until it expires"), min_value=1, max_value=DAYS_MOST, initial=365)
    origins = forms.CharField(
        label=_("Sites that may frame it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "placeholder": "https://intranet.example.com"}),
        help_text=_("One a line. Empty: it can be opened by its address, and no page may frame it."),
    )
    field_order = ["label", "language", "days", "origins", "reason"]

    def clean_origins(self) -> Any:
        try:
            return read_origins(self.cleaned_data["origins"])
        except DomainError as refusal:
            raise ValidationError(refusal.message) from refusal
