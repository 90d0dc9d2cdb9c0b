"""A draft as a spreadsheet: rows and cells by name, loaded and saved in a number of statements that does not grow.

A row is called ``s3`` (a step), ``elements`` (the texts of the draft itself), ``form:register`` or
``form:register:customer`` (a form, a field of it), ``outcome:s3:o1``; rows that have no key of their own
are called by their number: ``exception:7``, ``responsibility:7``, ``term:7``, ``reference:7``, ``pain:7``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.domain.editing import point_to_parents
from processes.domain.names import Names
from processes.models import (
    Answer,
    Branch,
    ExceptionRule,
    Field,
    Form,
    GlossaryTerm,
    Outcome,
    PainPoint,
    Reference,
    Responsibility,
    Revision,
    Step,
    StepPost,
    Unit,
)
from procstd import history
from procstd.bilingual import in_each_language
from procstd.organisation.models import Department, Post

#: What is deleted before what, and what is added after what.
_ORDER: tuple[type[models.Model], ...] = (
    Form, Field, Step, Answer, StepPost, ExceptionRule, Outcome, Branch, Responsibility, GlossaryTerm, Reference,
    PainPoint,
)  # fmt: skip
#: Rows without a key, by the kind that their name begins with.
NUMBERED: dict[str, type[models.Model]] = {
    "exception": ExceptionRule, "responsibility": Responsibility, "term": GlossaryTerm, "reference": Reference,
    "pain": PainPoint,
}  # fmt: skip


class Sheet:
    """The rows of one draft, and what is changed in them until :meth:`save`."""

    def __init__(self, revision: Revision) -> None:
        self.revision = revision
        self.steps: list[Step] = list(revision.steps.all())
        self.forms: list[Form] = list(revision.forms.all())
        by_id: dict[Any, Step] = {step.pk: step for step in self.steps}
        forms: dict[Any, Form] = {form.pk: form for form in self.forms}
        self.places: dict[str, list[StepPost]] = {step.key: [] for step in self.steps}
        self.outcomes: dict[str, list[Outcome]] = {step.key: [] for step in self.steps}
        self.branches: dict[int, list[Branch]] = {}
        self.fields: dict[str, list[Field]] = {form.key: [] for form in self.forms}
        for step in self.steps:
            step.revision = revision
            step.form = forms.get(step.form_id)
        places = StepPost.objects.filter(step__revision=revision).select_related("post", "department")
        for place in places:
            place.step = by_id[place.step_id]
            self.places[place.step.key].append(place)
        for outcome in Outcome.objects.filter(step__revision=revision):
            outcome.step, outcome.target = by_id[outcome.step_id], by_id.get(outcome.target_id)
            self.outcomes[outcome.step.key].append(outcome)
        for branch in Branch.objects.filter(outcome__step__revision=revision):
            branch.target = by_id.get(branch.target_id)
            self.branches.setdefault(branch.outcome_id, []).append(branch)
        for field in Field.objects.filter(form__revision=revision):
            field.form = forms[field.form_id]
            self.fields[field.form.key].append(field)
        self._added: list[models.Model] = []
        self._removed: list[models.Model] = []
        self._changed: dict[int, tuple[models.Model, set[str]]] = {}

    # --- what people call things -----------------------------------------------------------------

    @cached_property
    def posts(self) -> Names[Post]:
        # One that is abolished can stay where it stands, so it is known by name there.
        used = {place.post_id for places in self.places.values() for place in places}
        rows = [row for row in Post.objects.all() if row.is_active or row.pk in used]
        return Names(
            ((row, (row.code, row.name_zh, row.name_en)) for row in rows),
            unknown=_("There is no post “%(name)s”."),
            several=_("Several posts are called “%(name)s”: write the code."),
        )

    @cached_property
    def departments(self) -> Names[Department]:
        rows = Department.objects.without_tree_fields()
        return Names(
            ((row, (row.code, row.name_zh, row.name_en)) for row in rows if row.is_active),
            unknown=_("There is no department “%(name)s”."),
            several=_("Several departments are called “%(name)s”: write the code."),
        )

    @property
    def form_names(self) -> Names[Form]:
        return Names(
            ((row, (row.key, row.name_zh, row.name_en)) for row in self.forms),
            unknown=_("There is no form “%(name)s” in this draft."),
            several=_("Several forms are called “%(name)s”: write the key."),
        )

    @cached_property
    def numbered(self) -> dict[str, list[Any]]:
        """The rows without a key, by kind: read only where texts of all parts are written."""
        revision, by_id = self.revision, {step.pk: step for step in self.steps}
        rules = list(ExceptionRule.objects.filter(step__revision=revision))
        for rule in rules:
            rule.step = by_id[rule.step_id]
        return {
            "exception": sorted(rules, key=lambda rule: (rule.step.number, rule.pk)),
            "responsibility": list(revision.responsibilities.select_related("post", "department")),
            "term": list(revision.glossary.all()),
            "reference": list(revision.references.all()),
            "pain": list(PainPoint.objects.filter(process=revision.process_id)),
        }

    def row(self, name: str) -> Any:
        """Return the row called *name*, or None."""
        if name == "elements":
            return self.revision
        kind, _colon, rest = name.partition(":")
        if kind == "outcome":
            step, _colon, key = rest.partition(":")
            return next((row for row in self.outcomes.get(step, ()) if row.key == key), None)
        if kind in NUMBERED:
            return next((row for row in self.numbered[kind] if str(row.pk) == rest), None)
        if kind == "form" and rest:
            form, _colon, field = rest.partition(":")
            if field:
                return next((row for row in self.fields.get(form, ()) if row.key == field), None)
            return next((row for row in self.forms if row.key == form), None)
        return next((step for step in self.steps if step.key == name), None)

    def users_of(self, step: Step, *, but: set[str], by_order: list[Outcome]) -> Iterator[Step]:
        """Yield the steps, other than *but*, of which more than the order leads to *step*."""
        for other in self.steps:
            if other.key in but:
                continue
            for outcome in self.outcomes[other.key]:
                targets = [branch.target for branch in self.branches.get(outcome.pk, ())]
                if not any(outcome is way for way in by_order):
                    targets.append(outcome.target)
                if any(target is not None and target.key == step.key for target in targets):
                    yield other
                    break

    # --- changes ---------------------------------------------------------------------------------

    def add(self, row: models.Model) -> None:
        self._added.append(row)

    def change(self, row: models.Model, *names: str) -> None:
        if not any(row is added for added in self._added):
            self._changed.setdefault(id(row), (row, set()))[1].update(names)

    def remove(self, row: models.Model) -> None:
        self._changed.pop(id(row), None)
        if any(row is added for added in self._added):
            self._added = [added for added in self._added if added is not row]
        else:
            self._removed.append(row)

    @property
    def is_changed(self) -> bool:
        return bool(self._added or self._removed or self._changed)

    @property
    def has_new_rows(self) -> bool:
        return bool(self._added or self._removed)

    def save(self, *, by: Any, reason: str, at: datetime) -> None:
        """Write all that is changed, each row with its history, and raise the draft's edition."""
        self.flush(by=by, reason=reason, at=at)
        self.revision.edition += 1
        history.save(self.revision, by=by, reason=reason)

    def flush(self, *, by: Any, reason: str, at: datetime) -> None:
        """Write what is changed so far."""
        for model in reversed(_ORDER):
            history.delete_many(_of(model, self._removed), by=by, reason=reason, at=at)
        for model in _ORDER:
            rows = _of(model, self._added)
            for row in rows:
                point_to_parents(row)
            # Rows that come back keep their numbers, so that their history goes on.
            for back in (True, False):
                history.save_many([row for row in rows if (row.pk is not None) is back], by=by, reason=reason)
        for model in _ORDER:
            found = [(row, names) for row, names in self._changed.values() if isinstance(row, model)]
            for row, _names in found:
                point_to_parents(row)
            names = sorted({name for _row, changed in found for name in changed})
            history.save_many([row for row, _names in found], by=by, reason=reason, fields=names)
        self._added, self._removed, self._changed = [], [], {}


def _of(model: type[models.Model], rows: Iterable[models.Model]) -> list[models.Model]:
    return [row for row in rows if isinstance(row, model)]


def unit_names() -> Names[str]:
    """Return the units of limits by code, by name in both languages, and by what people write in a spreadsheet."""
    return Names(
        ((unit.value, (unit.value, *in_each_language(unit.label).values(), *_UNIT_WORDS[unit])) for unit in Unit),
        unknown=_("“%(name)s” is no unit."),
        several=_("“%(name)s” can be several units."),
    )


_UNIT_WORDS: dict[Unit, tuple[str, ...]] = {
    Unit.WORKING_MINUTES: ("working minute", "工作分钟"),
    Unit.WORKING_HOURS: ("working hour", "工作小时", "个工作小时"),
    Unit.WORKING_DAYS: ("working day", "wd", "工作日", "个工作日"),
    Unit.MINUTES: ("minute", "min", "分钟"),
    Unit.HOURS: ("hour", "h", "小时", "个小时"),
    Unit.DAYS: ("calendar day", "自然日", "个自然日", "日历日"),
}
