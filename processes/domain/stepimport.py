"""Take the steps of a table over into a draft, all in one act."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.editing import rewrite_steps, step_keys_ever
from processes.domain.steptable import StepRow
from processes.models import Answer, Branch, Duty, ExceptionRule, Outcome, Revision, Step, StepPost
from procstd.errors import DomainError
from procstd.organisation.models import Post

DONE = {"label_zh": "已完成", "label_en": "Done"}


def matched_posts(names: Iterable[str], posts: Sequence[Post]) -> dict[str, Post | None]:
    """Return which post each name means, by code or by name in either language; None for none, or for several."""
    by_word: dict[str, set[int]] = {}
    known = {post.pk: post for post in posts}
    for post in posts:
        for word in (post.code, post.name_zh, post.name_en):
            by_word.setdefault(_word(word), set()).add(post.pk)
    found = {}
    for name in names:
        hits = by_word.get(_word(name)) or by_word.get(_word(re.sub(r"[(（].*$", "", name))) or set()
        found[name] = known[next(iter(hits))] if len(hits) == 1 else None
    return found


def _word(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def take_over_steps(
    revision: Revision,
    rows: Sequence[StepRow],
    *,
    posts: Mapping[str, Post | None],
    replace: bool,
    by: Any,
    reason: str,
    seen: int | None = None,
) -> Revision:
    """Write *rows* as steps that follow each other: behind those of the draft, or in their place (*replace*).

    *posts* says which post each name means; a name without one leaves the step without it. Steps
    that are replaced go with their posts, outcomes, exceptions and answers to pain points; their keys
    are not used again. Some twenty statements, however many rows.
    """
    if not rows:
        raise DomainError(_("There is no step to take over."))
    return rewrite_steps(
        revision, lambda draft: _written(draft, rows, posts, replace=replace), by=by, reason=reason, seen=seen
    )


def _written(
    draft: Revision, rows: Sequence[StepRow], posts: Mapping[str, Post | None], *, replace: bool
) -> tuple[list[Any], list[Any]]:
    """Return the querysets to delete and the lists of rows to save, in their order."""
    present = draft.steps.all()
    deleted: list[Any] = []
    if replace:
        outcomes = Outcome.objects.filter(step__in=present)
        of_steps = [kind.objects.filter(step__in=present) for kind in (StepPost, ExceptionRule, Answer)]
        deleted = [Branch.objects.filter(outcome__in=outcomes), outcomes, *of_steps, present]
    taken = [int(key[1:]) for key in step_keys_ever(draft) if re.fullmatch(r"s\d+", key)]
    first = max(taken, default=0) + 1
    last = 0 if replace else max(present.values_list("number", flat=True), default=0)
    steps = [_step(draft, row, f"s{first + place}", last + 1 + place) for place, row in enumerate(rows)]
    places = [
        StepPost(step=step, post=post, duty=duty)
        for step, row in zip(steps, rows, strict=True)
        for duty, names in ((Duty.RESPONSIBLE, row.posts), (Duty.ACCOUNTABLE, row.accountable))
        for post in dict.fromkeys(posts.get(name) for name in names)
        if post is not None
    ]
    outcomes_made = [
        Outcome(step=step, key="o1", target=following, **DONE)
        for step, following in zip(steps, [*steps[1:], None], strict=True)
    ]
    return deleted, [steps, places, outcomes_made]


def _step(draft: Revision, row: StepRow, key: str, number: int) -> Step:
    limit = {"limit_amount": row.limit.amount, "limit_unit": row.limit.unit} if row.limit else {}
    return Step(revision=draft, key=key, number=number, **row.texts, **limit)
