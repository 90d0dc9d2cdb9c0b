"""Fields of the editor: options a line each, and conditions as one choice."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.domain.standard import CHOOSING
from processes.models import Field, Revision

_OPTION = re.compile(r"^\s*(?P<key>[^\s=]+)\s*=\s*(?P<zh>[^/]+?)\s*/\s*(?P<en>.+?)\s*$")
_KEY = re.compile(r"[a-zA-Z0-9_-]{1,32}")
MOST_OPTIONS = 60


class OptionsField(forms.CharField):
    """The options of a choice, a line each: ``urgent = 紧急 / Urgent``."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{row['key']} = {row['zh']} / {row['en']}" for row in value)
        return value

    def to_python(self, value: Any) -> Any:
        options: list[dict[str, str]] = []
        for line in str(value or "").splitlines():
            if not line.strip():
                continue
            found = _OPTION.match(line)
            if found is None or not _KEY.fullmatch(found["key"]):
                raise forms.ValidationError(
                    _("“%(line)s” is no option. Write a line each, as: urgent = 紧急 / Urgent") % {"line": line[:60]}
                )
            if any(row["key"] == found["key"] for row in options):
                raise forms.ValidationError(_("The key “%(key)s” stands here twice.") % {"key": found["key"]})
            options.append({"key": found["key"], "zh": found["zh"], "en": found["en"]})
        if len(options) > MOST_OPTIONS:
            raise forms.ValidationError(_("At most %(most)d options.") % {"most": MOST_OPTIONS})
        return options

    def validate(self, value: Any) -> None:
        """Whether a field needs options depends on its kind: the check before the release says so."""

    def run_validators(self, value: Any) -> None:
        """Nothing beyond what reading the lines has checked."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or [])
        except forms.ValidationError:
            return True


def values_with_words(field: Field) -> list[tuple[str, str]]:
    """Return the values that a condition may ask *field* for, with words for people."""
    if field.kind in CHOOSING:
        return [(row["key"], f"{row['zh']} / {row['en']}") for row in field.options]
    return [("yes", str(_("yes"))), ("no", str(_("no")))] if field.kind == "yes_no" else []


def condition_choices(revision: Revision) -> list[tuple[str, str]]:
    """Return every condition that the forms of *revision* allow, as ``grading.grade=urgent`` and in words."""
    fields = Field.objects.filter(form__revision=revision).select_related("form").order_by("form_id", "order", "pk")
    return [
        (f"{field.form.key}.{field.key}={key}", f"{field.form.name}: {field.label} = {words}")
        for field in fields
        for key, words in values_with_words(field)
    ]
