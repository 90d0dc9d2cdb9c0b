"""Where a fault is mended: the page of the editor, and the field there, for each place that the checks name."""

from __future__ import annotations

from typing import Any, Protocol

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from processes.domain.standard import Standard
from processes.domain.variants.places import ELEMENTS, EXCEPTIONS, TOTALS
from processes.forms import limits
from processes.models import Revision

#: Names of fields that are whole tables of rows.
_TABLES = frozenset({"posts", "outcomes", "branches", "fields", "rows", "responses", *limits.TABLES})


class Placed(Protocol):
    """A fault or a finding: something with the place where it is mended."""

    @property
    def place(self) -> str: ...

    @property
    def field(self) -> str: ...


def address_of_fault(revision: Revision, fault: Placed) -> str:
    """Return the address of the field in which *fault* is mended."""
    address = address_of(revision, fault.place)
    if not fault.field:
        return address
    return f"{address}#table-{fault.field}" if fault.field in _TABLES else f"{address}#id_{fault.field}"


def address_of(revision: Revision, place: str) -> str:
    """Return the address of the editor's page for *place*, as ``step:s3`` or ``totals``."""
    words = [revision.process.code, revision.number]
    kind, _colon, key = place.partition(":")
    if revision.is_variant:
        # What is inherited and cannot vary is mended in the standard: the variant's page says which that is.
        varies = kind in (ELEMENTS, TOTALS, EXCEPTIONS) or (kind == "step" and key)
        return reverse("processes:variant-change", args=[*words, place]) if varies else revision.get_absolute_url()
    if kind == "step" and key:
        return reverse("processes:step-change", args=[*words, key])
    if kind == "form" and key:
        return reverse("processes:form-change", args=[*words, key])
    if kind == "steps":
        return f"{reverse('processes:revision-detail', args=words)}#steps"
    return reverse("processes:part-change", args=[*words, kind])


_PAGES: dict[str, Any] = {
    "elements": _("Purpose, scope, rules, inputs and outputs"),
    "responsibilities": _("Responsibilities"),
    "totals": _("Time standards"),
    "thresholds": _("Who is told when"),
    "clockwork": _("Clocks, holds and dissatisfaction"),
    "exceptions": _("Exceptions"),
    "pain-points": _("Pain points"),
    "glossary": _("Glossary"),
    "references": _("Referenced rules"),
    "steps": _("Steps"),
    "variant": _("Variant"),
}


def name_of(standard: Standard, place: str) -> Any:
    """Name the place: the page of the editor, the step, the form."""
    kind, _colon, key = place.partition(":")
    if kind == "step" and (step := standard.step(key)):
        return f"{step.number} {step.title}"
    if kind == "form" and (form := standard.form(key)):
        return _("Form: %(form)s") % {"form": form.name}
    return _PAGES.get(kind, place)
