"""What the pages of a draft say of its changes in a few lines: how many, how many without an origin, which number."""

from __future__ import annotations

from typing import Any

from processes.domain.changing import is_major, next_number
from processes.domain.redline.numbering import number_for
from processes.domain.versions import Redline, unexplained
from processes.models import Revision


def summary_of(revision: Revision, found: Redline | None) -> dict[str, Any]:
    """Return what a page says of the changes of a draft in a few lines."""
    if found is None:
        return {"redline": None}
    said = {"redline": found, "unexplained": unexplained(found, revision.changes.all())}
    if revision.is_variant:  # it has the number of the standard that it varies
        return said
    proposal = number_for(found.changes)
    return {
        **said,
        "proposal": proposal,
        "proposed": ".".join(map(str, next_number(revision, found.before, major=proposal.is_major))),
        "is_as_proposed": proposal.is_major == is_major(revision, found.before),
    }
