"""How the list of cases is filtered."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Status
from cases.queries.deciding import overdue_cases
from processes.models import Process


class CaseFilter(django_filters.FilterSet):
    """Find cases by number or words of the subject, by process, state and whether it is late."""

    q = django_filters.CharFilter(method="find", label=_("Search"), max_length=80)
    process = django_filters.ModelChoiceFilter(
        queryset=Process.objects.filter(is_active=True), label=_("Process"), empty_label=_("All processes")
    )
    status = django_filters.ChoiceFilter(choices=Status.choices, label=_("State"), empty_label=_("All states"))

    overdue = django_filters.ChoiceFilter(
        method="late", choices=[("yes", _("Overdue only"))], label=_("Time limits"), empty_label=_("All")
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def find(self, cases: Any, name: str, text: str) -> QuerySet[Case]:
        digits = text.strip().upper().removeprefix("C-")
        if digits.isascii() and digits.isdecimal() and len(digits) <= 12:
            return cases.filter(pk=int(digits))
        return cases.filter(subject__icontains=text.strip())

    def late(self, cases: Any, name: str, chosen: str) -> QuerySet[Case]:
        return cases.filter(pk__in=overdue_cases(timezone.now()))
