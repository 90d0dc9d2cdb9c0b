"""Share the cases of a sample among auditors; nobody checks a case that he handled (F74)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.domain.many import insert_many
from audits.models import Assignment, Audit, Check, Item
from audits.notices import checks_assigned
from cases.models import Consultation, Event, Task
from procstd.errors import DomainError
from procstd.notices.domain.telling import tell
from procstd.roles import Role


def had_a_hand(person: Any, case: int) -> bool:
    """Tell whether somebody owned a task of a case, was asked in it, or acted in it in any way."""
    return (
        Event.objects.filter(case=case, by=person).exists()
        or Task.objects.filter(process=case, owner=person).exists()
        or Consultation.objects.filter(task__process=case, person=person).exists()
    )


def _handlers_among(audit: Audit, auditors: Collection[Any]) -> dict[int, set[int]]:
    """Return which of *auditors* had a hand in which case of a sample. Three statements, however large it is."""
    people = [person.pk for person in auditors]
    found: dict[int, set[int]] = {}
    hands = (
        Event.objects.filter(case__audit_items__audit=audit, by__in=people).values_list("case_id", "by_id"),
        Task.objects.filter(process__audit_items__audit=audit, owner__in=people).values_list("process_id", "owner_id"),
        Consultation.objects.filter(task__process__audit_items__audit=audit, person__in=people).values_list(
            "task__process_id", "person_id"
        ),
    )
    for rows in hands:
        for case, person in rows.order_by().distinct():
            found.setdefault(case, set()).add(person)
    return found


def assign_all(audit: Audit, *, auditors: Collection[Any], by: Any, at: datetime) -> int:
    """Give every case that nobody has to the auditor with the fewest who did not handle it; tell how many.

    The caller holds the audit's lock. What all of them handled stays without one.
    """
    for person in auditors:
        refuse_if_no_auditor(person)
    free = list(
        Item.objects.standing().filter(audit=audit, assignments=None).order_by("position").values_list("pk", "case_id")
    )
    if not free or not auditors:
        return 0
    handlers = _handlers_among(audit, auditors)
    load: Counter[int] = Counter()
    keys = sorted({person.pk for person in auditors})
    rows = []
    for item, case in free:
        hands = handlers.get(case, ())
        fit = [key for key in keys if key not in hands]
        if fit:
            chosen = min(fit, key=load.__getitem__)  # of as few, the first
            load[chosen] += 1
            rows.append((item, chosen, by.pk, at))
    insert_many(Assignment, ("item_id", "auditor_id", "by_id", "at"), rows)
    told = ((person, count) for person, count in load.items() if person != by.pk)
    tell([note for person, count in told for note in checks_assigned(audit, person, count, at)], at=at)
    return len(rows)


@transaction.atomic
def assign_check(item: Item, *, auditor: Any, by: Any, at: datetime) -> Assignment:
    """Give the check of a case to an auditor who did not handle it. To whom it is given already nothing is told."""
    item = Item.objects.select_for_update(of=("self",)).select_related("audit").get(pk=item.pk)
    refuse_if_no_auditor(auditor)
    if hasattr(item, "replacement") or Check.objects.filter(item=item).exists():
        raise DomainError(_("This case was checked or replaced already."))
    refuse_if_handled(item, auditor)
    last = Assignment.objects.filter(item=item).order_by("-pk").first()
    if last is not None and last.auditor_id == auditor.pk:
        return last
    row = Assignment(item=item, auditor=auditor, by=by, at=at)
    row.save(force_insert=True)
    if auditor != by:
        tell(checks_assigned(item.audit, auditor.pk, 1, at), at=at)
    return row


def refuse_if_no_auditor(person: Any) -> None:
    """Refuse somebody whose post does not audit."""
    if Role.AUDITOR not in person.roles:
        raise DomainError(_("%(who)s holds no post of an auditor now.") % {"who": person}, field="auditor")


def refuse_if_handled(item: Item, person: Any) -> None:
    """Refuse an auditor who had a hand in the case."""
    if had_a_hand(person, item.case_id):
        raise DomainError(
            _("%(who)s had a hand in %(case)s, so somebody else has to check it.")
            % {"who": person, "case": item.number},
            field="auditor",
        )
