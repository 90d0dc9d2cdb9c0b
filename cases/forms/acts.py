"""Small forms around a task: hand over, ask, answer; and what customers send."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.domain.answers import LONG_TEXT_MOST
from cases.domain.reasons import REASON_MOST
from procstd.acts import ActForm
from procstd.organisation.forms.directory import PersonChoice


class EmptyForm(ActForm):
    """A button."""


class HandOverForm(ActForm):
    """Give a task to a colleague whose post does the step."""

    to = PersonChoice(label=_("To"))
    reason = forms.CharField(label=_("Reason"), max_length=REASON_MOST)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class AskSignatureForm(ActForm):
    """Ask somebody for the countersignature that the standard wants."""

    person = PersonChoice(label=_("Whom"))
    question = forms.CharField(label=_("Question"), max_length=REASON_MOST, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class AskForm(AskSignatureForm):
    """Ask a colleague for a comment or a countersignature."""

    countersign = forms.BooleanField(
        label=_("Has to countersign"),
        required=False,
        help_text=_("The task can be completed only once this person has agreed."),
    )


class AnswerForm(ActForm):
    """Answer a colleague's question."""

    text = forms.CharField(
        label=_("Answer"), max_length=REASON_MOST, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class CountersignForm(AnswerForm):
    """Give or refuse a countersignature."""

    agrees = forms.TypedChoiceField(
        label=_("Your decision"),
        choices=[("yes", _("I agree")), ("no", _("I do not agree"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    field_order = ["agrees", "text"]


class AddInformationForm(ActForm):
    """What a customer adds to a case."""

    text = forms.CharField(
        label=_("What would you like to add?"),
        max_length=LONG_TEXT_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photo = forms.FileField(label=_("Photo"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"}))


class RateForm(ActForm):
    """How satisfied the customer is."""

    rating = forms.TypedChoiceField(
        label=_("How satisfied are you with the solution?"),
        choices=[
            (5, _("5 – very satisfied")),
            (4, _("4 – satisfied")),
            (3, _("3 – neither")),
            (2, _("2 – dissatisfied")),
            (1, _("1 – very dissatisfied")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("What could we do better?"),
        max_length=LONG_TEXT_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
