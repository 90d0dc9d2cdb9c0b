"""An attempt at a quiz as it is read: what was asked, what was answered, where the standard says it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from procstd.bilingual import suffix
from rollouts.models import QuizAttempt


@dataclass(frozen=True)
class Answered:
    """One question, in the language in force."""

    number: int
    text: str
    answers: tuple[str, ...]
    right: int
    chosen: int | None
    clause: str
    where: str
    is_changed: bool

    @property
    def is_right(self) -> bool:
        return self.chosen == self.right

    @property
    def right_answer(self) -> str:
        return self.answers[self.right]

    @property
    def chosen_answer(self) -> str:
        return "" if self.chosen is None else self.answers[self.chosen]


def place_in(answers: Sequence[Any], place: int | None) -> int | None:
    """Return *place* if one of *answers* stands there, otherwise None."""
    return place if place is not None and 0 <= place < len(answers) else None


def questions_of(attempt: QuizAttempt) -> list[Answered]:
    """Return the questions of *attempt* with what was answered."""
    language = suffix()
    rows = json.loads(attempt.content)
    answers = [*attempt.answers, *([None] * len(rows))]
    return [
        Answered(
            number, row["text"][language], tuple(text[language] for text in row["answers"]), row["right"],
            place_in(row["answers"], chosen),
            row["clause"], row["where"][language], row["changed"],
        )
        for number, (row, chosen) in enumerate(zip(rows, answers, strict=False), 1)
    ]  # fmt: skip


def manual_address(attempt: QuizAttempt, clause: str) -> str:
    """Return where the manual says it: the step, or the time standards."""
    revision = attempt.definition.revision
    page = reverse("processes:manual", args=[revision.process.code, revision.number])
    kind, _colon, key = clause.partition(":")
    anchor = {"step": f"step-{key}", "form": f"form-{key}", "totals": "times"}.get(kind, "")
    return f"{page}#{anchor}" if anchor else page
