"""Dig for causes: why, why, why – until something can be acted on (H2.2.3, 5-Whys)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from procstd import history
from procstd.errors import DomainError
from surveys.domain.diagnosis.locking import locked
from surveys.models import Cause, Pain
from surveys.models.cause import DEEPEST

MOST_CAUSES = 60


@dataclass
class Why:
    """A cause in its tree: how deep it is, what is below it."""

    cause: Cause
    depth: int
    below: list[Why] = field(default_factory=list)

    @property
    def ends_in_nothing(self) -> bool:
        """Tell whether a chain ends here without a cause that can be acted on."""
        return not self.below and not self.cause.is_actionable

    @property
    def may_go_deeper(self) -> bool:
        return self.depth < DEEPEST and not self.cause.is_actionable


def tree(causes: Iterable[Cause]) -> list[Why]:
    """Return the causes of one pain point as trees, the first whys first. No query."""
    whys: dict[int | None, Why] = {}
    roots: list[Why] = []
    waiting = sorted(causes, key=lambda cause: cause.pk)
    while waiting:
        left = []
        for cause in waiting:
            if cause.parent_id is None:
                whys[cause.pk] = Why(cause, 1)
                roots.append(whys[cause.pk])
            elif cause.parent_id in whys:
                above = whys[cause.parent_id]
                whys[cause.pk] = Why(cause, above.depth + 1)
                above.below.append(whys[cause.pk])
            else:
                left.append(cause)
        if len(left) == len(waiting):
            break
        waiting = left
    return roots


def chains(roots: Sequence[Why]) -> list[list[Cause]]:
    """Return every chain of whys from the pain point down to where it ends."""
    found: list[list[Cause]] = []
    for why in roots:
        found += [[why.cause, *chain] for chain in (chains(why.below) if why.below else [[]])]
    return found


def open_chains(causes: Iterable[Cause]) -> list[list[Cause]]:
    """Return the chains that end in nothing one could act on."""
    return [chain for chain in chains(tree(causes)) if not chain[-1].is_actionable]


@transaction.atomic
def add_cause(
    pain: Pain, *, parent: Cause | None = None, text_zh: str, text_en: str, is_actionable: bool = False, by: Any,
    at: datetime,
) -> Cause:  # fmt: skip
    """Answer “why?” once more. Refuses below five, and below a cause at which one can act already."""
    locked(pain.survey)
    _refuse_wordless(text_zh, text_en)
    known = list(Cause.objects.filter(pain=pain))
    if len(known) >= MOST_CAUSES:
        raise DomainError(_("A pain point has at most %(most)d causes.") % {"most": MOST_CAUSES})
    if parent is not None:
        parent = next((row for row in known if row.pk == parent.pk), None)
        if parent is None:
            raise DomainError(_("The cause above it was deleted meanwhile."))
        if parent.is_actionable:
            raise DomainError(_("One can act on “%(cause)s” already: the chain ends there.") % {"cause": parent})
        if _depth(parent, known) >= DEEPEST:
            raise DomainError(
                _("After %(most)d whys a chain ends: act on its last cause, or begin another one.") % {"most": DEEPEST}
            )
    cause = Cause(pain=pain, parent=parent, text_zh=text_zh, text_en=text_en, is_actionable=is_actionable)
    return history.save(cause, by=by, reason=gettext_noop("Cause added"))


@transaction.atomic
def change_cause(
    cause: Cause, *, text_zh: str, text_en: str, is_actionable: bool, by: Any, at: datetime, seen: int | None = None
) -> Cause:
    """Say a cause anew. One with causes below it is not the last, so nobody acts on it."""
    locked(cause.pain.survey)
    _refuse_wordless(text_zh, text_en)
    pain, cause = cause.pain, _present(cause)
    history.refuse_if_changed_since(cause, seen)
    if is_actionable and cause.children.exists():
        raise DomainError(
            _("There are causes below it: the last one of the chain is the one to act on."), field="is_actionable"
        )
    cause.pain = pain
    cause.text_zh, cause.text_en, cause.is_actionable = text_zh, text_en, is_actionable
    return history.save(cause, by=by, reason=gettext_noop("Cause changed"))


@transaction.atomic
def remove_cause(cause: Cause, *, by: Any, at: datetime) -> None:
    """Delete a cause with all below it; a second time nothing happens."""
    locked(cause.pain.survey)
    if Cause.objects.filter(pk=cause.pk).exists():
        history.delete(cause, by=by, reason=gettext_noop("Cause deleted"))


def _present(cause: Cause) -> Cause:
    found = Cause.objects.select_for_update().filter(pk=cause.pk).first()
    if found is None:
        raise DomainError(_("This cause was deleted meanwhile."))
    return found


def _depth(cause: Cause, known: Sequence[Cause]) -> int:
    of_key = {row.pk: row for row in known}
    depth, above = 1, cause.parent_id
    while above is not None:
        depth, above = depth + 1, of_key[above].parent_id
    return depth


def _refuse_wordless(zh: str, en: str) -> None:
    if not (zh or en):
        raise DomainError(_("Say why, in one language at least."), field="text_zh")
