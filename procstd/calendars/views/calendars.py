"""Calendars: the list, whose they are, and the warning that a year is missing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procstd.access import SIGNED_IN, STAFF, Request, allow
from procstd.calendars.domain.current import ensure_default
from procstd.calendars.domain.versions import add_calendar, change_calendar
from procstd.calendars.domain.warnings import everybodys_known_until, missing_year
from procstd.calendars.forms.calendars import CalendarChangeForm, CalendarForm
from procstd.calendars.models import Calendar
from procstd.calendars.queries.overview import overviews
from procstd.history import version_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
@allow(SIGNED_IN)
def calendar_list(request: Request) -> HttpResponse:
    """All calendars: whose they are, what holds, until when the holidays are known."""
    ensure_default()
    context = {"overviews": overviews(request.user), **_warning(request)}
    return render(request, "calendars/calendar_list.html", context)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def calendar_add(request: Request) -> HttpResponse:
    """Add the calendar of a department."""
    ensure_default()
    form = CalendarForm(request.POST or None)
    if request.method == "POST" and form.carry_out(add_calendar, by=request.user, at=timezone.now()):
        messages.success(request, _("“%(what)s” is added, with a draft.") % {"what": form.result})
        return redirect("calendars:draft-change", form.result.code)
    advice = _("It begins with a draft of what all other departments work by. Until you publish it nothing changes.")
    context = {"form": form, "title": _("Add a calendar"), "advice": advice}
    return render(request, "calendars/form_page.html", context)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def calendar_change(request: Request, code: str) -> HttpResponse:
    """Rename a calendar, or give it to another department."""
    calendar = get_object_or_404(Calendar, code=code)
    initial: dict[str, Any] = {
        "name_zh": calendar.name_zh,
        "name_en": calendar.name_en,
        "department": calendar.department_id,
        "seen": version_of(calendar),
    }
    form = CalendarChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(change_calendar, calendar, by=request.user):
        messages.success(request, _("“%(what)s” is changed.") % {"what": form.result})
        return redirect(form.result)
    context = {"form": form, "title": _("Change %(what)s") % {"what": calendar}, "calendar": calendar}
    return render(request, "calendars/form_page.html", context)


@require_safe
@allow(STAFF)
def panel_missing(request: Request) -> HttpResponse:
    """The home panel: next year is missing. Nothing while all is well."""
    context = _warning(request)
    if context["missing"] is None:
        return HttpResponse("")
    return render(request, "calendars/panel_missing.html", context)


def _warning(request: Request) -> dict[str, Any]:
    """Return what the warning says, to administrators only: they can do something about it."""
    today = request.user.today
    missing = missing_year(today) if request.user.is_staff else None
    if missing is None:
        return {"missing": None}
    known_until = everybodys_known_until()
    # Behind its Christmas Eve a year is over: what is missing then is the next one.
    year = today.year if known_until is None or known_until.year < today.year else today.year + 1
    standard = Calendar.objects.filter(department=None).first()
    return {"missing": missing, "missing_year": year, "known_until": known_until, "standard": standard}
