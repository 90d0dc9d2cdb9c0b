"""Forms of a pilot: plan, departments, criteria, begin, decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.queries.indicators import INDICATORS
from pilots.models import DIMENSIONS, Candidate, Pilot, Way
from processes.domain.standard import Standard
from processes.models import Process, Revision
from processes.models.revision import State as RevisionState
from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.organisation.forms.directory import DayInput, DepartmentChoice, PersonChoice
from procstd.organisation.models import Department
from procstd.roles import Role
from projects.models import Project
from surveys.models import Baseline

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


class CriterionForm(ActForm):
    """An indicator, what it should reach, and the smallest change that matters."""

    indicator = forms.ChoiceField(label=_("What is measured"), widget=forms.RadioSelect)
    step = forms.ChoiceField(label=_("Step"), required=False, help_text=_("Only for figures of a step."))
    threshold = forms.DecimalField(
        label=_("To be reached"), max_digits=9, decimal_places=2, min_value=0,
        help_text=_("Working hours, or per cent, as the figure is counted."),
    )  # fmt: skip
    minimum_effect = forms.DecimalField(
        label=_("Smallest change that matters"), max_digits=9, decimal_places=2,
        help_text=_("Hours, or points of 100. Less than this is “no difference”, even where it is measured."),
    )  # fmt: skip
    baseline = forms.ModelChoiceField(
        Baseline.objects.none(), label=_("Compare with a figure of the survey"), required=False,
        help_text=_("Only where no case of before is known: one figure says little about chance."),
    )  # fmt: skip
    point = forms.DecimalField(
        label=_("What that figure is in this unit"), max_digits=9, decimal_places=2, min_value=0, required=False
    )

    def __init__(self, *args: Any, pilot: Pilot, standard: Standard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["indicator"].choices = [
            (
                code,
                _("%(title)s (%(unit)s): %(meaning)s") % {"title": row.title, "unit": row.unit, "meaning": row.meaning},
            )
            for code, row in INDICATORS.items()
        ]  # fmt: skip
        fields["step"].choices = [
            ("", _("The whole case")), *((step.key, f"{step.number} {step.title}") for step in standard.steps)
        ]  # fmt: skip
        fields["baseline"].queryset = Baseline.objects.filter(
            survey__process=pilot.process_id, freeze__isnull=False
        ).select_related("survey")
        fields["baseline"].label_from_instance = lambda row: f"{row.survey.number} {row.name}: {row.value:f} {row.unit}"


class BeginForm(ActForm):
    """Why it begins although not everybody is ready."""

    reason = forms.CharField(
        label=_("Why it begins all the same"), max_length=500, required=False, widget=forms.Textarea(attrs=_AREA)
    )


class DecideForm(ActForm):
    """Go, extend, stop."""

    way = forms.ChoiceField(
        label=_("Decision of the leader"), widget=forms.RadioSelect,
        choices=[
            (Way.GO, _("Go: it is rolled out; until then it stays in force in the pilot departments")),
            (Way.EXTEND, _("Extend: too little is known, the pilot goes on")),
            (Way.STOP, _("Stop: its release ends, open cases are worked to their end by it")),
        ],
    )  # fmt: skip
    until = forms.DateField(
        label=pgettext_lazy("of an extension", "Until"), widget=DayInput(), required=False,
        help_text=_("Only where it is extended: the first day that no longer counts."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands in the report, beside the figures, for ever."),
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "seen": self.cleaned_data["seen"] or None}


class LeaderForm(ReasonMixin, ActForm):
    """Who decides."""

    leader = PersonChoice(label=_("Pilot leader"), help_text=_("Holds a post of a project lead."))
    field_order = ["leader", "reason"]


class RemoveForm(ReasonMixin, ActForm):
    """Only a reason."""
