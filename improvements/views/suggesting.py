"""Suggest: the form on every clause, step, form and case; what is similar; following by a code (F80, A6, A7)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from cases.models import Case
from improvements.apps import READERS
from improvements.domain.suggesting import follow, new_code, suggest, suggest_anonymously, suggestion_behind
from improvements.forms.suggestions import FollowForm, SuggestionForm
from improvements.models import Suggestion
from improvements.queries.places import anchor_of, clauses_in, definition_for, place_of
from improvements.queries.similar import followable, similar_to, words_of
from improvements.views.shared import GET_OR_POST
from processes.models import Definition, Process
from procstd.access import PUBLIC, Request, allow
from procstd.act_pages import press
from procstd.headers import client_network
from procstd.logs import security_log
from procstd.ratelimits import RateLimit
from surveys.domain.codes import written_code

#: Wrong codes from one address. Right ones are never counted: nothing is kept of who follows.
WRONG_CODES = RateLimit("suggestion-wrong-code", 30, 600)
#: Anonymous suggestions of the whole house together: whose they are must not be counted either.
SENT = RateLimit("suggestion-anonymous", 200, 3600)


def _case(request: Request, number: str) -> Case | None:
    """Return the case of that number if the reader sees it."""
    if not (number.startswith("C-") and number[2:].isascii() and number[2:].isdecimal() and len(number) < 14):
        return None
    rows = Case.objects.visible_to(request.user).select_related("process", "definition__revision")
    return rows.filter(pk=int(number[2:])).first()


def _definition(request: Request, code: str, case: Case | None) -> Definition | None:
    """Return what the suggestion is about: the definition of its case, or the one in force for the reader."""
    if case is not None and case.process.code == code:
        return case.definition
    process = Process.objects.visible_to(request.user).filter(code=code).first()
    return definition_for(process, request.user, at=timezone.now()) if process else None


@require_http_methods(GET_OR_POST)
@allow(*READERS)
@sensitive_post_parameters()
@sensitive_variables("form", "asked")
def suggestion_add(request: Request) -> HttpResponse:
    """Suggest an improvement of a standard, a clause or a case: by name, or anonymously."""
    asked = request.POST if request.method == "POST" else request.GET
    case = _case(request, asked.get("case", "")[:20])
    code = case.process.code if case and request.method != "POST" else asked.get("process", "")[:32]
    definition = _definition(request, code.replace("\x00", ""), case)
    initial = {
        "code": new_code(), "process": code, "at": anchor_of(asked.get("at", "")[:80]),
        "case": case.number if case else "", "department": request.user.department_id,
    }  # fmt: skip
    form = SuggestionForm(
        request.POST or None, request.FILES or None, initial=initial, clauses=clauses_in(definition),
        processes=Process.objects.visible_to(request.user).filter(is_active=True),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        return _sent(request, form, definition, case)
    return _form(request, form, case)


def _form(request: Request, form: SuggestionForm, case: Case | None) -> HttpResponse:
    return render(request, "improvements/suggestion_add.html", {"form": form, "case": case})


@sensitive_variables("form", "place", "facts")
def _sent(request: Request, form: SuggestionForm, definition: Definition | None, case: Case | None) -> HttpResponse:
    process, now = form.cleaned_data["process"], timezone.now()
    facts: dict[str, Any] = {"place": place_of(definition, form.cleaned_data["at"]), "at": now}
    if not form.cleaned_data["anonymous"]:
        if not form.carry_out(suggest, process, case=case, by=request.user, **facts):
            return _form(request, form, case)
        messages.success(request, _("Thank you. Here you see what becomes of your suggestion."))
        return redirect(form.result)
    if not SENT.hit("all"):
        form.add_error(None, _("Too many anonymous suggestions came within this hour. Please send it later."))
        return _form(request, form, case)
    if not form.carry_out(suggest_anonymously, process, **facts):
        return _form(request, form, case)
    # No redirect: the code must stand in no address, and nothing of this answer is kept.
    return render(request, "improvements/suggestion_sent.html", {"code": written_code(form.cleaned_data["code"])})


@require_POST
@allow(*READERS)
@sensitive_post_parameters()
def suggestion_similar(request: Request) -> HttpResponse:
    """What is like the text being written. Sent in the body, kept nowhere."""
    code = request.POST.get("process", "")[:32].replace("\x00", "")
    process = Process.objects.visible_to(request.user).filter(code=code).first()
    words = words_of(request.POST.get("problem", "")[:2_000], request.POST.get("proposal", "")[:2_000])
    found = similar_to(process, words) if process else []
    return render(request, "improvements/similar.html", {"found": found})


@require_POST
@allow(*READERS)
def suggestion_follow(request: Request, number: str) -> HttpResponse:
    """“I want the same”: be told what becomes of it, by name. It shows no more than what was similar did."""
    found = followable(Suggestion.objects.filter(process__in=Process.objects.visible_to(request.user)))
    row = get_object_or_404(found | Suggestion.objects.visible_to(request.user), number=number)

    def act() -> None:
        follow(row, by=request.user, at=timezone.now())

    return press(request, act, done=_("You are told what becomes of it."), to=row)


@require_http_methods(GET_OR_POST)
@allow(PUBLIC)
@sensitive_post_parameters()
@sensitive_variables("form", "row")
def suggestion_by_code(request: Request) -> HttpResponse:
    """See what has become of an anonymous suggestion. Whether somebody is signed in makes no difference."""
    address = client_network(request)
    if WRONG_CODES.is_spent(address):
        security_log.warning("suggestion_rate_limited")
        response = render(request, "surveys/public_too_many.html", status=429)
        response["Retry-After"] = "600"
        return response
    form, row = FollowForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        row = suggestion_behind(form.cleaned_data["code"])
        if row is None:
            WRONG_CODES.hit(address)
            security_log.warning("suggestion_wrong_code")
            form.add_error("code", _("No suggestion has this code: a letter may be wrong."))
    context = {"form": form, "suggestion": row, "main": row and (row.merged_into or row)}
    return render(request, "improvements/suggestion_by_code.html", context)
