"""Pages without log-in: a customer files a case and follows it by a secret link. Nothing else is reachable."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.domain.acting import standard_of
from cases.domain.clocks.showing import promised_clocks
from cases.domain.customer import secret_for
from cases.domain.following import add_information, case_by_link, rate
from cases.domain.opening import first_form, open_case, release_for
from cases.domain.satisfaction import answer, open_request, request_by_token
from cases.domain.versions import earlier_standards
from cases.forms.acts import AddInformationForm, RateForm
from cases.forms.opening import PublicForm
from cases.models import Case, Channel, Task
from cases.queries.reading import answers_of
from cases.views.broken import shows_broken_to_customers
from cases.views.cases import GET_OR_POST
from processes.models import Process
from processes.queries.releases import processes_in_force
from procstd.access import PUBLIC, Request, allow
from procstd.errors import DomainError
from procstd.headers import client_network
from procstd.logs import security_log
from procstd.ratelimits import RateLimit

FILINGS = RateLimit("public-filing", settings.PUBLIC_FILINGS_PER_HOUR, 3600)
ADDITIONS = RateLimit("public-addition", settings.PUBLIC_FILINGS_PER_HOUR, 3600)
#: Wrong links from one address. The right one still opens for everybody else.
WRONG_LINKS = RateLimit("public-wrong-link", 30, 600)


def _too_many(request: Request) -> HttpResponse:
    security_log.warning("public_rate_limited", view=request.resolver_match.view_name if request.resolver_match else "")
    response = render(request, "cases/public_too_many.html", status=429)
    response["Retry-After"] = "600"
    return response


@require_safe
@allow(PUBLIC)
def public_list(request: Request) -> HttpResponse:
    """What a customer can file here."""
    found = [(process, form) for process, form in _public_forms() if form]
    return render(request, "cases/public_list.html", {"found": found})


def _public_forms() -> list[tuple[Process, Any]]:
    now = timezone.now()
    forms = []
    for process in processes_in_force(now):
        try:
            standard = standard_of(release_for(process, department=process.department, at=now).definition)
        except DomainError:
            continue
        forms.append((process, standard.public_form))
    return forms


@require_http_methods(GET_OR_POST)
@allow(PUBLIC)
def public_open(request: Request, code: str) -> HttpResponse:
    """File a case without log-in; the answer is a number and a secret link."""
    process = get_object_or_404(Process.objects.filter(is_active=True).select_related("department"), code=code)
    now = timezone.now()
    try:
        standard = standard_of(release_for(process, department=process.department, at=now).definition)
    except DomainError:
        raise Http404 from None
    asked = first_form(standard, Channel.PUBLIC)
    if asked is None:
        raise Http404
    if request.method == "POST" and not FILINGS.hit(client_network(request)):
        return _too_many(request)
    form = PublicForm(asked, request.POST or None, request.FILES or None, request_key=secrets.token_hex(16))
    if request.method == "POST":
        if form.is_robot:
            security_log.warning("public_robot", process=process.pk)
            return redirect("cases:public-list")
        if form.carry_out(open_case, process, by=None, at=now, channel=Channel.PUBLIC, language=get_language() or ""):
            return redirect(f"{_link(form.result, secret_for(form.cleaned_data['request_key']))}?new=1")
    context = {"form": form, "process": process, "standard": standard}
    return render(request, "cases/public_open.html", context)


def _link(case: Case, secret: str) -> str:
    return reverse("cases:public-status", args=[case.number, secret])


@sensitive_variables("secret")
def _case_or_refusal(request: Request, number: str, secret: str) -> Case | HttpResponse:
    """Return the case of a secret link, or the page that refuses: the same whether the number exists or not."""
    address = client_network(request)
    if WRONG_LINKS.is_spent(address):
        return _too_many(request)
    case = case_by_link(number, secret)
    if case is None:
        WRONG_LINKS.hit(address)
        security_log.warning("public_wrong_link")
        return render(request, "cases/public_unknown.html", status=404)
    return case


@require_http_methods(GET_OR_POST)
@allow(PUBLIC)
@shows_broken_to_customers
@sensitive_variables("secret")
def public_status(request: Request, number: str, secret: str) -> HttpResponse:
    """What a customer may know of the case, in plain words; posting adds information."""
    case = _case_or_refusal(request, number, secret)
    if isinstance(case, HttpResponse):
        return case
    if request.method == "POST":
        if not ADDITIONS.hit(client_network(request)):
            return _too_many(request)
        form = AddInformationForm(request.POST, request.FILES)
        if form.carry_out(add_information, case, at=timezone.now()):
            messages.success(request, _("Thank you. We have added it to your case."))
            return redirect(_link(case, secret))
        return _status_page(request, case, secret, add_form=form)
    return _status_page(request, case, secret)


@require_POST
@allow(PUBLIC)
@shows_broken_to_customers
@sensitive_variables("secret")
def public_rate(request: Request, number: str, secret: str) -> HttpResponse:
    """The customer's satisfaction after the close."""
    case = _case_or_refusal(request, number, secret)
    if isinstance(case, HttpResponse):
        return case
    form = RateForm(request.POST)
    if form.carry_out(rate, case, by=request.user, at=timezone.now()):
        messages.success(request, _("Thank you for your rating."))
        return redirect(_link(case, secret))
    if case.is_open and form.refusal:  # the page of an open case has no form beside which it could stand
        messages.error(request, str(form.refusal))
    return _status_page(request, case, secret, rate_form=form)


@require_http_methods(GET_OR_POST)
@allow(PUBLIC)
@shows_broken_to_customers
@sensitive_variables("token")
def satisfaction(request: Request, token: str) -> HttpResponse:
    """The question after a close, behind the link of a mail: good for one answer."""
    address = client_network(request)
    if WRONG_LINKS.is_spent(address):
        return _too_many(request)
    asked = request_by_token(token)
    if asked is None:
        WRONG_LINKS.hit(address)
        security_log.warning("public_wrong_link")
        return render(request, "cases/public_unknown.html", status=404)
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.carry_out(answer, asked, by=request.user, at=timezone.now()):
        messages.success(request, _("Thank you for your rating."))
        return redirect("cases:satisfaction", token=token)
    context = {"asked": asked, "case": asked.case, "form": form, "is_open": asked.is_open(timezone.now())}
    return render(request, "cases/public_satisfaction.html", context)


def _status_page(request: Request, case: Case, secret: str, **forms: Any) -> HttpResponse:
    standard = standard_of(case.definition)
    documents = list(case.attachments.filter(by=None))
    context = {
        "case": case,
        "standard": standard,
        "link": request.build_absolute_uri(_link(case, secret)),
        "secret": secret,
        "is_new": "new" in request.GET,
        "now_doing": Task.objects.open().filter(process=case).select_related("step"),
        "filled": answers_of(
            case, standard, documents, sees_personal=True, public_only=True, earlier=earlier_standards(case)
        ),
        "clocks": promised_clocks(case),
        "waits": case.holds.filter(held_from__isnull=False, held_until=None, for_customer=True).first(),
        "notes": case.notes.all(),
        "documents": [document for document in documents if not document.field],
        "add_form": forms.get("add_form") or AddInformationForm(),
        "asked": open_request(case, at=timezone.now()),
        "rate_form": forms.get("rate_form") or RateForm(),
    }
    return render(request, "cases/public_status.html", context)
