"""Suggestions that say nearly the same (F80): compared by pairs of characters and words, as the search does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from improvements.models import State, Suggestion
from improvements.models.suggestion import TAKEN, SuggestionQuerySet
from processes.models import Process
from procstd.bigrams import index_words

#: So much of the shorter text must stand in the other one.
ALIKE = 0.3
#: The latest ones that are compared; a page shows so many.
_COMPARED, SHOWN = 400, 5
#: Fewer tokens than this are like everything.
_LEAST_WORDS = 4


@dataclass(frozen=True)
class Likeness:
    """A suggestion with how much of the words they share, in hundredths."""

    suggestion: Suggestion
    percent: int


def words_of(problem: str, proposal: str) -> str:
    """Return the tokens that a suggestion is found by."""
    return index_words(problem, proposal)


def alike(one: Iterable[str], other: Iterable[str]) -> float:
    """Return which share of the smaller set of tokens stands in the other one too."""
    here, there = set(one), set(other)
    least = min(len(here), len(there))
    return len(here & there) / least if least >= _LEAST_WORDS else 0.0


def followable(rows: SuggestionQuerySet) -> SuggestionQuerySet:
    """Return those of *rows* that whoever writes may see and want too."""
    alive = rows.exclude(state__in=[State.DECLINED, State.MERGED])
    return alive.filter(Q(is_anonymous=False) | Q(state__in=[State.IN_WORK, *TAKEN]))


def similar_to(
    process: Process, words: str, *, but: Suggestion | None = None, shows_new: bool = False
) -> list[Likeness]:
    """Return suggestions to *process* whose words are like *words*, the most like first. One statement.

    Others' words are shown to whoever writes only if they were suggested by name or somebody has taken them up:
    an anonymous one is read first by those who decide (*shows_new*).
    """
    rows = Suggestion.objects.filter(process=process).exclude(state__in=[State.DECLINED, State.MERGED])
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if not shows_new:
        rows = followable(rows)
    mine = words.split()
    found = [
        Likeness(row, round(share * 100))
        for row in rows.order_by("-month", "-number")[:_COMPARED]
        if (share := alike(mine, row.words.split())) >= ALIKE
    ]
    found.sort(key=lambda like: (-like.percent, like.suggestion.number))
    return found[:SHOWN]
