"""The reading pack: which manuals somebody can keep on a device (F35)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.models import Process, Release, Revision, StepPost


@dataclass(frozen=True)
class Kept:
    """A manual that can be kept: of which process, in which version, and whether a post of the reader is in it."""

    process: Process
    revision: Revision
    is_mine: bool


def manuals_in_force(user: Any, at: datetime) -> list[Kept]:
    """Return the manuals in force at a moment, those that name a post of *user* first. Four queries, and his posts.

    A variant names the posts of the standard that it varies, by and large.
    """
    releases = Release.objects.in_force(at).filter(process__in=Process.objects.visible_to(user))
    rows = releases.select_related("process", "definition__revision").defer("definition__content", "reason")
    found = {release.definition.revision_id: release for release in rows}
    posts = {duty.post_id for duty in user.duties}
    named = StepPost.objects.filter(post__in=posts, step__revision__in=found.keys())
    inherited = StepPost.objects.filter(post__in=posts, step__revision__definition__variants__in=found.keys())
    mine = {
        *named.values_list("step__revision", flat=True),
        *inherited.values_list("step__revision__definition__variants", flat=True),
    }
    kept = [Kept(release.process, release.definition.revision, revision in mine) for revision, release in found.items()]
    return sorted(kept, key=lambda row: (not row.is_mine, row.process.category, row.process.code, row.revision.number))


def is_in_force(revision: Revision, at: datetime) -> bool:
    """Tell whether some department works by *revision* at a moment."""
    return Release.objects.in_force(at).filter(definition__revision=revision).exists()
