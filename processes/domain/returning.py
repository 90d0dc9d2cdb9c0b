"""Bring back what was deleted, from its history: a step with all that went with it at the same moment."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from processes.domain.sheet import Sheet
from processes.models import Answer, Branch, ExceptionRule, Field, Form, Outcome, PainPoint, Step, StepPost
from procstd.organisation.models import Department, Post


def _deleted(model: Any, **which: Any) -> Any:
    return model.history.filter(history_type="-", **which).order_by("history_id")


def _row(entry: Any, model: Any) -> Any:
    """Return the row that *entry* tells of, with the number that it had: its history goes on."""
    return model(**{field.attname: getattr(entry, field.attname) for field in entry.tracked_fields})


def fields(form: Form, names: list[str]) -> dict[str, Field]:
    """Return the deleted fields of *form* by name."""
    keys = {name.rpartition(":")[2]: name for name in names}
    found = {}
    for entry in _deleted(Field, form_id=form.pk, key__in=keys):
        row = found[keys[entry.key]] = _row(entry, Field)
        row.form = form
    return found


def steps(sheet: Sheet, names: list[str]) -> dict[str, Step]:
    """Return the deleted steps of the draft by key, as they last were."""
    found: dict[str, Step] = {}
    forms = {form.pk: form for form in sheet.forms}
    for entry in _deleted(Step, revision_id=sheet.revision.pk, key__in=names):
        row = found[entry.key] = _row(entry, Step)
        row.revision, row.form = sheet.revision, forms.get(row.form_id)
        row.deleted_at = entry.history_date
    return found


def bring_children(sheet: Sheet, rows: list[Step]) -> None:
    """Bring back posts, ways to end, branches and exceptions that were deleted together with *rows*."""
    mine = Q()
    for row in rows:
        mine |= Q(step_id=row.pk, history_date=row.deleted_at)  # type: ignore[attr-defined]
    if not mine:
        return
    by_id = {step.pk: step for step in sheet.steps if step.pk}
    places, ways, rules, answers = (
        [_row(entry, model) for entry in _deleted(model).filter(mine)]
        for model in (StepPost, Outcome, ExceptionRule, Answer)
    )
    pains = PainPoint.objects.in_bulk([row.pain_point_id for row in answers]) if answers else {}
    for answer in answers:
        if answer.pain_point_id in pains:
            answer.pain_point, answer.step = pains[answer.pain_point_id], _of(by_id, answer)
            sheet.add(answer)
    moments = [row.deleted_at for row in rows]  # type: ignore[attr-defined]
    branches = [
        _row(entry, Branch)
        for entry in _deleted(Branch, outcome_id__in=[way.pk for way in ways], history_date__in=moments)
    ]
    posts = Post.objects.in_bulk([*(row.post_id for row in places), *(row.escalate_to_id for row in rules)])
    departments = Department.objects.without_tree_fields().in_bulk([row.department_id for row in places])
    known: dict[Any, Outcome] = {}
    for place in places:
        if place.post_id in posts and (place.department_id is None or place.department_id in departments):
            place.post, place.department = posts[place.post_id], departments.get(place.department_id)
            sheet.places[_of(by_id, place).key].append(place)
            sheet.add(place)
    for way in ways:
        # Where the step it led to is gone, it leads to the end: the check before the release sees it.
        way.target = by_id.get(way.target_id)
        sheet.outcomes[_of(by_id, way).key].append(way)
        known[way.pk] = way
        sheet.add(way)
    for branch in branches:
        branch.outcome, branch.target = known[branch.outcome_id], by_id.get(branch.target_id)
        sheet.branches.setdefault(branch.outcome_id, []).append(branch)
        sheet.add(branch)
    for rule in rules:
        if rule.escalate_to_id in posts:
            _of(by_id, rule)
            sheet.add(rule)


def _of(by_id: dict[Any, Step], row: models.Model) -> Step:
    step = by_id[row.step_id]  # type: ignore[attr-defined]
    row.step = step  # type: ignore[attr-defined]
    return step
