"""Forms with which administrators manage robots."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.notices.models import Kind
from procstd.notices.rules import all_rules
from procstd.organisation.forms.directory import DepartmentChoice


def _rule_choices() -> list[tuple[str, Any]]:
    return [(rule.name, rule.title) for rule in all_rules() if not rule.inside_only]


class SecretInput(forms.TextInput):
    """Takes a secret and never gives one back."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"})

    def format_value(self, value: Any) -> None:
        return None


class RobotForm(ReasonMixin, SeenMixin, ActForm):
    """A new robot."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For example “Group of customer service”."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind)
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=SecretInput,
        help_text=_("Copy the whole webhook address from the settings of the robot. It is not shown again."),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        max_length=200,
        required=False,
        widget=SecretInput,
        help_text=_("Where the robot of DingTalk or Feishu signs; a webhook gets a signature made with it."),
    )
    rules = forms.MultipleChoiceField(
        label=_("Tells about"), choices=_rule_choices, widget=forms.CheckboxSelectMultiple
    )
    department = DepartmentChoice(
        label=_("Only for people of"),
        required=False,
        help_text=_("This department and those below it; empty: everybody."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    field_order = ["name", "kind", "address", "secret", "rules", "department", "language", "is_active", "reason"]

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class RobotChangeForm(RobotForm):
    """A robot that has an address: an empty field keeps it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].required = False
        self.fields["address"].help_text = _("Empty: it keeps the address that it has, which nobody is shown.")
        self.fields["secret"].help_text = _("Empty: it keeps its secret, unless the address changes.")

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class RobotRemoveForm(ReasonMixin, ActForm):
    """Why a robot is removed."""
