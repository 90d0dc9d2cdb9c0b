"""Forms of changes: where one comes from and what it should bring; another number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.models import Origin
from processes.models.change import CODE_MOST
from processes.models.signing import REMARK_MOST
from procstd.acts import ActForm, ReasonMixin, SeenMixin

_TEXT = forms.Textarea(attrs={"rows": 3})


class ChangeForm(ActForm):
    """A change: which differences, from where, to what effect."""

    anchors = forms.MultipleChoiceField(
        label=_("Differences that it explains"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None: it stands for itself, and says below what changes."),
    )  # fmt: skip
    origin = forms.ChoiceField(label=_("Where it comes from"), choices=Origin.choices, widget=forms.RadioSelect)
    origin_code = forms.CharField(
        label=_("Reference"), max_length=CODE_MOST, required=False,
        help_text=_("Number of the finding, suggestion or law; for example “AF-2026-003”."),
    )  # fmt: skip
    origin_text = forms.CharField(
        label=_("What it says"), max_length=REMARK_MOST, required=False, widget=_TEXT,
        help_text=_("In a sentence: what was found, suggested or asked for."),
    )  # fmt: skip
    effect = forms.CharField(
        label=_("Expected effect"), max_length=REMARK_MOST, widget=_TEXT,
        help_text=_("What will be better then, so that an evaluation can tell whether it is."),
    )  # fmt: skip
    indicator = forms.CharField(
        label=_("Indicator"), max_length=120, required=False, help_text=_("For example “median time of step 4”.")
    )
    figure = forms.CharField(
        label=_("Figure"), max_length=60, required=False, help_text=_("For example “24 h → 12 h”.")
    )
    text_zh = forms.CharField(label=_("What changes, in Chinese"), max_length=500, required=False, widget=_TEXT)
    text_en = forms.CharField(
        label=_("What changes, in English"), max_length=500, required=False, widget=_TEXT,
        help_text=_("Both are needed only where no difference is chosen."),
    )  # fmt: skip

    def __init__(self, *args: Any, differences: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["anchors"].choices = list(differences)  # type: ignore[attr-defined]


class ChangeMendForm(SeenMixin, ReasonMixin, ChangeForm):
    """The same once more."""

    field_order = [*ChangeForm.base_fields, "reason"]


class DropForm(ReasonMixin, ActForm):
    """Take a noted change back."""


class RenumberForm(SeenMixin, ReasonMixin, ActForm):
    """Give a draft another number."""

    major = forms.TypedChoiceField(
        label=_("Number"), coerce=lambda value: value == "major", widget=forms.RadioSelect, choices=[]
    )

    def __init__(self, *args: Any, numbers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["major"].choices = list(numbers)  # type: ignore[attr-defined]
