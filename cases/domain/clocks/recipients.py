"""Whom a threshold tells: roles of the chain, resolved to the people who hold the posts now (F61)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from cases.models import Clock, Task
from processes.domain.standard import Place, Standard, Step
from procstd.calendars.domain.current import Snapshot
from procstd.organisation.models import PostHolding, Substitution
from procstd.roles import Role

#: Who is told in the place of a role that nobody has at the moment.
_NEXT_UP = {"handler": "supervisor", "supervisor": "head", "head": "lead"}


class Staff:
    """Who holds which post today, and who stands in. Two statements."""

    def __init__(self, calendars: Snapshot, *, at: datetime) -> None:
        self._calendars = calendars
        today = timezone.localdate(at)
        holdings = PostHolding.objects.in_force(today).filter(person__is_active=True, post__is_active=True)
        self._posts: dict[str, list[tuple[int, int]]] = {}  # by post: holding's department and person
        self._roles: dict[str, list[tuple[int, int]]] = {}
        standing_in: dict[int, list[int]] = {}
        substitutes = Substitution.objects.in_force(today).filter(substitute__is_active=True)
        for holding, person in substitutes.values_list("holding_id", "substitute_id"):
            standing_in.setdefault(holding, []).append(person)
        rows = holdings.order_by("pk").values_list("pk", "post__code", "post__role", "department_id", "person_id")
        for pk, post, role, department, person in rows:
            for who in (person, *standing_in.get(pk, ())):
                self._posts.setdefault(post, []).append((department, who))
                self._roles.setdefault(role, []).append((department, who))

    def holders(self, places: Iterable[Place]) -> list[int]:
        """Return the people in *places*: a post in one department, or wherever it is held."""
        found: list[int] = []
        for place in places:
            department = self._calendars.department_id(place.department) if place.department else None
            found += [
                who for where, who in self._posts.get(place.post, ()) if place.department is None or where == department
            ]
        return found

    def departments(self, places: Iterable[Place], people: set[int]) -> list[int]:
        """Return where the posts in *places* are held: by *people*, or by anybody."""
        found = []
        for place in places:
            named = self._calendars.department_id(place.department) if place.department else None
            for where, who in self._posts.get(place.post, ()):
                if named in (None, where) and (not people or who in people):
                    found.append(where)
        return list(dict.fromkeys(found))

    def heads(self, department: int | None) -> list[int]:
        """Return the heads of a department, or of the nearest one above that has any."""
        heads = self._roles.get(Role.DEPARTMENT_HEAD, [])
        for unit in self._calendars.upwards(department):
            found = [who for where, who in heads if where == unit]
            if found:
                return found
        return []

    def department_id(self, code: str) -> int | None:
        return self._calendars.department_id(code)

    def leads(self) -> list[int]:
        return [who for _where, who in self._roles.get(Role.PROJECT_LEAD, ())]

    def post(self, code: str) -> list[int]:
        return [who for _where, who in self._posts.get(code, ())]


def recipients(role: str, clock: Clock, standard: Standard, open_tasks: Sequence[Task], staff: Staff) -> set[int]:
    """Return the people that *role* of the chain stands for at *clock*: if nobody, the next one up."""
    tasks = [task for task in open_tasks if clock.task_id in (None, task.pk)]
    steps = [step for task in tasks if (step := standard.step(task.key)) is not None]
    if not steps and (step := standard.step(clock.step)) is not None:
        steps = [step]
    wanted: str | None = role
    while wanted is not None:
        found = set(_holding(wanted, clock, steps, tasks, staff))
        if found:
            return found
        wanted = "head" if wanted.startswith("post:") else _NEXT_UP.get(wanted)
    return set()


def _holding(role: str, clock: Clock, steps: list[Step], tasks: list[Task], staff: Staff) -> list[Any]:
    if role.startswith("post:"):
        return staff.post(role.removeprefix("post:"))
    if role == "handler":
        claimed = [task.owner_id for task in tasks if task.owner_id is not None]
        unclaimed = {task.key for task in tasks if task.owner_id is None}
        waiting = [place for step in steps if step.key in unclaimed or not tasks for place in step.responsible]
        return claimed + staff.holders(waiting)
    if role == "supervisor":
        return staff.holders(place for step in steps for place in step.posts.get("A", ()))
    if role == "head":
        return [who for unit in _units(clock, steps, tasks, staff) for who in staff.heads(unit)]
    return staff.leads()


def _units(clock: Clock, steps: list[Step], tasks: list[Task], staff: Staff) -> list[int | None]:
    """Return the departments whose heads answer for the work: where it is done, else that of the case."""
    owners = {task.owner_id for task in tasks if task.owner_id is not None}
    places = [place for step in steps for place in step.responsible]
    found = staff.departments(places, owners) or staff.departments(places, set())
    return [*found] or [clock.case.department_id]
