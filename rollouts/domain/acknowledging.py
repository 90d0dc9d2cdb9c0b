"""Confirm a version of a standard: bound to person, version, moment, hash and what was shown (F43)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.models import Definition
from procstd.errors import DomainError
from procstd.logs import log
from procstd.organisation.models import Post, User
from rollouts.models import Acknowledgement
from rollouts.queries.showing import Shown, shown_to
from rollouts.queries.standing import Standing


@transaction.atomic
def acknowledge(definition: Definition, *, by: Any, at: datetime, seen: str = "") -> Acknowledgement:
    """Record that *by* has read and understood *definition* and works by it.

    *seen* is the hash of what the page showed. Confirming what is confirmed changes nothing. Refuses whom the
    version does not concern, substitutes too, and who saw something else than what holds now. Raises
    DefinitionBroken.
    """
    # Of two clicks at once the second waits, and finds the first.
    User.objects.select_for_update().get(pk=by.pk)
    shown = shown_to(by, definition, at=at)
    if not shown.is_concerned:
        raise DomainError(_("No post of yours has a part in this standard, so there is nothing for you to confirm."))
    if shown.stood.standing == Standing.CONFIRMED:
        return Acknowledgement.objects.filter(by=by, definition=definition).latest("pk")
    if seen and seen != shown.sha256:
        raise DomainError(_("What you are asked to confirm has changed since. Read it once more, please."))
    return _write(shown, by=by, at=at)


def _write(shown: Shown, *, by: Any, at: datetime) -> Acknowledgement:
    codes = sorted({post for post, _department in shown.posts})
    posts = list(Post.objects.filter(code__in=codes))
    made = Acknowledgement(
        definition=shown.definition, before=shown.before, sha256=shown.definition.sha256, at=at,
        posts=codes, shown=shown.content, shown_sha256=shown.sha256,
        by=by, name_zh=by.name_zh, name_en=by.name_en, post_zh=_joined(posts, "zh"), post_en=_joined(posts, "en"),
    )  # fmt: skip
    made.save()
    log.info("acknowledged", definition=shown.definition.pk, user=by.pk)
    return made


def _joined(posts: Iterable[Post], language: str) -> str:
    """Name the posts that *by* holds: not those in which they stand in for somebody."""
    return ("、" if language == "zh" else ", ").join(getattr(post, f"name_{language}") for post in posts)[:200]
