"""Bring a variant up to a newer version of what it varies (F19): what still differs stays, the rest is named.

Nothing is dropped or kept unseen: where the newer version says something else too, somebody decides which holds;
what falls away is listed, and whoever brings it up says so by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.domain.checker.suppressing import carry_over
from processes.domain.editing import locked_draft
from processes.domain.standing import reopen_after_change
from processes.domain.texts import text_of
from processes.domain.variants.deltas import Delta, deltas_between, shown
from processes.domain.variants.inheriting import inherited, newest_definition, newest_variant
from processes.domain.variants.places import Data, Place, is_same, places_of, value_of
from processes.domain.variants.varying import next_issue, write_variant
from processes.models import Definition, Difference, Process, Revision
from procstd import history
from procstd.errors import DomainError
from procstd.logs import log


class Fate(StrEnum):
    """What becomes of a difference."""

    #: It still differs, and the newer version says what the older one said.
    STAYS = "stays"
    #: The newer version says something else too, or calls the step something else: somebody decides.
    DECIDE = "decide"
    #: The newer version says now what the variant said: nothing differs any more.
    SAME = "same"
    #: The step, exception or case is no more.
    GONE = "gone"


@dataclass(frozen=True)
class Move:
    """One difference on its way to a newer version; *place* is where it stands there, if there is such a place."""

    delta: Delta
    fate: Fate
    place: Place | None = None

    @property
    def key(self) -> str:
        return self.delta.key

    @property
    def newer(self) -> str:
        """What the newer version says there, in the language in force."""
        return shown(self.place.row, self.delta.varying) if self.place else ""

    @property
    def is_renamed(self) -> bool:
        """Tell whether the step or exception is called something else now."""
        return self.place is not None and self.place.title != self.delta.before.title


@dataclass(frozen=True)
class Plan:
    """What bringing a variant up to *onto* does to each of its differences."""

    variant: Revision
    onto: Definition
    moves: list[Move]

    def of(self, *fates: Fate) -> list[Move]:
        return [move for move in self.moves if move.fate in fates]

    @property
    def staying(self) -> list[Move]:
        return self.of(Fate.STAYS)

    @property
    def to_decide(self) -> list[Move]:
        return self.of(Fate.DECIDE)

    @property
    def falling_away(self) -> list[Move]:
        return self.of(Fate.SAME, Fate.GONE)


def plan_for(variant: Revision) -> Plan | None:
    """Return what bringing *variant* up to the newest released version would do; None if it varies that one."""
    onto = newest_definition(variant.process)
    if onto is None or onto.pk == variant.variant_of_id:
        return None
    parent, newer = inherited(variant), onto.load()
    places = {place.key: place for place in places_of(newer)}
    moves = [_move(delta, parent, newer, places) for delta in deltas_between(parent, text_of(variant).data)]
    return Plan(variant, onto, moves)


def _move(delta: Delta, parent: Data, newer: Data, places: Mapping[str, Place]) -> Move:
    key = delta.before.key
    if delta.before.kind == "exception":
        key = _exception_in(newer, parent, delta.before)
    place = places.get(key)
    if place is None:
        return Move(delta, Fate.GONE)
    now = value_of(place.row, delta.varying)
    if is_same(delta.varying, now, delta.value):
        return Move(delta, Fate.SAME, place)
    stays = is_same(delta.varying, now, value_of(delta.before.row, delta.varying)) and _name(place) == _name(
        delta.before
    )
    return Move(delta, Fate.STAYS if stays else Fate.DECIDE, place)


def _name(place: Place) -> Any:
    return place.row.get("title" if place.kind == "step" else "trigger") if place.kind != "elements" else None


def _exception_in(newer: Data, parent: Data, before: Place) -> str:
    """Return the key that an exception has in the newer version: keys count rows, so its step and trigger tell it.

    Reworded, it is the one with its key at its step, unless that was another one before.
    """
    found = [place for place in places_of(newer) if place.kind == "exception"]
    beside = [place for place in found if place.row["step"] == before.row["step"]]
    same = [place for place in beside if place.row["trigger"] == before.row["trigger"]]
    if same:
        return next((place.key for place in same if place.key == before.key), same[0].key)
    known = [row["trigger"] for row in parent["exceptions"]]
    return next((place.key for place in beside if place.key == before.key and place.row["trigger"] not in known), "")


@transaction.atomic
def rebase(
    variant: Revision, *, onto: str, kept: Collection[str], dropped: Collection[str], is_known: bool, by: Any,
    reason: str, at: datetime, seen: int | None = None,
) -> Revision:  # fmt: skip
    """Bring *variant* up to the version with the hash *onto*: a draft as it stands, what is released by a new draft.

    *kept* and *dropped* are the keys of what was to be decided; *is_known* says that whoever does it has seen what
    falls away. Refuses when that is missing, when *onto* is no longer the newest, and a second draft.
    """
    process = Process.objects.select_for_update().get(pk=variant.process_id)
    rows = Revision.objects.select_related("process", "variant_of", "variant_for", "definition")
    variant = rows.get(pk=variant.pk)
    department: Any = variant.variant_for
    newest = newest_variant(process, department)
    if newest is None or newest.pk != variant.pk:
        raise DomainError(_("%(number)s is newer. Bring that one up.") % {"number": newest})
    if variant.is_draft:
        locked_draft(variant, seen)
    plan = plan_for(variant)
    if plan is None:
        raise DomainError(_("It varies the newest version already."))
    if plan.onto.sha256 != onto:
        raise DomainError(_("%(number)s was released meanwhile. Look again.") % {"number": plan.onto.revision})
    staying = list(plan.staying)
    for move in plan.to_decide:
        if (move.key in kept) == (move.key in dropped):
            raise DomainError(_("Decide on each of the differences at which the newer version says something else."))
        if move.key in kept:
            staying.append(move)
    if plan.falling_away and not is_known:
        raise DomainError(_("Say that you have seen what falls away."), field="is_known")
    if variant.is_draft:
        made = _moved(variant, plan, staying, by=by, reason=reason)
    else:
        made = write_variant(process, plan.onto, department, by=by, reason=reason, at=at)
        history.save_many([_difference(made, move) for move in staying], by=by, reason=reason)
        carry_over(made, by=by, reason=reason, at=at)
    log.info("variant_rebased", process=process.pk, revision=made.pk, kept=len(staying), of=len(plan.moves))
    return made


def _moved(draft: Revision, plan: Plan, staying: list[Move], *, by: Any, reason: str) -> Revision:
    """Move a draft to the newer version; its differences are written anew, so that its history says who kept which."""
    history.delete_many(draft.differences.all(), by=by, reason=reason)
    newer = plan.onto.revision
    numbered = {"major": newer.major, "minor": newer.minor, "variant_for": draft.variant_for}
    draft.issue = next_issue(draft.process, **numbered)
    draft.major, draft.minor, draft.variant_of = newer.major, newer.minor, plan.onto
    draft.edition += 1
    fields = ["issue", "major", "minor", "variant_of", "edition"]
    history.save(draft, by=by, reason=reason, update_fields=fields)
    history.save_many([_difference(draft, move) for move in staying], by=by, reason=reason)
    reopen_after_change(draft, by=by, reason=reason)
    return draft


def _difference(revision: Revision, move: Move) -> Difference:
    place: Any = move.place
    return Difference(revision=revision, place=place.key, field=move.delta.varying.name, value=move.delta.value)
