"""The sheet of posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.organisation.models import Post
from procstd.roles import Role
from procstd.sheet_import import SheetKind
from procstd.sheets import Column, SheetRow


class Posts(SheetKind):
    """Posts by code."""

    code, title, model = "posts", _("Posts"), Post
    columns = (
        Column("code", _("Code"), _("Small letters, digits, dots, hyphens, underscores")),
        Column("name_zh", _("Name in Chinese")),
        Column("name_en", _("Name in English"), width=28),
        Column("role", _("Role"), ", ".join(Role.values), width=22),
    )
    plain = {name: name for name in ("code", "name_zh", "name_en", "role")}

    def prepare(self, rows: Sequence[SheetRow], by: Any) -> None:
        self.existing = {post.code: post for post in Post.objects.all()}

    def key(self, cells: dict[str, str]) -> str:
        return cells["code"].strip()

    def rows_out(self) -> list[list[Any]]:
        return [list(row) for row in Post.objects.values_list("code", "name_zh", "name_en", "role")]
