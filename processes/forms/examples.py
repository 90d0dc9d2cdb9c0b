"""A limit worked out while it is typed: a sentence or two beside the unit, on page load and at every change (F13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from processes.domain.standard import UNITS, Limit
from processes.domain.worked import Example, examples_of
from processes.models import Revision
from procstd.calendars.domain.current import Current, calendar_for
from procstd.calendars.models import CalendarVersion
from procstd.errors import DomainError

#: More digits than this are no amount that any calendar could take.
_DIGITS = 9


class Examples:
    """Works limits out by the calendar of a draft's department. Two statements, however many limits."""

    def __init__(self, revision: Revision, *, at: datetime) -> None:
        self.revision, self.at = revision, at

    @cached_property
    def calendar(self) -> Current:
        return calendar_for(self.revision.department_pk)

    @cached_property
    def calendar_name(self) -> str:
        return CalendarVersion.objects.select_related("calendar").get(pk=self.calendar.version_id).calendar.name

    @property
    def address(self) -> str:
        return reverse("processes:limit-example", args=[self.revision.process.code, self.revision.number])

    def of(self, amount: Any, unit: Any) -> dict[str, Any]:
        """Return what processes/limit_example.html shows for what was typed; nothing that is typed is an error."""
        text = "" if amount is None else str(amount).strip()
        if not text:
            return {"advice": _("Write an amount to see when it would be due.")}
        if not (text.isascii() and text.isdecimal()):
            return {"refusal": _("An amount is a whole number from 0 on.")}
        if unit not in UNITS:
            return {"refusal": _("Choose a unit to see when it would be due.")}
        limit = Limit(int(text[:_DIGITS]) if len(text) <= _DIGITS else 10**_DIGITS, unit)
        try:
            examples = examples_of(limit, self.calendar, at=self.at)
        except DomainError as refusal:
            return {"refusal": str(refusal)}
        return {
            "examples": [(_sentence(example), example.is_provisional) for example in examples],
            "is_provisional": any(example.is_provisional for example in examples),
            "known_until": self.calendar.known_until,
            "calendar": self.calendar_name,
            "zone": self.calendar.time.zone.key,
        }


def _sentence(example: Example) -> str:
    form = pgettext("a moment with its weekday, as Django's date filter writes it", "D j M Y, H:i")
    words = {"start": date_format(example.start, form), "due": date_format(example.due, form)}
    if example.is_now:
        return _("Started now (%(start)s): due %(due)s.") % words
    return _("Started on %(start)s: due %(due)s.") % words


class UnitSelect(forms.Select):
    """The unit of a limit, and below it the limit worked out."""

    template_name = "processes/unit_select.html"
    #: Returns what the example shows for the present words of the form; set by :class:`processes.forms.parts.PartForm`.
    example: Callable[[], dict[str, Any]] = staticmethod(dict)
    address = amount_name = amount_id = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return {
            **context,
            **self.example(),
            "address": self.address,
            "amount_name": self.amount_name,
            "amount_id": self.amount_id,
        }
