"""Questions on a standard's own values: limits, posts, next steps, forms, exceptions (F45).

Every wrong answer is a value that stands elsewhere in the same standard, so it looks like a right one; where there
are too few limits, one is doubled or halved. No two answers say the same in any language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from processes.domain.redline.change import Change
from processes.domain.standard import Limit, Place, Standard, Step, Words
from processes.templatetags.manual import manual_condition
from procstd.look.templatetags.look import limit_words
from rollouts.domain.questions import WRONG_MOST, Question, Text, said


def questions_on(
    standard: Standard, changes: Iterable[Change] = (), own: frozenset[str] = frozenset()
) -> list[Question]:
    """Return every question that *standard* has an answer to, marked where it *changes* something or is one's *own*.

    *own* are the keys of the steps in which the person's posts have a part.
    """
    touched = {(change.place, change.field.partition(".")[0]) for change in changes}
    made = [*_limits(standard), *_posts(standard), *_ways(standard), *_forms(standard), *_exceptions(standard)]
    return [_marked(question, touched, own) for question in made if question.wrong]


def _marked(question: Question, touched: set[tuple[str, str]], own: frozenset[str]) -> Question:
    place, key = question.clause, question.clause.partition(":")[2]
    changed = (place, question.about) in touched or (place, "") in touched
    return replace(question, is_changed=changed, is_own=key in own)


def _step_named(step: Step) -> Text:
    return said(lambda: _("Step %(number)s: %(title)s") % {"number": step.number, "title": step.title})


def _question(
    step: Step, about: str, sentence: Callable[[dict[str, Any]], str], right: Text, wrong: list[Text]
) -> Question:
    words = {"number": step.number, "title": step.title}
    return Question(
        said(lambda: sentence(words)), right, _apart(right, wrong), f"step:{step.key}", about, _step_named(step)
    )


def _apart(right: Text, wrong: Iterable[Text]) -> tuple[Text, ...]:
    """Return the wrong answers that differ from the right one and from each other in both languages."""
    seen = [right]
    for text in wrong:
        if all(text["zh"] != other["zh"] and text["en"] != other["en"] for other in seen):
            seen.append(text)
    return tuple(seen[1:])


def _words(words: Words) -> Text:
    return said(lambda: words)


def _limit(limit: Limit) -> Text:
    return said(lambda: limit_words(limit))


def _limits(standard: Standard) -> Iterator[Question]:
    """Ask how long steps and whole cases may take."""
    every = [step.limit for step in standard.steps if step.limit] + [total.limit for total in standard.totals]
    every += [rule.limit for rule in standard.exceptions] + [row.limit for row in standard.responses]
    for step in standard.steps:
        if step.limit:
            yield _question(
                step, "limit", lambda w: _("How long may step %(number)s “%(title)s” take?") % w, _limit(step.limit),
                _other_limits(step.limit, every),
            )  # fmt: skip
    for total in standard.totals:
        case = _condition(standard, total.condition)
        text = said(lambda c=case: _("How long may the whole case take (%(case)s)?") % {"case": c()})  # type: ignore[misc]
        right = _limit(total.limit)
        where = said(lambda: _("Time standards"))
        yield Question(text, right, _apart(right, _other_limits(total.limit, every)), "totals", "", where)


def _condition(standard: Standard, condition: Any) -> Callable[[], str]:
    return lambda: manual_condition(standard, condition)


def _other_limits(right: Limit, every: Iterable[Limit]) -> list[Text]:
    """Return limits of the same standard that are not as long, then the double and the half of the right one."""

    def is_other(limit: Limit) -> bool:
        return (limit.kind, limit.budget) != (right.kind, right.budget)

    near = [replace(right, amount=amount) for amount in (right.amount * 2, right.amount * 3, right.amount // 2 or 1)]
    found = [limit for limit in every if is_other(limit)]
    if len({(limit.kind, limit.budget) for limit in found}) < WRONG_MOST:
        found += [limit for limit in near if is_other(limit)]
    return [_limit(limit) for limit in found]


def _posts(standard: Standard) -> Iterator[Question]:
    """Ask who does a step, who answers for it, and who countersigns it."""
    everybody = {place.post: place.name for step in standard.steps for rows in step.posts.values() for place in rows}
    for rule in standard.exceptions:
        everybody.setdefault(rule.escalate_to.post, rule.escalate_to.name)
    for step in standard.steps:
        for duty, sentence in (
            ("R", lambda w: _("Who does step %(number)s “%(title)s”?") % w),
            ("A", lambda w: _("Who answers for step %(number)s “%(title)s”?") % w),
            ("S", lambda w: _("Who countersigns step %(number)s “%(title)s”?") % w),
        ):
            places = step.posts.get(duty, ())
            if not places:
                continue
            others = [_words(name) for code, name in everybody.items() if code not in {row.post for row in places}]
            yield _question(step, "posts", sentence, _joined(places), others)


def _joined(places: Iterable[Place]) -> Text:
    names = list({place.post: place.name for place in places}.values())
    return said(lambda: _(", ").join(map(str, names)))


def _ways(standard: Standard) -> Iterator[Question]:
    """Ask what comes after an outcome, where that does not depend on what was answered."""
    for step in standard.steps:
        for outcome in step.outcomes:
            if outcome.branches:
                continue
            goal = standard.step(outcome.target)
            # Of steps at the same time all begin: another lane is no wrong answer.
            beside = {row.key for row in standard.steps if goal and goal.group and row.group == goal.group}
            others: list[Step | None] = [
                row for row in standard.steps if row not in (goal, step) and row.key not in beside
            ]
            if goal is not None:
                others.append(None)

            def sentence(words: dict[str, Any], label: Any = outcome.label) -> str:
                facts = {**words, "outcome": label}
                return _("Step %(number)s “%(title)s” ends with “%(outcome)s”. What comes next?") % facts

            yield _question(step, "outcomes", sentence, _goal(goal), [_goal(row) for row in others])


def _goal(step: Step | None) -> Text:
    return _step_named(step) if step else said(lambda: _("The case ends."))


def _forms(standard: Standard) -> Iterator[Question]:
    """Ask which form belongs to a step, and what must be filled in there."""
    for step in standard.steps:
        form = standard.form(step.form)
        if form is None:
            continue
        others = [_words(row.name) for row in standard.forms if row.key != form.key]
        yield _question(
            step, "form", lambda w: _("Which form is filled in at step %(number)s “%(title)s”?") % w,
            _words(form.name), others,
        )  # fmt: skip
        needed = [field for field in form.fields if field.is_required]
        left = [field.label for field in form.fields if not field.is_required]
        left += [field.label for row in standard.forms if row.key != form.key for field in row.fields]
        wrong = [label for label in left if label not in {row.label for row in needed}]
        if needed:
            yield _question(
                step, "fields", lambda w: _("What must be filled in at step %(number)s “%(title)s”?") % w,
                _words(needed[0].label), [_words(label) for label in wrong],
            )  # fmt: skip


def _exceptions(standard: Standard) -> Iterator[Question]:
    """Ask to whom an exception goes when trying does not help."""
    names = {place.post: place.name for step in standard.steps for rows in step.posts.values() for place in rows}
    names |= {rule.escalate_to.post: rule.escalate_to.name for rule in standard.exceptions}
    for rule in standard.exceptions:
        step = standard.step(rule.step)
        if step is None:
            continue

        def sentence(words: dict[str, Any], trigger: Any = rule.trigger) -> str:
            return _("Step %(number)s: “%(trigger)s”. To whom does it go in the end?") % {**words, "trigger": trigger}

        others = [_words(name) for code, name in names.items() if code != rule.escalate_to.post]
        made = _question(step, "", sentence, _words(rule.escalate_to.name), others)
        yield replace(made, about="exceptions")
