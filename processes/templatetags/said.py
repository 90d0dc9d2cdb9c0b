"""Lines of a manual as HTML, for its page and its PDF: every word is escaped here, none of them is markup."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any

from django import template
from django.utils import translation
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from processes.domain.picture import draw, pages
from processes.domain.standard import Standard
from processes.manuals.blocks import Cell, Flow, Line, Picture
from processes.templatetags.manual import with_terms
from procstd.documents import cleaned

register = template.Library()
_TITLE = re.compile("<title>([^<]*)</title>")
_TAGS = {
    "strong": "<strong>{}</strong>", "quiet": '<span class="text-secondary">{}</span>',
    "mono": '<code class="manual-hash">{}</code>', "key": '<span class="manual-key">{}</span>',
    "box": '<span class="manual-box"></span> {}',
}  # fmt: skip


@register.simple_tag(takes_context=True)
def said(context: dict[str, Any], line: Line) -> SafeString:
    """Write a line, its second language behind or below the first."""
    return _line(line, context["standard"])


@register.simple_tag(takes_context=True)
def cell(context: dict[str, Any], lines: Cell) -> SafeString:
    """Write what stands in a place of a table; several lines below each other."""
    standard = context["standard"]
    if len(lines) == 1:
        return _line(lines[0], standard)
    return format_html_join("", "<div>{}</div>", ((_line(line, standard),) for line in lines))


@register.simple_tag(takes_context=True)
def flow(context: dict[str, Any], block: Flow) -> list[SafeString]:
    """Draw the flow chart in each language: whole for the page, on sheets for paper."""
    found: list[SafeString] = []
    for language in block.languages:
        with translation.override(language):
            standard = context["standard"]
            if context.get("on_paper"):
                found += map(_as_image, pages(standard, level=block.level))
            else:
                found.append(draw(standard, level=block.level))
    return found


def _as_image(drawing: str) -> SafeString:
    """Return an SVG as an image with its title as its words.

    So it is read as XML, and its shapes are no elements of the page, for each of which styles are reckoned.
    """
    said = _TITLE.search(drawing)
    words = mark_safe(said[1] if said else "")  # noqa: S308  (escaped where it was drawn)
    data = b64encode(drawing.encode()).decode()
    return format_html('<img class="flow" alt="{}" src="data:image/svg+xml;base64,{}">', words, data)


@register.simple_tag(takes_context=True)
def drawings(context: dict[str, Any], block: Picture) -> list[tuple[str, str]]:
    """Draw a picture of a report in each language, and say what is to be seen: whole, or on sheets for paper."""
    found: list[tuple[str, str]] = []
    for language in block.languages:
        with translation.override(language):
            told = str(block.told())
            found += [(drawn, told) for drawn in block.draw(bool(context.get("on_paper")))]
    return found


@register.filter
def at(row: tuple[Any, ...], place: int) -> Any:
    """Return what stands at a place of a row."""
    return row[place]


@register.filter
def plain(line: Line) -> str:
    """Return a line as text, for attributes and titles."""
    return " ".join(cleaned(str(line)).split())


def _line(line: Line, standard: Standard) -> SafeString:
    parts = line.said.parts
    marked = [_part(text, line, standard) for _language, text in parts]
    if len(parts) == 1:
        words = marked[0]
    else:
        words = mark_safe(" ".join(  # noqa: S308  (every piece is escaped)
            format_html('<span{} lang="{}">{}</span>', mark_safe(' class="manual-second"') if n else "", language, part)
            for n, ((language, _text), part) in enumerate(zip(parts, marked, strict=True))
        ))  # fmt: skip
    if line.goal and words:
        words = format_html('<a class="manual-link" href="#{}">{}</a>', line.goal, words)
    if line.look:
        words = format_html(_TAGS[line.look], words)
    return format_html("<strong>{}</strong> {}", line.lead, words) if line.lead else words


def _part(text: str, line: Line, standard: Standard) -> SafeString:
    clean = cleaned(text).strip()
    escaped = with_terms(clean, standard) if line.is_prose else conditional_escape(clean)
    return mark_safe(escaped.replace("\n", "<br>"))  # noqa: S308  (escaped before)
