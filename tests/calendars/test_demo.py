"""The demo's calendars: two signed years for everybody, half Saturdays for customer service."""

from __future__ import annotations

from datetime import date

import pytest

from procstd.calendars import demo
from procstd.calendars.domain.current import calendar_for, ensure_default
from procstd.calendars.domain.versions import latest_of
from procstd.calendars.models import Calendar, CalendarVersion
from procstd.organisation import demo as organisation_demo
from procstd.organisation.models import Department

pytestmark = pytest.mark.django_db


def test_the_second_time_nothing_changes() -> None:
    organisation_demo.load()
    demo.load()
    before = [(model.objects.count(), model.history.count()) for model in (Calendar, CalendarVersion)]

    assert demo.load() == 0
    assert [(model.objects.count(), model.history.count()) for model in (Calendar, CalendarVersion)] == before


@pytest.mark.parametrize("was_there", [False, True])
def test_two_years_are_signed_and_service_works_on_saturday_mornings(was_there: bool) -> None:
    organisation_demo.load()
    if was_there:
        ensure_default()
    demo.load()

    everybody = calendar_for(Department.objects.without_tree_fields().get(code="quality"))
    service = calendar_for(Department.objects.without_tree_fields().get(code="service"))
    assert (everybody.known_until, service.known_until) == (date(2026, 12, 24), date(2026, 12, 24))
    saturday, in_a_block, made_up = date(2026, 11, 21), date(2026, 9, 26), date(2025, 10, 11)
    assert [everybody.time.is_working_day(day) for day in (saturday, in_a_block, made_up)] == [False, False, True]
    assert [service.time.is_working_day(day) for day in (saturday, in_a_block, made_up)] == [True, False, True]


def test_what_an_enterprise_has_signed_itself_is_left_as_it_is() -> None:
    organisation_demo.load()
    demo.load()
    standard = latest_of(Calendar.objects.get(department=None))
    assert standard is not None

    Calendar.objects.filter(department=None).update(name_en="Ours")
    demo.load()

    assert latest_of(standard.calendar) == standard
    assert Calendar.objects.get(department=None).name_en == "Ours"
