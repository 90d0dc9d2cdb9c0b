"""The editor of a draft: a page for each part, all saved by one act."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from processes.apps import WRITERS
from processes.domain.editing import change_draft
from processes.forms import editor
from processes.forms.examples import Examples
from processes.forms.parts import Choices
from processes.models import Form, Revision, Step
from processes.views.catalogue import GET_OR_POST
from processes.views.parts import PARTS, Maker, form_part, save_form, step_part
from processes.views.places import address_of
from processes.views.revisions import draft_or_404
from processes.views.rows import of_rows
from procstd.access import Request, allow
from procstd.acts import fragment


def _edit(request: Request, revision: Revision, make: Maker, place: str = "", remove: str = "") -> HttpResponse:
    part = make(Choices(revision, at=timezone.now()), request.POST if request.method == "POST" else None)
    if request.method == "POST" and part.is_valid():
        saved, deleted = part.changes()
        if part.save.carry_out(change_draft, revision, by=request.user, saved=saved, deleted=deleted):
            if request.htmx:
                return _saved_in_place(request, part, make)
            messages.success(request, _("Saved: %(what)s.") % {"what": part.title})
            if "more" in request.POST:
                return redirect(_after(request, revision, part))
            return redirect(revision)
    context = {"part": part, "revision": revision, "process": revision.process, "place": place}
    context["remove"] = remove
    return render(request, fragment(request, "processes/part_change.html", "part"), context)


def _saved_in_place(request: Request, part: editor.Part, make: Maker) -> HttpResponse:
    """Show a part anew where it stands in the editor's page, and tell the page that it was saved."""
    revision = part.save.result
    fresh = make(Choices(revision, at=timezone.now()), None)
    context = {"part": fresh, "revision": revision, "process": revision.process, "saved": True}
    answer = render(request, "processes/part_change.html#part", context)
    answer["HX-Trigger"] = "part-saved"
    return answer


def _delete_address(name: str, revision: Revision, key: str) -> str:
    return reverse(name, args=[revision.process.code, revision.number, key])


def _after(request: Request, revision: Revision, part: editor.Part) -> str:
    """Return where writing goes on: the same part, which has an address of its own only once it is saved."""
    row = part.main.instance if part.main else None
    if isinstance(row, Step):
        return address_of(revision, f"step:{row.key}")
    return address_of(revision, f"form:{row.key}") if isinstance(row, Form) else request.path


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def part_change(request: Request, code: str, number: str, part: str) -> HttpResponse:
    """Change one of the elements that are not steps or forms."""
    revision = draft_or_404(request, code, number)
    if part not in PARTS:
        raise Http404
    return _edit(request, revision, PARTS[part], part)


@require_safe
@allow(*WRITERS)
def limit_example(request: Request, code: str, number: str) -> HttpResponse:
    """A limit worked out while it is typed; ``of`` and ``in`` name its inputs where they have other names."""
    revision = draft_or_404(request, code, number)
    amount, unit = (request.GET.get(request.GET.get(key, name)) for key, name in (("of", "amount"), ("in", "unit")))
    example = Examples(revision, at=timezone.now()).of(amount, unit)
    return render(request, "processes/limit_example.html", example)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def step_add(request: Request, code: str, number: str) -> HttpResponse:
    """Add a step."""
    revision = draft_or_404(request, code, number)
    last = revision.steps.order_by("-number").first()
    return _edit(request, revision, step_part(Step(revision=revision, number=(last.number if last else 0) + 1)))


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def step_change(request: Request, code: str, number: str, key: str) -> HttpResponse:
    """Change a step, its posts, its outcomes and their branches."""
    revision = draft_or_404(request, code, number)
    step = get_object_or_404(revision.steps, key=key)
    remove = _delete_address("processes:step-delete", revision, key)
    return _edit(request, revision, step_part(step), f"step:{key}", remove)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def form_add(request: Request, code: str, number: str) -> HttpResponse:
    """Add a form."""
    revision = draft_or_404(request, code, number)
    return _edit(request, revision, form_part(Form(revision=revision)))


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def form_change(request: Request, code: str, number: str, key: str) -> HttpResponse:
    """Change a form and its fields."""
    revision = draft_or_404(request, code, number)
    form = get_object_or_404(revision.forms, key=key)
    remove = _delete_address("processes:form-delete", revision, key)
    return _edit(request, revision, form_part(form), f"form:{key}", remove)


def _delete(request: Request, revision: Revision, row: Any, title: str, advice: str, back: str) -> HttpResponse:
    form = save_form(revision, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.carry_out(change_draft, revision, by=request.user, deleted=[row]):
        messages.success(request, _("Deleted: %(what)s.") % {"what": row})
        return redirect(revision)
    context = {
        "form": form, "title": title, "process": revision.process, "revision": revision, "advice": advice,
        "back": back, "save": _("Delete"),
    }  # fmt: skip
    return render(request, "processes/form_page.html", context)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def step_delete(request: Request, code: str, number: str, key: str) -> HttpResponse:
    """Delete a step to which nothing leads any more."""
    revision = draft_or_404(request, code, number)
    step = get_object_or_404(revision.steps, key=key)
    title = _("Delete step %(step)s") % {"step": step}
    advice = _("Its posts, outcomes and exceptions go with it. Outcomes of other steps must no longer lead to it.")
    return _delete(request, revision, step, title, advice, address_of(revision, f"step:{key}"))


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
@of_rows
def form_delete(request: Request, code: str, number: str, key: str) -> HttpResponse:
    """Delete a form that no step uses any more."""
    revision = draft_or_404(request, code, number)
    form = get_object_or_404(revision.forms, key=key)
    title = _("Delete the form “%(form)s”") % {"form": form}
    advice = _("Its fields go with it. Steps must no longer use it.")
    return _delete(request, revision, form, title, advice, address_of(revision, f"form:{key}"))
