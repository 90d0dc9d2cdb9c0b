"""What a choice offers, and what a condition may ask a field for, as text that people write and read."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from processes.domain.standard import CHOOSING
from processes.models import Field

_OPTION = re.compile(r"^\s*(?P<key>[^\s=]+)\s*=\s*(?P<zh>[^/]+?)\s*/\s*(?P<en>.+?)\s*$")
_KEY = re.compile(r"[a-zA-Z0-9_-]{1,32}")
MOST_OPTIONS = 60


def written_options(options: list[dict[str, str]]) -> str:
    """Return *options* a line each: ``urgent = 紧急 / Urgent``."""
    return "\n".join(f"{row['key']} = {row['zh']} / {row['en']}" for row in options)


def read_options(text: str) -> list[dict[str, str]]:
    """Return the options that *text* writes, a line each. Raises ValidationError at the first line that is none."""
    options: list[dict[str, str]] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        found = _OPTION.match(line)
        if found is None or not _KEY.fullmatch(found["key"]):
            raise ValidationError(
                _("“%(line)s” is no option. Write a line each, as: urgent = 紧急 / Urgent") % {"line": line[:60]}
            )
        if any(row["key"] == found["key"] for row in options):
            raise ValidationError(_("The key “%(key)s” stands here twice.") % {"key": found["key"]})
        options.append({"key": found["key"], "zh": found["zh"], "en": found["en"]})
    if len(options) > MOST_OPTIONS:
        raise ValidationError(_("At most %(most)d options.") % {"most": MOST_OPTIONS})
    return options


def values_with_words(field: Field) -> list[tuple[str, str]]:
    """Return the values that a condition may ask *field* for, with words for people."""
    if field.kind in CHOOSING:
        return [(row["key"], f"{row['zh']} / {row['en']}") for row in field.options]
    return [("yes", str(_("yes"))), ("no", str(_("no")))] if field.kind == "yes_no" else []


def visible_choices(siblings: list[Field], field: Field) -> list[tuple[str, str]]:
    """Return what *field* can depend on among its *siblings*, as ``grade=urgent`` and in words."""
    return [
        (f"{other.key}={key}", f"{other.label} = {words}")
        for other in siblings
        if other.key != field.key
        for key, words in values_with_words(other)
    ]


def is_key(text: Any) -> bool:
    """Tell whether *text* can be the key of a field."""
    return bool(_KEY.fullmatch(text))
