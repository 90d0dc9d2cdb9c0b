"""Acts on departments."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.errors import DomainError
from procstd.organisation.models import Department, User


@transaction.atomic
def add_department(*, by: User | None, reason: str, **facts: Any) -> Department:
    """Add a department under its parent, or at the top."""
    if Department.objects.filter(code=facts["code"]).exists():
        raise DomainError(_("This code is taken."), field="code")
    return history.save(Department(**facts), by=by, reason=reason)


@transaction.atomic
def change_department(
    department: Department, *, by: User, reason: str, seen: int | None = None, **facts: Any
) -> Department:
    """Rename, move or close a department. It cannot be moved under itself, nor closed with people in it."""
    department = Department.objects.without_tree_fields().select_for_update().get(pk=department.pk)
    history.refuse_if_changed_since(department, seen)
    parent = facts.get("parent", department.parent)
    if parent is not None and Department.objects.below([department.pk]).filter(pk=parent.pk).exists():
        raise DomainError(_("A department cannot stand under itself."), field="parent")
    if not facts.get("is_active", department.is_active):
        if department.people.filter(is_active=True).exists():
            raise DomainError(_("People still belong to it. Move them first."), field="is_active")
        if department.children.filter(is_active=True).exists():
            raise DomainError(_("Departments still stand under it. Move or close them first."), field="is_active")
    for name, value in facts.items():
        setattr(department, name, value)
    return history.save(department, by=by, reason=reason)
