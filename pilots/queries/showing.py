"""A compared criterion as page and report show it: words, look, picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from pilots.queries.comparison import Compared
from pilots.queries.picture import draw
from pilots.queries.saying import OUTCOMES, aim, between, cases, controlled, difference, figure, named, p_value, reached
from pilots.queries.saying import sentence as said


@dataclass(frozen=True)
class Shown:
    """What is seen of a criterion, in the language in force."""

    row: Compared
    title: str
    aim: str
    verdict: Any
    look: str
    sentence: str
    before: str
    after: str
    interval_after: str
    difference: str
    between: str
    p: str
    n_before: str
    n_after: str
    reached: str
    controlled: str
    picture: SafeString


def shown(row: Compared, steps: dict[str, str]) -> Shown:
    """Say and draw *row*."""
    found, is_duration = row.estimate, row.is_duration
    title = named(row.criterion, steps)
    label, look = OUTCOMES[row.verdict.outcome]
    low, high = row.interval_after
    return Shown(
        row=row, title=title, aim=aim(row.criterion), verdict=label, look=look, sentence=said(row),
        before=figure(found.before, is_duration=is_duration), after=figure(found.after, is_duration=is_duration),
        interval_after=f"{figure(low, is_duration=is_duration)} – {figure(high, is_duration=is_duration)}",
        difference=difference(found, is_duration=is_duration),
        between=between(found, is_duration=is_duration), p=p_value(found),
        n_before=cases(found.n_before, found.open_before), n_after=cases(found.n_after, found.open_after),
        reached=reached(row), controlled=controlled(row.controlled) if row.controlled is not None else "",
        picture=draw(row, title=title),
    )  # fmt: skip
