"""What differs besides steps, forms and limits: elements, responsibilities, glossary, references, pain points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.redline.change import Change, Kind, Weight
from processes.domain.redline.matching import Match, match
from processes.domain.redline.saying import Teller, joined, quoted, said
from processes.domain.standard import Standard
from processes.models.process import Category
from procstd.bilingual import filled

_ELEMENTS = {
    "purpose": _("Purpose"), "scope": _("Scope of application"), "rules": _("Operating rules"),
    "inputs": _("Inputs"), "outputs": _("Outputs"),
}  # fmt: skip


def elements_between(old: Standard, new: Standard) -> Iterator[Change]:
    """Yield what differs in name, category and the elements that are one text."""
    process = Teller("", "process")
    yield from process.words("name", _("Process name"), old.name, new.name)
    if old.code != new.code:
        yield process.value("code", _("Code of the process"), Weight.WORDING, said(str, old.code), said(str, new.code))
    if old.category != new.category:
        names = (said(lambda code: dict(Category.choices).get(code, code), row.category) for row in (old, new))
        yield process.value("category", _("Category"), Weight.WORDING, *names)
    halls = [row.variant and row.variant.department for row in (old, new)]
    if halls[0] != halls[1]:
        names = (row.variant.department_name if row.variant else None for row in (old, new))
        yield process.value("variant", _("Variant of the department"), Weight.WORDING, *names)
    teller = Teller("", "elements")
    for name, label in _ELEMENTS.items():
        yield from teller.words(name, label, getattr(old, name), getattr(new, name))


def _rows(
    teller: Teller, field: str, found: Match[Any], name: Any, label: Any, weight: Weight = Weight.WORDING
) -> Iterator[Change]:
    """Yield rows that came and went, and that their order is another one."""
    for row in found.added:
        yield teller.came(f"{field}{name(row)}", label(row), weight, label(row))
    for row in found.removed:
        yield teller.went(f"{field}{name(row)}", label(row), weight, label(row))
    if found.moved:
        sentence = filled(_("%(what)s: another order"), what=teller.where)
        rows = [said(str, label(row[0])) for row in found.moved]
        yield teller.one(f"{field}order", Kind.MOVED, Weight.WORDING, sentence, joined(rows))


def responsibilities_between(old: Standard, new: Standard) -> Iterator[Change]:
    """Yield what differs in who answers for what."""
    teller = Teller(_("Responsibilities"), "responsibilities")

    def who(row: Any) -> str:
        return f"{row.post_code}@{row.department_code}"

    def named(row: Any) -> Any:
        if row.post and row.department:
            return filled(_("%(post)s (%(department)s)"), post=row.post, department=row.department)
        return row.post or row.department or "–"

    def owner(row: Any) -> frozenset[Any]:
        return frozenset({(row.post_code, row.department_code)}) if row.post_code else frozenset()

    found = match(old.responsibilities, new.responsibilities, lambda row: (who(row), row.duty), who)
    for change in _rows(teller, "", found, who, named, Weight.POSTS):
        rows = [row for row in (*found.added, *found.removed) if who(row) == change.field]
        yield _for(change, owner(rows[0])) if rows else change
    for was, now in found.kept:
        mine = Teller(teller.where, teller.at, owner(now))
        for name, label in (("post", _("post")), ("department", _("department"))):
            before, after = getattr(was, name), getattr(now, name)
            if before != after and before is not None and after is not None:
                yield from mine.words(f"{who(now)}.{name}", label, before, after)
        yield from mine.words(f"{who(now)}.duty", filled(_("duty of %(who)s"), who=named(now)), was.duty, now.duty)


def _for(change: Change, posts: frozenset[Any]) -> Change:
    return replace(change, posts=posts)


def attachments_between(old: Standard, new: Standard) -> Iterator[Change]:
    """Yield what differs in glossary, referenced rules and pain points."""
    for at, title, rows, name, text, words in (
        ("glossary", _("Glossary"), (old.glossary, new.glossary), "term", "meaning", (_("term"), _("meaning"))),
        (
            "references",
            _("Referenced rules"),
            (old.references, new.references),
            "title",
            "note",
            (_("title"), _("note")),
        ),
    ):
        teller = Teller(title, at)
        found: Match[Any] = match(*rows, _by(name), _by(name, "zh"), _by(name, "en"))
        yield from _rows(teller, "", found, _by(name, "zh"), _in_quotes(name))
        for was, now in found.kept:
            key, label = getattr(now, name).zh, quoted(getattr(now, name))
            yield from teller.words(f"{key}.{name}", words[0], getattr(was, name), getattr(now, name))
            of = filled(_("%(what)s of %(name)s"), what=words[1], name=label)
            yield from teller.words(f"{key}.{text}", of, getattr(was, text), getattr(now, text))
    yield from _pain_points(old, new)


def _by(name: str, end: str = "") -> Callable[[Any], Any]:
    """Return what reads a text of a row, in both languages or in one."""
    return lambda row: getattr(getattr(row, name), end) if end else getattr(row, name)


def _in_quotes(name: str) -> Callable[[Any], Any]:
    return lambda row: quoted(getattr(row, name))


def _pain_points(old: Standard, new: Standard) -> Iterator[Change]:
    teller = Teller(_("Pain points"), "pain-points")
    found = match(list(old.pain_points), list(new.pain_points), str)
    for key in found.added:
        yield teller.came(key, quoted(new.pain_points[key]), Weight.WORDING, new.pain_points[key])
    for key in found.removed:
        yield teller.went(key, quoted(old.pain_points[key]), Weight.WORDING, old.pain_points[key])
    for key, _same in found.kept:
        yield from teller.words(
            key, filled(_("pain point %(key)s"), key=key), old.pain_points[key], new.pain_points[key]
        )
