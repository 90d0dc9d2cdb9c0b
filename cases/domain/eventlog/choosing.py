"""Which cases go into a log, and who may take one out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.domain.eventlog.traces import MOST_CASES
from cases.models import Case
from cases.models.case import CaseQuerySet
from processes.models import Process
from procstd.calendars.domain.workdays import standard_workdays
from procstd.errors import DomainError


def cases_of_log(process: Process, user: Any, *, opened_from: date, opened_until: date) -> CaseQuerySet:
    """Return the cases of a process that *user* sees, opened from a day to the end of another one. No practice.

    Refuses a period without days, without cases, and one with more than a log holds.
    """
    if opened_until < opened_from:
        raise DomainError(_("The last day is before the first one."), field="opened_until")
    cases = Case.objects.visible_to(user).in_figures().filter(process=process)
    days = standard_workdays()  # of the house, whoever asks
    begin, end = days.begin_of(opened_from), days.begin_of(opened_until + timedelta(days=1))
    found = cases.filter(created__gte=begin, created__lt=end)
    count = found.count()
    if not count:
        raise DomainError(_("No case was opened in these days."), field="opened_from")
    if count > MOST_CASES:
        raise DomainError(
            _("%(count)d cases were opened in these days; a log holds %(most)d. Choose fewer days.")
            % {"count": count, "most": MOST_CASES},
            field="opened_until",
        )
    return found
