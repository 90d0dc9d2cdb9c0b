"""What the checker finds in a draft (F14, F15, F89): one list, from everything that looks at it.

``findings_of`` is the one way in. What keeps a draft from being released (``checks.py``) is in it as *blocking*;
the rest is *advice*: somebody may judge that it is right as it stands, and say why (``suppressing.py``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from processes.domain.standard import Standard
from procstd.worktime import Calendar

BLOCKING, ADVICE = "blocking", "advice"
#: The number of a row, which changes when another one is deleted.
_ROW = re.compile(r"-\d+-")


@dataclass(frozen=True)
class Facts:
    """What the checker is told of the world around the standard; what is unknown is not judged."""

    #: Everybody's working time in the process's department, and from when on starts are tried.
    calendar: Calendar | None = None
    at: datetime | None = None
    #: Posts of the standard that nobody holds: (post, department or None).
    vacant: frozenset[tuple[str, str | None]] = frozenset()
    #: Faults that only the database knows, as an abolished post.
    faults: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something to look at. *place* and *field* as in a Fault: the page of the editor, and what is wrong there.

    Of words, *excerpt* is the sentence in which they stand and *start* to *end* the words in it; otherwise
    *excerpt* names what it is about in a way that does not change with the reader's language.
    """

    rule: str
    place: str
    message: Any
    field: str = ""
    severity: str = ADVICE
    why: Any = ""
    proposal: Any = ""
    language: str = ""
    excerpt: str = ""
    start: int = 0
    end: int = 0
    #: Where the excerpt begins in the whole text.
    offset: int = 0
    #: Who wants it to be quiet, and why; or None.
    suppression: Any = None

    @property
    def kind(self) -> str:
        """What it is about: ``wording``, ``limit``, ``translation``, ``structure``, ``feasibility``, ``purpose`` or
        ``completeness``."""
        return self.rule.partition(".")[0]

    @property
    def words(self) -> str:
        return self.excerpt[self.start : self.end]

    @property
    def before(self) -> str:
        return self.excerpt[: self.start]

    @property
    def after(self) -> str:
        return self.excerpt[self.end :]

    @property
    def is_blocking(self) -> bool:
        return self.severity == BLOCKING

    @property
    def identity(self) -> tuple[str, str, str, str, str]:
        """What makes it the same finding in another edition, or in the next draft."""
        return self.rule, self.place, plain_field(self.field), self.words[:120], self.excerpt

    @property
    def key(self) -> str:
        """Its identity as a short word for addresses and forms."""
        return hashlib.sha256("\0".join(self.identity).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def plain_field(field: str) -> str:
    """Return a field's name without the number of its row."""
    return _ROW.sub("-", field)


Check = Callable[[Standard, Facts], Iterable[Finding]]


def findings_of(standard: Standard, suppressions: Iterable[Any] = (), facts: Facts | None = None) -> list[Finding]:
    """Return everything that is found in *standard*: blocking first, then advice, each in the order of the manual.

    *suppressions* are rows with ``rule, place, field, words, excerpt``; a finding that one of them is about
    carries it in ``suppression``.
    """
    facts = facts or Facts()
    quiet = {(row.rule, row.place, row.field, row.words, row.excerpt): row for row in suppressions}
    found = _told_once(finding for check in _checks() for finding in check(standard, facts))
    return [
        replace(finding, suppression=quiet.get(finding.identity)) if not finding.is_blocking else finding
        for finding in sorted(found, key=lambda finding: (not finding.is_blocking, *_position(standard, finding.place)))
    ]


def _checks() -> list[Check]:
    # They import this module for what they return.
    from processes.domain.checker import faults, feasibility, limitwords, purpose, structure, texts, translation

    return [
        faults.existing_faults,
        texts.vague_wording,
        limitwords.limits_in_words,
        translation.differing_languages,
        structure.structural_gaps,
        feasibility.unfeasible_totals,
        purpose.unexplained_steps,
    ]


def _told_once(found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield each finding once: a sentence may say the same words twice."""
    seen = set()
    for finding in found:
        mark = (*finding.identity, str(finding.message))
        if mark not in seen:
            seen.add(mark)
            yield finding


#: The pages of the editor in the order of the manual.
PAGES = (
    "elements", "responsibilities", "totals", "thresholds", "clockwork", "exceptions", "pain-points", "glossary",
    "references", "steps", "step", "form",
)  # fmt: skip


def _position(standard: Standard, place: str) -> tuple[int, int]:
    kind, _colon, key = place.partition(":")
    step = standard.step(key) if kind == "step" else None
    return (PAGES.index(kind) if kind in PAGES else len(PAGES)), step.number if step else 0
