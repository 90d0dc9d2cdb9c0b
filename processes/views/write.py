"""The editor on one page: the elements, the steps as a grid, details beside it; scripts carry operations only."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from processes.apps import WRITERS
from processes.domain import cells
from processes.domain.definition import build
from processes.domain.editing import change_draft
from processes.domain.faulting import faults_in
from processes.domain.headings import COLUMN_HEADINGS
from processes.domain.operations import apply_operations
from processes.domain.options import visible_choices, written_options
from processes.domain.parsing import parse
from processes.domain.presence import be_present, others_present
from processes.domain.progress import progress, untranslated
from processes.domain.sheet import Sheet
from processes.forms.operations import name_in, read_batch, read_object
from processes.forms.parts import Choices
from processes.models import Kind, Revision, Unit
from processes.queries.changes import changes_of
from processes.views.catalogue import GET_OR_POST
from processes.views.parts import details_part
from processes.views.places import address_of_fault
from processes.views.revisions import draft_or_404
from processes.views.rows import of_rows
from processes.views.words import script_words
from procstd.access import Request, allow
from procstd.acts import fragment
from procstd.errors import DomainError
from procstd.organisation.models import Post

_PAIRS = ("purpose", "scope", "rules", "inputs", "outputs")
#: The elements that have pages of their own, which open in their place here.
_PARTS = (
    ("responsibilities", _("Responsibilities")),
    ("totals", _("Time standards")),
    ("thresholds", _("Who is told when")),
    ("clockwork", _("Clocks, holds and dissatisfaction")),
    ("exceptions", _("Exceptions")),
)
_STEP_PAIRS = ("operation", "example", "inputs", "outputs")


def _texts(row: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return texts in both languages, beside each other, as templates show them."""
    found = []
    for name in names:
        column = row._meta.get_field(f"{name}_zh")
        pair = {end: getattr(row, f"{name}_{end}") for end in ("zh", "en")}
        lacks = next((end for end, other in (("zh", "en"), ("en", "zh")) if pair[other] and not pair[end]), "")
        found.append({"name": name, **pair, "lacks": lacks, "most": column.max_length})
    return found


def editor_config(revision: Revision, sheet: Sheet | None) -> dict[str, Any]:
    """Return what the scripts of the page need: addresses, choices, words in the reader's language."""
    words = [revision.process.code, revision.number]
    facts: dict[str, Any] = {
        "draft": f"{revision.process.code}/{revision.number}",
        "edition": revision.edition,
        "operations": reverse("processes:draft-operations", args=words),
        "presence": reverse("processes:draft-presence", args=words),
        "words": script_words(),
    }
    if sheet:
        posts = [(post.code, str(post)) for post in Post.objects.filter(is_active=True)]
        facts |= {
            "step": reverse("processes:step-write", args=[*words, "KEY"]),
            "columns": [[column, str(label)] for column, label in COLUMN_HEADINGS.items()],
            "sheet": cells.grid(sheet),
            "choices": {
                "posts": posts,
                "form": [("", "–"), *((form.key, str(form)) for form in sheet.forms)],
                "limit_unit": [(unit.value, str(unit.label)) for unit in Unit],
            },
        }
    return facts


def _progress_of(revision: Revision) -> dict[str, Any]:
    definition = build(revision)
    elements = progress(faults_in(revision, parse(definition)))
    return {
        "elements": [
            (element, [(fault.message, address_of_fault(revision, fault)) for fault in element.faults])
            for element in elements
        ],
        "complete": sum(element.is_complete for element in elements),
        "untranslated": untranslated(definition),
        "revision": revision,
        "process": revision.process,
    }


@require_safe
@allow(*WRITERS)
@of_rows
def draft_write(request: Request, code: str, number: str) -> HttpResponse:
    """The editor's page."""
    revision = draft_or_404(request, code, number)
    sheet = Sheet(revision)
    get_token(request)  # the scripts send it along
    context = {
        **_progress_of(revision),
        "texts": _texts(revision, _PAIRS),
        "columns": list(COLUMN_HEADINGS.items()),
        "grid": cells.grid(sheet),
        "forms": [(form, len(sheet.fields[form.key])) for form in sheet.forms],
        "parts": _PARTS,
        "config": editor_config(revision, sheet),
    }
    return render(request, "processes/draft_write.html", context)


@require_safe
@allow(*WRITERS)
@of_rows
def draft_progress(request: Request, code: str, number: str) -> HttpResponse:
    """How far the draft is: the list beside the editor, fetched anew after each save."""
    revision = draft_or_404(request, code, number)
    return render(request, "processes/draft_progress.html", _progress_of(revision))


@require_safe
@allow(*WRITERS)
@of_rows
def draft_changes(request: Request, code: str, number: str) -> HttpResponse:
    """Every change of the draft: who, when, why, and the cells before and after."""
    revision = draft_or_404(request, code, number)
    context = {"changes": changes_of(revision), "revision": revision, "process": revision.process}
    return render(request, fragment(request, "processes/draft_changes.html", "changes"), context)


def _refusal(error: DomainError, status: int) -> JsonResponse:
    return JsonResponse({"message": str(error)}, status=status)


@require_POST
@allow(*WRITERS)
@of_rows
def draft_operations(request: Request, code: str, number: str) -> HttpResponse:
    """Apply what a window of the editor sends; tell what was refused, what others changed, what undoes it."""
    revision = draft_or_404(request, code, number)
    try:
        batch = read_batch(request.body)
    except DomainError as refusal:
        return _refusal(refusal, 400)
    now = timezone.now()
    try:
        done = apply_operations(
            revision, batch.operations, by=request.user, at=now,
            reason=batch.reason, window=batch.window, batch=batch.batch,
        )  # fmt: skip
    except DomainError as refusal:
        return _refusal(refusal, 409)
    saved = time_format(timezone.localtime(now), "H:i")
    return JsonResponse({**done.answer(), "saved": saved, "sheet": cells.grid(done.sheet)})


@require_POST
@allow(*WRITERS)
@of_rows
def draft_presence(request: Request, code: str, number: str) -> HttpResponse:
    """Say where a window is; tell who else is here, and what the draft says if it is not what the window shows."""
    revision = draft_or_404(request, code, number)
    try:
        data = read_object(request.body)
        window, cell = name_in(data, "window")[:32], name_in(data, "cell")
    except DomainError as refusal:
        return _refusal(refusal, 400)
    now = timezone.now()
    be_present(revision, request.user, window=window, cell=cell, at=now)
    people = others_present(revision, window=window, person=request.user, at=now)
    answer: dict[str, Any] = {"edition": revision.edition, "people": people}
    if data.get("edition") != revision.edition:
        answer["sheet"] = cells.grid(Sheet(revision))
    return JsonResponse(answer)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def step_write(request: Request, code: str, number: str, key: str) -> HttpResponse:
    """The details of a step beside the grid: its texts save themselves, the tables are saved in place."""
    revision = draft_or_404(request, code, number)
    step = get_object_or_404(revision.steps, key=key)
    make = partial(details_part(step), Choices(revision, at=timezone.now(), auto_id="details_%s"))
    part = make(request.POST if request.method == "POST" else None)
    saved = False
    if request.method == "POST" and part.is_valid():
        rows, deleted = part.changes()
        if part.save.carry_out(change_draft, revision, by=request.user, saved=rows, deleted=deleted):
            revision = part.save.result
            step = revision.steps.get(key=key)
            fresh = Choices(revision, at=timezone.now(), auto_id="details_%s")
            part, saved = details_part(step)(fresh, None), True
    context = {
        "part": part, "step": step, "revision": revision, "process": revision.process, "saved": saved,
        "texts": _texts(step, _STEP_PAIRS), "address": request.path, "target": "#details-form",
    }  # fmt: skip
    answer = render(request, fragment(request, "processes/step_write.html", "details"), context)
    if saved:
        answer["HX-Trigger"] = "part-saved"
    return answer


@require_safe
@allow(*WRITERS)
@of_rows
def form_build(request: Request, code: str, number: str, key: str) -> HttpResponse:
    """The form builder: fields by dragging or by keyboard, their properties beside, the form as it will look."""
    revision = draft_or_404(request, code, number)
    form = get_object_or_404(revision.forms, key=key)
    get_token(request)
    fields = list(form.fields.all())
    rows = [
        {
            "field": field,
            "name": f"form:{form.key}:{field.key}",
            "options": written_options(field.options),
            "visible": f"{field.visible_field}={field.visible_value}" if field.visible_field else "",
            "choices": visible_choices(fields, field),
        }
        for field in fields
    ]
    context = {
        "form": form, "rows": rows, "kinds": Kind.choices, "revision": revision, "process": revision.process,
        "config": {**editor_config(revision, None), "form": f"form:{form.key}", "build": request.path},
    }  # fmt: skip
    return render(request, fragment(request, "processes/form_build.html", "builder"), context)
