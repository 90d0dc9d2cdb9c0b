"""Whether limits in words are the limits in data: of a step, of an exception, of the rules (H3, F15).

Clocks run by the data; whoever reads the words would work by another limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.checker.durations import Duration, at_once_in, limits_in
from processes.domain.checker.findings import Facts, Finding
from processes.domain.checker.texts import LANGUAGES, excerpt_around
from processes.domain.standard import Limit, Standard, Step, Words
from procstd.bilingual import filled
from procstd.look.templatetags.look import limit_words

_WHY = _("Text and limit must say the same: people read the one, clocks run by the other (H2.5.3).")


def limits_in_words(standard: Standard, facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each limit in words that no limit in data agrees with."""
    for step in standard.steps:
        yield from _of_step(standard, step)
    every = _every_limit(standard)
    yield from _unmatched("elements", "rules", standard.rules, every)
    for index, row in enumerate(standard.responsibilities):
        yield from _unmatched("responsibilities", f"rows-{index}-duty", row.duty, every)
    for rule in standard.exceptions:
        for language in LANGUAGES:
            said = limits_in(getattr(rule.response, language), language)
            if said and not any(duration.says(rule.limit) for duration in said):
                message = _("The exception’s text names another limit than its %(limit)s.")
                yield _finding(
                    "limit.exception", "exceptions", "rows", rule.response, language, said[0], rule.limit, message
                )


def _every_limit(standard: Standard) -> list[Limit]:
    found = [row.limit for row in standard.responses]
    found += [row.limit for row in standard.totals]
    found += [rule.limit for rule in standard.exceptions]
    return [*found, *(step.limit for step in standard.steps if step.limit)]


def _of_step(standard: Standard, step: Step) -> Iterator[Finding]:
    place = f"step:{step.key}"
    own = [rule.limit for rule in standard.exceptions if rule.step == step.key]
    if step.limit is None:
        return
    for language in LANGUAGES:
        text: str = getattr(step.operation, language)
        said = limits_in(text, language)
        if not said and step.limit.amount and (at_once := at_once_in(text, language)):
            said = [at_once]
        if said and not any(duration.says(limit) for duration in said for limit in (step.limit, *own)):
            message = _("The operation names another limit than the step’s, which is %(limit)s.")
            yield _finding("limit.step", place, "operation", step.operation, language, said[0], step.limit, message)
    both = [limits_in(getattr(step.operation, language), language) for language in LANGUAGES]
    if all(both) and {row.seconds for row in both[0]} != {row.seconds for row in both[1]}:
        message = _("The two languages name different limits.")
        yield _finding("limit.languages", place, "operation", step.operation, "en", both[1][0], None, message)


def _unmatched(place: str, field: str, words: Words, limits: list[Limit]) -> Iterator[Finding]:
    for language in LANGUAGES:
        for duration in limits_in(getattr(words, language), language):
            if not any(duration.says(limit) for limit in limits):
                message = _("The text names a limit that stands nowhere in the standard’s time limits.")
                yield _finding("limit.words", place, field, words, language, duration, None, message)


def _finding(
    rule: str, place: str, field: str, words: Words, language: str, said: Duration, limit: Limit | None, message: Any
) -> Finding:
    text: str = getattr(words, language)
    first, last = excerpt_around(text, said.start, language)
    facts = {"limit": limit_words(limit)} if limit else {}
    proposal = (
        _("Which one holds? Write it in the text and in the limit.")
        if limit
        else _("Set it as a limit under “Time standards” or of a step, or take it out of the text.")
    )
    return Finding(
        rule, place, filled(message, **facts) if facts else message,
        field if field == "rows" else f"{field}_{language}", why=_WHY, proposal=proposal, language=language,
        excerpt=text[first:last], start=said.start - first, end=min(said.end, last) - first, offset=first,
    )  # fmt: skip
