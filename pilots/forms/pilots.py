"""Forms of a pilot: its plan, its departments, its leader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilots.models import DIMENSIONS, Candidate
from processes.models import Process, Revision
from processes.models.revision import State as RevisionState
from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.organisation.forms.directory import DayInput, DepartmentChoice, PersonChoice
from procstd.organisation.models import Department
from procstd.roles import Role
from projects.models import Project

_SCORES = [(5, "5"), (4, "4"), (3, "3"), (2, "2"), (1, "1")]
_AREA = {"rows": 2}


class ProcessChoice(forms.ModelChoiceField):
    """Processes that have a version to be tried."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Process.objects.filter(is_active=True), **kwargs)


class VersionChoice(forms.ModelChoiceField):
    """Versions that are signed or released, newest first, with their process."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Revision.objects.whole().filter(
            state__in=[RevisionState.SIGNED, RevisionState.RELEASED], process__is_active=True
        )
        super().__init__(rows.select_related("process").order_by("process__code", "-major", "-minor"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.process} {obj} ({obj.get_state_display()})"


class DepartmentsChoice(forms.ModelMultipleChoiceField):
    """Departments as boxes."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Department.objects.without_tree_fields().filter(is_active=True)
        super().__init__(rows, widget=forms.CheckboxSelectMultiple, required=False, **kwargs)


class PlanForm(ReasonMixin, ActForm):
    """What is tried, when, by how many cases, compared with what."""

    revision = VersionChoice(
        label=_("Version to be tried"), help_text=_("Signed, or released: a draft still changes under one's hands.")
    )
    project = forms.ModelChoiceField(
        Project.objects.none(),
        label=_("Project"),
        required=False,
        help_text=_("Its gate of the pilot phase counts it."),
    )
    leader = PersonChoice(
        label=_("Pilot leader"), help_text=_("Decides at the end: go, extend, or stop. Holds a post of a project lead.")
    )
    period_from = forms.DateField(label=_("Pilot from"), widget=DayInput())
    period_until = forms.DateField(
        label=_("Pilot until"), widget=DayInput(), help_text=_("The first day that no longer counts; 2 to 4 weeks.")
    )
    cases_least = forms.IntegerField(label=_("Cases, at least"), min_value=1, max_value=1000, initial=10)
    cases_most = forms.IntegerField(label=_("Cases, at most"), min_value=1, max_value=1000, initial=15)
    before_from = forms.DateField(
        label=_("Compared with cases from"), widget=DayInput(),
        help_text=_("Cases of the same departments, opened before the pilot."),
    )  # fmt: skip
    before_until = forms.DateField(
        label=_("Compared with cases until"), widget=DayInput(), help_text=_("The first day that no longer counts.")
    )
    controls = DepartmentsChoice(
        label=_("Control departments"),
        help_text=_("Go on as ever. What changes there too is no effect of the pilot. None: leave it empty."),
    )
    field_order = [
        "revision", "project", "leader", "period_from", "period_until", "cases_least", "cases_most", "before_from",
        "before_until", "controls", "reason",
    ]  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "project" in self.fields:
            projects: Any = self.fields["project"]
            projects.queryset = Project.objects.visible_to(user).running()
        leaders: Any = self.fields["leader"]
        leaders.queryset = leaders.queryset.filter(holdings__post__role=Role.PROJECT_LEAD).distinct()


class PlanChangeForm(SeenMixin, PlanForm):
    """Version and project stay."""

    revision = None  # type: ignore[assignment]
    project = None  # type: ignore[assignment]


def _why(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, widget=forms.Textarea(attrs=_AREA))


def _score(label: Any, help_text: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, help_text=help_text, coerce=int, choices=_SCORES, widget=forms.RadioSelect
    )


class CandidateForm(ActForm):
    """Three scores with their reasons."""

    department = DepartmentChoice(label=_("Department"))
    volume = _score(
        DIMENSIONS["volume"], _("5: enough cases in the weeks of the pilot, and not so many that it chokes.")
    )
    why_volume = _why(_("Why this volume"))
    willingness = _score(DIMENSIONS["willingness"], _("5: head and staff want it."))
    why_willingness = _why(_("Why this willingness"))
    representativeness = _score(DIMENSIONS["representativeness"], _("5: nearly every kind of case occurs there."))
    why_representativeness = _why(_("Why this representativeness"))
    typed_percent = forms.IntegerField(
        label=_("Scenarios covered, per cent"), required=False, min_value=0, max_value=100,
        help_text=_("Only where no case tells; else it is counted."),
    )  # fmt: skip

    def __init__(self, *args: Any, is_counted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_counted:
            del self.fields["typed_percent"]


class ChooseForm(forms.Form):
    """Departments with a box and a reason each."""

    def __init__(self, *args: Any, candidates: Iterable[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(candidates)
        for row in self.rows:
            self.fields[f"choose_{row.department_id}"] = forms.BooleanField(
                label=str(row.department), required=False, initial=row.is_chosen
            )
            self.fields[f"why_{row.department_id}"] = forms.CharField(
                label=_("Why %(department)s") % {"department": row.department}, max_length=500, required=False,
                initial=row.why_chosen, widget=forms.Textarea(attrs=_AREA),
            )  # fmt: skip

    @property
    def reasons(self) -> dict[int, str]:
        """What was chosen, with the reasons, by department."""
        data = self.cleaned_data
        return {
            row.department_id: data[f"why_{row.department_id}"]
            for row in self.rows
            if data[f"choose_{row.department_id}"]
        }


class LeaderForm(ReasonMixin, ActForm):
    """Who decides."""

    leader = PersonChoice(label=_("Pilot leader"), help_text=_("Holds a post of a project lead."))
    field_order = ["leader", "reason"]


class RemoveForm(ReasonMixin, ActForm):
    """Only a reason."""
