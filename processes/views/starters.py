"""Starters: choose one, read it, and begin a draft from it (H1.1)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from processes.apps import WRITERS
from processes.domain.standard import Words
from processes.domain.starting import begin_from_starter, standard_of_starter
from processes.forms.starters import StarterForm
from processes.manuals.page import page_of_starter
from processes.models import Category, Process
from processes.starters import STARTERS
from processes.starters.build import Starter
from processes.views.catalogue import GET_OR_POST
from procstd.access import Request, allow
from procstd.organisation.models import Post


def _starter_or_404(key: str) -> Starter:
    if key not in STARTERS:
        raise Http404
    return STARTERS[key]


def _process_named(request: Request) -> Process | None:
    """Return the process for which a starter is looked for, where the address names one."""
    code = request.GET.get("process", "")
    return get_object_or_404(Process.objects.visible_to(request.user), code=code) if code else None


@require_safe
@allow(*WRITERS)
def starter_list(request: Request) -> HttpResponse:
    """Every starter by category, with what it holds."""
    rows = [(starter, standard_of_starter(starter)) for starter in STARTERS.values()]
    categories = [(category.label, [row for row in rows if row[0].category == category]) for category in Category]
    context = {"categories": categories, "process": _process_named(request)}
    return render(request, "processes/starter_list.html", context)


@require_safe
@allow(*WRITERS)
def starter_detail(request: Request, key: str) -> HttpResponse:
    """One starter as the manual that it would become, with its roles in place of posts."""
    starter = _starter_or_404(key)
    standard = standard_of_starter(starter)
    context = {
        "starter": starter,
        **page_of_starter(standard, Category(starter.category), get_language() or "en", timezone.now()),
        "process": _process_named(request),
    }
    return render(request, "processes/starter_detail.html", context)


@require_http_methods(GET_OR_POST)
@allow(*WRITERS)
def draft_from_starter(request: Request, code: str, key: str) -> HttpResponse:
    """Say which post each role is, and begin the draft."""
    process = get_object_or_404(Process.objects.visible_to(request.user), code=code)
    starter = _starter_or_404(key)
    posts = list(Post.objects.filter(is_active=True))
    form = StarterForm(request.POST or None, starter=starter, posts=posts)
    act: Any = begin_from_starter
    if request.method == "POST" and form.carry_out(act, process, starter, by=request.user, at=timezone.now()):
        messages.success(request, _("The draft %(number)s is begun.") % {"number": form.result})
        return redirect(form.result)
    context = {
        "form": form,
        "process": process,
        "title": _("Begin with “%(starter)s”") % {"starter": Words.of(starter.name)},
        "advice": _(
            "The starter names roles. Say which post of the enterprise each one is; those whose names are alike are "
            "proposed. What is made later, the checks remind of."
        ),
        "save": _("Begin the draft"),
    }
    return render(request, "processes/form_page.html", context)
