"""Words of a standard, for the manual and the pages of cases."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from processes.domain.standard import Condition, Field, Form, Place, Standard, Step
from processes.models.form import Kind
from processes.models.step import Duty

register = template.Library()


@register.simple_tag
def manual_step(standard: Standard, key: str | None) -> str:
    """Name a step; no key is the end."""
    step = standard.step(key)
    return f"{step.number} {step.title}" if step else _("end")


@register.simple_tag
def manual_form(standard: Standard, key: str) -> str:
    """Name a form."""
    form = standard.form(key)
    return str(form.name) if form else key


@register.simple_tag
def manual_condition(standard: Standard, condition: Condition | None) -> str:
    """Say a condition as “Grade = Urgent”; none is every case."""
    if condition is None:
        return _("every case")
    field = standard.field(condition.field)
    if field is None:
        return f"{condition.field} = {condition.value}"
    return f"{field.label} = {_value(field, condition.value)}"


@register.simple_tag
def manual_visibility(form: Form, field: Field) -> str:
    """Say when a field is shown."""
    key, value = field.visible_if or ("", "")
    other = form.field(key)
    named = (other.label, _value(other, value)) if other else (key, value)
    return _("Only if “%(field)s” is “%(value)s”.") % {"field": named[0], "value": named[1]}


@register.simple_tag
def manual_group(standard: Standard, step: Step) -> str:
    """Name the steps that run at the same time as *step*."""
    lanes = standard.lanes(step.group or 0)
    return ", ".join(f"{row.number} {row.title}" for lane, rows in lanes.items() if lane != step.lane for row in rows)


@register.simple_tag
def field_kind(field: Field) -> str:
    """Name the kind of a field."""
    return str(Kind(field.kind).label)


@register.filter
def raci(step: Step) -> list[tuple[str, Any, tuple[Place, ...]]]:
    """Return the duties of a step that somebody has: letter, word, posts."""
    return [(duty.value, duty.label, step.posts[duty.value]) for duty in Duty if step.posts.get(duty.value)]


@register.filter
def css_text(words: Any) -> str:
    """Return *words* for a string of a style sheet: nothing in them can end it."""
    return "".join(f"\\{ord(letter):x} " if letter in '"\\<>&' or ord(letter) < 32 else letter for letter in str(words))


@register.filter
def with_terms(text: Any, standard: Standard) -> SafeString:
    """Return *text*, escaped, with each term of the glossary linked to what it means (F16)."""
    words = str(text)
    if standard.term_pattern is None:
        return conditional_escape(words)
    pieces: list[str] = []
    last = 0
    for match in standard.term_pattern.finditer(words):
        term = standard.terms.get(match[0].lower())
        if term is None:
            continue  # a letter whose small form has another length
        pieces.append(conditional_escape(words[last : match.start()]))
        link = '<a class="term" href="#term-{}" title="{}">{}</a>'
        pieces.append(format_html(link, term.key, term.meaning, match[0]))
        last = match.end()
    pieces.append(conditional_escape(words[last:]))
    return mark_safe("".join(pieces))  # noqa: S308  (every piece is escaped)


def _value(field: Field, value: str) -> str:
    if field.kind == "yes_no":
        return {"yes": _("yes"), "no": _("no")}.get(value, value)
    return str(dict(field.options).get(value, value))
