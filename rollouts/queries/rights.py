"""What somebody may do in this room, and of which departments they read."""

from __future__ import annotations

from typing import Any

from procstd.organisation.models import Department
from procstd.roles import Role
from rollouts.models import OVERSEERS, Training

_PLANNING = frozenset({Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD})


def may_plan(user: Any) -> bool:
    """Tell whether *user* plans trainings, quizzes and waves."""
    return bool(user.is_staff or user.roles & _PLANNING)


def may_release(user: Any) -> bool:
    """Tell whether *user* may widen a release, and so plan its waves: as who may release a version (H0.1)."""
    return bool(user.is_staff or Role.PROJECT_LEAD in user.roles)


def departments_read_by(user: Any) -> frozenset[int] | None:
    """Return the departments whose coverage *user* reads, those below too; None: all. One statement for heads."""
    if user.is_staff or user.roles & OVERSEERS:
        return None
    headed = user.departments_as(Role.DEPARTMENT_HEAD)
    if not headed:
        return frozenset()
    return frozenset(Department.objects.without_tree_fields().below(headed).order_by().values_list("pk", flat=True))


def reads_names(training: Training, user: Any) -> bool:
    """Tell whether *user* reads who was at a training: overseers, and heads of its departments; not every colleague."""
    halls = departments_read_by(user)
    return halls is None or bool(halls and training.departments.filter(pk__in=halls).exists())
