"""The check of one case: its checklist, flags, own departures, files, the end; who checks it, what replaces it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits.apps import AUDITORS, READERS
from audits.domain.assigning import assign_check
from audits.domain.checking import add_evidence, checker_of, finish_check, judge_flag, note_deviation
from audits.domain.drawing import replace_item
from audits.domain.findings import raise_finding
from audits.forms.audits import (
    AssignForm,
    DeviationForm,
    EvidenceForm,
    FinishForm,
    JudgeForm,
    RaiseForm,
    ReplaceForm,
)
from audits.models import Deviation, Item
from audits.queries.checklist import Flag, checklist_of
from audits.queries.reading import standard_for
from audits.queries.strata import StratumNames
from audits.queries.words import departure_words, people_in, step_words
from audits.views.shared import GET_OR_POST, audit_or_404, form_page, item_or_404
from cases.models import Case
from procstd.access import Request, allow
from procstd.files.models import StoredFile
from procstd.organisation.models import Department, User
from procstd.roles import Role


def _crumbs(item: Item, *, whole: bool = True) -> list[tuple[str, Any]]:
    found = [(reverse("audits:home"), _("Audits")), (item.audit.get_absolute_url(), item.audit.number)]
    return [*found, (item.get_absolute_url(), item.number)] if whole else found


@require_safe
@allow(*READERS)
def item_detail(request: Request, number: str, position: int) -> HttpResponse:
    """One case of the sample with its checklist."""
    item = item_or_404(request, number, position)
    return _page(request, item, FinishForm())


def _page(request: Request, item: Item, form: FinishForm) -> HttpResponse:
    checker = User.objects.filter(pk=checker_of(item)).first()
    is_over = hasattr(item, "replacement") or hasattr(item, "check_done")
    files = StoredFile.objects.filter(content_type=ContentType.objects.get_for_model(Item), object_id=item.pk)
    checklist = checklist_of(item)
    context = {
        "item": item, "audit": item.audit, "checklist": checklist, "checker": checker, "form": form,
        "stratum": StratumNames([item.stratum], checklist.standard)(item.stratum),
        "is_over": is_over, "files": files.select_related("owner").order_by("pk"),
        "may_check": not is_over and checker == request.user,
        "may_assign": not is_over and Role.AUDITOR in request.user.roles,
        "sees_case": Case.objects.visible_to(request.user).filter(pk=item.case_id).exists(),
        "crumbs": _crumbs(item, whole=False),
    }  # fmt: skip
    return render(request, "audits/item_detail.html", context)


@require_http_methods(["POST"])
@allow(*AUDITORS)
def item_finish(request: Request, number: str, position: int) -> HttpResponse:
    """End the check of a case."""
    item = item_or_404(request, number, position)
    form = FinishForm(request.POST)
    if form.carry_out(finish_check, item, by=request.user, at=timezone.now()):
        return redirect(f"{item.audit.get_absolute_url()}?show=mine")
    return _page(request, item, form)


@require_http_methods(GET_OR_POST)
@allow(*AUDITORS)
def flag_judge(request: Request, number: str, position: int, pk: int) -> HttpResponse:
    """Confirm or reject what the software said."""
    item = item_or_404(request, number, position)
    row = get_object_or_404(Deviation.objects.select_related("item__audit"), pk=pk, item=item)
    standard = standard_for(item.audit.process)
    words = Flag(row, departure_words(row, standard, people_in([row]))).words
    return form_page(
        request, JudgeForm(request.POST or None), partial(judge_flag, row, by=request.user, at=timezone.now()),
        title=f"{row.get_kind_display()} · {step_words(row.step, standard)}", done=_("Your word is kept."), to=item,
        back=item.get_absolute_url(), advice=words, crumbs=_crumbs(item),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*AUDITORS)
def deviation_add(request: Request, number: str, position: int) -> HttpResponse:
    """Write down what the auditor found himself."""
    item = item_or_404(request, number, position)
    standard = checklist_of(item).standard
    steps = [(step.key, step_words(step.key, standard)) for step in standard.steps] if standard else []
    form = DeviationForm(request.POST or None, steps=steps, initial={"step": request.GET.get("step", "")})
    return form_page(
        request, form, partial(note_deviation, item, by=request.user, at=timezone.now()),
        title=_("A departure that you found"), done=_("It is written down."), to=item, back=item.get_absolute_url(),
        crumbs=_crumbs(item), advice=_("It counts against the case. Name no customer: heads of departments read it."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*AUDITORS)
def evidence_add(request: Request, number: str, position: int) -> HttpResponse:
    """Keep a file with the check."""
    item = item_or_404(request, number, position)
    return form_page(
        request, EvidenceForm(request.POST or None, request.FILES or None),
        partial(add_evidence, item, by=request.user, at=timezone.now()), title=_("Add evidence"),
        done=_("The file is kept."), to=item, back=item.get_absolute_url(), multipart=True, crumbs=_crumbs(item),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*AUDITORS)
def item_assign(request: Request, number: str, position: int) -> HttpResponse:
    """Give the check to another auditor."""
    item, now = item_or_404(request, number, position), timezone.now()
    return form_page(
        request, AssignForm(request.POST or None, at=now), partial(assign_check, item, by=request.user, at=now),
        title=_("Who checks %(case)s") % {"case": item.number}, done=_("The check is given."), to=item,
        back=item.get_absolute_url(), crumbs=_crumbs(item),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*AUDITORS)
def item_replace(request: Request, number: str, position: int) -> HttpResponse:
    """Take a case out of the sample, with a reason."""
    item, now = item_or_404(request, number, position), timezone.now()
    form = ReplaceForm(request.POST or None, at=now, initial={"auditors": [checker_of(item)]})
    return form_page(
        request, form, partial(replace_item, item, by=request.user, at=now),
        title=_("Replace %(case)s") % {"case": item.number},
        done=_("It stays listed as replaced; the next case of its stratum takes its place, if there is one."),
        to=item.audit, back=item.get_absolute_url(), crumbs=_crumbs(item), save=_("Replace"),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*AUDITORS)
def finding_add(request: Request, number: str) -> HttpResponse:
    """Raise a finding of confirmed departures of one kind, at one step, in one department."""
    audit = audit_or_404(request, number)
    code, kind, step = (request.GET.get(name, "") for name in ("department", "kind", "step"))
    department = get_object_or_404(Department.objects.without_tree_fields(), code=code)
    standard = standard_for(audit.process)
    title = f"{Deviation(kind=kind).get_kind_display()} · {step_words(step, standard)} · {department}"
    act = partial(raise_finding, audit, department=department.pk, kind=kind, step=step, by=request.user)
    return form_page(
        request, RaiseForm(request.POST or None), partial(act, at=timezone.now()),
        title=_("Raise a finding"), done=_("The finding is raised; the department is told."), to=lambda found: found,
        back=audit.get_absolute_url(), advice=title, action=request.get_full_path(),
        crumbs=[(reverse("audits:home"), _("Audits")), (audit.get_absolute_url(), audit.number)],
    )  # fmt: skip
