"""Begin a draft from a starter: its roles become the enterprise's posts (H1.1)."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.drafting import write_draft
from processes.domain.limitdata import usual_thresholds
from processes.domain.parsing import SCHEMA, parse
from processes.domain.standard import Standard
from processes.models import Process, Revision
from processes.starters.build import Data, Starter
from procstd.errors import DomainError
from procstd.organisation.models import Post

#: Names less alike than this are no proposal: choosing is quicker than undoing.
ALIKE = 0.6


def standard_of_starter(starter: Starter) -> Standard:
    """Return what *starter* says, its roles standing for posts: to be read before anything is begun."""
    data = copy.deepcopy(dict(starter.data))
    for place in _places(data):
        place["post"]["name"] = starter.roles[place["post"]["code"]]
    for row in data["responsibilities"]:
        row["post"]["name"] = starter.roles[row["post"]["code"]]
    process = {"code": starter.key, "name": starter.name, "category": starter.category}
    thresholds = {"thresholds": usual_thresholds()}
    return parse({"schema": SCHEMA, "process": process, "number": "1.0", **data, **thresholds})


def begin_from_starter(
    process: Process, starter: Starter, *, posts: Mapping[str, str], by: Any, reason: str, at: datetime
) -> Revision:
    """Begin a draft of *process* from *starter*; *posts* says by its code which post each role is.

    A role that nobody is chosen for leaves steps and responsibilities without it, which the checks
    then report. Refuses to leave out one to whom exceptions escalate.
    """
    for role in sorted(starter.escalated_to):
        if not posts.get(role):
            raise DomainError(_("Exceptions escalate to this role: choose a post."), field=role)
    return write_draft(process, data_with_posts(starter, posts), by=by, reason=reason, at=at)


def data_with_posts(starter: Starter, posts: Mapping[str, str]) -> Data:
    """Return the draft's data with a post in place of each role that *posts* names."""
    data = copy.deepcopy(dict(starter.data))
    for row in data["responsibilities"]:
        row["post"] = {"code": posts[row["post"]["code"]]} if posts.get(row["post"]["code"]) else None
    for rule in data["exceptions"]:
        rule["escalate_to"]["post"]["code"] = posts[rule["escalate_to"]["post"]["code"]]
    for step in data["steps"]:
        mapped = {duty: _mapped(places, posts) for duty, places in step["posts"].items()}
        # In a small house who does a step and who was to countersign it can be one post: then nobody countersigns.
        mapped["S"] = [place for place in mapped.get("S", ()) if place not in mapped["R"]]
        step["posts"] = {duty: places for duty, places in mapped.items() if places or duty != "S"}
    return data


def _mapped(places: Iterable[Data], posts: Mapping[str, str]) -> list[Data]:
    """Return the places of one duty; two roles that are one post stand there once."""
    codes = dict.fromkeys(posts[place["post"]["code"]] for place in places if posts.get(place["post"]["code"]))
    return [{"post": {"code": code}, "department": None} for code in codes]


def proposed_posts(starter: Starter, posts: Iterable[Post]) -> dict[str, str]:
    """Return for each role the code of the post whose code or name is most like it, where one is like enough."""
    known = [(post.code, [post.code.replace("-", " "), post.name_zh, post.name_en.lower()]) for post in posts]
    found = {}
    for role, name in starter.roles.items():
        names = [role.replace("-", " "), name["zh"], name["en"].lower()]
        ranked = [
            (max(SequenceMatcher(None, mine, theirs).ratio() for mine in names for theirs in words), code)
            for code, words in known
        ]
        best = max(ranked, default=(0.0, ""))
        if best[0] >= ALIKE:
            found[role] = best[1]
    return found


def _places(data: Data) -> Iterable[Data]:
    """Yield every place in which a role stands beside a duty or an exception."""
    for step in data["steps"]:
        for places in step["posts"].values():
            yield from places
    for rule in data["exceptions"]:
        yield rule["escalate_to"]
