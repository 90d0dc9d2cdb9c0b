"""Lists of suggestions, and one with all that became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from improvements.models import Follower, State, Suggestion
from improvements.queries.links import Link, links_to
from procstd.files.models import StoredFile

#: A list shows so many that somebody follows.
FOLLOWED_MOST = 50


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to."""

    q: str = ""
    state: str = ""
    process: str = ""
    whose: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Asked:
        """Read it from an address; what cannot be read asks for nothing."""
        state = str(query.get("state", ""))
        return cls(
            q=str(query.get("q", "")).strip()[:80].replace("\x00", ""),
            state=state if state in {*State.values, "open"} else "",
            process=str(query.get("process", ""))[:32].replace("\x00", ""),
            whose="mine" if query.get("whose") == "mine" else "",
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.state or self.process or self.whose)


def listed(user: Any, asked: Asked) -> QuerySet[Suggestion]:
    """Return what *user* sees of what is asked for, with what a line shows. One statement."""
    rows = Suggestion.objects.visible_to(user).select_related("process", "proposer", "department")
    if asked.q:
        rows = rows.filter(
            Q(number__icontains=asked.q) | Q(proposal__icontains=asked.q) | Q(problem__icontains=asked.q)
        )
    if asked.state == "open":
        rows = rows.open()
    elif asked.state:
        rows = rows.filter(state=asked.state)
    if asked.process:
        rows = rows.filter(process__code=asked.process)
    if asked.whose:
        rows = rows.filter(proposer=user)
    followers = Follower.objects.filter(suggestion=OuterRef("pk")).order_by().values("suggestion")
    wanted = Coalesce(Subquery(followers.annotate(n=Count("pk")).values("n")), 0)
    return rows.annotate(wanted=wanted).defer("words").order_by("-month", "-number")


def followed(user: Any) -> list[Suggestion]:
    """Return what *user* follows and does not see otherwise, the latest first: for number, proposal and state alone."""
    rows = Suggestion.objects.followed_by(user).exclude(pk__in=Suggestion.objects.visible_to(user).values("pk"))
    return list(rows.only("number", "proposal", "state").order_by("-month", "-number")[:FOLLOWED_MOST])


@dataclass
class Story:
    """A suggestion, what became of it, and what says the same."""

    suggestion: Suggestion
    links: list[Link]
    photos: list[StoredFile] = field(default_factory=list)
    merged: list[Suggestion] = field(default_factory=list)
    #: Keys of those of *merged* that the reader sees.
    readable: frozenset[int] = frozenset()
    followers: int = 0

    @property
    def main(self) -> Suggestion:
        """The one that goes on: itself, or the one that it was merged into."""
        return self.suggestion.merged_into or self.suggestion

    @property
    def is_taken_back(self) -> bool:
        """Tell whether it was adopted, but nothing of it is in a draft or version any more."""
        return self.suggestion.state == State.ADOPTED and not self.links


def story_of(suggestion: Suggestion, user: Any, *, at: datetime) -> Story:
    """Return what became of a suggestion, as *user* may read it. A constant number of statements."""
    main = suggestion.merged_into or suggestion
    seen = Suggestion.objects.visible_to(user).filter(merged_into=suggestion)
    return Story(
        suggestion,
        links_to([main.number], at=at).get(main.number, []),
        list(files_of(suggestion)),
        list(suggestion.merged.select_related("proposer")),
        frozenset(seen.values_list("pk", flat=True)),
        suggestion.followers.count(),
    )


def files_of(suggestion: Suggestion) -> QuerySet[StoredFile]:
    """Return its photos."""
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.get_for_model(Suggestion)
    return StoredFile.objects.filter(content_type=kind, object_id=suggestion.pk)
