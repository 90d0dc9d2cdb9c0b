"""Examples for the design page: one of each component in each of its states."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procstd.look.icons import ICONS
from procstd.look.tables import Table, listing_of


class ExampleForm(forms.Form):
    """One field of each kind, with help and, when bound, with errors."""

    text = forms.CharField(label=_("Problem description"), help_text=_("When, where, what was seen, what it affects."))
    long = forms.CharField(label=_("Proposal"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    choice = forms.ChoiceField(label=_("Grade"), choices=[("normal", _("Normal")), ("urgent", _("Urgent"))])
    several = forms.MultipleChoiceField(
        label=_("Departments"),
        choices=[("sales", _("Sales")), ("quality", _("Quality"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    day = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    amount = forms.IntegerField(label=_("Limit in hours"), min_value=1)
    file = forms.FileField(label=_("Photo"), required=False)
    yes = forms.BooleanField(label=_("The customer agreed"), required=False)


class ExampleTable(Table):
    """Three columns, sortable, with a badge."""

    name = tables.Column(verbose_name=_("Process"))
    owner = tables.Column(verbose_name=_("Responsible department"))
    cases = tables.Column(verbose_name=_("Cases"), attrs={"td": {"class": "text-end"}, "th": {"class": "text-end"}})

    class Meta(Table.Meta):
        orderable = True

    empty_title = _("No processes yet")
    empty_advice = _("Start with the one that hurts most: add it, then survey how it is done today.")


class ExampleFilter(django_filters.FilterSet):
    """A search field and a choice."""

    q = django_filters.CharFilter(label=_("Search"))
    grade = django_filters.ChoiceFilter(
        choices=[("normal", _("Normal")), ("urgent", _("Urgent"))], label=_("Grade"), empty_label=_("All grades")
    )


def showroom(request: HttpRequest) -> dict[str, Any]:
    """Return what the design page shows."""
    now = timezone.now()
    rows = [
        {"name": _("Customer complaint handling"), "owner": _("Customer service"), "cases": 128},
        {"name": _("Purchase request"), "owner": _("Purchasing"), "cases": 64},
        {"name": _("Contract approval"), "owner": _("Legal"), "cases": 9},
    ]

    def job(state: str, **facts: Any) -> SimpleNamespace:
        facts = {"title": _("Import of an Excel file"), "done": 0, "total": 0, "percent": None, **facts}
        return SimpleNamespace(state=state, is_finished=state not in ("waiting", "running"), **facts)

    bound = ExampleForm({"text": "", "choice": "normal", "day": "", "amount": "0"}, auto_id="wrong_%s")
    return {
        "badges": [
            ("done", _("Done")),
            ("running", _("In progress")),
            ("waiting", _("Waiting")),
            ("warning", _("Due soon")),
            ("failed", _("Overdue")),
            ("draft", _("Draft")),
            ("info", _("Pilot")),
        ],
        "clocks": [
            ("running", timedelta(hours=5, minutes=20), now + timedelta(hours=5, minutes=20), 35, "working"),
            ("warning", timedelta(minutes=40), now + timedelta(minutes=40), 88, "elapsed"),
            ("overdue", timedelta(days=1, hours=2), now - timedelta(days=1, hours=2), 100, "elapsed"),
            ("paused", timedelta(hours=3), None, 50, "working"),
            ("met", timedelta(), now - timedelta(hours=1), 70, "working"),
            ("late", timedelta(hours=-2), now - timedelta(hours=3), 100, "working"),
            ("cancelled", timedelta(), None, 0, "working"),
        ],
        "phases": [
            (_("Preparation"), "done"),
            (_("Mapping"), "done"),
            (_("Definition"), "current"),
            (_("Pilot"), "todo"),
            (_("Rollout"), "todo"),
            (_("Optimization"), "todo"),
        ],
        "events": [
            {
                "at": now - timedelta(days=2),
                "who": _("Chen Jing"),
                "what": _("received the complaint"),
                "icon": "message-report",
                "why": "",
            },
            {
                "at": now - timedelta(days=1, hours=20),
                "who": _("Zhao Min"),
                "what": _("graded it urgent"),
                "icon": "flag",
                "why": _("A safety risk for several customers."),
            },
            {
                "at": now - timedelta(hours=2),
                "who": _("The software"),
                "what": _("escalated to the supervisor"),
                "icon": "alert-triangle",
                "why": "",
            },
        ],
        "listing": listing_of(request, ExampleTable, rows),
        "empty_listing": listing_of(request, ExampleTable, []),
        "example_filters": ExampleFilter({}, queryset=ContentType.objects.none()),
        "form": ExampleForm(auto_id="plain_%s"),
        "bound_form": bound,
        "page": Paginator(range(200), 20).get_page(4),
        "jobs": [
            job("waiting"),
            job("running", done=420, total=1000, percent=42),
            job("running"),
            job("done", done=1000, total=1000, percent=100),
            job(
                "failed",
                done=420,
                total=1000,
                percent=42,
                error=_("The first sheet is empty. Download the template: it shows the columns."),
            ),
            job("cancelled", done=420, total=1000, percent=42),
        ],
        "icons": sorted(ICONS),
        "levels": ["success", "info", "warning", "danger"],
    }
