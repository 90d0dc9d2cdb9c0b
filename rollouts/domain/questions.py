"""Questions of a quiz: one right answer, wrong ones beside it, and which of many are asked (F45)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from procstd.bilingual import in_each_language

#: A text in both languages, as it is kept.
Text = dict[str, str]
#: So many wrong answers stand beside the right one, where the standard has as many.
WRONG_MOST = 3


@dataclass(frozen=True)
class Question:
    """A question with its right and its wrong answers, and the clause that answers it: ``step:s4``, ``totals``."""

    text: Text
    right: Text
    wrong: tuple[Text, ...]
    clause: str
    #: What of the clause it asks, as a difference names it: ``limit``, ``posts``, ``outcomes``.
    about: str = ""
    #: What the clause is called.
    where: Text | None = None
    is_changed: bool = False
    is_own: bool = False
    is_from_bank: bool = False

    @property
    def rank(self) -> int:
        """What is asked first: what changed for one's own posts, what changed, the bank, one's own steps, the rest."""
        if self.is_changed:
            return 0 if self.is_own else 1
        if self.is_from_bank:
            return 2
        return 3 if self.is_own else 4

    def asked(self, random: Random) -> dict[str, Any]:
        """Return it as it is asked and kept: the answers in a random order, and the place of the right one."""
        wrong = random.sample(self.wrong, min(WRONG_MOST, len(self.wrong)))
        answers = [self.right, *wrong]
        random.shuffle(answers)
        return {
            "text": self.text, "answers": answers, "right": answers.index(self.right), "clause": self.clause,
            "where": self.where or {"zh": "", "en": ""}, "changed": self.is_changed,
        }  # fmt: skip


def said(call: Callable[[], Any]) -> Text:
    """Return what *call* says in both languages."""
    return in_each_language(lambda: str(call()))


def chosen(questions: Iterable[Question], count: int, *, seed: str) -> list[dict[str, Any]]:
    """Return *count* questions as they are asked: by rank, within a rank at random, the same for the same seed."""
    random = Random(seed)  # noqa: S311  (a quiz, not a secret)
    rows = list(questions)
    random.shuffle(rows)
    rows.sort(key=lambda row: row.rank)
    taken = [row.asked(random) for row in rows[:count]]
    random.shuffle(taken)
    return taken
