"""Fields of the editor: options a line each, and conditions as one choice."""

from __future__ import annotations

from typing import Any

from django import forms

from processes.domain.options import read_options, values_with_words, written_options
from processes.models import Field, Revision


class OptionsField(forms.CharField):
    """The options of a choice, a line each: ``urgent = 紧急 / Urgent``."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return written_options(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return read_options(str(value or ""))

    def validate(self, value: Any) -> None:
        """Whether a field needs options depends on its kind: the check before the release says so."""

    def run_validators(self, value: Any) -> None:
        """Nothing beyond what reading the lines has checked."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or [])
        except forms.ValidationError:
            return True


def condition_choices(revision: Revision) -> list[tuple[str, str]]:
    """Return every condition that the forms of *revision* allow, as ``grading.grade=urgent`` and in words."""
    fields = Field.objects.filter(form__revision=revision).select_related("form").order_by("form_id", "order", "pk")
    return [
        (f"{field.form.key}.{field.key}={key}", f"{field.form.name}: {field.label} = {words}")
        for field in fields
        for key, words in values_with_words(field)
    ]
