"""Departments: a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from tree_queries.fields import TreeNodeForeignKey
from tree_queries.models import TreeNode
from tree_queries.query import TreeQuerySet

from procstd.bilingual import Bilingual
from procstd.history import records
from procstd.organisation.codes import code_validator

if TYPE_CHECKING:
    from procstd.organisation.models.person import User


class DepartmentQuerySet(TreeQuerySet):
    def visible_to(self, user: User) -> DepartmentQuerySet:
        """Everybody signed in sees the organisation chart; closed departments only staff."""
        return self if user.is_staff else self.filter(is_active=True)

    def as_tree(self) -> DepartmentQuerySet:
        """In tree order, each with ``tree_depth`` and ``tree_path``."""
        return self.with_tree_fields().order_siblings_by("code")

    def below(self, roots: Any) -> DepartmentQuerySet:
        """The departments with the ids *roots* and everything under them."""
        children: dict[int | None, list[int]] = {}
        # A department chart is small: one read of ids and parents beats a recursive query per root.
        for pk, parent in self.model.objects.without_tree_fields().order_by().values_list("pk", "parent_id"):
            children.setdefault(parent, []).append(pk)
        found, waiting = set(), list(roots)
        while waiting:
            pk = waiting.pop()
            if pk not in found:
                found.add(pk)
                waiting.extend(children.get(pk, ()))
        return self.filter(pk__in=found)


class Department(TreeNode):
    """A department 部门, told by its code."""

    parent = TreeNodeForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("Belongs to"),
        help_text=_("The department above it; empty: it stands at the top."),
    )
    code = models.CharField(_("Code"), max_length=32, unique=True, validators=[code_validator])
    name_zh = models.CharField(_("Name in Chinese"), max_length=80)
    name_en = models.CharField(_("Name in English"), max_length=80)
    is_active = models.BooleanField(_("Active"), default=True)

    name = Bilingual("name")
    history = records()
    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:department-detail", args=[self.code])
