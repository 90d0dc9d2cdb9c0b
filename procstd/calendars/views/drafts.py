"""Drafts: begin, write, bring in a year, look at what changes, sign."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from procstd.access import STAFF, Request, allow
from procstd.calendars.domain.differences import differences
from procstd.calendars.domain.plans import day_rows, days_of
from procstd.calendars.domain.versions import discard_draft, latest_of, publish, save_plan, start_draft
from procstd.calendars.forms.calendars import DiscardForm, PublishForm, YearForm
from procstd.calendars.forms.plan import DayRows, PlanForm
from procstd.calendars.models import Calendar, CalendarVersion
from procstd.calendars.views.calendars import GET_OR_POST
from procstd.calendars.views.versions import year_asked
from procstd.errors import DomainError
from procstd.history import version_of
from procstd.jobs.domain.running import start_job
from procstd.reauthentication import needs_recent_password
from procstd.worktime import FIRST, LAST


def draft_or_404(code: str) -> CalendarVersion:
    """Return the draft of a calendar."""
    rows = CalendarVersion.objects.drafts().select_related("calendar__department")
    return get_object_or_404(rows, calendar__code=code)


@require_POST
@allow(STAFF)
def draft_start(request: Request, code: str) -> HttpResponse:
    """Begin a draft; who clicks twice comes to the one there is."""
    calendar = get_object_or_404(Calendar, code=code)
    try:
        start_draft(calendar, by=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.info(request, str(refusal))
    return redirect("calendars:draft-change", code)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def draft_change(request: Request, code: str) -> HttpResponse:
    """The editor: the week, and the days of one year."""
    version = draft_or_404(code)
    year = year_asked(request)
    every = day_rows(version.plan)
    here = [row for row in every if row.day.year == year]
    initial: dict[str, Any] = {
        **version.plan["weekly"],
        "tz": version.plan["tz"],
        "known_until": version.known_until,
        "seen": version_of(version),
    }
    listed = [
        {"day": row.day, "kind": "work" if row.is_work else "holiday", "hours": row.hours, "name": row.name}
        for row in here
    ]
    form = PlanForm(request.POST or None, initial=initial)
    rows = DayRows(request.POST or None, initial=listed, prefix="days")
    if request.method == "POST":
        are_valid = [form.is_valid(), rows.is_valid()]  # both, so that all errors show at once
        others = [row for row in every if row.day.year != year]
        days = rows.read(form.weekly(), others) if all(are_valid) else None
        if days is not None and form.carry_out(save_plan, version, by=request.user, **days_of(days)):
            messages.success(request, _("The draft is saved."))
            if "publish" in request.POST:
                return redirect("calendars:draft-publish", code)
            return redirect(f"{reverse('calendars:draft-change', args=[code])}?year={year}")
    context = {
        "calendar": version.calendar, "version": version, "form": form, "rows": rows, "year": year,
        "first_year": FIRST.year, "last_year": LAST.year,
        "has_errors": bool(form.errors) or any(row.errors for row in rows.forms) or bool(rows.non_form_errors()),
    }  # fmt: skip
    return render(request, "calendars/draft_change.html", context)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def draft_discard(request: Request, code: str) -> HttpResponse:
    """Throw a draft away."""
    version = draft_or_404(code)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.carry_out(discard_draft, version, by=request.user):
        messages.success(request, _("The draft is discarded."))
        return redirect(version.calendar)
    context = {
        "form": form, "title": _("Discard the draft"), "calendar": version.calendar, "save": _("Discard the draft"),
        "advice": _("Everything written in this draft is gone then. What is published stays in force."),
        "back": reverse("calendars:draft-change", args=[code]),
    }  # fmt: skip
    return render(request, "calendars/form_page.html", context)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
@needs_recent_password
def draft_publish(request: Request, code: str) -> HttpResponse:
    """What changes, and the signature."""
    version = draft_or_404(code)
    initial = {"known_until": version.known_until, "seen": version_of(version)}
    form = PublishForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(publish, version, by=request.user, at=timezone.now()):
        messages.success(request, _("Version %(number)d is published.") % {"number": form.result.number})
        return redirect(version.calendar)
    before = latest_of(version.calendar)
    found = differences(before.plan, version.plan) if before else None
    context = {
        "calendar": version.calendar, "version": version, "form": form, "before": before, "differences": found,
    }  # fmt: skip
    return render(request, "calendars/draft_publish.html", context)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def draft_year(request: Request, code: str) -> HttpResponse:
    """Bring a Chinese year in: a job asks both libraries and tells what it found."""
    version = draft_or_404(code)
    known = version.known_until
    form = YearForm(request.POST or None, initial={"year": known.year + 1 if known else request.user.today.year})
    if request.method == "POST" and form.is_valid():
        year = form.cleaned_data["year"]
        return redirect(start_job("calendar-year", owner=request.user, at=timezone.now(), calendar=code, year=year))
    context = {
        "form": form, "title": _("Bring in a Chinese year"), "calendar": version.calendar,
        "advice": _(
            "Holidays and make-up days come from chinesecalendar and are compared with the package holidays, day by "
            "day. Nothing is written while they differ, and nothing is guessed for a year that is not announced."
        ),
        "save": _("Compare and bring in"), "back": reverse("calendars:draft-change", args=[code]),
    }  # fmt: skip
    return render(request, "calendars/form_page.html", context)
