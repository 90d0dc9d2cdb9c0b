"""What may vary in a standard: by place and field, read from a definition's data and written into it.

Steps, ways, forms and who is told when are inherited and cannot vary. A place has a key that stays the same
while the definition does: ``elements``, ``step:s3``, ``total:register.grade=urgent``, ``response:``,
``exception:e2``. A value is plain data without names: ``{"zh": …, "en": …}``, ``{"amount": 4, "unit":
"working_hours"}`` or None, a number of days, ``[{"post": code, "department": code or None}, …]``, a post's code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.domain.standard import Words
from processes.models import Duty

Data = Mapping[str, Any]
#: The pages on which differences are written: one for each step, and these.
ELEMENTS, TOTALS, EXCEPTIONS = "elements", "totals", "exceptions"


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LIMIT = "limit"
    DAYS = "days"
    POSTS = "posts"
    POST = "post"


@dataclass(frozen=True)
class Varying:
    """A field that may vary."""

    name: str
    kind: Kind
    label: Any


_LIMIT = Varying("limit", Kind.LIMIT, gettext_lazy("Time limit"))
_ELEMENT_FIELDS = (
    Varying("purpose", Kind.TEXT, gettext_lazy("Purpose")),
    Varying("scope", Kind.TEXT, gettext_lazy("Scope of application")),
    Varying("rules", Kind.TEXT, gettext_lazy("Operating rules")),
)
_STEP_FIELDS = (
    _LIMIT,
    Varying("customer_days", Kind.DAYS, gettext_lazy("Waits for the customer, days at most")),
    *(Varying(duty.value, Kind.POSTS, duty.label) for duty in Duty),
    Varying("operation", Kind.TEXT, gettext_lazy("Operation")),
    Varying("example", Kind.TEXT, gettext_lazy("Example")),
)
_EXCEPTION_FIELDS = (_LIMIT, Varying("escalate_to", Kind.POST, gettext_lazy("Escalates to")))


@dataclass(frozen=True)
class Place:
    """Where values may vary: *row* is the part of the definition's data, *part* the page on which it is written."""

    key: str
    part: str
    row: Any
    fields: tuple[Varying, ...]
    #: The step of an exception, or the field of a condition with its form: what its title needs.
    about: Any = field(default=None, repr=False)

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def title(self) -> str:
        """What it is called, in the language in force."""
        if self.kind == "step":
            return _("Step %(number)s: %(title)s") % {
                "number": self.row["number"],
                "title": Words.of(self.row["title"]),
            }
        if self.kind == "exception":
            words = {"number": self.about["number"] if self.about else "–", "trigger": Words.of(self.row["trigger"])}
            return _("Exception at step %(number)s: %(trigger)s") % words
        if self.kind == "elements":
            return _("Purpose, scope and rules")
        named = {"case": _condition_words(self.row.get("when"), self.about)}
        if self.kind == "response":
            return _("First response, %(case)s") % named
        return _("The whole case, %(case)s") % named

    def field(self, name: str) -> Varying | None:
        return next((row for row in self.fields if row.name == name), None)


#: What may vary, by the kind of the place.
_FIELDS: dict[str, tuple[Varying, ...]] = {
    ELEMENTS: _ELEMENT_FIELDS,
    "response": (_LIMIT,),
    "total": (_LIMIT,),
    "step": _STEP_FIELDS,
    "exception": _EXCEPTION_FIELDS,
}


def varying_of(place: str, name: str) -> Varying:
    """Return the field *name* of the place with that key, which need not be there any more."""
    return next(row for row in _FIELDS[place.partition(":")[0]] if row.name == name)


def places_of(data: Data) -> list[Place]:
    """Return every place of a definition at which something may vary, in the order of the manual."""
    steps = {row["key"]: row for row in data["steps"]}
    forms = {form["key"]: {field["key"]: field for field in form["fields"]} for form in data["forms"]}
    return [
        Place(ELEMENTS, ELEMENTS, data, _ELEMENT_FIELDS),
        *_limited("response", data.get("responses", ()), forms),
        *_limited("total", data["totals"], forms),
        *(Place(f"step:{key}", f"step:{key}", row, _STEP_FIELDS) for key, row in steps.items()),
        *(
            # Definitions of schema 1 have no keys of exceptions: their order is the key.
            Place(f"exception:{row.get('key', f'e{number}')}", EXCEPTIONS, row, _EXCEPTION_FIELDS, steps[row["step"]])
            for number, row in enumerate(data["exceptions"], 1)
        ),
    ]


def _limited(kind: str, rows: Any, forms: Mapping[str, Mapping[str, Any]]) -> Iterator[Place]:
    for row in rows:
        when = row.get("when")
        form, _dot, name = when["field"].partition(".") if when else ("", "", "")
        key = f"{when['field']}={when['value']}" if when else ""
        yield Place(f"{kind}:{key}", TOTALS, row, (_LIMIT,), forms.get(form, {}).get(name))


def _condition_words(when: Data | None, about: Data | None) -> str:
    if when is None:
        return _("every case")
    if about is None:
        return f"{when['field']} = {when['value']}"
    names = {option["key"]: str(Words.of(option)) for option in about["options"]}
    names = names or {"yes": _("yes"), "no": _("no")}
    return f"{Words.of(about['label'])} = {names.get(when['value'], when['value'])}"


def parts_of(places: list[Place]) -> list[str]:
    """Return the pages on which differences of these places are written, in order."""
    return list(dict.fromkeys(place.part for place in places))


def value_of(row: Data, varying: Varying) -> Any:
    """Return what *row*, a part of a definition's data, says in a field: plain, without names."""
    name = varying.name
    match varying.kind:
        case Kind.TEXT:
            return {"zh": row[name]["zh"], "en": row[name]["en"]}
        case Kind.LIMIT:
            limit = row["limit"]
            return {"amount": limit["amount"], "unit": limit["unit"]} if limit else None
        case Kind.DAYS:
            return row.get(name, 0)
        case Kind.POSTS:
            found = ((place["post"]["code"], place.get("department")) for place in row["posts"].get(name, ()))
            return in_order({"post": post, "department": hall["code"] if hall else None} for post, hall in found)
        case Kind.POST:
            return row[name]["post"]["code"]


def in_order(places: Any) -> list[dict[str, Any]]:
    """Return posts in an order of their own: in which one they were written is no difference."""
    return sorted(places, key=lambda place: (place["post"], place["department"] or ""))


def is_same(varying: Varying, one: Any, other: Any) -> bool:
    """Tell whether two values say the same; how a browser breaks lines is no difference."""
    if varying.kind == Kind.TEXT:
        return {end: plain(text) for end, text in one.items()} == {end: plain(text) for end, text in other.items()}
    return bool(one == other)


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def write_value(row: Any, varying: Varying, value: Any, names: Names) -> None:
    """Let *row* say *value*: posts and departments with the names that they have now."""
    name = varying.name
    match varying.kind:
        case Kind.LIMIT:
            # Only steps may have none: theirs says from where it is counted, which is inherited.
            row["limit"] = {**(row["limit"] or {"from": ""}), **value} if value else None
        case Kind.POSTS if not value:
            row["posts"].pop(name, None)
        case Kind.POSTS:
            row["posts"][name] = [
                {"post": names.posts[place["post"]], "department": names.departments.get(place["department"])}
                for place in value
            ]
        case Kind.POST:
            row[name] = {"post": names.posts[value], "department": None}
        case _:
            row[name] = value


@dataclass(frozen=True)
class Names:
    """Posts and departments as a definition names them, by code."""

    posts: Mapping[str, Any]
    departments: Mapping[str | None, Any]
