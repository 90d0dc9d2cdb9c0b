"""Forms of rollouts and their waves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm, ReasonMixin
from procstd.organisation.forms.directory import DayInput, PersonChoice
from rollouts.forms.fields import DefinitionChoice, DepartmentsField, PostsField
from rollouts.models import Need, NeedKind, Wave


class PlanForm(ActForm):
    """Plans a rollout from the template."""

    definition = DefinitionChoice(label=_("Standard"))
    begins_on = forms.DateField(label=_("First day of the first wave"), widget=DayInput())
    departments = DepartmentsField(
        label=_("Departments"), help_text=_("They come in the order of the flow: who hands over before who takes over.")
    )
    per_wave = forms.IntegerField(
        label=_("Departments in a wave"), min_value=1, max_value=50, initial=2,
        help_text=_("A wave a week; change each afterwards as you like."),
    )  # fmt: skip


class _WaveFacts(ActForm):
    week = forms.IntegerField(label=_("Week"), min_value=1, max_value=104)
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    departments = DepartmentsField(label=_("Departments"))
    posts = PostsField(
        label=_("Posts that matter most"), required=False,
        help_text=_("Whose training the wave waits for; none: everybody concerned. It is in force for all posts."),
    )  # fmt: skip


class WaveForm(_WaveFacts):
    """Adds a wave."""


class WaveChangeForm(ReasonMixin, _WaveFacts):
    """Changes a wave."""

    field_order = ["week", "starts_on", "departments", "posts", "reason"]

    @staticmethod
    def of(wave: Wave) -> dict[str, Any]:
        """Return what stands there now."""
        departments = wave.departments.without_tree_fields()  # type: ignore[attr-defined]
        return {"week": wave.week, "starts_on": wave.starts_on, "departments": departments, "posts": wave.posts.all()}


class ReasonForm(ReasonMixin, ActForm):
    """Only a reason."""


class NeedForm(ActForm):
    """Adds what a wave needs."""

    kind = forms.ChoiceField(label=_("Kind"), choices=NeedKind, initial=NeedKind.OTHER)
    what_zh = forms.CharField(label=_("What, in Chinese"), max_length=200, required=False)
    what_en = forms.CharField(label=_("What, in English"), max_length=200, required=False)
    owner = PersonChoice(label=_("Owner"))


class NeedChangeForm(ActForm):
    """Who sees to it, and whether it is there."""

    owner = PersonChoice(label=_("Owner"))
    is_there = forms.BooleanField(label=_("It is there"), required=False)

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, initial={"owner": need.owner_id, "is_there": need.is_there}, **kwargs)
        if need.checks_itself:
            self.fields["is_there"].disabled = True
            self.fields["is_there"].help_text = _("Checked by the software itself.")
