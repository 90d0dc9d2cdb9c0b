"""Every text of a standard with the place where it is mended, and the vague words in them (F14, F16, H4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.checker.findings import Facts, Finding
from processes.domain.checker.wording import Known, Vague, sentence_around, vague_in
from processes.domain.standard import Standard, Step, Words
from processes.models.suppression import EXCERPT_MOST

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Text:
    """A text: where it is written (*field* without its language, as ``rows-0-duty``) and what it is (*name*)."""

    place: str
    field: str
    name: str
    words: Words
    #: The field is one column for both languages, or a whole table.
    is_table: bool = False

    def field_in(self, language: str) -> str:
        return self.field if self.is_table else f"{self.field}_{language}"


def texts_of(standard: Standard) -> Iterator[Text]:
    """Yield the texts of *standard* in which wording is judged."""
    for name in ("purpose", "scope", "rules", "inputs", "outputs"):
        yield Text("elements", name, name, getattr(standard, name))
    for index, row in enumerate(standard.responsibilities):
        yield Text("responsibilities", f"rows-{index}-duty", "duty", row.duty)
        for bearer in (row.post, row.department):
            if bearer:
                yield Text("responsibilities", "rows", "post", bearer, is_table=True)
    for rule in standard.exceptions:
        yield Text("exceptions", "rows", "trigger", rule.trigger, is_table=True)
        yield Text("exceptions", "rows", "response", rule.response, is_table=True)
    for step in standard.steps:
        yield from _of_step(step)
    for form in standard.forms:
        for index, field in enumerate(form.fields):
            yield Text(f"form:{form.key}", f"fields-{index}-help", "help", field.help)


def _of_step(step: Step) -> Iterator[Text]:
    place = f"step:{step.key}"
    for name in ("title", "operation", "example", "inputs", "outputs"):
        yield Text(place, name, name, getattr(step, name))
    for post in {place.post: place for places in step.posts.values() for place in places}.values():
        yield Text(place, "posts", "post", post.name, is_table=True)


def known_words(standard: Standard, language: str) -> Known:
    """Return what is not vague in *standard*: the terms of its glossary, the names of its forms and references."""
    names = [*(row.term for row in standard.glossary), *(form.name for form in standard.forms)]
    names += [row.title for row in standard.references]
    return Known(getattr(words, language) for words in names)


def vague_wording(standard: Standard, facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each vague word."""
    known = {language: known_words(standard, language) for language in LANGUAGES}
    for text in texts_of(standard):
        for language in LANGUAGES:
            words: str = getattr(text.words, language)
            for vague in vague_in(words, language, text.name, known[language]) if words else ():
                yield _finding(text, language, words, vague)


def _finding(text: Text, language: str, words: str, vague: Vague) -> Finding:
    first, last = excerpt_around(words, vague.start, language)
    excerpt = words[first:last]
    found = words[vague.start : vague.end].strip()
    return Finding(
        rule="wording.vague",
        place=text.place,
        message=_("“%(words)s” is vague.") % {"words": found},
        field=text.field_in(language),
        why=WHY[vague.kind],
        proposal=QUESTIONS[vague.question],
        language=language,
        excerpt=excerpt,
        start=vague.start - first,
        end=min(vague.end - first, len(excerpt)),
        offset=first,
    )


def excerpt_around(words: str, at: int, language: str) -> tuple[int, int]:
    """Return from where to where a text is quoted for what stands at *at*: its sentence, not more than fits."""
    first, last = sentence_around(words, at, language)
    while first < at and words[first].isspace():
        first += 1
    if last - first > EXCERPT_MOST:
        first = max(first, at - EXCERPT_MOST // 2)
        last = min(last, first + EXCERPT_MOST)
    return first, last


WHY: dict[str, Any] = {
    "who": _("Rights and duties are clear only if each post is named; “departments concerned” is nobody (H4.2)."),
    "act": _("Rights and duties are clear only if it says what is done, not that one helps or tries (H4.2)."),
    "time": _("What is done “in time” is done at any time: a limit has a number and a unit (H4.3)."),
    "degree": _("Two people read it in two ways; a number or a test reads the same for everybody (H4.3)."),
    "condition": _("Whoever works by the standard must see for themselves whether the condition holds (H4.3)."),
    "list": _("A list that goes on says neither what belongs to it nor when it is complete (H4.3)."),
    "which": _("Whoever works by the standard does not know which ones are meant (H4.3)."),
    "rule": _("A rule that is not named cannot be looked up, nor its observance checked (H4.3)."),
}
QUESTIONS: dict[str, Any] = {
    "who": _("Which department or post is it? Name it."),
    "do_what": _("What exactly does who do, and what is the result?"),
    "how": _("How does one see that it was done? Name the act or the result."),
    "when": _("Until when? Write a number of minutes, hours or working days, or the step after which."),
    "how_often": _("How often? Every day, every Monday, on the 5th of each month?"),
    "how_much": _("How much, or by which test? Write a number, a limit or a list to tick."),
    "exactly": _("What holds exactly, and which exceptions are there?"),
    "condition": _("In which cases? Write the condition, and who decides."),
    "which_rule": _("Which rule? Name it with its number, and list it under “Referenced rules”."),
    "what_else": _("What else belongs to it? Write the whole list, or say by what one knows it."),
    "which": _("Which ones? List them, or say to what they are related."),
}
