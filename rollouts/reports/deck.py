"""A short deck for one post, made from the standard: what changed, my steps, my limits (H2.5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from processes.domain.standard import Words
from processes.manuals.blocks import CHOICES, Block, Facts, Lines, Manual, Section, Speaker
from processes.manuals.pdf import code_of, drawn
from processes.manuals.report_kinds import ReportKind
from processes.manuals.reports import manual_widths, stamp_of
from processes.manuals.writer import Writer
from procstd.moments import day
from rollouts.reports.parts import change_list, exception_table, limit_table, step_facts, step_name
from rollouts.reports.source import Source, acts_by, found_source

TITLE = _("My steps, my limits, what changed")
_NO_FACTS: Any = None


@dataclass(frozen=True)
class Deck:
    """A post of a version."""

    source: Source
    post: str

    @property
    def name(self) -> Words:
        return self.source.posts[self.post]

    def __str__(self) -> str:
        return f"{self.source.definition.revision.process} {self.source.definition.revision} · {self.name}"


def deck_of(deck: Deck, *, choice: str, at: datetime) -> Manual:
    """Write the deck in the languages of *choice*; every section is a page to be shown."""
    source, say = deck.source, Speaker(CHOICES[choice])
    w = Writer(source.standard, _NO_FACTS, say)
    revision = source.definition.revision
    cover = Facts(
        (
            w.row(_("For"), w.line(deck.name, look="strong")),
            w.row(_("Standard"), w.line(source.standard.name)),
            w.row(_("Version"), w.line(str(revision))),
            w.row(_("State on"), w.line(lambda: day(at))),
        ),
        look="cover",
    )
    return Manual(
        choice=choice, title=w.line(deck.name), subtitle=w.line(TITLE), cover=cover,
        stamp=stamp_of(
            say, code=f"{source.standard.code} {revision}", title=TITLE, state=lambda: str(source.standard.name),
            path=_address(deck), at=at,
        ),
        front=(), sections=tuple(_pages(w, deck)), contents_title=w.line(_("Contents")),
    )  # fmt: skip


def _pages(w: Writer, deck: Deck) -> Iterator[Section]:
    source, post = deck.source, deck.post
    if source.before is None:
        told: Any = Lines((w.line(_("This is the first version of the standard: everything in it is new.")),))
    else:
        words = _("Nothing changes for this post compared with the version before.")
        told = change_list(w, source.changes_for(post), empty=words)
    yield _page(w, "changed", _("What changed"), told)
    steps = source.steps_of(post)
    acting = [(step, duties) for step, duties in steps if acts_by(duties)]
    for step, duties in acting:
        yield Section(
            f"step-{step.key}", "", step_name(w, step), (step_facts(w, step, duties),), starts_page=True,
            badge=w.line(_("key node"), "key") if step.is_key_node else None,
        )  # fmt: skip
    informed = [step for step, duties in steps if not acts_by(duties)]
    if informed:
        names = w.items(step_name(w, step) for step in informed)
        yield _page(w, "informed", _("Steps in which you are asked or told"), names)
    yield _page(w, "limits", _("My limits"), limit_table(w, [step for step, _duties in acting]))
    yield _page(w, "exceptions", _("When something goes wrong"), exception_table(w, source.exceptions_of(post)))


def _page(w: Writer, anchor: str, title: Any, block: Block) -> Section:
    """Write a page to be shown. It has no number: steps have theirs."""
    return Section(anchor, "", w.line(title), (block,), starts_page=True)


def draw_deck(manual: Manual, standard: Any) -> bytes:
    """Return the deck as a PDF of landscape pages. Raises NotDrawable where PDFs cannot be drawn."""
    context = {
        "manual": manual, "standard": standard, "on_paper": True, "author": manual.title, "watermark": "",
        "watermark_size": 0, "code": code_of(manual.stamp.address), "widths": manual_widths(manual),
    }  # fmt: skip
    return drawn("rollouts/deck_pdf.html", context, render_to_string("rollouts/deck_pdf.css"))


def _find(user: Any, key: str) -> Deck | None:
    pk, _colon, post = key.partition(":")
    source = found_source(user, pk)
    return Deck(source, post) if source and post in source.posts else None


def _address(deck: Deck) -> str:
    return reverse("rollouts:deck", args=[deck.source.definition.pk, deck.post])


@dataclass(frozen=True)
class _DeckKind(ReportKind):
    def file(self, row: Any, format: str, choice: str, *, at: datetime) -> bytes:
        if format != "pdf":
            return super().file(row, format, choice, at=at)
        manual, standard = self.write(row, choice=choice, at=at)
        return draw_deck(manual, standard)


DECK = _DeckKind(
    "training-deck",
    TITLE,
    find=_find,
    write=lambda deck, *, choice, at: (deck_of(deck, choice=choice, at=at), deck.source.standard),
    key=lambda deck: f"{deck.source.definition.pk}:{deck.post}",
    address=_address,
    stem=lambda deck: f"{deck.source.standard.code}-V{deck.source.standard.number}-{deck.post}",
)
