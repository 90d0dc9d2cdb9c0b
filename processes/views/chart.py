"""The flow chart of a standard: to look at, to take along, to replace by a drawing (F18)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from processes.apps import READERS, WRITERS
from processes.documents import chart_pdf
from processes.domain.chart.bpmn_file import as_text
from processes.domain.chart.bpmn_write import write_bpmn
from processes.domain.chart.png import png
from processes.domain.chart.svg import svg
from processes.domain.picture import LEVELS, MICRO, draw, laid_out, pages
from processes.domain.reading import standard_of_revision
from processes.domain.redrawing import Proposal, propose, redraw
from processes.domain.standard import Standard
from processes.forms.drawing import DrawingForm, FileForm
from processes.models import Revision
from processes.models.release import DefinitionBroken
from processes.views.catalogue import GET_OR_POST
from processes.views.manual import altered
from processes.views.places import address_of
from processes.views.revisions import draft_or_404, revision_or_404
from processes.views.rows import of_rows
from procstd.access import Request, allow, may_call
from procstd.documents import NotDrawable
from procstd.errors import DomainError

ZOOMS = ("fit", "50", "75", "100", "150")


@require_safe
@allow(*READERS)
def chart(request: Request, code: str, number: str) -> HttpResponse:
    """Both levels of the chart; one of them as a file (``as``), or as nothing but its SVG (``panel``)."""
    revision = revision_or_404(request, code, number)
    try:
        standard, definition = standard_of_revision(revision)
    except DefinitionBroken:
        return altered(request, revision)
    level = request.GET.get("level", MICRO)
    level = level if level in LEVELS else MICRO
    may_write = revision.is_draft and may_call(request.user, frozenset(WRITERS))
    links = _links(revision, standard, may_write=may_write)
    if request.GET.get("panel"):
        across = request.GET.get("way") == "across"
        return HttpResponse(draw(standard, level=level, vertical=not across, links=links))
    if wanted := request.GET.get("as"):
        return _file(request, revision, standard, wanted, level)
    zoom = request.GET.get("zoom", "100")
    context = {
        "revision": revision,
        "process": revision.process,
        "standard": standard,
        "definition": definition,
        "levels": [
            (name, title, advice, *(draw(standard, level=name, vertical=way, links=links) for way in (False, True)))
            for name, title, advice in _titles()
        ],
        "kinds": ["SVG", "PNG", "PDF"],
        "zoom": zoom if zoom in ZOOMS else "100",
        "zooms": [(name, _("Whole width") if name == "fit" else f"{name} %") for name in ZOOMS],
        "may_write": may_write and not revision.is_variant,
    }
    return render(request, "processes/chart.html", context)


def _titles() -> list[tuple[str, str, str]]:
    macro, micro = LEVELS
    return [
        (macro, _("Core nodes by department"), _("Key nodes, and what lies between them in one department.")),
        (micro, _("Every step by post"), _("Who does what by when, and what comes next.")),
    ]


def _links(revision: Revision, standard: Standard, *, may_write: bool) -> dict[str, str]:
    """Return where steps lead to: into the editor, or to their place in the manual."""
    if may_write:
        return {step.key: address_of(revision, f"step:{step.key}") for step in standard.steps}
    manual = reverse("processes:manual", args=[revision.process.code, revision.number])
    return {step.key: f"{manual}#step-{step.key}" for step in standard.steps}


def _file(request: Request, revision: Revision, standard: Standard, wanted: str, level: str) -> HttpResponse:
    """Return the chart as a file; what is no kind of file leads back to the page."""
    try:
        if wanted == "svg":
            content, kind = str(svg(laid_out(standard, level=level, vertical=False))).encode(), "image/svg+xml"
        elif wanted == "png":
            content, kind = png(laid_out(standard, level=level, vertical=False)), "image/png"
        elif wanted == "pdf":
            content, kind = chart_pdf(standard, pages(standard, level=level)), "application/pdf"
        elif wanted == "bpmn":
            content, kind = write_bpmn(standard), "application/xml"
        else:
            return redirect("processes:chart", revision.process.code, revision.number)
    except NotDrawable as refusal:
        messages.error(request, str(refusal))
        return redirect("processes:chart", revision.process.code, revision.number)
    response = HttpResponse(content, content_type=kind)
    named = "" if wanted == "bpmn" else f"-{level}"
    name = f"{revision.process.code}-V{revision.number}{named}-{get_language()}.{wanted}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def chart_import(request: Request, code: str, number: str) -> HttpResponse:
    """Look at a BPMN file, read what of it arrives and what does not, then let it replace the steps of the draft."""
    revision = draft_or_404(request, code, number)
    if request.method == "POST" and "drawing" in request.POST:
        form = DrawingForm(request.POST)
        if "look" not in request.POST and form.carry_out(redraw, revision, by=request.user):
            return _taken_over(request, revision)
        pool = request.POST.get("look") or request.POST.get("pool") or ""
        proposal = _proposal_of(revision, request.POST["drawing"], pool)
        if proposal is not None:
            if "look" in request.POST:
                form = _drawing_form(request.POST, pool)
            return _report(request, revision, form, proposal)
        return redirect("processes:chart-import", code, number)
    file = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and file.carry_out(propose, revision):
        initial = {
            "drawing": as_text(file.content),
            "pool": file.result.imported.pool.id,
            "seen": revision.edition,
            "reason": _("Drawing taken over: %(file)s") % {"file": file.cleaned_data["file"].name[:80]},
        }
        return _report(request, revision, DrawingForm(initial=initial), file.result)
    context = {"form": file, "revision": revision, "process": revision.process}
    return render(request, "processes/chart_import.html", context)


def _drawing_form(data: Any, pool: str) -> DrawingForm:
    return DrawingForm(initial={name: data.get(name, "") for name in ("drawing", "seen", "reason")} | {"pool": pool})


def _proposal_of(revision: Revision, drawing: str, pool: str) -> Proposal | None:
    """Return what a drawing that was shown before proposes; None where somebody altered it on the way."""
    try:
        return propose(revision, drawing.encode(), pool=pool)
    except DomainError:
        return None


def _report(request: Request, revision: Revision, form: DrawingForm, proposal: Proposal) -> HttpResponse:
    context = {"form": form, "proposal": proposal, "revision": revision, "process": revision.process}
    return render(request, "processes/chart_report.html", context)


def _taken_over(request: Request, revision: Revision) -> HttpResponse:
    messages.success(request, _("The steps are now those of the drawing."))
    return redirect(revision)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def chart_expert(request: Request, code: str, number: str) -> HttpResponse:
    """Draw the flow on the board of bpmn.io; saving takes the drawing over as an import would."""
    revision = draft_or_404(request, code, number)
    initial = {"seen": revision.edition, "reason": _("Drafting")}
    form = DrawingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(redraw, revision, by=request.user):
        return _taken_over(request, revision)
    context = {"form": form, "revision": revision, "process": revision.process}
    return render(request, "processes/chart_expert.html", context)
