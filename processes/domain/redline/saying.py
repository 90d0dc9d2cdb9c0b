"""The words of differences: every sentence and value is read in the language in force, so both languages are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from processes.domain.redline.change import Change, Kind, Post, Weight
from processes.domain.standard import Limit, Place, Standard, Step, Words
from procstd.bilingual import filled
from procstd.look.templatetags.look import limit_words

#: A text of at most so many letters stands in the sentence itself.
_SHORT = 40

#: Read when it is shown: ``later(function, *args)``.
later: Any = lazy(lambda call, args: str(call(*args)), str)


def said(call: Callable[..., Any], *args: Any) -> Any:
    """Return what *call* will say of *args* in the language in which it is read."""
    return later(call, args)


def at_step(step: Step) -> Any:
    """Say where: at a step."""
    return filled(_("Step %(number)s"), number=step.number)


def under(where: Any, label: Any) -> Any:
    """Say what differs, and where: “Step 4: time limit”."""
    return filled(_("%(where)s: %(what)s"), where=where, what=label)


def quoted(text: Any) -> Any:
    """Put *text* in quotation marks."""
    return filled(_("“%(words)s”"), words=text)


def joined(parts: Iterable[Any]) -> Any:
    """List *parts*; nothing is a dash."""
    return said(lambda rows: gettext(", ").join(map(str, rows)) or "–", list(parts))


def listed(parts: Iterable[Any]) -> Any:
    """List *parts* that have commas of their own."""
    return said(lambda rows: gettext("; ").join(map(str, rows)), list(parts))


def limit(value: Limit | None) -> Any:
    """Say a limit."""
    return said(limit_words, value)


def place(value: Place) -> Any:
    """Say a post, and the department if it is meant in one."""
    return value.name if value.department is None else said(str, value)


def step_named(standard: Standard, key: str | None) -> Any:
    """Name the step that something leads to; none is the end."""
    step = standard.step(key)
    if step is None:
        return key or _("end")
    return filled(_("step %(number)s “%(title)s”"), number=step.number, title=step.title)


def yes_no(value: bool) -> Any:
    return _("yes") if value else _("no")


def number(value: int) -> Any:
    return said(str, value)


class Teller:
    """Makes the differences of one place: all with the same place, the same posts."""

    def __init__(self, where: Any, at: str, posts: frozenset[Post] = frozenset()) -> None:
        self.where, self.at, self.posts = where, at, posts

    def about(self, label: Any) -> Any:
        """Return what differs with where it is; a place without a name of its own is what differs."""
        return under(self.where, label) if self.where else label

    def one(self, field: str, kind: Kind, weight: Weight, sentence: Any, old: Any = None, new: Any = None) -> Change:
        return Change(self.at, field, kind, weight, sentence, old, new, posts=self.posts)

    def came(self, field: str, label: Any, weight: Weight, value: Any = None) -> Change:
        return self.one(field, Kind.ADDED, weight, filled(_("%(what)s added"), what=self.about(label)), new=value)

    def went(self, field: str, label: Any, weight: Weight, value: Any = None) -> Change:
        return self.one(field, Kind.REMOVED, weight, filled(_("%(what)s removed"), what=self.about(label)), old=value)

    def moved(self, field: str, label: Any, weight: Weight, old: int, new: int) -> Change:
        sentence = filled(
            _("%(what)s moved from place %(old)s to place %(new)s"), what=self.about(label), old=old, new=new
        )
        return self.one(field, Kind.MOVED, weight, sentence, number(old), number(new))

    def value(self, field: str, label: Any, weight: Weight, old: Any, new: Any) -> Change:
        """Tell of a value that was another one. None: there was none, or there is none now."""
        what = self.about(label)
        if old is None:
            sentence = filled(_("%(what)s: now %(new)s, none before"), what=what, new=new)
        elif new is None:
            sentence = filled(_("%(what)s: none now, %(old)s before"), what=what, old=old)
        else:
            sentence = filled(_("%(what)s %(old)s → %(new)s"), what=what, old=old, new=new)
        return self.one(field, Kind.CHANGED, weight, sentence, old, new)

    def rules(self, field: str, label: Any, weight: Weight, old: Any, new: Any) -> Change:
        """Tell of rules that are too long for a sentence: shown piece by piece."""
        if old is None or new is None:
            return self.value(field, label, weight, old, new)
        sentence = filled(_("%(what)s: other rules"), what=self.about(label))
        return replace(self.one(field, Kind.CHANGED, weight, sentence, old, new), is_text=True)

    def flag(self, field: str, weight: Weight, new: bool, on: Any, off: Any, old_new: tuple[Any, Any]) -> Change:
        """Tell of a yes or no in words of its own."""
        sentence = on if new else off
        sentence = under(self.where, sentence) if self.where else sentence
        return self.one(field, Kind.CHANGED, weight, sentence, *old_new)

    def words(
        self, field: str, label: Any, old: Words, new: Words, weight: Weight = Weight.WORDING
    ) -> Iterable[Change]:
        """Yield the difference between two texts, if there is one: in both languages, or in which it is."""
        languages = [end for end in ("zh", "en") if getattr(old, end) != getattr(new, end)]
        if not languages:
            return
        texts = [getattr(row, end) for row in (old, new) for end in languages]
        before: Any = old
        after: Any = new
        if len(languages) == 1:
            label = filled({"zh": _("%(what)s in Chinese"), "en": _("%(what)s in English")}[languages[0]], what=label)
            before, after = texts
        what = self.about(label)
        is_short = all(len(text) <= _SHORT and "\n" not in text for text in texts)
        if not any(texts[: len(languages)]):
            sentence = filled(_("%(what)s added: %(new)s"), what=what, new=quoted(after)) if is_short else None
            sentence = sentence or filled(_("%(what)s added"), what=what)
        elif not any(texts[len(languages) :]):
            sentence = filled(_("%(what)s removed: %(old)s"), what=what, old=quoted(before)) if is_short else None
            sentence = sentence or filled(_("%(what)s removed"), what=what)
        elif is_short:
            sentence = filled(_("%(what)s %(old)s → %(new)s"), what=what, old=quoted(before), new=quoted(after))
        else:
            sentence = filled(_("%(what)s reworded"), what=what)
        yield Change(
            self.at, field, Kind.CHANGED, weight, sentence, before, after, is_text=not is_short, posts=self.posts
        )
