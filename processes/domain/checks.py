"""What keeps a standard from being released: each fault with the place where it is mended (F11, F15, H2.3.1, H4.2).

The checks read the Standard, as flow and manual do, so they cover drafts and imports alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.conditions import condition_faults
from processes.domain.faults import Fault
from processes.domain.flowchecks import flow_faults
from processes.domain.limitchecks import limit_faults
from processes.domain.standard import CHOOSING, Field, Form, Standard, Step, Words

#: Kinds that a person writes freely: their help must say what (H4.3).
_WRITTEN = frozenset({"text", "long_text"})


def faults_of(standard: Standard) -> list[Fault]:
    """Return every fault of *standard*, in the order of the eight elements; none means it can be released."""
    return [
        *_element_faults(standard),
        *(fault for form in standard.forms for fault in _form_faults(standard, form)),
        *(fault for step in standard.steps for fault in _step_faults(standard, step)),
        *flow_faults(standard),
        *_exception_faults(standard),
        *limit_faults(standard),
    ]


def _missing(words: Words) -> str:
    """Return the language in which *words* are not written: the first, or an empty string."""
    return next((end for end in ("zh", "en") if not getattr(words, end).strip()), "")


def _element_faults(standard: Standard) -> Iterator[Fault]:
    for name, label in (
        ("purpose", _("Purpose")),
        ("scope", _("Scope of application")),
        ("rules", _("Operating rules")),
        ("inputs", _("Inputs")),
        ("outputs", _("Outputs")),
    ):
        if end := _missing(getattr(standard, name)):
            message = _("“%(what)s” is not written in both languages.") % {"what": label}
            yield Fault("elements", message, f"{name}_{end}")
    if not standard.responsibilities:
        yield Fault("responsibilities", _("No post or department has a responsibility."))
    for row in standard.responsibilities:
        if _missing(row.duty) or (row.post is None and row.department is None):
            yield Fault("responsibilities", _("A responsibility lacks its bearer, or its text in both languages."))
    for term in standard.glossary:
        if _missing(term.term) or _missing(term.meaning):
            yield Fault("glossary", _("A term of the glossary is not explained in both languages."), "rows")
    if any(_missing(row.title) for row in standard.references):
        yield Fault("references", _("A referenced rule is not named in both languages."), "rows")
    if not any(step.is_key_node for step in standard.steps):
        yield Fault("steps", _("No step is marked as a key node."))
    if not standard.totals:
        yield Fault("totals", _("No time limit is set for the whole case."))
    for total in standard.totals:
        if total.condition:
            yield from (Fault("totals", text) for text in condition_faults(standard, total.condition))


def _form_faults(standard: Standard, form: Form) -> Iterator[Fault]:
    place, named = f"form:{form.key}", {"form": form.name}
    if end := _missing(form.name):
        yield Fault(place, _("The form “%(form)s” is not named in both languages.") % named, f"name_{end}")
    if not form.fields:
        yield Fault(place, _("The form “%(form)s” has no field.") % named, "fields")
    if not any(step.form == form.key for step in standard.steps):
        yield Fault(place, _("No step uses the form “%(form)s”.") % named)
    earlier: dict[str, Field] = {}
    for index, field in enumerate(form.fields):
        row = f"fields-{index}"
        named = {"form": form.name, "field": field.label}
        if end := _missing(field.label):
            message = _("A field of “%(form)s” is not labelled in both languages.") % named
            yield Fault(place, message, f"{row}-label_{end}")
        if field.kind in _WRITTEN and (end := _missing(field.help)):
            message = _("“%(field)s” in “%(form)s” does not say in both languages what to write.") % named
            yield Fault(place, message, f"{row}-help_{end}")
        if field.kind in CHOOSING and (len(field.options) < 2 or any(_missing(words) for _key, words in field.options)):
            message = _("“%(field)s” in “%(form)s” needs two or more options in both languages.") % named
            yield Fault(place, message, f"{row}-options")
        if field.is_public and field.kind in ("person", "department"):
            message = _("“%(field)s” in “%(form)s” would show customers who works here.") % named
            yield Fault(place, message, f"{row}-is_public")
        if field.visible_if:
            other = earlier.get(field.visible_if[0])
            if other is None or field.visible_if[1] not in other.values:
                yield Fault(
                    place,
                    _("“%(field)s” in “%(form)s” is shown by a field that does not stand before it, or by a value "
                      "that field cannot have.") % named,
                    f"{row}-visible",
                )  # fmt: skip
            elif field.is_public and not other.is_public:
                message = (
                    _("Customers fill in “%(field)s” in “%(form)s”, but not the field by which it is shown.") % named
                )
                yield Fault(place, message, f"{row}-visible")
        earlier[field.key] = field


def _step_faults(standard: Standard, step: Step) -> Iterator[Fault]:
    place, named = f"step:{step.key}", {"number": step.number, "title": step.title}

    def fault(message: Any, field: str) -> Fault:
        return Fault(place, message % named, field)

    if sum(other.number == step.number for other in standard.steps) > 1:
        yield fault(_("Two steps have the number %(number)s."), "number")
    for name, label in (
        ("title", _("Title")),
        ("operation", _("Operation")),
        ("inputs", _("Inputs")),
        ("outputs", _("Outputs")),
    ):
        if end := _missing(getattr(step, name)):
            words = {"number": step.number, "what": label}
            message = _("Step %(number)s: “%(what)s” is not written in both languages.") % words
            yield Fault(place, message, f"{name}_{end}")
    if not step.responsible:
        yield fault(_("Step %(number)s: no post is responsible (R)."), "posts")
    if len(step.posts.get("A", ())) != 1:
        yield fault(_("Step %(number)s: exactly one post must be accountable (A)."), "posts")
    for signs in step.countersigned:
        if any(signs.may_be(does) for does in step.responsible):
            named["post"] = signs.name
            yield fault(_("Step %(number)s: “%(post)s” does it (R) and countersigns it (S)."), "posts")
    if step.limit is None:
        yield fault(_("Step %(number)s has no time limit."), "limit_amount")
    elif step.limit.start and standard.step(step.limit.start) is None:
        yield fault(_("Step %(number)s: the limit is counted from a step that does not exist."), "limit_from")
    if step.not_by and (step.not_by == step.key or standard.step(step.not_by) is None):
        yield fault(_("Step %(number)s: “not by whoever did” names no other step."), "not_by")
    if step.form and standard.form(step.form) is None:
        yield fault(_("Step %(number)s uses a form that does not exist."), "form")
    if any(_missing(outcome.label) for outcome in step.outcomes):
        yield fault(_("Step %(number)s: an outcome is not named in both languages."), "outcomes")
    for outcome in step.outcomes:
        for branch in outcome.branches:
            for text in condition_faults(standard, branch.condition):
                yield Fault(place, text, "branches")


def _exception_faults(standard: Standard) -> Iterator[Fault]:
    if not standard.exceptions:
        yield Fault("exceptions", _("No exception is provided for."))
    for rule in standard.exceptions:
        if standard.step(rule.step) is None:
            yield Fault("exceptions", _("An exception names a step that does not exist."))
        if _missing(rule.trigger) or _missing(rule.response):
            yield Fault("exceptions", _("An exception lacks its trigger or its response in one of the languages."))
        if rule.limit.amount < 1:
            yield Fault("exceptions", _("An exception has no time limit."))
