"""Every fault of a draft: those of its text, and those of the organisation that it names."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from processes.domain.checks import faults_of
from processes.domain.definition import build
from processes.domain.faults import Fault
from processes.domain.limitdata import POST
from processes.domain.parsing import parse
from processes.domain.standard import Standard
from processes.models import Revision, Target
from procstd.organisation.models import Department, Post


def faults_in(revision: Revision, standard: Standard | None = None) -> list[Fault]:
    """Return what keeps *revision* from being released; *standard* is what it says, if the caller knows."""
    standard = standard or parse(build(revision))
    return [*faults_of(standard), *faults_around(revision, standard)]


def faults_around(revision: Revision, standard: Standard) -> Iterator[Fault]:
    """Yield the faults that only the database knows."""
    if revision.is_variant and not revision.differences.exists():
        message = _("It differs in nothing from V%(number)s, which holds without a variant too.")
        yield Fault("variant", message % {"number": revision.whole_number})
    yield from missing_posts_in(standard)


def missing_posts_in(standard: Standard) -> Iterator[Fault]:
    """Yield a fault for each step that nobody could do, or be told of: its post or department is no more.

    By what the standard says, so that what a variant inherits is looked at like what it says itself.
    """
    places = [(step, place) for step in standard.steps for rows in step.posts.values() for place in rows]
    told = {
        name.removeprefix(POST): target
        for target, rows in standard.thresholds.items()
        for row in rows
        for name in row.recipients
        if name.startswith(POST)
    }
    codes = {place.post for _step, place in places} | {rule.escalate_to.post for rule in standard.exceptions} | {*told}
    posts = {row.code: row for row in Post.objects.filter(code__in=codes, is_active=False)}
    halls = {place.department for _step, place in places if place.department}
    gone = Department.objects.without_tree_fields().filter(code__in=halls, is_active=False)
    departments = {row.code: row for row in gone}
    for step, place in places:
        what = posts.get(place.post) or departments.get(place.department or "")
        if what is not None:
            message = _("Step %(number)s: “%(what)s” is abolished.") % {"number": step.number, "what": what}
            yield Fault(f"step:{step.key}", message, "posts")
    for rule in standard.exceptions:
        if rule.escalate_to.post in posts:
            named = {"what": posts[rule.escalate_to.post]}
            message = _("An exception escalates to “%(what)s”, which is abolished.") % named
            yield Fault("exceptions", message, "rows")
    for code, target in told.items():
        if code in posts:
            message = _("“Who is told when” names “%(what)s”, which is abolished.") % {"what": posts[code]}
            yield Fault("thresholds", message, target if target in Target.values else "single")
