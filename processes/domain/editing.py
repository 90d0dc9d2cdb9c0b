"""Change a draft: one act for every part of it, so that history, locks and refusals are the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from processes.domain.standing import reopen_after_change
from processes.models import Review, Revision, Step
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log


def locked_draft(revision: Revision, seen: int | None) -> Revision:
    """Return the draft, locked. Refuses what is released, and a change to an edition that is no more (F20)."""
    present = Revision.objects.select_for_update().get(pk=revision.pk)
    if not present.is_draft:
        raise DomainError(_("This revision is released and can no longer be changed. Begin a new draft."))
    if seen is not None and present.edition != seen:
        newest = present.history.select_related("history_user").order_by("-history_id").first()
        raise DomainError(
            _(
                "%(who)s changed this draft while you were typing (reason: “%(why)s”). Your text is kept below: "
                "compare it with the present state, then save again."
            )
            % {
                "who": (newest and newest.history_user) or _("The software"),
                "why": (newest and newest.history_change_reason) or "–",
            }
        )
    return present


def refuse_variant(present: Revision) -> None:
    """Refuse to write rows of a variant: it inherits them, and stores only what differs (F19)."""
    if present.is_variant:
        raise DomainError(
            _("%(number)s is a variant: only what may differ is written, on its own page.") % {"number": present}
        )


@transaction.atomic
def change_draft(
    revision: Revision,
    *,
    saved: Sequence[models.Model] = (),
    deleted: Iterable[models.Model] = (),
    by: Any,
    reason: str,
    seen: int | None = None,
) -> Revision:
    """Save and delete rows of a draft, each with its history, and raise the draft's edition.

    *saved* stand in an order in which each may point to those before it. Refuses when the draft
    is released, when its edition is no longer *seen*, or when a row to delete is still used.
    """
    present = locked_draft(revision, seen)
    refuse_variant(present)
    rows = [row for row in saved if not isinstance(row, Revision)]
    own = next((row for row in saved if isinstance(row, Revision)), None)
    for row in deleted:
        try:
            history.delete(row, by=by, reason=reason)
        except ProtectedError as error:
            users = ", ".join(sorted(str(user) for user in error.protected_objects))
            raise DomainError(_("“%(what)s” is still used by: %(users)s.") % {"what": row, "users": users}) from error
    for row in rows:
        point_to_parents(row)
        try:
            with transaction.atomic():
                history.save(row, by=by, reason=reason)
        except IntegrityError as error:
            raise DomainError(_("“%(what)s” stands there already; it can stand there once.") % {"what": row}) from error
    written = own or present
    written.edition = present.edition + 1
    # A form read it before a review began: where it stands is what the row says now.
    written.state = present.state
    history.save(written, by=by, reason=reason)
    reopen_after_change(written, by=by, reason=reason)
    log.info("draft_changed", revision=present.pk, rows=len(rows))
    return written


def point_to_parents(row: models.Model) -> None:
    """Let a row point to parents that were saved just now: they had no number when the form was read."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.is_cached(row):
            setattr(row, field.name, getattr(row, field.name))


@transaction.atomic
def delete_draft(revision: Revision, *, by: Any, reason: str) -> None:
    """Throw a draft away; its history stays."""
    present = locked_draft(revision, None)
    if Review.objects.filter(revision=present).exists() or present.signatures.exists() or present.overrides.exists():
        raise DomainError(_("People have put their names to this draft; it is kept. Change its text instead."))
    steps = present.steps.all()
    for step in steps:
        step.outcomes.update(target=None)
        step.outcomes.all().delete()
    for step in steps:
        step.delete()
    history.delete(present, by=by, reason=reason)
    log.info("draft_deleted", revision=revision.pk)


def step_keys_ever(revision: Revision) -> list[str]:
    """Return every key that a step of any version of the process has or ever had.

    What names a deleted step must never mean another one: running cases are moved by these keys (F52).
    """
    versions = Revision.objects.filter(process=revision.process_id).values("pk")
    entries = Step.history.filter(revision_id__in=versions)  # type: ignore[attr-defined]
    return list(entries.values_list("key", flat=True).distinct())


def free_key(taken: Iterable[str], start: str) -> str:
    """Return the first of *start*1, *start*2, … that no row has."""
    numbers = [int(match[1]) for key in taken if (match := re.fullmatch(rf"{start}(\d+)", key))]
    return f"{start}{max(numbers, default=0) + 1}"


@transaction.atomic
def rewrite_steps(
    revision: Revision,
    changes: Callable[[Revision], tuple[Sequence[Any], Sequence[Sequence[models.Model]]]],
    *,
    by: Any,
    reason: str,
    seen: int | None = None,
) -> Revision:
    """Delete and create many rows of a draft in a number of statements that does not grow with them.

    *changes* is asked once the draft is locked; it returns querysets to delete, those first that
    point to the others, and lists of new rows, each of one model, that may point to those before.
    """
    present = locked_draft(revision, seen)
    refuse_variant(present)
    deleted, saved = changes(present)
    for rows in deleted:
        history.delete_many(rows, by=by, reason=reason)
    for made in saved:
        for row in made:
            point_to_parents(row)
        history.save_many(made, by=by, reason=reason)
    present.edition += 1
    history.save(present, by=by, reason=reason)
    reopen_after_change(present, by=by, reason=reason)
    log.info("steps_rewritten", revision=present.pk, rows=sum(len(made) for made in saved))
    return present
