"""The content of a manual: cover, approvals, change record and the text, from which everything else is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from processes.domain.reviewing import QUESTIONS
from processes.domain.standard import Standard
from processes.domain.validity import Standing
from processes.manuals.blocks import CHOICES, Block, Cell, Line, Lines, Manual, Section, Speaker, Table
from processes.manuals.blocks import Facts as Rows
from processes.manuals.body import body_sections
from processes.manuals.elements import element_sections
from processes.manuals.facts import Approval, Change, Facts, Period
from processes.manuals.stamp import Stamp, day, stamp_of
from processes.manuals.writer import Writer
from processes.models import Category
from processes.models.change import Origin
from processes.models.revision import State
from procstd.moments import moment

_KINDS: dict[str, Any] = {
    "approved": _("Approved"), "returned": _("Sent back"), "signed": _("Signed"), "overridden": _("Overridden"),
}  # fmt: skip


def manual_of(standard: Standard, facts: Facts, *, choice: str, at: datetime) -> Manual:
    """Return the manual of *standard* in the languages of *choice*, as it is at a moment."""
    say = Speaker(CHOICES[choice])
    w = Writer(standard, facts, say)
    stamp = stamp_of(standard.code, standard.number, facts, say=say, at=at)
    return Manual(
        choice=choice,
        title=w.line(standard.name),
        subtitle=w.line(_("Standard manual")),
        cover=_cover(w, stamp),
        stamp=stamp,
        front=(_approvals(w), _changes(w)) if facts.sha256 else (),
        sections=(*element_sections(w), *body_sections(w)),
        contents_title=w.line(_("Contents")),
    )


def _cover(w: Writer, stamp: Stamp) -> Rows:
    standard, facts = w.standard, w.facts
    rows = [
        w.row(_("Process"), w.line(standard.name)),
        w.row(_("Code"), w.line(standard.code, "mono")),
        w.row(_("Category"), w.line(_label(Category, facts.category))),
        w.row(_("Version"), w.line(stamp.version)),
        w.row(_("State"), *_state(w, stamp)),
    ]
    if variant := standard.variant:
        of: dict[str, Any] = {"number": lambda: variant.number, "department": lambda: variant.department_name}
        rows.append(w.row(_("Variant"), w.line(_("of V%(number)s, for %(department)s"), **of)))
    if facts.periods:
        rows.append(w.row(_("Validity"), *(_period(w, row) for row in facts.periods)))
    if facts.released_at:
        rows.append(w.row(_("Released on"), w.line(day(facts.released_at))))
    rows.append(w.row(_("Department"), w.line(facts.department)))
    rows.append(w.row(_("Process owner"), w.line(facts.owner)))
    if facts.organisation.zh:
        rows.insert(0, w.row(_("Issued by"), w.line(facts.organisation)))
    if facts.sha256:
        rows.append(w.row("SHA-256", w.line(facts.sha256, "mono")))
    return Rows(tuple(rows), look="cover")


def _state(w: Writer, stamp: Stamp) -> Iterator[Line]:
    yield Line(stamp.state)
    if w.facts.status is Standing.DRAFT and w.facts.state:
        yield w.line(_label(State, w.facts.state), "quiet")


def _label(choices: Any, value: str) -> Any:
    return choices(value).label if value else "–"


def _period(w: Writer, row: Period) -> Line:
    facts: dict[str, Any] = {"start": lambda: moment(row.start), "end": lambda: moment(row.end)}
    if row.departments:
        facts["where"] = lambda: _joined(row)
        if row.end:
            return w.line(_("%(start)s – %(end)s: %(where)s"), **facts)
        return w.line(_("from %(start)s: %(where)s"), start=facts["start"], where=facts["where"])
    if row.end:
        return w.line(_("%(start)s – %(end)s: all departments"), **facts)
    return w.line(_("from %(start)s: all departments"), start=facts["start"])


def _joined(row: Period) -> str:
    return str(_(", ")).join(map(str, row.departments))


def _approvals(w: Writer) -> Section:
    """Write who reviewed and who signed, over which hash, and the four questions that were answered (H2.3.3, F24)."""
    blocks: list[Block] = []
    if w.facts.approvals:
        heads = w.heads(_("Signatory"), _("Verdict"), _("Said"), _("When"), "SHA-256")
        rows = tuple(_approval(w, row) for row in w.facts.approvals)
        blocks.append(Table(heads, rows, (20, 15, 25, 20, 20)))
    else:
        blocks.append(Lines((w.line(_("Nobody has reviewed or signed this text yet."), "quiet"),)))
    if any(row.answers for row in w.facts.approvals):
        questions = tuple(w.line(QUESTIONS[key], "quiet", lead=str(n)) for n, key in enumerate(QUESTIONS, 1))
        blocks.append(Lines(questions))
    return Section("approvals", "", w.line(_("Approvals")), tuple(blocks), starts_page=True)


def _approval(w: Writer, row: Approval) -> tuple[Cell, ...]:
    told: list[Line] = []
    if row.answers:
        answers = {key: (yes, text) for key, yes, text in row.answers}
        numbered = [(n, *answers[key]) for n, key in enumerate(QUESTIONS, 1) if key in answers]
        told.append(w.line(lambda: " · ".join(f"{n} {_('yes') if yes else _('no')}" for n, yes, _text in numbered)))
        told += [w.line(text, "quiet", lead=str(n)) for n, _yes, text in numbered if text]
    if row.text.zh or row.text.en:
        told.append(w.line(row.text))
    name = [w.line(row.name, "strong")]
    if row.post.zh or row.post.en:
        name.append(w.line(row.post, "quiet"))
    covered: list[Line] = [w.line(row.sha256[:16], "mono")]
    if row.sha256 != w.facts.sha256:
        covered.append(w.line(_("of another text"), "quiet"))
    when = f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"
    return tuple(name), (w.line(_KINDS.get(row.kind, row.kind)),), tuple(told), (w.line(when),), tuple(covered)


def _changes(w: Writer) -> Section:
    """Write the change record (H2.6.3)."""
    rows = tuple(_change(w, row) for row in w.facts.changes)
    heads = w.heads(_("Version"), _("Released on"), _("What was changed"), _("Released by"))
    blocks: tuple[Block, ...] = (Table(heads, rows, (10, 20, 50, 20)),) if rows else (w.items(()),)
    return Section("changes", "", w.line(_("Change record")), blocks)


def _change(w: Writer, row: Change) -> tuple[Cell, ...]:
    when = w.line(day(row.at)) if row.at else w.line(_("not released yet"), "quiet")
    said = [w.line(row.text)] if row.text.zh or row.text.en else []
    for words, origin, code in row.points:
        told = w.line(_("%(what)s (%(origin)s)"), what=words, origin=partial(_origin, origin, code))
        said.append(told)
    by = w.line(row.by) if row.by else w.line("–")
    return (w.line(f"V{row.number}"),), (when,), tuple(said) or (w.line("–"),), (by,)


def _origin(origin: str, code: str) -> str:
    return f"{_label(Origin, origin)} {code}".strip()
