"""Forms of trainings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procstd.acts import ActForm, ReasonMixin
from procstd.organisation.forms.directory import PersonChoice
from procstd.organisation.models import User
from rollouts.forms.fields import DefinitionChoice, DepartmentsField, MomentField, PostsField
from rollouts.models import Tier, Training


class _FactsForm(ActForm):
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    starts_at = MomentField(label=_("Begins"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=600, initial=60)
    place = forms.CharField(
        label=pgettext_lazy("of a training", "Place"),
        max_length=200,
        help_text=_("A room, or the address of a meeting online."),
    )
    trainer = PersonChoice(label=_("Trainer"))


class TrainingForm(_FactsForm):
    """Plans a training."""

    definition = DefinitionChoice(label=_("Standard"))
    tier = forms.ChoiceField(label=_("Tier"), choices=Tier, initial=Tier.EXECUTION)
    departments = DepartmentsField(
        label=_("Departments"), required=False, help_text=_("Whom the standard concerns there is invited; none: all.")
    )
    posts = PostsField(label=_("Only these posts"), required=False)
    field_order = [
        "definition", "tier", "title_zh", "title_en", "starts_at", "minutes", "place", "trainer", "departments",
        "posts",
    ]  # fmt: skip


class TrainingChangeForm(ReasonMixin, _FactsForm):
    """Changes time, place, trainer."""

    field_order = ["title_zh", "title_en", "starts_at", "minutes", "place", "trainer", "reason"]

    @staticmethod
    def of(training: Training) -> dict[str, Any]:
        """Return what stands there now."""
        return {
            name: getattr(training, name)
            for name in ("title_zh", "title_en", "starts_at", "minutes", "place", "trainer")
        }


class CancelForm(ReasonMixin, ActForm):
    """Cancels a training."""


class InviteForm(ActForm):
    """Invites further people."""

    people = forms.ModelMultipleChoiceField(
        User.objects.active(), label=_("People"), widget=forms.SelectMultiple(attrs={"size": 10})
    )

    def facts(self) -> dict[str, Any]:
        return {"people": [person.pk for person in self.cleaned_data["people"]]}


class MaterialForm(ActForm):
    """Adds a file."""

    file = forms.FileField(
        label=_("File"), help_text=_("PDF, PowerPoint, Word, Excel or a picture. Everybody invited may read it.")
    )
