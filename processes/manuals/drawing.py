"""Draw the manual of a revision in a kind and a choice of languages, as it stands at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from processes.domain.parsing import parse
from processes.domain.standard import Standard
from processes.domain.texts import text_of
from processes.manuals.blocks import Manual
from processes.manuals.content import manual_of
from processes.manuals.facts import Facts, facts_of
from processes.models import Revision


@dataclass(frozen=True)
class Read:
    """A revision as it was read: what it says, and what is said of it."""

    revision: Revision
    standard: Standard
    facts: Facts
    at: datetime

    def manual(self, choice: str) -> Manual:
        return manual_of(self.standard, self.facts, choice=choice, at=self.at)


def read(revision: Revision, *, at: datetime) -> Read:
    """Read a revision, released or not. Raises DefinitionBroken when the released bytes were altered."""
    text = text_of(revision)
    return Read(revision, parse(text.data), facts_of(revision, sha256=text.sha256, at=at), at)
