"""In what a variant differs from the standard that it varies: computed from both definitions, as plain sentences (F19).

Not from the stored rows: of released texts the hashes vouch, and so for every delta that is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from processes.domain.standard import Words
from processes.domain.variants.places import Data, Kind, Place, Varying, is_same, places_of, value_of
from procstd.look.templatetags.look import limit_words

#: So much of a text stands in a sentence, in characters.
_QUOTED = 120


@dataclass(frozen=True)
class Delta:
    """A field in which a variant differs: the place in what it varies, and the same place in the variant."""

    before: Place
    after: Place
    varying: Varying

    @property
    def key(self) -> str:
        return f"{self.after.key}|{self.varying.name}"

    @property
    def old(self) -> str:
        return shown(self.before.row, self.varying)

    @property
    def new(self) -> str:
        return shown(self.after.row, self.varying)

    @property
    def value(self) -> Any:
        return value_of(self.after.row, self.varying)

    @property
    def sentence(self) -> str:
        """What differs, as people say it, in the language in force."""
        words = {"place": self.after.title, "field": self.varying.label, "old": self.old, "new": self.new}
        if self.varying.kind == Kind.TEXT:
            quoted = {name: Truncator(words[name]).chars(_QUOTED) for name in ("old", "new")}
            return _("%(place)s – %(field)s: “%(new)s” instead of “%(old)s”.") % {**words, **quoted}
        return _("%(place)s – %(field)s: %(new)s instead of %(old)s.") % words


def deltas_between(parent: Data, data: Data) -> list[Delta]:
    """Return every field in which *data*, a variant's, differs from *parent*, in the order of the manual."""
    before = {place.key: place for place in places_of(parent)}
    return [
        Delta(before[after.key], after, varying)
        for after in places_of(data)
        if after.key in before
        for varying in after.fields
        if not is_same(varying, value_of(before[after.key].row, varying), value_of(after.row, varying))
    ]


def shown(row: Data, varying: Varying) -> str:
    """Return what *row* says in a field, with names, in the language in force."""
    name = varying.name
    match varying.kind:
        case Kind.TEXT:
            return str(Words.of(row[name])) or "–"
        case Kind.LIMIT:
            return limit_words(SimpleNamespace(**row["limit"])) if row["limit"] else _("none")
        case Kind.DAYS:
            return str(row.get(name, 0))
        case Kind.POSTS:
            return _(", ").join(_place_words(place) for place in row["posts"].get(name, ())) or _("nobody")
        case Kind.POST:
            return _place_words(row[name])


def _place_words(place: Data) -> str:
    post = Words.of(place["post"]["name"])
    hall = place.get("department")
    return f"{post} ({Words.of(hall['name'])})" if hall else str(post)
