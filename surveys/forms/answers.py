"""The form with which people answer: made from the questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm
from procstd.errors import DomainError
from surveys.domain.answering import TEXT_MOST, AnswersRefused, settle
from surveys.domain.codes import read_code
from surveys.models import Question, QuestionKind
from surveys.queries.results import option_words

PREFIX = "q"


class CodeForm(ActForm):
    """A code as it is typed from paper: in groups, in capitals, with letters that look like figures."""

    code = forms.CharField(
        label=_("Code on the paper"), max_length=120,
        help_text=_("As it stands on the paper. Spaces and capitals make no difference."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
        ),
    )  # fmt: skip

    def clean_code(self) -> str:
        return read_code(self.cleaned_data["code"])


class AnswerForm(ActForm):
    """Asks the questions of a questionnaire. A field that people do not see catches robots that fill in everything."""

    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def __init__(
        self, questions: Sequence[Question], data: Any = None, *, given: Mapping[str, Any] | None = None
    ) -> None:
        self.questions = list(questions)
        super().__init__(data, initial={f"{PREFIX}{key}": value for key, value in (given or {}).items()})
        for question in self.questions:
            self.fields[f"{PREFIX}{question.pk}"] = _field_for(question)

    @property
    def is_robot(self) -> bool:
        return bool(self.data.get("website"))

    def asked(self) -> list[Any]:
        """Return the questions' fields, in their order."""
        return [self[f"{PREFIX}{question.pk}"] for question in self.questions]

    def answers(self) -> dict[str, Any]:
        """Return what was given, by the question's key."""
        return {str(row.pk): self.cleaned_data.get(f"{PREFIX}{row.pk}") for row in self.questions}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            settle(self.questions, self.answers())
        except AnswersRefused as refusal:
            self.show(refusal)
        return cleaned

    def show(self, refusal: DomainError) -> None:
        if not isinstance(refusal, AnswersRefused):
            super().show(refusal)
            return
        for key, message in refusal.errors.items():
            name = f"{PREFIX}{key}"
            if name in self.fields and name not in self.errors:
                self.add_error(name, message)

    def facts(self) -> dict[str, Any]:
        return {"answers": self.answers()}


def _field_for(question: Question) -> forms.Field:
    # settle() says what lacks, in words of its own; the mark of what is required comes from here.
    label = str(question) if question.is_required else _("%(question)s (optional)") % {"question": question}
    facts: dict[str, Any] = {"label": label, "required": False}
    options = [(row["key"], option_words(row)) for row in question.options]
    match question.kind:
        case QuestionKind.SCALE:
            field: forms.Field = forms.ChoiceField(
                choices=[(str(one), str(one)) for one in range(1, 6)],
                widget=forms.RadioSelect,
                help_text=_("1: not at all, 5: fully"),
                **facts,
            )
        case QuestionKind.SINGLE:
            field = forms.ChoiceField(choices=options, widget=forms.RadioSelect, **facts)
        case QuestionKind.MULTIPLE:
            field = forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **facts)
        case QuestionKind.NUMBER:
            widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
            field = forms.DecimalField(max_digits=12, decimal_places=4, widget=widget, **facts)
        case _:
            field = forms.CharField(max_length=TEXT_MOST, widget=forms.Textarea(attrs={"rows": 3}), **facts)
    return field
