"""Forms of the quiz: its rule, its bank."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm, ReasonMixin
from rollouts.models import BankQuestion


class RuleForm(ReasonMixin, ActForm):
    """How the quiz is passed."""

    questions = forms.IntegerField(label=_("Questions"), min_value=1, max_value=40)
    pass_percent = forms.IntegerField(label=_("Passed with, percent"), min_value=1, max_value=100)
    attempts = forms.IntegerField(label=_("Attempts"), min_value=1, max_value=20)
    field_order = ["questions", "pass_percent", "attempts", "reason"]


class WrongField(forms.CharField):
    """Wrong answers, a line each: 中文 / English."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), max_length=2000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{row['zh']} / {row['en']}" for row in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        rows = []
        for line in super().clean(value).splitlines():
            if not line.strip():
                continue
            first, slash, second = line.partition(" / ")
            if not slash or not first.strip() or not second.strip():
                raise forms.ValidationError(_("Write each line in both languages, as: 两小时 / two hours"))
            rows.append({"zh": first.strip()[:200], "en": second.strip()[:200]})
        return rows


class QuestionForm(ReasonMixin, ActForm):
    """A question of the bank."""

    text_zh = forms.CharField(label=_("Question in Chinese"), max_length=300)
    text_en = forms.CharField(label=_("Question in English"), max_length=300)
    right_zh = forms.CharField(label=_("Right answer in Chinese"), max_length=200)
    right_en = forms.CharField(label=_("Right answer in English"), max_length=200)
    wrong = WrongField(label=_("Wrong answers"), help_text=_("A line each, as: 两小时 / two hours"))
    clause = forms.RegexField(
        r"^step:s[0-9]{1,6}$", label=_("Step that answers it"), required=False,
        help_text=_("The step that answers it, as “step:s4”; empty: none."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    field_order = ["text_zh", "text_en", "right_zh", "right_en", "wrong", "clause", "is_active", "reason"]

    @staticmethod
    def of(question: BankQuestion) -> dict[str, Any]:
        """Return what stands there now."""
        names = ("text_zh", "text_en", "right_zh", "right_en", "wrong", "clause", "is_active")
        return {name: getattr(question, name) for name in names}
