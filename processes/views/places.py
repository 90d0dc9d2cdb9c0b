"""Where a fault is mended: the page of the editor for each place that the checks name."""

from __future__ import annotations

from django.urls import reverse

from processes.models import Revision


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
