"""A calendar as people read it: what holds, its week, its year, its versions; and trying it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from procstd.access import SIGNED_IN, Request, allow
from procstd.calendars.domain.differences import differences
from procstd.calendars.domain.picture import draw_year
from procstd.calendars.domain.plans import WEEKDAY_NAMES, weekly_words
from procstd.calendars.domain.trying import TryUnit, reckon
from procstd.calendars.forms.calendars import TryForm
from procstd.calendars.models import Calendar, CalendarVersion, working_time
from procstd.calendars.queries.overview import versions_of
from procstd.errors import DomainError
from procstd.history import story
from procstd.worktime import FIRST, LAST


@require_safe
@allow(SIGNED_IN)
def calendar_detail(request: Request, code: str) -> HttpResponse:
    """A calendar by the version in force; one that has none yet shows its draft to administrators."""
    calendar = _calendar_or_404(code)
    versions = versions_of(calendar, request.user)
    in_force = next((version for version in versions if version.is_published), None)
    shown = in_force or next(iter(versions), None)
    context = {
        **shown_version(request, calendar, shown, versions),
        "story": story(calendar) if request.user.is_staff else None,
    }
    return render(request, "calendars/calendar_detail.html", context)


@require_safe
@allow(SIGNED_IN)
def version_detail(request: Request, code: str, number: int) -> HttpResponse:
    """One version, and what it changed."""
    calendar = _calendar_or_404(code)
    versions = versions_of(calendar, request.user)
    version = version_or_404(request, code, number)
    before = next((row for row in versions if row.is_published and row.number < number), None)
    context = {
        **shown_version(request, calendar, version, versions),
        "before": before,
        "differences": differences(before.plan, version.plan) if before else None,
    }
    return render(request, "calendars/calendar_detail.html", context)


@require_safe
@allow(SIGNED_IN)
def version_try(request: Request, code: str, number: int) -> HttpResponse:
    """Reckon a due time by a version, and show each day on the way."""
    version = version_or_404(request, code, number)
    zone = working_time(version.plan).zone
    now = timezone.localtime(timezone=zone).replace(second=0, microsecond=0, tzinfo=None)
    initial = {"start": now, "amount": 3, "unit": TryUnit.WORKING_DAYS}
    form = TryForm(request.GET if "start" in request.GET else None, initial=initial, zone=zone)
    found = None
    if form.is_bound and form.is_valid():
        try:
            found = reckon(version.plan, version.known_until, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(refusal.field, refusal.message)
    context = {"calendar": version.calendar, "version": version, "form": form, "found": found, "zone": zone}
    return render(request, "calendars/version_try.html", context)


def version_or_404(request: Request, code: str, number: int) -> CalendarVersion:
    """Return the version if the person may see it."""
    rows = CalendarVersion.objects.visible_to(request.user).select_related("calendar__department", "published_by")
    return get_object_or_404(rows, calendar__code=code, number=number)


def year_asked(request: Request) -> int:
    """Return the year that the address asks for; this one if it asks for none that there is."""
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else request.user.today.year
    return min(max(year, FIRST.year), LAST.year)


def shown_version(
    request: Request, calendar: Calendar, version: CalendarVersion | None, versions: list[CalendarVersion]
) -> dict[str, Any]:
    """Return what the pages of a calendar show of a version."""
    year = year_asked(request)
    context: dict[str, Any] = {
        "calendar": calendar,
        "version": version,
        "versions": versions,
        "in_force": next((row for row in versions if row.is_published), None),
        "draft": next((row for row in versions if not row.is_published), None),
        "today": request.user.today,
        "year": year,
        "first_year": FIRST.year,
        "last_year": LAST.year,
    }
    if version is not None:
        week = weekly_words(version.plan)
        context["week"] = [(label, week[name]) for name, label in WEEKDAY_NAMES.items()]
        context["picture"] = draw_year(version.plan, year)
        context["year_is_known"] = version.known_until is not None and year <= version.known_until.year
    return context


def _calendar_or_404(code: str) -> Calendar:
    return get_object_or_404(Calendar.objects.select_related("department"), code=code)
