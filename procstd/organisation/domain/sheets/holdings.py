"""The sheet of who holds which post where and since when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.organisation.models import Department, Post, PostHolding, User
from procstd.sheet_import import SheetKind
from procstd.sheets import Column, SheetRow


class Holdings(SheetKind):
    """Holdings by person, post, department and first day."""

    code, title, model = "holdings", _("Holders of posts"), PostHolding
    columns = (
        Column("person", _("Person"), _("Code of the person")),
        Column("post", _("Post"), _("Code of the post"), width=24),
        Column("department", _("Department"), _("Code of the department")),
        Column("valid_from", _("From"), _("First day, as 2026-01-31")),
        Column("valid_until", _("Until"), _("First day on which it no longer holds; empty: open")),
    )
    plain = {"valid_from": "valid_from", "valid_until": "valid_until"}

    def prepare(self, rows: Sequence[SheetRow], by: Any) -> None:
        self.lookups: dict[str, dict[str, Any]] = {
            "person": {row.username: row for row in User.objects.active()},
            "post": {row.code: row for row in Post.objects.filter(is_active=True)},
            "department": {row.code: row for row in Department.objects.without_tree_fields().filter(is_active=True)},
        }
        holdings = PostHolding.objects.select_related("person", "post", "department")
        self.existing = {
            (row.person.username, row.post.code, row.department.code, row.valid_from.isoformat()): row
            for row in holdings
        }

    def key(self, cells: dict[str, str]) -> tuple[str, ...]:
        return (cells["person"].lower(), cells["post"], cells["department"], cells["valid_from"])

    def read(self, row: SheetRow, fail: Callable[[str, Any], None]) -> dict[str, Any]:
        # An empty end means open; the date field must see None for it.
        values: dict[str, Any] = {}
        for column in ("valid_from", "valid_until"):
            text = row.cells[column]
            if not text and column == "valid_until":
                values[column] = None
                continue
            try:
                values[column] = date.fromisoformat(text)
            except ValueError:
                fail(column, _("Write the day as 2026-01-31."))
        for column, known in self.lookups.items():
            values[column] = known.get(row.cells[column].lower() if column == "person" else row.cells[column])
            if values[column] is None:
                fail(column, _("There is nothing active with this code."))
        start, end = values.get("valid_from"), values.get("valid_until")
        if start and end and end <= start:
            fail("valid_until", _("The end must come after the start."))
        return values

    def examine_together(self, found: list[tuple[SheetRow, Any]], fail: Callable[[int, str, Any], None]) -> None:
        rows_of = {id(holding): row.number for row, holding in found}
        unmentioned = [row for row in self.existing.values() if id(row) not in rows_of]
        groups: dict[tuple[int, int, int], list[PostHolding]] = {}
        for holding in [*unmentioned, *(holding for _row, holding in found)]:
            groups.setdefault((holding.person_id, holding.post_id, holding.department_id), []).append(holding)
        for group in groups.values():
            group.sort(key=lambda holding: holding.valid_from)
            for earlier, later in pairwise(group):
                if earlier.valid_until is None or earlier.valid_until > later.valid_from:
                    number = rows_of.get(id(later)) or rows_of.get(id(earlier))
                    if number:
                        fail(
                            number,
                            "valid_from",
                            _("The person holds this post there already in that period."),
                        )

    def rows_out(self) -> list[list[Any]]:
        return [
            [
                row.person.username,
                row.post.code,
                row.department.code,
                row.valid_from.isoformat(),
                row.valid_until.isoformat() if row.valid_until else "",
            ]
            for row in PostHolding.objects.select_related("person", "post", "department").order_by(
                "person__username", "post__code", "valid_from"
            )
        ]
