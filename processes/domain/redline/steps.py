"""What differs in the steps: which there are, in which order, and each field of those that stayed."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from processes.domain.redline.change import Change, Kind, Post, Weight, posts_in, posts_of
from processes.domain.redline.matching import match
from processes.domain.redline.saying import (
    Teller,
    at_step,
    joined,
    limit,
    listed,
    number,
    place,
    quoted,
    said,
    step_named,
)
from processes.domain.standard import Branch, Outcome, Standard, Step
from processes.models.step import ACTING, Duty
from processes.templatetags.limits import days_words
from processes.templatetags.manual import manual_condition, manual_form
from procstd.bilingual import filled

_TEXTS = {
    "title": _("title"), "operation": _("operation"), "example": _("example"),
    "inputs": _("inputs"), "outputs": _("outputs"),
}  # fmt: skip


def in_order(standard: Standard) -> list[Step]:
    """Return the steps as they are numbered."""
    return sorted(standard.steps, key=lambda step: step.number)


def steps_between(old: Standard, new: Standard) -> Iterator[Change]:
    """Yield what differs in the steps, those of the new version in order, then those that are gone."""
    before, after = in_order(old), in_order(new)
    found = match(before, after, lambda step: step.key)
    places = [{step.key: place for place, step in enumerate(rows, 1)} for rows in (before, after)]
    was = {now.key: step for step, now in found.kept}
    moved = {now.key for _step, now in found.moved}
    for step in after:
        if step.key not in was:
            teller = Teller("", f"step:{step.key}", posts_of(step))
            yield teller.came("", _named(step), Weight.STEPS, step.title)
            continue
        teller = Teller(at_step(step), f"step:{step.key}", posts_of(was[step.key], step))
        old_place, new_place = (rows[step.key] for rows in places)
        if step.key in moved:
            sentence = filled(
                _("Step “%(title)s” moved: it was step %(old)s and is step %(new)s"),
                title=step.title, old=was[step.key].number, new=step.number,
            )  # fmt: skip
            yield teller.one(
                "order", Kind.MOVED, Weight.ORDER, sentence, number(was[step.key].number), number(step.number)
            )
        elif step.number - was[step.key].number not in (0, new_place - old_place):
            # Not what follows from steps that came, went or moved: somebody numbered it so.
            yield teller.value("number", _("number"), Weight.ORDER, number(was[step.key].number), number(step.number))
        yield from _fields(teller, old, new, was[step.key], step)
    for step in found.removed:
        teller = Teller("", f"step:{step.key}", posts_of(step))
        yield teller.went("", _named(step), Weight.STEPS, step.title)


def _named(step: Step) -> object:
    return filled(_("Step %(number)s “%(title)s”"), number=step.number, title=step.title)


def _fields(teller: Teller, old: Standard, new: Standard, was: Step, now: Step) -> Iterator[Change]:
    for name, label in _TEXTS.items():
        yield from teller.words(name, label, getattr(was, name), getattr(now, name))
    yield from _limits(teller, old, new, was, now)
    yield from _posts(teller, was, now)
    if was.form != now.form:
        named = [key and quoted(said(manual_form, rows, key)) for rows, key in ((old, was.form), (new, now.form))]
        yield teller.value("form", _("form"), Weight.FIELDS, *(name or None for name in named))
    if was.is_key_node != now.is_key_node:
        yield teller.flag(
            "key_node", Weight.WORDING, now.is_key_node, _("is a key node now"), _("is no key node any more"),
            (_("key node") if was.is_key_node else None, _("key node") if now.is_key_node else None),
        )  # fmt: skip
    if was.not_by != now.not_by:
        named = [step_named(rows, key) if key else None for rows, key in ((old, was.not_by), (new, now.not_by))]
        yield teller.value("not_by", _("not by whoever did"), Weight.POSTS, *named)
    if (was.group, was.lane if was.group else None) != (now.group, now.lane if now.group else None):
        named = [_group(step) for step in (was, now)]
        yield teller.value("group", _("at the same time as others"), Weight.ORDER, *named)
    elif was.lane != now.lane:
        yield teller.value("lane", _("lane"), Weight.WORDING, number(was.lane), number(now.lane))
    if was.answers != now.answers:
        texts = [
            joined(rows.pain_points.get(key, key) for key in step.answers) if step.answers else None
            for rows, step in ((old, was), (new, now))
        ]
        yield teller.value("answers", _("pain points that it answers"), Weight.WORDING, *texts)
    yield from _ways(teller, old, new, was, now)


def _group(step: Step) -> object:
    if step.group is None:
        return None
    return filled(_("parallel group %(group)s, lane %(lane)s"), group=step.group, lane=step.lane)


def _limits(teller: Teller, old: Standard, new: Standard, was: Step, now: Step) -> Iterator[Change]:
    label = _("time limit")
    limits = [(step.limit.amount, step.limit.unit) if step.limit else None for step in (was, now)]
    if limits[0] != limits[1]:
        yield teller.value(
            "limit", label, Weight.LIMITS, *(limit(step.limit) if step.limit else None for step in (was, now))
        )
    if was.limit and now.limit and was.limit.start != now.limit.start:
        starts = [
            step_named(rows, step.limit.start) if step.limit and step.limit.start else _("its own start")
            for rows, step in ((old, was), (new, now))
        ]
        yield teller.value("limit.from", _("time limit counted from"), Weight.LIMITS, *starts)
    if was.customer_days != now.customer_days:
        days = [said(days_words, step.customer_days) if step.customer_days else None for step in (was, now)]
        yield teller.value("customer_days", _("waits for the customer at most"), Weight.LIMITS, *days)


def _posts(teller: Teller, was: Step, now: Step) -> Iterator[Change]:
    for duty in [*Duty.values, *sorted((was.posts.keys() | now.posts.keys()) - set(Duty.values))]:
        places = [step.posts.get(duty, ()) for step in (was, now)]
        if places[0] == places[1]:
            continue
        codes: list[list[Post]] = [[(row.post, row.department) for row in rows] for rows in places]
        # The same post under another name does nothing else than before.
        weight = Weight.WORDING if codes[0] == codes[1] else Weight.POSTS
        label = Duty(duty).label if duty in Duty.values else duty
        named = [joined(map(place, rows)) if rows else None for rows in places]
        yield teller.value(f"posts.{duty}", filled(_("%(duty)s (%(letter)s)"), duty=label, letter=duty), weight, *named)


def _ways(teller: Teller, old: Standard, new: Standard, was: Step, now: Step) -> Iterator[Change]:
    found = match(was.outcomes, now.outcomes, lambda row: row.key)
    for row in found.added:
        yield teller.came(f"outcomes.{row.key}", _way(row), Weight.ORDER, step_named(new, row.target))
    for row in found.removed:
        yield teller.went(f"outcomes.{row.key}", _way(row), Weight.ORDER, step_named(old, row.target))
    for before, row in found.moved:
        places = was.outcomes.index(before) + 1, now.outcomes.index(row) + 1
        yield teller.moved(f"outcomes.{row.key}.order", _way(row), Weight.WORDING, *places)
    for before, row in found.kept:
        field = f"outcomes.{row.key}"
        yield from teller.words(f"{field}.label", _("words of the outcome"), before.label, row.label)
        if before.target != row.target:
            label = filled(_("%(way)s leads to"), way=_way(row))
            goals = step_named(old, before.target), step_named(new, row.target)
            yield teller.value(f"{field}.target", label, Weight.ORDER, *goals)
        if before.is_send_back != row.is_send_back:
            yield teller.flag(
                f"{field}.send_back", Weight.ORDER, row.is_send_back,
                filled(_("%(way)s counts as sending back now"), way=_way(row)),
                filled(_("%(way)s does not count as sending back any more"), way=_way(row)),
                (None, None),
            )  # fmt: skip
        if before.branches != row.branches:
            label = filled(_("%(way)s: branches"), way=_way(row))
            texts = [_branches(rows, way.branches) for rows, way in ((old, before), (new, row))]
            yield teller.rules(f"{field}.branches", label, Weight.ORDER, *texts)


def _way(row: Outcome) -> object:
    return filled(_("outcome “%(label)s”"), label=row.label)


def _branches(standard: Standard, rows: tuple[Branch, ...]) -> object:
    if not rows:
        return None
    return listed(
        filled(
            _("if %(condition)s: %(goal)s"),
            condition=said(manual_condition, standard, row.condition), goal=step_named(standard, row.target),
        )
        for row in rows
    )  # fmt: skip


def posts_of_form(key: str, *standards: Standard) -> frozenset[Post]:
    """Return the posts that do, answer for, or countersign a step at which the form is filled in."""
    places = [
        place
        for standard in standards
        for step in standard.steps
        if step.form == key
        for duty in ACTING
        for place in step.posts.get(duty, ())
    ]
    return posts_in(*places)
