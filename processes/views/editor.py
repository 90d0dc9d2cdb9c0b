"""The editor of a draft: a page for each part, all saved by one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from processes.apps import WRITERS
from processes.domain.editing import change_draft
from processes.forms import editor
from processes.models import Branch, ExceptionRule, Form, Revision, Step
from processes.views.catalogue import GET_OR_POST
from processes.views.places import address_of
from processes.views.revisions import draft_or_404
from procstd.access import Request, allow

#: Makes the part of a page; *data* is what was posted, or None.
Maker = Callable[[Revision, Any], editor.Part]


def _save(revision: Revision, data: Any) -> editor.SaveForm:
    initial = {"seen": revision.edition, "reason": _("Drafting")}
    return editor.SaveForm(data, initial=initial)


def _rows(factory: Any, revision: Revision, data: Any, prefix: str, **facts: Any) -> Any:
    kwargs = {"revision": revision, **facts.pop("form_kwargs", {})}
    return factory(data, prefix=prefix, form_kwargs=kwargs, **facts)


def _elements(revision: Revision, data: Any) -> editor.Part:
    main = editor.ElementsForm(data, instance=revision, revision=revision)
    return editor.Part(_("Purpose, scope, rules, inputs and outputs"), _save(revision, data), main, [])


def _responsibilities(revision: Revision, data: Any) -> editor.Part:
    rows = _rows(editor.ResponsibilityRows, revision, data, "rows", instance=revision)
    advice = _("What each post or department answers for. Name them; “departments concerned” is nobody.")
    return editor.Part(_("Responsibilities"), _save(revision, data), None, [(_("Responsibilities"), advice, rows)])


def _totals(revision: Revision, data: Any) -> editor.Part:
    rows = _rows(editor.TotalRows, revision, data, "rows", instance=revision)
    advice = _("How long a whole case may take: one line for all cases, or a line for each value of a field.")
    return editor.Part(
        _("Time standards"), _save(revision, data), None, [(_("Limits of the whole case"), advice, rows)]
    )


def _exceptions(revision: Revision, data: Any) -> editor.Part:
    found = ExceptionRule.objects.filter(step__revision=revision).select_related("step", "escalate_to")
    rows = _rows(editor.ExceptionRows, revision, data, "rows", queryset=found)
    advice = _("What can go wrong at a step, how long one tries, and to whom it goes then.")
    return editor.Part(_("Exceptions"), _save(revision, data), None, [(_("Exceptions"), advice, rows)])


PARTS: dict[str, Maker] = {
    "elements": _elements,
    "responsibilities": _responsibilities,
    "totals": _totals,
    "exceptions": _exceptions,
}


def _step(step: Step) -> Maker:
    def make(revision: Revision, data: Any) -> editor.Part:
        main = editor.StepForm(data, instance=step, revision=revision)
        tables = [
            (
                _("Posts"),
                _("R does it, A answers for it (exactly one), C is asked, I is told."),
                _rows(editor.StepPostRows, revision, data, "posts", instance=step),
            ),
            (
                _("Outcomes"),
                _("How the step can end; each is a button of the task, and leads to a next step."),
                _rows(editor.OutcomeRows, revision, data, "outcomes", instance=step),
            ),
        ]
        if step.pk:
            found = Branch.objects.filter(outcome__step=step)
            branches = _rows(editor.BranchRows, revision, data, "branches", queryset=found, form_kwargs={"step": step})
            advice = _("An outcome can lead elsewhere when an earlier answer has a certain value.")
            tables.append((_("Branches"), advice, branches))
        title = str(step) if step.pk else _("New step")
        return editor.Part(title, _save(revision, data), main, tables)

    return make


def _form(form: Form) -> Maker:
    def make(revision: Revision, data: Any) -> editor.Part:
        main = editor.FormForm(data, instance=form, revision=revision)
        advice = _("The help of a field says what must be written: when, where, what was seen, what it affects.")
        fields = _rows(editor.FieldRows, revision, data, "fields", instance=form)
        title = str(form) if form.pk else _("New form")
        return editor.Part(title, _save(revision, data), main, [(_("Fields"), advice, fields)])

    return make


def _edit(request: Request, revision: Revision, make: Maker, remove: str = "") -> HttpResponse:
    part = make(revision, request.POST if request.method == "POST" else None)
    if request.method == "POST" and part.is_valid():
        saved, deleted = part.changes()
        if part.save.carry_out(change_draft, revision, by=request.user, saved=saved, deleted=deleted):
            messages.success(request, _("Saved: %(what)s.") % {"what": part.title})
            if "more" in request.POST:
                return redirect(_after(request, revision, part))
            return redirect(revision)
    context = {"part": part, "revision": revision, "process": revision.process, "remove": remove}
    return render(request, "processes/part_change.html", context)


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
def part_change(request: Request, code: str, number: str, part: str) -> HttpResponse:
    """Change one of the elements that are not steps or forms."""
    revision = draft_or_404(request, code, number)
    if part not in PARTS:
        raise Http404
    return _edit(request, revision, PARTS[part])


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def step_add(request: Request, code: str, number: str) -> HttpResponse:
    """Add a step."""
    revision = draft_or_404(request, code, number)
    last = revision.steps.order_by("-number").first()
    return _edit(request, revision, _step(Step(revision=revision, number=(last.number if last else 0) + 1)))


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def step_change(request: Request, code: str, number: str, key: str) -> HttpResponse:
    """Change a step, its posts, its outcomes and their branches."""
    revision = draft_or_404(request, code, number)
    step = get_object_or_404(revision.steps, key=key)
    return _edit(request, revision, _step(step), remove=_delete_address("processes:step-delete", revision, key))


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def form_add(request: Request, code: str, number: str) -> HttpResponse:
    """Add a form."""
    revision = draft_or_404(request, code, number)
    return _edit(request, revision, _form(Form(revision=revision)))


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def form_change(request: Request, code: str, number: str, key: str) -> HttpResponse:
    """Change a form and its fields."""
    revision = draft_or_404(request, code, number)
    form = get_object_or_404(revision.forms, key=key)
    return _edit(request, revision, _form(form), remove=_delete_address("processes:form-delete", revision, key))


def _delete(request: Request, revision: Revision, row: Any, title: str, advice: str, back: str) -> HttpResponse:
    form = _save(revision, request.POST if request.method == "POST" else None)
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
def step_delete(request: Request, code: str, number: str, key: str) -> HttpResponse:
    """Delete a step to which nothing leads any more."""
    revision = draft_or_404(request, code, number)
    step = get_object_or_404(revision.steps, key=key)
    title = _("Delete step %(step)s") % {"step": step}
    advice = _("Its posts, outcomes and exceptions go with it. Outcomes of other steps must no longer lead to it.")
    return _delete(request, revision, step, title, advice, address_of(revision, f"step:{key}"))


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def form_delete(request: Request, code: str, number: str, key: str) -> HttpResponse:
    """Delete a form that no step uses any more."""
    revision = draft_or_404(request, code, number)
    form = get_object_or_404(revision.forms, key=key)
    title = _("Delete the form “%(form)s”") % {"form": form}
    advice = _("Its fields go with it. Steps must no longer use it.")
    return _delete(request, revision, form, title, advice, address_of(revision, f"form:{key}"))
