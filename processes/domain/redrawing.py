"""Replace the steps of a draft by those of a drawing: the one act behind import and expert mode (F18)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.domain.chart.bpmn_graph import Drop
from processes.domain.chart.bpmn_read import Imported, read_bpmn
from processes.domain.chart.stepdata import Data
from processes.domain.definition import build
from processes.domain.drafting import write_steps
from processes.domain.editing import change_draft
from processes.domain.standard import Words
from processes.models import Answer, Branch, ExceptionRule, Outcome, Revision, Step, StepPost
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log
from procstd.organisation.models import Department, Post

_ASIDE = re.compile(r"^(?P<post>.+?)\s*[(（](?P<department>[^()（）]+)[)）]$")


@dataclass
class Proposal:
    """What would be taken over from a file, before anything is saved."""

    imported: Imported
    steps: list[Data]
    drops: list[Drop]
    #: Steps of the draft that the file does not have.
    lost: list[tuple[str, str]] = field(default_factory=list)


def propose(revision: Revision, content: bytes, *, pool: str = "") -> Proposal:
    """Read a BPMN file against the draft: which steps stay, come and go, and what cannot be taken over."""
    imported = _read(revision, content, pool)
    drops = list(imported.drops)
    steps = _with_known(revision, imported, drops)
    present = {step.key: str(step) for step in revision.steps.all()}
    lost = [(key, name) for key, name in present.items() if key not in imported.kept]
    return Proposal(imported, [_shown(row, steps, imported.kept & set(present)) for row in steps], drops, lost)


def _read(revision: Revision, content: bytes, pool: str) -> Imported:
    taken = revision.steps.values_list("key", flat=True)
    return read_bpmn(content, pool, code=revision.process.code, taken=tuple(taken))


def _shown(row: Data, steps: Sequence[Data], kept: set[str]) -> Data:
    """Return a step with what a report says of it: its name, its posts, its ways, and whether it stays."""
    names = {other["key"]: str(Words.of(other["title"])) for other in steps}
    return {
        **row,
        "shown": names[row["key"]],
        "is_kept": row["key"] in kept,
        "who": ", ".join(str(Words.of(place["post"]["name"])) for place in row["posts"].get("R", ())),
        "ways": [f"{Words.of(way['label'])} → {names.get(way['target']) or _('end')}" for way in row["outcomes"]],
    }


@transaction.atomic
def redraw(revision: Revision, *, content: bytes, by: Any, reason: str, seen: int | None, pool: str = "") -> Revision:
    """Let the steps of the draft be those of the BPMN file *content*.

    Steps with our keys keep what the drawing does not say; exceptions go with steps that are gone. Refuses a
    file that cannot be read, a released text, and a draft that somebody changed since *seen*.
    """
    present = change_draft(revision, by=by, reason=reason, seen=seen)
    data = build(present)
    imported = _read(present, content, pool)
    steps = _with_known(present, imported, [])
    if not steps:
        raise DomainError(_("The file has no step: no process in it contains a task."), field="file")
    for rows in (
        Answer.objects.filter(step__revision=present),
        Branch.objects.filter(outcome__step__revision=present),
        Outcome.objects.filter(step__revision=present),
        StepPost.objects.filter(step__revision=present),
        ExceptionRule.objects.filter(step__revision=present),
        Step.objects.filter(revision=present),
    ):
        history.delete_many(rows, by=by, reason=reason)
    exceptions = [row for row in data["exceptions"] if row["step"] in imported.kept]
    write_steps(present, {"steps": steps, "exceptions": exceptions}, by=by, reason=reason)
    log.info("draft_redrawn", revision=present.pk, steps=len(steps))
    return present


def _with_known(revision: Revision, imported: Imported, drops: list[Drop]) -> list[Data]:
    """Let steps name only posts, departments and forms that exist here; find posts by the names of lanes."""
    posts = {row.code: row for row in Post.objects.all()}
    departments = {row.code: row for row in Department.objects.without_tree_fields()}
    forms = set(revision.forms.values_list("key", flat=True))
    by_name = {name.casefold(): row for row in posts.values() for name in (row.code, row.name_zh, row.name_en) if name}
    halls = {
        name.casefold(): row for row in departments.values() for name in (row.code, row.name_zh, row.name_en) if name
    }
    made = []
    nameless: dict[str, list[str]] = {}
    for row in imported.steps:
        duties = {}
        for duty, places in row["posts"].items():
            duties[duty] = [place for place in places if _exists(place, posts, departments)]
            for place in places:
                if place not in duties[duty]:
                    why = _("There is no such post or department here.")
                    drops.append(Drop(row["key"], "post", place["post"]["code"], why))
        if row["key"] in imported.lanes:
            lane = imported.lanes[row["key"]]
            found = list(_places_of(lane, by_name, halls))
            if found:
                duties["R"] = found
            elif lane:
                nameless.setdefault(lane[0], []).append(row["key"])
        form = row["form"]
        if form and form not in forms:
            drops.append(Drop(row["key"], "form", form, _("The draft has no such form.")))
            form = None
        made.append({**row, "posts": {duty: _once(places) for duty, places in duties.items() if places}, "form": form})
    why = _("No post here has the name of this lane. Choose the post in its steps.")
    drops += [Drop(", ".join(keys), "lane", lane, why) for lane, keys in nameless.items()]
    return made


def _exists(place: Data, posts: Mapping[str, Any], departments: Mapping[str, Any]) -> bool:
    department = place["department"]
    return place["post"]["code"] in posts and (department is None or department["code"] in departments)


def _once(places: Sequence[Data]) -> list[Data]:
    return list(
        {
            (place["post"]["code"], place["department"] and place["department"]["code"]): place for place in places
        }.values()
    )


def _places_of(lane: Sequence[str], posts: Mapping[str, Any], departments: Mapping[str, Any]) -> Iterator[Data]:
    """Find the posts of a lane: by its name, as “post”, “post (department)” or several with a slash between."""
    around = next((departments[name.casefold()] for name in lane[1:] if name.casefold() in departments), None)
    for part in re.split(r"\s*[/／、]\s*", lane[0] if lane else ""):
        named = _ASIDE.match(part)
        aside = departments.get(named["department"].casefold()) if named else None
        post = posts.get(part.casefold()) or (posts.get(named["post"].casefold()) if named else None)
        if post is not None:
            department = aside or around
            yield {
                "post": {"code": post.code, "name": {"zh": post.name_zh, "en": post.name_en}},
                "department": department
                and {"code": department.code, "name": {"zh": department.name_zh, "en": department.name_en}},
            }
