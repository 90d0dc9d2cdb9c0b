"""The list of deliveries."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from procstd.notices.models import Channel, Delivery, DeliveryState

FAILING = "failing"


class DeliveryFilter(django_filters.FilterSet):
    """Find deliveries by what they wait for, by the way they take, by key."""

    q = django_filters.CharFilter(field_name="key", lookup_expr="startswith", label=_("Key begins with"))
    state = django_filters.ChoiceFilter(
        choices=[*DeliveryState.choices, (FAILING, _("Failing"))],
        method="in_state",
        label=_("State"),
        empty_label=_("All states"),
    )
    channel = django_filters.ChoiceFilter(choices=Channel.choices, label=_("Way"), empty_label=_("All ways"))

    class Meta:
        model = Delivery
        fields: list[str] = []

    def in_state(self, deliveries: QuerySet[Delivery], name: str, state: str) -> QuerySet[Delivery]:
        if state == FAILING:
            return deliveries.filter(state=DeliveryState.WAITING).exclude(error_en="")
        return deliveries.filter(state=state)

    @property
    def is_filtered(self) -> bool:
        data: Any = self.data
        return any(data.get(name) for name in self.filters)
