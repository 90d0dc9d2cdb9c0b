"""Who should review a draft, by the rules of H2.3.3, read off the standard itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q

from processes.domain.authors import authors_of
from processes.domain.definition import build
from processes.models import Duty, Revision, Rule
from procstd.organisation.models import PostHolding
from procstd.roles import Role

#: So many are proposed at most; more is a route that nobody walks.
MOST_PROPOSED = 30


@dataclass(frozen=True)
class Proposal:
    """Somebody who should be asked, by which rule, in which post."""

    person: Any
    rule: str
    post: Any
    department: Any

    @property
    def why(self) -> str:
        return str(Rule(self.rule).label)


def propose(revision: Revision, *, on: date) -> list[Proposal]:
    """Return who should review *revision*: heads of departments concerned, holders of key posts, legal and risk.

    Authors are left out (F22). Who comes by two rules comes by the first. A constant number of statements.
    What a variant inherits is read too; its own department is concerned.
    """
    data = build(revision)
    named = [place["department"] for step in data["steps"] for rows in step["posts"].values() for place in rows]
    named += [row["department"] for row in data["responsibilities"]]
    departments = {row["code"] for row in named if row}
    if revision.variant_for_id:
        departments.add(revision.variant_for_id)
    concerned = Q(department=revision.process.department_id) | Q(department__code__in=departments)
    wanted: list[tuple[str, Q]] = [(Rule.HEAD, Q(concerned, post__role=Role.DEPARTMENT_HEAD))]
    key_posts = Q(pk__in=[])
    for step in data["steps"]:
        for place in step["posts"].get(Duty.ACCOUNTABLE, ()) if step["key_node"] else ():
            hall = place["department"]
            where = Q(post__code=place["post"]["code"])
            key_posts |= where & Q(department__code=hall["code"]) if hall else where
    wanted.append((Rule.KEY_POST, key_posts))
    wanted.append((Rule.COMPLIANCE, Q(post__code__in=settings.COMPLIANCE_POSTS)))
    authors = authors_of(revision)
    found: dict[int, Proposal] = {}
    for rule, where in wanted:
        holdings = PostHolding.objects.in_force(on).filter(where, person__is_active=True, post__is_active=True)
        holdings = holdings.exclude(person__in=authors).select_related("person", "post", "department")
        for holding in holdings.order_by("department__code", "post__code", "person__username")[:MOST_PROPOSED]:
            found.setdefault(holding.person_id, Proposal(holding.person, rule, holding.post, holding.department))
    return list(found.values())[:MOST_PROPOSED]
