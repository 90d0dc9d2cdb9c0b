"""Check what people answer against a form of the standard: the one home of what a field takes (F17, A5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.standard import Condition, Field, Form
from procstd.errors import DomainError

Answers = dict[str, Any]
TEXT_MOST, LONG_TEXT_MOST = 500, 10_000
#: Kinds whose answer is the key of a stored file.
FILES = frozenset({"file", "photo"})


class AnswersRefused(DomainError):
    """Some answers cannot be taken; ``errors`` says which and why, by field."""

    def __init__(self, errors: dict[str, Any]) -> None:
        super().__init__(_("Some answers are missing or cannot be right; see the fields."))
        self.errors = errors


def settle(form: Form, answers: Mapping[str, Any]) -> Answers:
    """Return the answers to keep: of visible fields, each of its field's kind. Raises AnswersRefused.

    Fields that a rule hides are dropped, whatever was sent. A field that the form does not have
    is refused: nothing but the form's own fields ever reaches a case.
    """
    known = {field.key for field in form.fields}
    errors: dict[str, Any] = {key: _("This form has no such field.") for key in answers if key not in known}
    kept: Answers = {}
    for field in form.fields:
        if not is_visible(field, form, kept):
            continue
        value = answers.get(field.key)
        if value is None or value == "" or value == []:
            if field.is_required:
                errors[field.key] = _("Please answer this.")
            continue
        try:
            kept[field.key] = _READERS[field.kind](field, value)
        except DomainError as refusal:
            errors[field.key] = refusal.message
    if errors:
        raise AnswersRefused(errors)
    return kept


def is_visible(field: Field, form: Form, answers: Mapping[str, Any]) -> bool:
    """Tell whether the answers so far show *field*."""
    if field.visible_if is None:
        return True
    other, value = field.visible_if
    return Condition(f"{form.key}.{other}", value).holds({form.key: answers})


def _text(most: int) -> Callable[[Field, Any], str]:
    def read(field: Field, value: Any) -> str:
        if not isinstance(value, str) or "\x00" in value:
            raise DomainError(_("This must be text."))
        value = value.strip()
        if len(value) > most:
            raise DomainError(
                _("At most %(most)d characters; these are %(count)d.") % {"most": most, "count": len(value)}
            )
        if not value and field.is_required:
            raise DomainError(_("Please answer this."))
        return value

    return read


def _decimal(places: int) -> Callable[[Field, Any], str]:
    def read(field: Field, value: Any) -> str:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise DomainError(_("This must be a number.")) from None
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or -exponent > places or number.adjusted() > 14:
            raise DomainError(_("A number with at most 15 digits and %(places)d decimal places.") % {"places": places})
        return f"{number:f}"

    return read


def _amount(field: Field, value: Any) -> str:
    text = _decimal(2)(field, value)
    if Decimal(text) < 0:
        raise DomainError(_("An amount cannot be negative."))
    return text


def _date(field: Field, value: Any) -> str:
    try:
        return value.isoformat() if isinstance(value, date) else date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise DomainError(_("This must be a date, as 2026-03-31.")) from None


def _choice(field: Field, value: Any) -> str:
    if not isinstance(value, str) or value not in dict(field.options):
        raise DomainError(_("Choose one of the options."))
    return value


def _choices(field: Field, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise DomainError(_("Choose one of the options."))
    return [_choice(field, one) for one in dict.fromkeys(map(str, value))]


def _code(field: Field, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 64:
        raise DomainError(_("Choose one of the options."))
    return value


def _rating(field: Field, value: Any) -> int:
    if isinstance(value, bool) or str(value) not in ("1", "2", "3", "4", "5"):
        raise DomainError(_("Choose from 1 to 5."))
    return int(value)


def _yes_no(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise DomainError(_("Choose yes or no."))
    return value


def _file(field: Field, value: Any) -> Any:
    # An upload that the act keeps, or the key of a file that it kept earlier.
    if isinstance(value, str) and len(value) > 64:
        raise DomainError(_("Choose one of the options."))
    return value


_READERS: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text(TEXT_MOST),
    "long_text": _text(LONG_TEXT_MOST),
    "number": _decimal(6),
    "money": _amount,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "person": _code,
    "department": _code,
    "file": _file,
    "photo": _file,
    "rating": _rating,
    "yes_no": _yes_no,
}
