"""The rules of a step as the list of a spot check: operation, limit, who does it, what each field must say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from processes.domain.standard import Standard, Step
from procstd.bilingual import in_each_language
from procstd.look.templatetags.look import limit_words


@dataclass(frozen=True)
class Rule:
    """One rule of a step, in both languages."""

    key: str
    text_zh: str
    text_en: str


def rules_of(standard: Standard, step: Step) -> list[Rule]:
    """Return what can be looked at while a step is done, in the order in which one looks."""
    return [Rule(key, words["zh"], words["en"]) for key, words in _rules(standard, step)]


def _rules(standard: Standard, step: Step) -> Iterator[tuple[str, dict[str, str]]]:
    places = step.responsible

    def posts() -> str:
        names = [f"{row.name} ({row.department_name})" if row.department_name else str(row.name) for row in places]
        return _("Done by: %(posts)s") % {"posts": _(", ").join(names)}

    if places:
        yield "posts", in_each_language(posts)
    yield "operation", in_each_language(lambda: str(step.operation))
    if step.limit is not None:
        yield "limit", in_each_language(lambda: _("Limit: %(limit)s") % {"limit": limit_words(step.limit)})
    form = standard.form(step.form)
    for field in form.fields if form else ():
        yield f"field:{field.key}", in_each_language(_field(form, field))


def _field(form: Any, field: Any) -> Any:
    def words() -> str:
        name = _("%(form)s, %(field)s") % {"form": form.name, "field": field.label}
        said = str(field.help)
        if not said:
            return _("Filled in: %(name)s") % {"name": name}
        return _("Filled in: %(name)s – %(help)s") % {"name": name, "help": said}

    return words
