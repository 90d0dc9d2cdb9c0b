"""Forms of what is watched: meetings, actions, spot checks, issues."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilots.models import IssueKind, Seen
from processes.domain.standard import Standard
from procstd.acts import ActForm, SeenMixin
from procstd.errors import DomainError
from procstd.organisation.forms.directory import DayInput, PersonChoice
from procstd.organisation.models import Department


class MinutesForm(ActForm):
    """Minutes in the writer's own words."""

    held_on = forms.DateField(label=_("Day"), widget=DayInput())
    people = forms.CharField(label=_("Who was there"), max_length=400)
    text = forms.CharField(
        label=_("Minutes of the meeting"), max_length=8000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Progress, figures, what went wrong. What was agreed follows as actions."),
    )  # fmt: skip


class ActionForm(ActForm):
    """Who does what until when."""

    what = forms.CharField(label=_("What"), max_length=300)
    owner = PersonChoice(label=_("Owner"))
    due_on = forms.DateField(label=_("Due"), widget=DayInput())


class CheckForm(ActForm):
    """Where, and which step."""

    department = forms.ModelChoiceField(Department.objects.none(), label=_("Department"), widget=forms.RadioSelect)
    step = forms.ChoiceField(label=_("Step"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, departments: Any, standard: Standard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["department"].queryset = departments
        fields["department"].empty_label = None
        fields["step"].choices = [(step.key, f"{step.number} {step.title}") for step in standard.steps]


class TickForm(ActForm):
    """What was seen of one rule."""

    seen = forms.ChoiceField(label=_("Seen"), choices=Seen.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    photo = forms.FileField(
        label=_("Photo"), required=False, help_text=_("Place and camera are taken out of it. No people, please."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )  # fmt: skip

    def show(self, refusal: DomainError) -> None:
        """A photo that is none is said beside the photo."""
        if refusal.field == "file":
            self.add_error("photo", refusal.message)
        else:
            super().show(refusal)


class IssueForm(ActForm):
    """What is wrong, of which kind, where."""

    kind = forms.ChoiceField(label=_("Kind"), choices=IssueKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What is wrong"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example “urgent is not clear, some cases were graded wrongly”. No names of customers."),
    )  # fmt: skip
    step = forms.ChoiceField(label=_("Step"), required=False)
    field = forms.ChoiceField(label=_("Field"), required=False)

    def __init__(self, *args: Any, standard: Standard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["step"].choices = [
            ("", _("The whole process")), *((step.key, f"{step.number} {step.title}") for step in standard.steps)
        ]  # fmt: skip
        fields["field"].choices = [
            ("", _("None")),
            *((f"{form.key}.{row.key}", f"{form.name}: {row.label}") for form in standard.forms for row in form.fields),
        ]


class ProposalForm(SeenMixin, ActForm):
    """What is proposed, in both languages, and what it should bring."""

    proposal_zh = forms.CharField(
        label=_("Proposal in Chinese"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    proposal_en = forms.CharField(
        label=_("Proposal in English"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    effect = forms.CharField(label=_("Expected effect"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
