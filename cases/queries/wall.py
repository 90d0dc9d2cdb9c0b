"""What the wall shows: open tasks by department and post, and the most urgent ones. A constant number of statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from cases.models import Clock, CompiledPlace, Task
from cases.models.case import seen_by
from cases.models.clock import ClockState, Target
from procstd.organisation.models import Department, Post, PostHolding

#: So many tasks are listed.
MOST_URGENT = 30


@dataclass
class Tally:
    """How many open tasks stand where."""

    overdue: int = 0
    today: int = 0
    held: int = 0
    open: int = 0
    provisional: int = 0
    warned: int = 0

    @property
    def later(self) -> int:
        """Due on another day, or without a limit."""
        return self.open - self.overdue - self.today - self.held

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The parts of a bar: where each begins, and how high it is, so that they differ without colour."""
        parts, start = [], 0
        for shape, count, height in (
            ("overdue", self.overdue, 10), ("today", self.today, 7), ("later", self.later, 4), ("held", self.held, 2),
        ):  # fmt: skip
            if count > 0:
                parts.append({"shape": shape, "start": start, "count": count, "y": 10 - height, "height": height})
                start += count
        return parts

    def add(self, other: Tally) -> None:
        for name in ("overdue", "today", "held", "open", "provisional", "warned"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Cell:
    """The open tasks of a post in a department."""

    department: Department
    post: Post
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True)
class Group:
    """The open tasks of one step in cases of one department."""

    step: int
    department: int
    tally: Tally


def groups_for(user: Any, *, now: datetime, day_ends: datetime) -> list[Group]:
    """Count the open tasks of the cases that *user* may see. One statement, however many there are."""
    rows = (
        Task.objects.open()
        .visible_to(user)
        .annotate(clock=FilteredRelation("clocks", condition=Q(clocks__target=Target.STEP, clocks__ended_at=None)))
        .order_by()
        .values_list("step", "process__department")
        .annotate(
            overdue=Count("pk", filter=Q(due_at__lt=now)),
            today=Count("pk", filter=Q(due_at__gte=now, due_at__lt=day_ends)),
            held=Count("pk", filter=Q(clock__state=ClockState.PAUSED)),
            open=Count("pk"),
            provisional=Count("pk", filter=Q(clock__is_provisional=True)),
            warned=Count("pk", filter=Q(clock__fired__gt=0, clock__breached_at=None, due_at__gte=now)),
        )
    )
    return [Group(step, department, Tally(*counts)) for step, department, *counts in rows]


class Places:
    """Which post does each step, and in which department. Three statements.

    Where a standard leaves the department open, it is that of the case if the post is held there,
    else the first one in which it is held.
    """

    def __init__(self, groups: Iterable[Group], user: Any) -> None:
        found = list(groups)
        self._posts: dict[int, tuple[Post, int | None]] = {}
        rows = CompiledPlace.objects.filter(step__in={group.step for group in found}, duty="R")
        for place in rows.select_related("post").order_by("-pk"):  # the first one named is kept
            self._posts[place.step_id] = (place.post, place.department_id)
        open_posts = {post.pk for post, department in self._posts.values() if department is None}
        self._held: dict[int, set[int]] = {}
        holdings = PostHolding.objects.in_force(user.today).filter(post__in=open_posts).order_by()
        for post_id, department_id in holdings.values_list("post", "department").distinct():
            self._held.setdefault(post_id, set()).add(department_id)
        self._departments = {row.pk: row for row in Department.objects.without_tree_fields()}

    def post(self, step: int) -> Post | None:
        """Return the post that does a step."""
        found = self._posts.get(step)
        return found[0] if found else None

    def department(self, step: int, of_case: int) -> Department:
        """Return the department in which a step of a case is done."""
        post, named = self._posts.get(step, (None, None))
        held = self._held.get(post.pk, set()) if post is not None and named is None else set()
        if held and of_case not in held:
            return min((self._departments[pk] for pk in held), key=lambda row: row.code)
        return self._departments[named or of_case]


def cells_of(groups: Iterable[Group], places: Places) -> list[Cell]:
    """Return the matrix, by department and post."""
    cells: dict[tuple[int, int], Cell] = {}
    for group in groups:
        department, post = places.department(group.step, group.department), places.post(group.step)
        if post is not None:
            cell = cells.setdefault((department.pk, post.pk), Cell(department, post))
            cell.tally.add(group.tally)
    return sorted(cells.values(), key=lambda cell: (cell.department.code, cell.post.code))


def most_urgent(user: Any, groups: Collection[Group] | None = None) -> QuerySet[Clock]:
    """Return the running clocks of open tasks, due first first; of the *groups* only, if any are named."""
    rows = Clock.objects.filter(target=Target.STEP, ended_at=None, due_at__isnull=False)
    seen = seen_by(user, "case__")
    if seen is not None:
        rows = rows.filter(seen)
    if groups is not None:
        rows = rows.filter(_in(groups))
    return (
        rows.select_related("case__process", "task__step", "task__owner")
        .defer("case__data", "case__flow_class", "task__data", "task__flow_task")
        .annotate(plan_digest=F("version__digest"))
        .order_by("due_at", "pk")[:MOST_URGENT]
    )


def _in(groups: Collection[Group]) -> Q:
    steps: dict[int, list[int]] = {}
    for group in groups:
        steps.setdefault(group.department, []).append(group.step)
    condition = Q(pk__in=())
    for department, found in steps.items():
        condition |= Q(case__department=department, task__step__in=found)
    return condition


def cases_overdue(user: Any, *, now: datetime) -> int:
    """Return how many visible cases are past their whole limit."""
    rows = Clock.objects.filter(target=Target.TOTAL, ended_at=None, due_at__lt=now)
    seen = seen_by(user, "case__")
    return (rows if seen is None else rows.filter(seen)).count()
