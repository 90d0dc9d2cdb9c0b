"""Pages of a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 25


def page_of(request: HttpRequest, rows: QuerySet[Any], *, per_page: int = PER_PAGE) -> Page[Any]:
    """Return the page that the request asks for; a page out of range is the nearest one."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


@dataclass(frozen=True)
class LongPage:
    """A page of a list too long to be counted: it knows whether there is a next one, no more."""

    object_list: list[Any]
    number: int
    has_next: bool

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        return self.number - 1


def long_page_of(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    per_page: int = PER_PAGE,
    key: str = "page",
    whole: QuerySet[Any] | None = None,
) -> LongPage:
    """Return the page that the request asks for, in one query that does not grow with the list.

    A page past the end is the first one. At most a thousand pages: who looks further should filter.
    For orders that no index gives, *whole* says how a row is read with what is joined to it: then
    *rows* are sorted by their keys alone, and only those of the page are read, in a second query.
    """
    asked = request.GET.get(key, "1")
    number = min(int(asked), 1000) if asked.isascii() and asked.isdecimal() and len(asked) < 6 and int(asked) > 0 else 1
    found = _read(rows[(number - 1) * per_page : number * per_page + 1], whole)
    if not found and number > 1:
        number, found = 1, _read(rows[: per_page + 1], whole)
    return LongPage(found[:per_page], number, has_next=len(found) > per_page)


def _read(rows: QuerySet[Any], whole: QuerySet[Any] | None) -> list[Any]:
    if whole is None:
        return list(rows)
    keys = list(rows.values_list("pk", flat=True))
    found = {row.pk: row for row in whole.filter(pk__in=keys)} if keys else {}
    return [found[key] for key in keys if key in found]
