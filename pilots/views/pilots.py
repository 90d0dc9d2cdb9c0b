"""The room's front page, the plan of a pilot, its beginning."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilots.apps import KEEPERS, READERS, STEERERS
from pilots.domain.beginning import begin_pilot
from pilots.domain.planning import change_leader, change_pilot, plan_pilot
from pilots.domain.rights import may_keep
from pilots.forms.judging import BeginForm
from pilots.forms.pilots import LeaderForm, PlanChangeForm, PlanForm
from pilots.models import Pilot
from pilots.queries.cases import definition_of
from pilots.queries.planner import plan_of
from pilots.queries.progress import progress_of
from pilots.queries.readiness import is_ready, readiness_of
from pilots.views.shared import GET_OR_POST, form_page, kept_or_404, pilot_or_404, rights, saved, shows_broken
from procstd.access import Request, allow, may_call
from procstd.calendars.domain.workdays import standard_workdays
from procstd.history import version_of
from procstd.look.paging import page_of


@require_safe
@allow(*READERS)
def home(request: Request) -> HttpResponse:
    """Pilots that the reader sees, newest first; what the room is for, while there is none."""
    rows = (
        Pilot.objects.visible_to(request.user)
        .select_related("process", "revision", "leader")
        .order_by("-pk")
        .annotate(
            department_count=Count("candidates", filter=Q(candidates__is_chosen=True), distinct=True),
            issue_count=Count("issues", distinct=True),
        )
    )
    context = {"page": page_of(request, rows), "may_plan": may_call(request.user, frozenset(KEEPERS))}
    return render(request, "pilots/home.html", context)


@require_http_methods(GET_OR_POST)
@allow(*KEEPERS)
def pilot_add(request: Request) -> HttpResponse:
    """Plan a pilot."""
    now = timezone.now()
    today = standard_workdays().today(now)
    monday = today + timedelta(days=7 - today.weekday())
    initial = {
        "revision": request.GET.get("revision", ""), "project": request.GET.get("project", ""),
        "leader": request.user.pk, "period_from": monday, "period_until": monday + timedelta(weeks=4),
        "before_from": monday - timedelta(weeks=13), "before_until": monday,
    }  # fmt: skip
    form = PlanForm(request.POST or None, initial=initial, user=request.user)

    def act(**facts: object) -> Pilot:
        revision: object = facts["revision"]
        return plan_pilot(revision.process, by=request.user, at=now, **facts)  # type: ignore[attr-defined, arg-type]

    return form_page(
        request, None, form, act, title=_("Plan a pilot"), done=_("The pilot is planned. Now score departments."),
        to=lambda made: reverse("pilots:candidates", args=[made.code]), back=reverse("pilots:home"),
        advice=_("A standard is tried where it is welcome: two to four weeks, 10 to 15 cases."),
    )  # fmt: skip


@require_safe
@allow(*READERS)
@shows_broken
def pilot(request: Request, code: str) -> HttpResponse:
    """The home of a pilot: where it stands, and what comes next."""
    found = pilot_or_404(request, code)
    now = timezone.now()
    context = {
        **rights(request, found, "home"),
        "departments": found.candidates.filter(is_chosen=True).select_related("department"),
        "controls": found.controls.all(),
        "progress": progress_of(found, at=now),
        "ready": (ready := readiness_of(found, at=now)),
        "is_ready": is_ready(ready),
        "definition": definition_of(found),
        "trains": may_keep(request.user) and not found.is_over,
        "criteria_count": found.criteria.count(),
        "decisions": found.decisions.all(),
        "plan": plan_of(found, at=now) if found.is_planned and found.criteria.exists() else None,
        "issues": found.issues.all()[:5],
    }
    return render(request, "pilots/pilot.html", context)


@require_http_methods(GET_OR_POST)
@allow(*KEEPERS)
@shows_broken
def pilot_change(request: Request, code: str) -> HttpResponse:
    """Change the plan."""
    found = kept_or_404(request, code)
    names = ("period_from", "period_until", "cases_least", "cases_most", "before_from", "before_until")
    initial = {
        **{name: getattr(found, name) for name in names}, "leader": found.leader_id, "seen": version_of(found),
        "controls": list(found.controls.values_list("pk", flat=True)),
    }  # fmt: skip
    form = PlanChangeForm(request.POST or None, initial=initial, user=request.user)
    return form_page(
        request, found, form, partial(change_pilot, found, by=request.user),
        title=_("Change %(what)s") % {"what": found.code}, done=saved(), to=found, back=found.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*STEERERS)
@shows_broken
def pilot_leader(request: Request, code: str) -> HttpResponse:
    """Let another project lead decide."""
    found = pilot_or_404(request, code)
    form = LeaderForm(request.POST if request.method == "POST" else None, initial={"leader": found.leader_id})
    return form_page(
        request, found, form, partial(change_leader, found, by=request.user), title=_("Change the leader"),
        done=saved(), to=found, back=found.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*STEERERS)
@shows_broken
def pilot_begin(request: Request, code: str) -> HttpResponse:
    """Put the version in force in the chosen departments, after a look at who is ready."""
    found, now = pilot_or_404(request, code), timezone.now()
    form = BeginForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.carry_out(begin_pilot, found, by=request.user, at=now):
        messages.success(request, _("The pilot begins. New cases of its departments follow the version."))
        return redirect(found)
    ready = readiness_of(found, at=now)
    context = {
        **rights(request, found), "form": form, "ready": ready, "is_ready": is_ready(ready),
        "departments": found.candidates.filter(is_chosen=True).select_related("department"),
    }  # fmt: skip
    return render(request, "pilots/begin.html", context)
