"""One value of one column: as it stands in the file, and back, checked as strictly as any form would."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.transfer.declared import Carried


def written(value: Any) -> Any:
    """Return a value as JSON holds it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    return value


def read(part: Carried, field: Any, value: Any) -> Any:
    """Return the value that stands in the file. Raises ValueError with a sentence when it is none."""
    if value is None and field.null:
        return None
    if not isinstance(value, _type_of(field)) or (
        isinstance(value, bool) and not isinstance(field, models.BooleanField)
    ):
        raise ValueError(_("It is of another type."))
    if isinstance(field, models.JSONField):
        if not part.shapes[field.name](value):
            raise ValueError(_("It is of another type."))
        return value
    if field.name in part.shapes and not part.shapes[field.name](_parsed(field, value)):
        raise ValueError(_("It is of another type."))
    if isinstance(value, str) and field.max_length and len(value) > field.max_length:
        raise ValueError(filled(_("It is longer than %(most)d characters."), most=field.max_length))
    if value == "" and _may_be_empty(field):
        return value
    try:
        found = field.clean(value, None)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from error
    if isinstance(found, datetime) and found.tzinfo is None:
        raise ValueError(_("It is no moment with its time zone."))
    return found


def _may_be_empty(field: Any) -> bool:
    """Tell whether a text may say nothing. Codes and keys may not: they stand in addresses."""
    if not isinstance(field, models.CharField | models.TextField) or field.choices:
        return False
    # Acts decide which other texts may be empty; what is kept may be older than they are.
    is_bound = field.unique or any(not isinstance(rule, MaxLengthValidator) for rule in field.validators)
    return field.blank or not is_bound


def _parsed(field: Any, value: str) -> Any:
    """Return what a text says that is JSON itself, as what was signed is; any other as it is."""
    if not isinstance(field, models.TextField):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise ValueError(_("It is of another type.")) from None


def _type_of(field: Any) -> Any:
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.IntegerField):
        return int
    if isinstance(field, models.JSONField):
        return object
    return str
