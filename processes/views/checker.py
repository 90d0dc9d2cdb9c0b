"""The checker of a draft: everything it finds, by place; a finding is mended where it stands, or suppressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from processes.apps import READERS, WRITERS
from processes.domain.checker.findings import Finding
from processes.domain.checker.suppressing import findings_in, lift, suppress
from processes.domain.reading import standard_of_revision
from processes.domain.standard import Standard
from processes.forms.checker import SuppressForm
from processes.models import Revision
from processes.views.places import address_of_fault, name_of
from processes.views.revisions import draft_or_404
from procstd.access import Request, allow, may_call
from procstd.errors import DomainError

KINDS = {
    "completeness": gettext_lazy("Completeness"),
    "wording": gettext_lazy("Wording"),
    "limit": gettext_lazy("Limits in words"),
    "translation": gettext_lazy("Two languages"),
    "structure": gettext_lazy("Structure"),
    "feasibility": gettext_lazy("Feasibility"),
    "purpose": gettext_lazy("Purpose"),
}
#: More than this on one page is no help; the rest comes once these are mended.
_MOST = 300


@dataclass(frozen=True)
class Group:
    """The findings of one place."""

    place: str
    name: str
    findings: list[tuple[Finding, str]]


@require_safe
@allow(*READERS)
def checker(request: Request, code: str, number: str) -> HttpResponse:
    """What the checker finds: of a whole draft, of one kind, or (``panel``) of one place while it is written."""
    return _shown(request, draft_or_404(request, code, number))


@require_POST
@allow(*WRITERS)
def finding_suppress(request: Request, code: str, number: str) -> HttpResponse:
    """Suppress a finding with a reason."""
    revision = draft_or_404(request, code, number)
    form = SuppressForm(request.POST)
    if form.carry_out(suppress, revision, by=request.user, at=timezone.now()):
        return _back(request, revision, _("The finding is suppressed."))
    return _shown(request, revision, form)


@require_POST
@allow(*WRITERS)
def finding_lift(request: Request, code: str, number: str, pk: int) -> HttpResponse:
    """Let a suppressed finding speak again."""
    revision = draft_or_404(request, code, number)
    try:
        lift(revision, pk, by=request.user, reason=_("No longer suppressed"))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return _back(request, revision, _("The finding is shown again."))


def _back(request: Request, revision: Revision, said: str) -> HttpResponse:
    if request.htmx:
        return _shown(request, revision)
    messages.success(request, said)
    return redirect(reverse("processes:checker", args=[revision.process.code, revision.number]))


def _shown(request: Request, revision: Revision, form: SuppressForm | None = None) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    is_panel = bool(request.htmx) or "panel" in asked
    standard, _definition = standard_of_revision(revision)
    found = findings_in(revision, standard, at=timezone.now())
    place, kind = asked.get("place", ""), asked.get("kind", "")
    if place:
        found = [row for row in found if row.place == place]
    shown = [row for row in found if row.kind == kind] if kind in KINDS else found
    open_ones = [row for row in found if not row.suppression]
    groups = _groups(revision, standard, shown[:_MOST])
    context = {
        "revision": revision,
        "process": revision.process,
        "groups": groups,
        "left_out": max(len(shown) - _MOST, 0),
        "blocking": sum(row.is_blocking for row in open_ones),
        "advice": sum(not row.is_blocking for row in open_ones),
        "suppressed": len(found) - len(open_ones),
        "kinds": [(key, name, sum(row.kind == key for row in found)) for key, name in KINDS.items()],
        "kind": kind if kind in KINDS else "",
        "all_kinds": len(found),
        "place": place,
        "is_panel": is_panel,
        "form": form,
        "form_key": form.data.get("key") if form else "",
        "is_lost": bool(form) and not any(row.key == form.data.get("key") for row in shown) if form else False,
        "may_write": may_call(request.user, frozenset(WRITERS)),
    }
    template = "processes/checker.html#panel" if is_panel else "processes/checker.html"
    return render(request, template, context)


def _groups(revision: Revision, standard: Standard, findings: list[Finding]) -> list[Group]:
    by_place: dict[str, list[Any]] = {}
    for finding in findings:
        by_place.setdefault(finding.place, []).append((finding, address_of_fault(revision, finding)))
    return [Group(place, str(name_of(standard, place)), rows) for place, rows in by_place.items()]
