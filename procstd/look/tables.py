"""Tables: sortable, paged, and cards on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.http import HttpRequest
from django_tables2 import RequestConfig

from procstd.look.paging import PER_PAGE


class Table(tables.Table):
    """The look of all our tables; a page derives and names columns.

    ``empty_title`` and ``empty_advice`` are what stands there without rows.
    """

    empty_title: Any = ""
    empty_advice: Any = ""

    class Meta:
        template_name = "components/table.html"
        attrs = {"class": "table table-vcenter card-table table-cards"}


@dataclass
class Listing:
    """A table with the filter bar above it."""

    table: Any
    filters: Any

    @property
    def is_filtered(self) -> bool:
        return bool(self.filters and any(value for value in self.filters.data.values() if value))


def listing(
    request: HttpRequest,
    table_class: type[Table],
    rows: QuerySet[Any],
    filter_class: type[django_filters.FilterSet] | None = None,
) -> Listing:
    """Return *rows*, filtered, sorted and paged as the request asks."""
    filters = filter_class(request.GET, queryset=rows, request=request) if filter_class else None
    return Listing(_configured(request, table_class(filters.qs if filters is not None else rows)), filters)


def listing_of(request: HttpRequest, table_class: type[Table], rows: Sequence[dict[str, Any]]) -> Listing:
    """Return ready *rows* as a listing without filters."""
    return Listing(_configured(request, table_class(rows)), None)


def _configured(request: HttpRequest, table: Table) -> Table:
    RequestConfig(request, paginate={"per_page": PER_PAGE, "silent": True}).configure(table)
    return table
