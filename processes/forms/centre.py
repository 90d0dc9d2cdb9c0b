"""What is asked of the process centre."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.models import Category, Question
from processes.queries.search import SECTIONS
from procstd.acts import ActForm, ReasonMixin, SeenMixin

SECTION_LABELS = {
    "standards": _("Standards"),
    "steps": _("Steps"),
    "forms": _("Forms"),
    "questions": _("Questions"),
}


class SearchForm(forms.Form):
    """The search: what is typed, and what narrows it."""

    q = forms.CharField(label=_("Search"), max_length=200, required=False, strip=True)
    category = forms.ChoiceField(label=_("Category"), required=False)
    department = forms.ChoiceField(label=_("In force in"), required=False)
    post = forms.ChoiceField(label=_("Post with a part in it"), required=False)
    section = forms.ChoiceField(required=False, choices=[("", ""), *SECTION_LABELS.items()], widget=forms.HiddenInput)

    def __init__(self, *args: Any, departments: Any, posts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anything = [("", _("all"))]
        self.fields["category"].choices = [*anything, *Category.choices]  # type: ignore[attr-defined]
        self.fields["department"].choices = [*anything, *((row.code, str(row)) for row in departments)]  # type: ignore[attr-defined]
        self.fields["post"].choices = [*anything, *((row.code, str(row)) for row in posts)]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, str]:
        """What can be used of what was asked: a choice that is none narrows nothing."""
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


assert set(SECTION_LABELS) == set(SECTIONS)  # noqa: S101  (a section without a name cannot be shown)


class QuestionForm(SeenMixin, ReasonMixin, ActForm):
    """A question and its answer, in both languages."""

    question_zh = forms.CharField(label=_("Question in Chinese"), max_length=300, required=False)
    answer_zh = forms.CharField(
        label=_("Answer in Chinese"), max_length=10_000, required=False, widget=forms.Textarea({"rows": 4})
    )
    question_en = forms.CharField(label=_("Question in English"), max_length=300, required=False)
    answer_en = forms.CharField(
        label=_("Answer in English"), max_length=10_000, required=False, widget=forms.Textarea({"rows": 4})
    )
    field_order = ["question_zh", "answer_zh", "question_en", "answer_en", "reason", "seen"]

    @classmethod
    def initial_of(cls, question: Question) -> dict[str, str]:
        names = ("question_zh", "answer_zh", "question_en", "answer_en")
        return {name: getattr(question, name) for name in names}


class QuestionAddForm(QuestionForm):
    seen = None  # type: ignore[assignment]


class QuestionDeleteForm(ReasonMixin, ActForm):
    """Why a question goes."""
