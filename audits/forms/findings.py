"""Forms of a finding: answer, whys, corrective actions, close, change of the next revision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.organisation.forms.directory import DayInput, PersonChoice


class AnswerForm(SeenMixin, ActForm):
    """What the department says."""

    answer = forms.CharField(
        label=_("Answer of the department"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class WhyForm(ActForm):
    """One more “why?”."""

    text = forms.CharField(label=_("Because"), max_length=300)
    is_actionable = forms.BooleanField(label=_("This can be acted on: the chain ends here"), required=False)


class MeasureForm(ActForm):
    """A corrective action."""

    text = forms.CharField(label=_("Corrective action"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    owner = PersonChoice(label=_("Owner"))
    due_on = forms.DateField(label=_("Due"), widget=DayInput())
    weeks = forms.IntegerField(
        label=_("Effect checked after, weeks"), min_value=1, max_value=52, initial=8,
        help_text=_("Counted from the day on which it is done."),
    )  # fmt: skip
    checker = PersonChoice(label=_("Effect checked by"), help_text=_("Somebody else than the owner."))


class DueForm(ReasonMixin, ActForm):
    """Another day."""

    due_on = forms.DateField(label=_("Due"), widget=DayInput())
    field_order = ["due_on", "reason"]


class HandOverForm(ReasonMixin, ActForm):
    """Another owner, another checker."""

    owner = PersonChoice(label=_("Owner"), required=False, help_text=_("Left open it stays as it is."))
    checker = PersonChoice(
        label=_("Effect checked by"), required=False,
        help_text=_("Somebody else than the owner. Left open it stays as it is."),
    )  # fmt: skip
    field_order = ["owner", "checker", "reason"]

    def __init__(self, *args: Any, is_done: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_done:
            del self.fields["owner"]


class DoneForm(ActForm):
    """What was done."""

    text = forms.CharField(label=_("What was done"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class EffectForm(ActForm):
    """Whether it worked."""

    worked = forms.TypedChoiceField(
        label=_("Did it work?"), coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        choices=[("yes", _("It worked")), ("no", _("It did not: another action is needed"))],
    )  # fmt: skip
    text = forms.CharField(label=_("What was seen"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class CloseForm(ReasonMixin, ActForm):
    """Why it can be closed."""


class ChangeForm(ActForm):
    """A change of the next revision."""

    text_zh = forms.CharField(label=_("What changes, in Chinese"), max_length=500)
    text_en = forms.CharField(label=_("What changes, in English"), max_length=500)
    effect = forms.CharField(label=_("Expected effect"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
