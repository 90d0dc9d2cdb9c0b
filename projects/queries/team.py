"""What a team lacks (H2.1.1), for any number of projects at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.organisation.models import Department, PostHolding
from procstd.roles import Role
from projects.models import Duty, Member, Project
from projects.queries.words import Listed


@dataclass(frozen=True)
class Gap:
    """Something that the team lacks, in a sentence."""

    code: str
    sentence: Any


def gaps_of(projects: Sequence[int], *, on: date) -> dict[int, list[Gap]]:
    """Return what each team lacks on a day. Four queries, however many projects."""
    members: dict[int, list[Member]] = defaultdict(list)
    for member in Member.objects.present().filter(project__in=projects).select_related("person"):
        members[member.project_id].append(member)
    concerned: dict[int, list[int]] = defaultdict(list)
    pairs = Project.departments.through.objects.filter(project__in=projects)
    for project, department in pairs.values_list("project_id", "department_id"):
        concerned[project].append(department)
    people = {member.person_id for rows in members.values() for member in rows if member.person_id}
    heads = PostHolding.objects.in_force(on).filter(
        person__in=people, post__role=Role.DEPARTMENT_HEAD, post__is_active=True
    )
    headed: dict[int, set[int]] = defaultdict(set)
    for person, department in heads.values_list("person_id", "department_id"):
        headed[person].add(department)
    chart = {row.pk: row for row in Department.objects.without_tree_fields()}
    return {
        project: _gaps(members[project], [chart[pk] for pk in concerned[project] if pk in chart], headed, chart)
        for project in projects
    }


def _gaps(
    members: Iterable[Member], concerned: Sequence[Department], headed: dict[int, set[int]], chart: dict[int, Any]
) -> list[Gap]:
    at_work = [member for member in members if member.person is None or member.person.is_active]
    duties = {member.duty for member in at_work}
    gaps = []
    if Duty.LEADER not in duties:
        gaps.append(Gap("leader", _("No leader yet: a vice president who steers, coordinates and decides.")))
    if not concerned:
        gaps.append(Gap("departments", _("No department is named that the project concerns.")))
    own = {pk for member in at_work if member.duty == Duty.DEPARTMENT for pk in headed.get(member.person_id or 0, ())}
    missing = [row for row in concerned if not own.intersection(_upwards(row.pk, chart))]
    if missing:
        sentence = _("The head of a department concerned is missing: %(departments)s.")
        gaps.append(Gap("heads", filled(sentence, departments=Listed(sorted(missing, key=lambda row: row.code)))))
    if Duty.SPECIALIST not in duties:
        gaps.append(Gap("specialist", _("No process specialist yet: somebody who owns the documents.")))
    if Duty.IT not in duties:
        gaps.append(Gap("it", _("Nobody from IT yet: somebody who owns system support.")))
    return gaps


def _upwards(department: int | None, chart: dict[int, Any]) -> list[int]:
    """Return a department and those above it: who heads one of them answers for it."""
    way: list[int] = []
    while department is not None and department not in way:
        way.append(department)
        department = chart[department].parent_id if department in chart else None
    return way
