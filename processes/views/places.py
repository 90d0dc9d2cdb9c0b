"""Where a fault is mended: the page of the editor, and the field there, for each place that the checks name."""

from __future__ import annotations

from django.urls import reverse

from processes.domain.faults import Fault
from processes.models import Revision

#: Names of fields that are whole tables of rows.
_TABLES = frozenset({"posts", "outcomes", "branches", "fields", "rows"})


def address_of_fault(revision: Revision, fault: Fault) -> str:
    """Return the address of the field in which *fault* is mended."""
    address = address_of(revision, fault.place)
    if not fault.field:
        return address
    return f"{address}#table-{fault.field}" if fault.field in _TABLES else f"{address}#id_{fault.field}"


def address_of(revision: Revision, place: str) -> str:
    """Return the address of the editor's page for *place*, as ``step:s3`` or ``totals``."""
    words = [revision.process.code, revision.number]
    kind, _colon, key = place.partition(":")
    if kind == "step" and key:
        return reverse("processes:step-change", args=[*words, key])
    if kind == "form" and key:
        return reverse("processes:form-change", args=[*words, key])
    if kind == "steps":
        return f"{reverse('processes:revision-detail', args=words)}#steps"
    return reverse("processes:part-change", args=[*words, kind])
