"""What a manual is made of: words in one language or two, lines, tables, pictures, sections. Nothing here draws."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from processes.domain.standard import Words
from procstd.bilingual import SUFFIXES

#: What a reader may ask for, and the languages that it is written in, in the order of reading.
CHOICES: dict[str, tuple[str, ...]] = {"zh-hans": ("zh-hans",), "en": ("en",), "both": ("zh-hans", "en")}
#: Languages as documents name them.
TAGS = {"zh-hans": "zh-Hans", "en": "en"}


@dataclass(frozen=True)
class Said:
    """The same in one language or in two, each with its language; “” where it is of none, as a number."""

    parts: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return " ".join(text for _language, text in self.parts)

    def __bool__(self) -> bool:
        return any(text for _language, text in self.parts)


Sayable = Words | str | Callable[[], Any] | Any


class Speaker:
    """Says things in the languages of a manual: texts of the standard, and words of the product."""

    def __init__(self, languages: Iterable[str]) -> None:
        self.languages = tuple(languages)

    def __call__(self, what: Sayable, /, **facts: Any) -> Said:
        """Return *what* – words, a lazy text, or a function of the language in force – with *facts* in its places."""
        if isinstance(what, str):
            return Said((("", what),) if what else ())
        parts = []
        for language in self.languages:
            with translation.override(language):
                text = str(what() if callable(what) and not isinstance(what, Words) else what)
                if facts:
                    text %= {name: str(fact() if callable(fact) else fact) for name, fact in facts.items()}
            parts.append((TAGS[_language_of(what, language)], text))
        if len({text for _language, text in parts}) == 1:
            parts = parts[:1]
        return Said(tuple(part for part in parts if part[1].strip()))


def _language_of(what: Sayable, language: str) -> str:
    """Return the language in which words are read: the other one, where they lack it."""
    if isinstance(what, Words):
        has = {name for name, suffix in SUFFIXES.items() if getattr(what, suffix).strip()}
        if language not in has and has:
            return next(iter(has))
    return language


@dataclass(frozen=True)
class Line:
    """A stretch of words: *prose* in which terms of the glossary are found; *goal* is an anchor that it leads to."""

    said: Said
    #: ``strong``, ``quiet``, ``mono``, ``box`` (a box to tick stands before it), ``key`` (a badge); or plain.
    look: str = ""
    is_prose: bool = False
    goal: str = ""
    #: Letters before the words that are the same in every language, as “R”.
    lead: str = ""

    def __str__(self) -> str:
        return f"{self.lead} {self.said}".strip()


#: What stands in one place of a table: lines below each other.
Cell = tuple[Line, ...]


@dataclass(frozen=True)
class Lines:
    """Paragraphs, or the items of a list."""

    lines: tuple[Line, ...]
    is_list: bool = False
    kind: str = "lines"


@dataclass(frozen=True)
class Facts:
    """Labels with what they say."""

    rows: tuple[tuple[Line, Cell], ...]
    #: ``cover`` stands on the cover.
    look: str = ""
    kind: str = "facts"


@dataclass(frozen=True)
class Table:
    """A table. *widths* are hundredths of the whole, 0 shares what is left; the heads stand on every sheet."""

    heads: tuple[Line, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    #: ``grid`` has short entries in the middle of its cells.
    look: str = ""
    kind: str = "table"


@dataclass(frozen=True)
class Terms:
    """The glossary: keys, terms and what they mean."""

    rows: tuple[tuple[str, Line, Line], ...]
    kind: str = "terms"


@dataclass(frozen=True)
class Flow:
    """The flow chart in one of its levels, once in each language."""

    level: str
    languages: tuple[str, ...]
    kind: str = "flow"


@dataclass(frozen=True)
class Picture:
    """A drawing of a report: *draw* returns the SVGs in the language in force, one for the page or several sheets."""

    draw: Callable[[bool], Iterable[str]]
    #: What is to be seen, for those who listen.
    told: Callable[[], Any]
    languages: tuple[str, ...]
    kind: str = "picture"


@dataclass(frozen=True)
class SampleField:
    """A field as it is printed: ``line``, ``area``, ``boxes`` or ``scale``, and what is said of it."""

    label: Line
    draws: str
    told: Cell
    options: tuple[Line, ...] = ()
    is_required: bool = False


@dataclass(frozen=True)
class Sample:
    """A form to be filled in by hand."""

    heads: tuple[Line, ...]
    fields: tuple[SampleField, ...]
    kind: str = "sample"


Block = Lines | Facts | Table | Terms | Flow | Picture | Sample


@dataclass(frozen=True)
class Section:
    """A section with its blocks, and sections below it."""

    anchor: str
    number: str
    title: Line
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    #: Said beside the title, as “key node”.
    badge: Line | None = None
    #: The clause that reviewers comment on, where it is another anchor.
    clause: str = ""
    starts_page: bool = False
    is_kept_together: bool = False


@dataclass(frozen=True)
class Manual:
    """A whole manual: its cover, what stands before the text, and the text."""

    choice: str
    title: Line
    subtitle: Line
    cover: Facts
    stamp: Any
    front: tuple[Section, ...]
    sections: tuple[Section, ...]
    contents_title: Line
    meta: dict[str, str] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        return CHOICES[self.choice]

    @property
    def tag(self) -> str:
        """The language that the document names as its own."""
        return TAGS[self.languages[0]]
