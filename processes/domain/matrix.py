"""The RACI matrix of a process: its steps by the posts that take part in them (F03, H4.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.editing import rewrite_steps
from processes.domain.standard import Place, Standard, Step
from processes.models import Duty, Revision, StepPost
from procstd.errors import DomainError
from procstd.organisation.models import Department, Post

LETTERS = "".join(Duty.values)
_APART = re.compile(r"[\s,，、;/·]+")

#: A place by its codes: the post's, and the department's or none.
Spot = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """A step in the matrix: the letters of each place, in the order of the columns."""

    step: Step
    letters: tuple[str, ...]

    @property
    def answers(self) -> int:
        """How many places answer for the step (A); a sound step has one."""
        return len(self.step.posts.get(Duty.ACCOUNTABLE, ()))


@dataclass(frozen=True)
class Matrix:
    """The steps of a standard by its places."""

    places: tuple[Place, ...]
    lines: tuple[Line, ...]


def spot_of(place: Place) -> Spot:
    """Return the codes of a place."""
    return place.post, place.department or ""


def matrix_of(standard: Standard) -> Matrix:
    """Return the matrix of a standard; a column for each place, in the order in which steps name them."""
    places: dict[Spot, Place] = {}
    for step in standard.steps:
        for duty in Duty.values:
            for place in step.posts.get(duty, ()):
                places.setdefault(spot_of(place), place)
    lines = [Line(step, tuple(_letters(step, spot) for spot in places)) for step in standard.steps]
    return Matrix(tuple(places.values()), tuple(lines))


def _letters(step: Step, spot: Spot) -> str:
    return "".join(duty for duty in Duty.values if spot in map(spot_of, step.posts.get(duty, ())))


def read_letters(text: str) -> str:
    """Return the letters of a cell in their order. Raises DomainError for anything but R, A, C, I and S."""
    written = _APART.sub("", text).upper()
    if set(written) - set(LETTERS):
        raise DomainError(_("Write R, A, C, I or S, or leave it empty."))
    return "".join(letter for letter in LETTERS if letter in written)


def write_matrix(
    revision: Revision, *, wanted: Mapping[str, Mapping[Spot, str]], by: Any, reason: str, seen: int | None = None
) -> Revision:
    """Give each place the letters *wanted* for it, by the step's key; places not named keep theirs.

    Refuses a step, post or department that is not there. The number of statements does not grow with the steps.
    """
    return rewrite_steps(revision, lambda draft: _differences(draft, wanted), by=by, reason=reason, seen=seen)


def _differences(draft: Revision, wanted: Mapping[str, Mapping[Spot, str]]) -> tuple[list[Any], list[Any]]:
    """Return which rows go, and which come."""
    steps = {step.key: step for step in draft.steps.all()}
    spots = {spot for cells in wanted.values() for spot in cells}
    posts = {row.code: row for row in Post.objects.filter(code__in={post for post, _department in spots})}
    codes = {department for _post, department in spots if department}
    departments: dict[str, Any] = {
        row.code: row for row in Department.objects.without_tree_fields().filter(code__in=codes)
    }
    departments[""] = None
    if wanted.keys() - steps.keys() or any(post not in posts or code not in departments for post, code in spots):
        raise DomainError(_("A step, a post or a department is no longer there. Load the page again."))
    present = {
        (row.step.key, row.post.code, row.department.code if row.department else "", row.duty): row
        for row in StepPost.objects.filter(step__in=steps.values()).select_related("step", "post", "department")
    }
    kept = {(key, *spot, letter) for key, cells in wanted.items() for spot in cells for letter in cells[spot]}
    shown = {(key, *spot) for key, cells in wanted.items() for spot in cells}
    gone = [row.pk for name, row in present.items() if name[:3] in shown and name not in kept]
    come = [
        StepPost(step=steps[key], post=posts[post], department=departments[department], duty=letter)
        for key, post, department, letter in sorted(kept - present.keys())
    ]
    return [StepPost.objects.filter(pk__in=gone)], [come]
