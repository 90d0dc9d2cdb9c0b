"""Draw: rank every case by the SHA-256 of the seed and its number, and take the first of each stratum (F70, F73).

The seed of a round is the SHA-256 of its secret followed by the hash of the population. The secret was
committed to before either was known, so nobody can have chosen what is drawn. Whoever has the list and the
secret computes the same sample: the sheet carries a script that does (audits/domain/script.py).
"""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.domain.allocating import allocate
from audits.domain.assigning import assign_all
from audits.domain.examining import examine_item
from audits.domain.lots import Line, Ranked, draw_lots
from audits.domain.many import insert_many
from audits.domain.opening import commit_to, lock_audit
from audits.models import (
    Audit,
    Commitment,
    Conclusion,
    Deviation,
    Draw,
    Item,
    Population,
    Replacement,
    Source,
)
from audits.queries.population import lines_in, parts_of
from cases.domain.reasons import asked_reason
from procstd.errors import DomainError
from procstd.logs import log
from procstd.organisation.models import Department


class ListChanged(DomainError):
    """The frozen list is not what was frozen: nothing can be drawn from it."""


def seed_of(nonce: str, population: str) -> str:
    """Return the seed of a round: SHA-256 of the secret and the population's hash, both in hexadecimal digits."""
    return hashlib.sha256((nonce + population).encode()).hexdigest()


def draw_sample(audit: Audit, *, auditors: Collection[Any], by: Any, at: datetime) -> Draw:
    """Reveal the secret of the next round and draw it; its cases are shared among *auditors*. Twice is once.

    Nobody is given a case that he handled; what nobody can check waits for another auditor. Raises ListChanged
    when the frozen list does not have its hash any more.
    """
    commitment = _next_commitment(audit)
    if commitment is None:
        raise DomainError(_("Everything that was committed to is drawn already."))
    population = population_of(audit)
    taken = dict(Item.objects.filter(audit=audit).values_list("case_id", "stratum"))
    before = Counter(taken.values())
    left = {name: count - before[name] for name, (count, _size) in population.strata.items()}
    seed, sizes = seed_of(commitment.nonce, population.sha256), sizes_of(commitment, population, left)
    drawn = draw_lots(seed, sizes, lambda: checked_list(audit, population), taken=taken, counts=left)
    with transaction.atomic():
        audit = lock_audit(audit)
        known = Draw.objects.filter(commitment=commitment).first()
        if known is not None:  # somebody else was first
            return known
        if Item.objects.filter(audit=audit).count() != len(taken):
            raise DomainError(_("The sample changed meanwhile. Draw once more."))
        draw = Draw(
            audit=audit, round=commitment.round, commitment=commitment, nonce=commitment.nonce, seed=seed,
            size=sum(map(len, drawn.values())), by=by, at=at,
        )  # fmt: skip
        draw.save(force_insert=True)
        _write_items(draw, drawn, first=len(taken) + 1, at=at)
        assign_all(audit, auditors=auditors, by=by, at=at)
    log.info("sample_drawn", audit=audit.number, round=draw.round, cases=draw.size)
    return draw


def checked_list(audit: Audit, population: Population) -> Iterable[Line]:
    """Yield the frozen list. Raises ListChanged at its end if its hash is not the one that was frozen."""
    sha256 = hashlib.sha256()

    def read() -> Iterable[bytes]:
        for part in parts_of(audit):
            sha256.update(part)
            yield part

    try:
        yield from lines_in(read())
        is_whole = sha256.hexdigest() == population.sha256
    except (ValueError, zlib.error):  # no lines of three columns any more, or nothing that was packed
        is_whole = False
    if not is_whole:
        raise ListChanged(
            _("The frozen list of cases was altered, so nothing can be drawn. Please tell an administrator.")
        )


def sizes_of(commitment: Commitment, population: Population, left: Mapping[str, int]) -> dict[str, int]:
    """Return how many of each stratum a round draws: as was fixed with the population, or its share of an extension."""
    if commitment.size is None:
        return {name: size for name, (_count, size) in population.strata.items()}
    return allocate(left, commitment.size)


def _next_commitment(audit: Audit) -> Commitment | None:
    return Commitment.objects.filter(audit=audit, draw=None).order_by("round").first()


def population_of(audit: Audit) -> Population:
    """Return the population of an audit. Refuses one that is not frozen."""
    found = Population.objects.filter(audit=audit).first()
    if found is None:
        raise DomainError(_("Freeze the population first."))
    return found


_COLUMNS = ("audit_id", "draw_id", "case_id", "position", "stratum", "department_id", "head", "rank", "at")


def _write_items(draw: Draw, drawn: Mapping[str, list[Ranked]], *, first: int, at: datetime) -> None:
    departments = dict(Department.objects.without_tree_fields().values_list("code", "pk"))
    rows = (
        (draw.audit_id, draw.pk, case, position, stratum, departments[stratum.partition("/")[0]], head, rank, at)
        for position, (stratum, (rank, case, head)) in enumerate(
            ((stratum, row) for stratum, found in drawn.items() for row in found), first
        )
    )
    insert_many(Item, _COLUMNS, rows)


@transaction.atomic
def extend_sample(audit: Audit, *, size: int, reason: str, by: Any, at: datetime) -> Commitment:
    """Commit to a further round of *size* cases with a secret of its own; it is drawn by another act (F73)."""
    audit = lock_audit(audit)
    refuse_if_concluded(audit)
    population = population_of(audit)
    if _next_commitment(audit) is not None:
        raise DomainError(_("A round is committed to and not drawn yet. Draw it first."))
    left = population.count - Item.objects.filter(audit=audit).count()
    if not 1 <= size <= left:
        raise DomainError(_("Between 1 and %(left)d cases are left to be drawn.") % {"left": left}, field="size")
    rounds = Commitment.objects.filter(audit=audit).count()
    return commit_to(audit, round=rounds + 1, by=by, at=at, size=size, reason=asked_reason(reason))


@transaction.atomic
def replace_item(item: Item, *, reason: str, auditors: Collection[Any] = (), by: Any, at: datetime) -> Item | None:
    """Take a case out of the sample with a reason and draw the next one of its stratum by the same seed (F73).

    The case stays listed. Returns what took its place, or None when the stratum has no more. Refuses a case
    that was checked or replaced, or of which an auditor said something: whoever could drop a case for what is in
    it would choose the rate.
    """
    audit = lock_audit(item.audit)
    refuse_if_concluded(audit)
    item = Item.objects.select_related("draw", "department").get(pk=item.pk)
    if hasattr(item, "replacement") or hasattr(item, "check_done"):
        raise DomainError(_("This case was checked or replaced already."))
    if Deviation.objects.filter(Q(source=Source.AUDITOR) | Q(verdict__isnull=False), item=item).exists():
        raise DomainError(_("The check of this case has begun, so it stays in the sample."))
    Replacement(item=item, reason=asked_reason(reason), by=by, at=at).save(force_insert=True)
    taken = dict(Item.objects.filter(audit=audit).values_list("case_id", "position"))
    population = population_of(audit)
    drawn = draw_lots(item.draw.seed, {item.stratum: 1}, lambda: checked_list(audit, population), taken=taken)
    found = drawn.get(item.stratum)
    if not found:
        return None
    (rank, case, head), place = found[0], max(taken.values()) + 1
    row = Item(
        audit=audit, draw=item.draw, case_id=case, position=place, stratum=item.stratum, department=item.department,
        head=head, rank=rank, replaces=item, at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    examine_item(row, at=at)
    assign_all(audit, auditors=auditors, by=by, at=at)
    log.info("item_replaced", audit=audit.number, item=item.pk)
    return row


def refuse_if_concluded(audit: Audit) -> None:
    """Refuse what comes after the result."""
    if Conclusion.objects.filter(audit=audit).exists():
        raise DomainError(_("This audit is concluded; its result stays."))
