"""What differs in the forms: which there are, their fields, and each field's settings and options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.redline.change import Change, Weight
from processes.domain.redline.matching import match
from processes.domain.redline.saying import Teller, said
from processes.domain.redline.steps import posts_of_form
from processes.domain.standard import Field, Form, Standard
from processes.models.form import Kind
from processes.templatetags.manual import manual_visibility
from procstd.bilingual import filled


def forms_between(old: Standard, new: Standard) -> Iterator[Change]:
    """Yield what differs in the forms, those of the new version in order, then those that are gone."""
    found = match(old.forms, new.forms, lambda form: form.key)
    kept = {now.key: was for was, now in found.kept}
    moved = {now.key for _was, now in found.moved}
    for form in new.forms:
        posts = posts_of_form(form.key, old, new)
        if form.key not in kept:
            yield Teller("", f"form:{form.key}", posts).came("", _named(form), _weight(form.fields), form.name)
            continue
        was = kept[form.key]
        teller = Teller(_named(form), f"form:{form.key}", posts)
        if form.key in moved:
            places = old.forms.index(was) + 1, new.forms.index(form) + 1
            yield Teller("", teller.at, posts).moved("order", _named(form), Weight.WORDING, *places)
        yield from teller.words("name", _("name"), was.name, form.name)
        yield from _fields(teller, was, form)
    for form in found.removed:
        teller = Teller("", f"form:{form.key}", posts_of_form(form.key, old, new))
        yield teller.went("", _named(form), _weight(form.fields), form.name)


def _named(form: Form) -> Any:
    return filled(_("Form “%(name)s”"), name=form.name)


def _weight(fields: tuple[Field, ...]) -> Weight:
    """Return what it means that these fields are asked for or not: whoever must fill one in does something else."""
    return Weight.FIELDS if any(field.is_required for field in fields) else Weight.WORDING


def _fields(teller: Teller, was: Form, now: Form) -> Iterator[Change]:
    found = match(was.fields, now.fields, lambda field: field.key)
    for field in found.added:
        yield teller.came(f"fields.{field.key}", _field(field), _weight((field,)), field.label)
    for field in found.removed:
        yield teller.went(f"fields.{field.key}", _field(field), _weight((field,)), field.label)
    for before, field in found.moved:
        places = was.fields.index(before) + 1, now.fields.index(field) + 1
        yield teller.moved(f"fields.{field.key}.order", _field(field), Weight.WORDING, *places)
    for before, field in found.kept:
        yield from _settings(teller, was, now, before, field)


def _field(field: Field) -> Any:
    return filled(_("field “%(label)s”"), label=field.label)


_FLAGS = {
    "is_required": (_("%(field)s must be filled in now"), _("%(field)s may be left empty now")),
    "is_personal": (_("%(field)s holds personal data now"), _("%(field)s does not count as personal data any more")),
    "is_public": (_("%(field)s is asked of customers now"), _("%(field)s is not asked of customers any more")),
}


def _settings(teller: Teller, old_form: Form, new_form: Form, was: Field, now: Field) -> Iterator[Change]:
    name, weight = f"fields.{now.key}", _weight((was, now))
    yield from teller.words(f"{name}.label", filled(_("label of %(field)s"), field=_field(now)), was.label, now.label)
    yield from teller.words(f"{name}.help", filled(_("help at %(field)s"), field=_field(now)), was.help, now.help)
    if was.kind != now.kind:
        label = filled(_("%(field)s holds"), field=_field(now))
        yield teller.value(f"{name}.kind", label, weight, *(Kind(row.kind).label for row in (was, now)))
    for flag, (on, off) in _FLAGS.items():
        if getattr(was, flag) != getattr(now, flag):
            named = [filled(words, field=_field(now)) for words in (on, off)]
            yield teller.flag(f"{name}.{flag}", weight, getattr(now, flag), named[0], named[1], (None, None))
    if was.visible_if != now.visible_if:
        label = filled(_("%(field)s is shown"), field=_field(now))
        rules = [_visible(form, field) for form, field in ((old_form, was), (new_form, now))]
        yield teller.value(f"{name}.visible", label, weight, *rules)
    yield from _options(teller, name, weight, was, now)


def _visible(form: Form, field: Field) -> Any:
    return said(manual_visibility, form, field) if field.visible_if else _("always")


def _options(teller: Teller, name: str, weight: Weight, was: Field, now: Field) -> Iterator[Change]:
    found = match(was.options, now.options, lambda row: row[0])

    def named(row: Any) -> Any:
        return filled(_("%(field)s: option “%(option)s”"), field=_field(now), option=row[1])

    for row in found.added:
        yield teller.came(f"{name}.options.{row[0]}", named(row), weight, row[1])
    for row in found.removed:
        yield teller.went(f"{name}.options.{row[0]}", named(row), weight, row[1])
    for before, row in found.moved:
        places = was.options.index(before) + 1, now.options.index(row) + 1
        yield teller.moved(f"{name}.options.{row[0]}.order", named(row), Weight.WORDING, *places)
    for before, row in found.kept:
        yield from teller.words(
            f"{name}.options.{row[0]}.words", filled(_("%(field)s: words of an option"), field=_field(now)),
            before[1], row[1],
        )  # fmt: skip
