"""How the list of cases is filtered."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Status
from processes.models import Process


class CaseFilter(django_filters.FilterSet):
    """Find cases by number or words of the subject, by process and state."""

    q = django_filters.CharFilter(method="find", label=_("Search"), max_length=80)
    process = django_filters.ModelChoiceFilter(
        queryset=Process.objects.filter(is_active=True), label=_("Process"), empty_label=_("All processes")
    )
    status = django_filters.ChoiceFilter(choices=Status.choices, label=_("State"), empty_label=_("All states"))

    class Meta:
        model = Case
        fields: list[str] = []

    def find(self, cases: Any, name: str, text: str) -> QuerySet[Case]:
        digits = text.strip().upper().removeprefix("C-")
        if digits.isascii() and digits.isdecimal() and len(digits) <= 12:
            return cases.filter(pk=int(digits))
        return cases.filter(subject__icontains=text.strip())
