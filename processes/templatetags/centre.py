"""Words and addresses of the process centre."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from processes.domain.clauses import FIXED_CLAUSES
from processes.domain.standard import Limit
from processes.models import EntryKind, SearchEntry
from procstd.bigrams import Term, marked
from procstd.bilingual import suffix
from procstd.look.templatetags.look import limit_words

register = template.Library()
_EXCERPT = 150
_CLAUSES = {
    f"{clause.place}:{clause.field}" if clause.field else clause.place: clause.title for clause in FIXED_CLAUSES
}


def anchor_of(place: str) -> str:
    """Return where a place stands in the manual's page."""
    if place == "elements:outputs":
        place = "elements:inputs"  # the manual says both in one section
    kind, _colon, name = place.partition(":")
    if kind in ("step", "term"):
        return f"{kind}-{name}"
    return f"clause-{place.replace(':', '-')}" if place else ""


@register.simple_tag
def entry_url(entry: SearchEntry) -> str:
    """Return the address of an entry: the clause in the manual, the question on the page of its process."""
    if entry.kind == EntryKind.QUESTION:
        return f"{reverse('centre:process', args=[entry.process.code])}#question-{entry.question_id}"
    address = reverse("processes:manual", args=[entry.process.code, entry.definition.revision.number])  # type: ignore[union-attr]
    anchor = anchor_of(entry.place)
    return f"{address}#{anchor}" if anchor else address


@register.simple_tag
def entry_limit(entry: SearchEntry) -> str:
    """Say the limit of a step."""
    limit = entry.facts.get("limit")
    return limit_words(Limit(limit["amount"], limit["unit"]) if limit else None)


@register.simple_tag
def entry_form(entry: SearchEntry) -> dict[str, str] | None:
    """Return the form of a step: its name, and the address of a blank one."""
    form = entry.facts.get("form")
    if not form or entry.definition is None:
        return None
    number = entry.definition.revision.number
    first, second = (form["zh"], form["en"]) if suffix() == "zh" else (form["en"], form["zh"])
    return {
        "name": first or second,
        "url": reverse("centre:form-pdf", args=[entry.process.code, number, form["key"]]),
    }


@register.simple_tag
def redline_url(code: str, before: Any, after: Any) -> str:
    """Return the address of the comparison of two versions, or nothing where there is no such page."""
    if before is None:
        return ""
    try:
        address = reverse("processes:redline", args=[code])
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode({'from': before.number, 'to': after.number})}"


def _drawn(pieces: Sequence[tuple[str, bool]]) -> SafeString:
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if is_hit else text,) for text, is_hit in pieces)
    )


@register.simple_tag
def entry_title(entry: SearchEntry, terms: Sequence[Term]) -> SafeString:
    """Return the title with what was looked for marked."""
    return _drawn(marked(entry.title, terms))


@register.simple_tag
def entry_excerpt(entry: SearchEntry, terms: Sequence[Term]) -> SafeString:
    """Return the text around what was looked for: in the reader's language, or in the one in which it was found."""
    ends = ("zh", "en") if suffix() == "zh" else ("en", "zh")
    candidates = [getattr(entry, f"{name}_{end}") for end in ends for name in ("text", "title")]
    if any(is_hit for _piece, is_hit in marked(entry.title, terms)):
        candidates = [entry.text]
    for text in (_in_line(text) for text in candidates):
        pieces = marked(text, terms, most=_EXCERPT)
        if text != entry.title and any(is_hit for _piece, is_hit in pieces):
            return _drawn(pieces)
    return _drawn(marked(_in_line(entry.text), terms, most=_EXCERPT))


def _in_line(text: str) -> str:
    return text.replace("\n", " · ")


@register.filter
def clause_name(entry: SearchEntry) -> str:
    """Name a clause in the language in force; what is called by the standard itself says its own name."""
    name = _CLAUSES.get(entry.place)
    return str(name) if name else entry.title


@register.filter
def is_marked(places: set[tuple[int, str]], entry: SearchEntry) -> bool:
    """Tell whether the reader marked the place of an entry."""
    return (entry.process_id, entry.place) in places


@register.filter
def is_process_marked(places: set[tuple[int, str]], entry: SearchEntry) -> bool:
    """Tell whether the reader marked the process of an entry as a whole."""
    return (entry.process_id, "") in places
