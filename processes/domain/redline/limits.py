"""What differs in limits of whole cases, in exceptions, in who is told when, and in the rules for clocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.limitdata import POST
from processes.domain.redline.change import Change, Kind, Post, Weight, posts_in, posts_of
from processes.domain.redline.matching import Match, match
from processes.domain.redline.saying import Teller, limit, listed, place, quoted, said, step_named
from processes.domain.standard import USUAL_THRESHOLDS, ExceptionRule, Response, Standard, Threshold, Total
from processes.models.limits import Target
from processes.models.step import Start
from processes.templatetags.limits import days_words, minutes_words, threshold_when, threshold_who
from processes.templatetags.manual import manual_condition
from procstd.bilingual import filled


def limits_between(old: Standard, new: Standard) -> Iterator[Change]:
    """Yield what differs in first response and total, by the cases that they are for."""
    teller = Teller(_("Time standards"), "totals")
    for field, label, rows in (
        ("responses", _("first response"), (old.responses, new.responses)),
        ("totals", _("whole case"), (old.totals, new.totals)),
    ):
        found: Match[Any] = match(*rows, lambda row: row.condition)
        for row in found.added:
            yield teller.came(f"{field}.{_case(row)}", _limit_of(new, label, row), Weight.LIMITS, limit(row.limit))
        for row in found.removed:
            yield teller.went(f"{field}.{_case(row)}", _limit_of(old, label, row), Weight.LIMITS, limit(row.limit))
        if found.moved:
            sentence = filled(_("%(what)s: another order"), what=teller.about(label))
            yield teller.one(f"{field}.order", Kind.MOVED, Weight.WORDING, sentence)
        for was, now in found.kept:
            name = f"{field}.{_case(now)}"
            if (was.limit.amount, was.limit.unit) != (now.limit.amount, now.limit.unit):
                pair = limit(was.limit), limit(now.limit)
                yield teller.value(name, _limit_of(new, label, now), Weight.LIMITS, *pair)
            if getattr(was, "until", "") != getattr(now, "until", ""):
                goals = step_named(old, was.until), step_named(new, now.until)
                until = filled(_("%(what)s until the end of"), what=_limit_of(new, label, now))
                yield teller.value(f"{name}.until", until, Weight.LIMITS, *goals)


def _case(row: Total | Response) -> str:
    return f"{row.condition.field}={row.condition.value}" if row.condition else "all"


def _limit_of(standard: Standard, label: Any, row: Total | Response) -> Any:
    """Name a limit with the cases that it is for."""
    case = said(manual_condition, standard, row.condition)
    return filled(_("%(limit)s (%(case)s)"), limit=label, case=case)


def exceptions_between(old: Standard, new: Standard) -> Iterator[Change]:
    """Yield what differs in the exceptions. They have no lasting key: the same step and trigger make the same one."""
    found: Match[ExceptionRule] = match(
        old.exceptions, new.exceptions, lambda row: (row.step, row.trigger), lambda row: (row.step, row.trigger.zh),
        lambda row: (row.step, row.trigger.en), lambda row: row.step, lambda row: row.trigger,
    )  # fmt: skip

    def teller(*rows: ExceptionRule) -> Teller:
        steps = [standard.step(row.step) for standard in (old, new) for row in rows]
        posts = posts_of(*steps) | posts_in(*(row.escalate_to for row in rows))
        return Teller(_("Exception handling"), "exceptions", posts)

    for row in found.added:
        yield teller(row).came(f"{row.step}.{row.trigger.zh}", _exception(row), Weight.EXCEPTIONS, row.response)
    for row in found.removed:
        yield teller(row).went(f"{row.step}.{row.trigger.zh}", _exception(row), Weight.EXCEPTIONS, row.response)
    if found.moved:
        yield Teller(_("Exception handling"), "exceptions").one(
            "order", Kind.MOVED, Weight.WORDING, filled(_("%(what)s: another order"), what=_("Exception handling"))
        )
    for was, now in found.kept:
        tell, name, label = teller(was, now), f"{now.step}.{now.trigger.zh}", _exception(now)
        yield from tell.words(f"{name}.trigger", _("trigger"), was.trigger, now.trigger)
        yield from tell.words(
            f"{name}.response", filled(_("response to %(what)s"), what=label), was.response, now.response
        )
        if was.limit != now.limit:
            of = filled(_("time limit of %(what)s"), what=label)
            yield tell.value(f"{name}.limit", of, Weight.EXCEPTIONS, limit(was.limit), limit(now.limit))
        if was.escalate_to != now.escalate_to:
            same = was.escalate_to.post == now.escalate_to.post
            same = same and was.escalate_to.department == now.escalate_to.department
            of = filled(_("%(what)s goes to"), what=label)
            pair = place(was.escalate_to), place(now.escalate_to)
            yield tell.value(f"{name}.escalate_to", of, Weight.WORDING if same else Weight.EXCEPTIONS, *pair)
        if was.step != now.step:
            of = filled(_("%(what)s belongs to"), what=label)
            yield tell.value(
                f"{name}.step", of, Weight.EXCEPTIONS, step_named(old, was.step), step_named(new, now.step)
            )
        if was.starts != now.starts:
            of = filled(_("%(what)s is started by"), what=label)
            names = [dict(Start.choices).get(row.starts, row.starts) for row in (was, now)]
            yield tell.value(f"{name}.starts", of, Weight.EXCEPTIONS, *names)


def _exception(row: ExceptionRule) -> Any:
    return quoted(row.trigger)


def thresholds_between(old: Standard, new: Standard) -> Iterator[Change]:
    """Yield what differs in who is told when. A chain is read as a whole; the usual one is what nothing says."""
    general = Target.values
    for target in [*general, *sorted((old.thresholds.keys() | new.thresholds.keys()) - set(general))]:
        usual = USUAL_THRESHOLDS if target in general else ()
        chains = [(rows, rows.thresholds.get(target) or usual) for rows in (old, new)]
        if _told(*chains[0]) == _told(*chains[1]):
            continue
        step = None if target in general else (new.step(target) or old.step(target))
        named = _named_posts(chains[0][1], chains[1][1])
        at = f"step:{target}" if step else "thresholds"
        where = filled(_("Step %(number)s"), number=step.number) if step else _("Who is told when")
        label = _("who is told when") if step else dict(Target.choices).get(target, target)
        teller = Teller(where, at, named | posts_of(old.step(target), new.step(target)))
        texts = [_chain(rows, chain) if chain else None for rows, chain in chains]
        yield teller.rules("thresholds" if step else str(target), label, Weight.LIMITS, *texts)


def _named_posts(*chains: Sequence[Threshold]) -> frozenset[Post]:
    return frozenset(
        (name.removeprefix(POST), None)
        for chain in chains
        for row in chain
        for name in row.recipients
        if name.startswith(POST)
    )


def _told(standard: Standard, chain: Sequence[Threshold]) -> list[Any]:
    names = {name: standard.recipient_posts.get(name.removeprefix(POST)) for row in chain for name in row.recipients}
    return [(row, [names[name] for name in row.recipients]) for row in chain]


def _chain(standard: Standard, chain: Sequence[Threshold]) -> Any:
    return listed(
        filled(_("%(when)s: %(who)s"), when=said(threshold_when, row), who=said(threshold_who, standard, row))
        for row in chain
    )


def clockwork_between(old: Standard, new: Standard) -> Iterator[Change]:
    """Yield what differs in the rules for all clocks, and for customers who are not satisfied."""
    teller = Teller(_("Clocks, holds and dissatisfaction"), "clockwork")
    was, now = old.clockwork, new.clockwork
    for name, label, words in (
        ("grace_minutes", _("grace of limits at once"), minutes_words),
        ("reaction_minutes", _("least time to react"), minutes_words),
        ("hold_days", _("a case on hold at most"), days_words),
    ):
        if getattr(was, name) != getattr(now, name):
            values = (said(words, getattr(row, name)) for row in (was, now))
            yield teller.value(name, label, Weight.LIMITS, *values)
    rules = old.dissatisfaction, new.dissatisfaction
    if rules[0] != rules[1]:
        texts = [
            filled(_("rated %(most)s or less: %(step)s"), most=rule.at_most, step=step_named(rows, rule.step))
            if rule
            else None
            for rows, rule in zip((old, new), rules, strict=True)
        ]
        yield teller.value("dissatisfaction", _("dissatisfied customers"), Weight.EXCEPTIONS, *texts)
