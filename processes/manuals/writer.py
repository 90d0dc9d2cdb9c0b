"""Write sections of a manual: numbers, lines of words in its languages, names of what a standard has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from processes.domain.standard import Place, Standard, Step, Words
from processes.manuals.blocks import Block, Cell, Line, Lines, Said, Section, Speaker
from processes.manuals.facts import Facts
from processes.templatetags.manual import manual_step


class Writer:
    """Knows the standard, the facts and the languages, and counts the sections."""

    def __init__(self, standard: Standard, facts: Facts, say: Speaker) -> None:
        self.standard, self.facts, self.say = standard, facts, say
        self._count = 0

    def section(self, anchor: str, title: Any, *blocks: Block, **more: Any) -> Section:
        """Write the next numbered section."""
        self._count += 1
        return Section(anchor, str(self._count), self.line(title), blocks, **more)

    def below(self, anchor: str, number: int, title: Any, *blocks: Block, **more: Any) -> Section:
        """Write a section below the next one to be numbered."""
        return Section(anchor, f"{self._count + 1}.{number}", self.line(title), blocks, **more)

    def line(self, what: Any, /, look: str = "", goal: str = "", lead: str = "", **facts: Any) -> Line:
        """Write words, a lazy text, or what a function returns in each language."""
        return Line(self.say(what, **facts), look=look, goal=goal, lead=lead)

    def prose(self, words: Words) -> Line:
        """Write a text of the standard, in which terms of the glossary are found; a dash for none."""
        said = self.say(words)
        return Line(said, is_prose=True) if said else Line(Said((("", "–"),)))

    def text(self, words: Words) -> Lines:
        """Write a text of the standard as a paragraph."""
        return Lines((self.prose(words),))

    def items(self, lines: Iterable[Line]) -> Lines:
        """Write a list; a dash for none."""
        found = tuple(lines)
        return Lines(found, is_list=True) if found else Lines((self.line("–", look="quiet"),))

    def row(self, label: Any, *lines: Line) -> tuple[Line, Cell]:
        """Write a label with what it says."""
        return self.line(label), lines or (self.line("–"),)

    def heads(self, *labels: Any) -> tuple[Line, ...]:
        return tuple(self.line(label) for label in labels)

    def step(self, key: str | None, lead: str = "") -> Line:
        """Name a step, and lead to it; no key is the end."""
        step = self.standard.step(key)
        return self.line(lambda: manual_step(self.standard, key), goal=f"step-{step.key}" if step else "", lead=lead)

    def place(self, place: Place) -> Any:
        """Return the name of a post and its department, for the language in force."""
        if not place.department_name:
            return place.name
        return lambda: _("%(post)s (%(department)s)") % {"post": place.name, "department": place.department_name}

    def places(self, places: Iterable[Place], lead: str = "") -> Line:
        found = tuple(map(self.place, places))
        return self.line(lambda: _(", ").join(str(row() if callable(row) else row) for row in found), lead=lead)

    def named(self, step: Step) -> Any:
        """Return number and title of a step, for the language in force."""
        return lambda: f"{step.number} {step.title}"
