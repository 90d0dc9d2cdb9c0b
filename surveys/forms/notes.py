"""Forms with which a surveyor notes interviews, papers, and the survey form of a department."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm
from procstd.errors import DomainError
from procstd.organisation.forms.directory import DayInput, DepartmentChoice
from procstd.organisation.models import Post
from surveys.domain.guiding import MOST_QUESTIONS, guide_seen, refuse_other_guide, words_taken_out
from surveys.models import Survey

_ANSWER_MOST = 4000
_ANSWER = re.compile(r"guide([0-9]{1,15})")


def _text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class StepsField(forms.CharField):
    """Steps a line each, with their minutes behind a bar: ``record the complaint | 20``."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> Any:
        steps: list[tuple[str, int | None]] = []
        for line in str(value or "").splitlines():
            what, _bar, minutes = (part.strip() for part in line.partition("|"))
            if not what:
                continue
            if (minutes and not minutes.isascii()) or (minutes and not minutes.isdigit()) or len(minutes) > 6:
                raise forms.ValidationError(
                    _("“%(line)s”: write whole minutes behind the bar, as: record | 20") % {"line": line[:60]}
                )
            steps.append((what[:200], int(minutes) if minutes else None))
        return steps


class InterviewForm(ActForm):
    """An interview: facts and notes, and an answer for each question of the guide.

    The guide can be changed while somebody writes: the form knows the one that was shown, and loses no answer.
    """

    who = forms.CharField(label=_("With whom"), max_length=120)
    post = forms.ModelChoiceField(Post.objects.filter(is_active=True), label=_("Post"), required=False)
    department = DepartmentChoice(label=_("Department"), required=False)
    held_on = forms.DateField(label=_("Day"), widget=DayInput())
    steps = StepsField(
        label=_("Steps as told"), required=False, help_text=_("A line each, with minutes: record the complaint | 20")
    )
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        widget=_text(6),
        help_text=_("What does not answer a question of the guide."),
    )

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.survey, self.guide = survey, list(survey.guide.all())
        self.fields["seen"].initial = guide_seen(self.guide)
        for number, question in enumerate(self.guide, 1):
            self.fields[f"guide{question.pk}"] = forms.CharField(
                label=f"{number}. {question}", max_length=_ANSWER_MOST, required=False, widget=_text(2)
            )

    def clean(self) -> dict[str, Any]:
        typed = {name: str(text).strip() for name, text in self.data.items() if _ANSWER.fullmatch(name)}
        if any(typed.values()):
            try:
                refuse_other_guide(self.guide, seen=self.cleaned_data.get("seen", ""))
            except DomainError as refusal:
                self._keep_typed(typed)
                self.show(refusal)
        return self.cleaned_data

    def _keep_typed(self, typed: dict[str, str]) -> None:
        """Move answers whose question is gone to the notes; the page that is shown now has the guide of now."""
        left = {int(name[5:]): text for name, text in typed.items() if text and name not in self.fields}
        left = dict(list(left.items())[:MOST_QUESTIONS])
        words = words_taken_out(self.survey, left) if left else {}
        texts = [f"{words.get(key, '')}\n{text[:_ANSWER_MOST]}".strip() for key, text in left.items()]
        shown: dict[str, Any] = {**dict(self.data.items()), "seen": guide_seen(self.guide)}
        shown["notes"] = "\n\n".join(filter(None, [shown.get("notes", "").strip(), *texts]))
        self.data = shown

    def facts_asked(self) -> list[Any]:
        """Return the fields of facts and notes."""
        return [self[name] for name in self.fields if name != "seen" and not name.startswith("guide")]

    def guide_asked(self) -> list[Any]:
        """Return the fields of the guide, in its order."""
        return [self[f"guide{question.pk}"] for question in self.guide]

    def facts(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("guide")}
        return {**given, "answers": {row.pk: self.cleaned_data[f"guide{row.pk}"] for row in self.guide}}


class PaperForm(ActForm):
    name = forms.CharField(label=_("Document"), max_length=200)
    says = forms.CharField(label=_("Paper says"), widget=_text())
    practice = forms.CharField(label=_("Practice does"), widget=_text())
    difference = forms.CharField(label=_("Difference"), required=False, widget=_text(2))
    file = forms.FileField(label=_("File"), required=False)


class DepartmentFormForm(ActForm):
    department = DepartmentChoice(label=_("Department"))
    current_owner = forms.CharField(label=_("Current owner"), max_length=120)
    departments_involved = forms.CharField(label=_("Departments involved"), max_length=300)
    steps = forms.CharField(
        label=_("Current steps in brief"),
        widget=_text(2),
        help_text=_("For example: receive → quality department → handle → follow-up call"),
    )
    working_days = forms.DecimalField(
        label=_("Average duration, working days"), min_value=0, max_digits=7, decimal_places=2
    )
    pains = forms.CharField(
        label=_("Main pain points"),
        widget=_text(),
        help_text=_("For example: quality takes 2 days to judge responsibility"),
    )
    wishes = forms.CharField(
        label=_("Desired improvements"), required=False, widget=_text(2), help_text=_("For example: judge within 1 day")
    )
    suggestions = forms.CharField(
        label=_("Other suggestions"),
        required=False,
        widget=_text(2),
        help_text=_("For example: an online complaint form"),
    )


class FormsSheetForm(ActForm):
    """A workbook of survey forms."""

    file = forms.FileField(label=_("Excel workbook"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}))
    valid_rows_only = forms.BooleanField(
        label=_("Import the valid rows"),
        required=False,
        help_text=_("Otherwise nothing is saved as long as one row has an error."),
    )
