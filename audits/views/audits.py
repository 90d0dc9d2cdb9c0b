"""Audits: the list, one audit with its sample, opening, freezing, drawing, extending, concluding, verifying."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.apps import AUDITORS, OVERSEERS, READERS
from audits.documents import audit_workbook
from audits.domain.concluding import conclude_audit
from audits.domain.drawing import extend_sample, population_of
from audits.domain.findings import confirmed_of
from audits.domain.opening import open_audit
from audits.domain.scoring import rule_for
from audits.domain.script import draw_script
from audits.forms.audits import AuditForm, ConcludeForm, DrawForm, ExtendForm
from audits.models import Audit, Item
from audits.queries.months import month_at, month_before
from audits.queries.population import parts_of
from audits.queries.reading import groups_of, items_shown, standard_for, standings
from audits.queries.results import result_of, strata_seen
from audits.queries.strata import StratumNames
from audits.queries.words import step_words
from audits.views.panel import checks_waiting
from audits.views.shared import GET_OR_POST, XLSX, audit_or_404, file_answer, form_page
from cases.models import Case
from procstd.access import Request, allow
from procstd.act_pages import press
from procstd.jobs.domain.running import start_once
from procstd.look.paging import page_of
from procstd.organisation.models import User
from procstd.roles import Role


def _home_crumb() -> tuple[str, Any]:
    return reverse("audits:home"), _("Audits")


def _crumbs(audit: Audit) -> list[tuple[str, Any]]:
    return [_home_crumb(), (audit.get_absolute_url(), audit.number)]


@require_safe
@allow(*READERS)
def home(request: Request) -> HttpResponse:
    """The audits, the latest month first, with how far they are and what came out."""
    rows = Audit.objects.visible_to(request.user).select_related("process", "population", "conclusion")
    page = page_of(request, rows)
    context = {
        "page": page,
        "standings": standings(list(page)),
        "may_audit": Role.AUDITOR in request.user.roles,
        "mine": checks_waiting(request.user),
    }
    return render(request, "audits/home.html", context)


@require_http_methods(GET_OR_POST)
@allow(*AUDITORS)
def audit_add(request: Request) -> HttpResponse:
    """Open the audit of a month."""
    now = timezone.now()
    last = Audit.objects.order_by("-pk").first()
    kept = {name: getattr(last, name) for name in ("percent", "floor", "rounding", "minimum")} if last else {}
    form = AuditForm(request.POST or None, initial={"month": month_before(month_at(now)).first, **kept})
    return form_page(
        request, form, partial(open_audit, by=request.user, at=now), title=_("Open an audit"),
        done=_("The audit is open."), to=lambda audit: audit, back=reverse("audits:home"), save=_("Open the audit"),
        crumbs=[_home_crumb()],
        advice=_(
            "The settings are fixed from here on. A secret number is drawn now and its SHA-256 published, "
            "before anybody knows which cases there are to draw from."
        ),
    )  # fmt: skip


@require_safe
@allow(*READERS)
def audit_detail(request: Request, number: str) -> HttpResponse:
    """One audit: what it is drawn from, the sample, what came out."""
    audit = audit_or_404(request, number)
    items = Item.objects.visible_to(request.user).filter(audit=audit)
    shown = request.GET.get("show", "")
    rows = items_shown(items)
    if shown == "mine":
        rows = rows.filter(checker_id=request.user.pk)
    elif shown == "open":
        rows = rows.filter(check_done=None, replacement=None)
    page = page_of(request, rows)
    standard = standard_for(audit.process)
    is_auditor, sees_all = Role.AUDITOR in request.user.roles, _oversees(request.user)
    confirmed = confirmed_of(audit).filter(item__in=items).select_related("item").order_by("pk")
    (standing,) = standings([audit])
    strata = strata_seen(audit, request.user) if hasattr(audit, "population") else []
    names = StratumNames({row[0] for row in strata} | {row.stratum for row in page}, standard)
    for row in page:
        row.stratum_name = names(row.stratum)
    commitments = list(audit.commitments.select_related("draw", "by").order_by("round"))
    context: dict[str, Any] = {
        "audit": audit, "standing": standing, "page": page, "shown": shown, "is_auditor": is_auditor,
        "sees_all": sees_all, "people": User.objects.in_bulk({row.checker_id for row in page if row.checker_id}),
        "strata": [(code, names(code), count, size) for code, count, size in strata],
        "result": result_of(audit, rule_for(audit.month_from), standing=standing, user=request.user),
        "commitments": commitments, "may_draw": any(not hasattr(row, "draw") for row in commitments),
        "groups": groups_of(audit, confirmed, lambda key: step_words(key, standard)),
        "visible": set(Case.objects.visible_to(request.user).filter(pk__in=[row.case_id for row in page])
                       .values_list("pk", flat=True)),
    }  # fmt: skip
    return render(request, "audits/audit_detail.html", context)


def _oversees(user: User) -> bool:
    return user.is_staff or bool(user.roles & {Role.AUDITOR, Role.PROJECT_LEAD, Role.PROCESS_SPECIALIST})


@require_POST
@allow(*AUDITORS)
def freeze(request: Request, number: str) -> HttpResponse:
    """Have the population frozen; a job reads it."""
    audit = audit_or_404(request, number)
    return redirect(start_once("audit-freeze", owner=request.user, at=timezone.now(), audit=audit.number))


@require_http_methods(GET_OR_POST)
@allow(*AUDITORS)
def draw(request: Request, number: str) -> HttpResponse:
    """Have the next round drawn, and say who checks it."""
    audit = audit_or_404(request, number)
    now = timezone.now()
    form = DrawForm(request.POST or None, at=now)

    def begin(*, auditors: Any) -> Any:
        population_of(audit)
        keys = [person.pk for person in auditors]
        return start_once("audit-draw", owner=request.user, at=now, audit=audit.number, auditors=keys)

    return form_page(
        request, form, begin, title=_("Draw the sample"), done=_("The sample is being drawn."), to=lambda job: job,
        back=audit.get_absolute_url(), save=_("Draw"), crumbs=_crumbs(audit),
        advice=_("The secret number becomes known now. Whoever has the list and the number draws the same sample."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*AUDITORS)
def extend(request: Request, number: str) -> HttpResponse:
    """Commit to a further round."""
    audit = audit_or_404(request, number)
    form = ExtendForm(request.POST or None)
    return form_page(
        request, form, partial(extend_sample, audit, by=request.user, at=timezone.now()), title=_("Extend the sample"),
        done=_("A further round is committed to. Draw it next."), to=audit, back=audit.get_absolute_url(),
        crumbs=_crumbs(audit),
        advice=_(
            "A new secret number is drawn and its SHA-256 published. An extension that was decided after results "
            "were known makes the bound less certain; the report says so."
        ),
    )  # fmt: skip


@require_POST
@allow(*OVERSEERS)
def verify(request: Request, number: str) -> HttpResponse:
    """Have list, cases and draw verified; a job does it."""
    audit = audit_or_404(request, number)
    return redirect(start_once("audit-verify", owner=request.user, at=timezone.now(), audit=audit.number))


@require_http_methods(GET_OR_POST)
@allow(*AUDITORS)
def conclude(request: Request, number: str) -> HttpResponse:
    """Count the result, for ever."""
    audit = audit_or_404(request, number)
    return form_page(
        request, ConcludeForm(request.POST or None),
        partial(conclude_audit, audit, by=request.user, at=timezone.now()), title=_("Conclude the audit"),
        done=_("The audit is concluded."), to=audit, back=audit.get_absolute_url(), save=_("Conclude"),
        crumbs=_crumbs(audit),
        advice=_("Rate, bounds and points are counted once and stay. Departments are told of their points."),
    )  # fmt: skip


@require_safe
@allow(*OVERSEERS)
def population_csv(request: Request, number: str) -> Any:
    """The frozen list, byte for byte: what the script reads."""
    audit = audit_or_404(request, number)
    response = StreamingHttpResponse(parts_of(audit), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{audit.number}-population.csv"'
    return response


@require_safe
@allow(*OVERSEERS)
def script(request: Request, number: str) -> HttpResponse:
    """The script that draws the sample once more."""
    audit = audit_or_404(request, number)
    if not hasattr(audit, "population"):
        return press(request, partial(population_of, audit), done="", to=audit)
    return file_answer(draw_script(audit).encode(), f"{audit.number}-draw.py", "text/x-python; charset=utf-8")


@require_safe
@allow(*READERS)
def audit_excel(request: Request, number: str) -> HttpResponse:
    """Sample, departures and findings as a workbook, within what the reader sees."""
    audit = audit_or_404(request, number)
    return file_answer(audit_workbook(audit, request.user), f"{audit.number}.xlsx", XLSX)
