"""What is wrong with a condition of a standard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.standard import Condition, Standard


def condition_faults(standard: Standard, condition: Condition) -> Iterator[Any]:
    """Yield why *condition* can never hold: no form has its field, or the field never has its value."""
    field = standard.field(condition.field)
    if field is None:
        yield _("A condition names the field “%(field)s”, which no form has.") % {"field": condition.field}
    elif condition.value not in field.values:
        yield _("A condition asks for “%(value)s”, which the field “%(field)s” cannot have.") % {
            "value": condition.value,
            "field": condition.field,
        }
