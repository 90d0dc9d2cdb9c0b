"""Ask a colleague to comment, have a task countersigned 会签, remind 催办 (F63)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from cases.domain.acting import lock_task, may_direct, may_work, moment, step_of
from cases.domain.chain import Chain
from cases.domain.working import asked_reason
from cases.models import Consultation, Task
from cases.models.consultation import ConsultationKind
from cases.models.event import EventKind
from procstd.errors import DomainError

#: A task is reminded of at most so often.
REMIND_EVERY = timedelta(hours=1)


@transaction.atomic
def ask(task: Task, *, person: Any, question: str, countersign: bool = False, by: Any, at: datetime) -> Consultation:
    """Ask *person* for a comment on a task, or for a countersignature without which it cannot be completed.

    Asking again for a signature that was refused or is still open asks the same person anew.
    """
    task = lock_task(task, at)
    step = step_of(task)
    if task.owner_id != by.pk and not may_work(by, step) and not may_direct(by, step):
        raise DomainError(_("No post of yours does this step."))
    if person == by:
        raise DomainError(_("Choose somebody else."), field="person")
    if not person.is_active:
        raise DomainError(_("%(who)s no longer works here.") % {"who": person}, field="person")
    question = asked_reason(question)
    chain = Chain(task.process, by=by, at=at)
    if countersign:
        asked, is_new = Consultation.objects.get_or_create(
            task=task, person=person, kind=ConsultationKind.COUNTERSIGN,
            defaults={"asked_by": by, "asked_at": at, "question": question},
        )  # fmt: skip
        if asked.agrees:
            raise DomainError(_("%(who)s has signed already.") % {"who": person}, field="person")
        if is_new:
            Task.objects.filter(pk=task.pk).update(signatures_due=F("signatures_due") + 1, consulted=F("consulted") + 1)
        else:
            asked.asked_by, asked.asked_at, asked.question = by, at, question
            asked.answer, asked.agrees, asked.answered_at = "", None, None
            asked.save()
    else:
        asked = Consultation.objects.create(
            task=task, person=person, kind=ConsultationKind.COMMENT, asked_by=by, asked_at=at, question=question
        )
        Task.objects.filter(pk=task.pk).update(consulted=F("consulted") + 1)
    chain.add(
        EventKind.SIGNATURE_ASKED if countersign else EventKind.ASKED,
        task.key, to=person.username, consultation=asked.pk,
    )  # fmt: skip
    chain.write()
    return asked


@transaction.atomic
def answer(consultation: Consultation, *, text: str, agrees: bool | None = None, by: Any, at: datetime) -> Consultation:
    """Answer a question, or give or refuse a countersignature; a refusal needs its reason."""
    task = lock_task(consultation.task, at)
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if consultation.person_id != by.pk:
        raise DomainError(_("Somebody else was asked."))
    if consultation.answered_at is not None:
        raise DomainError(_("You have answered this already."))
    signs = consultation.kind == ConsultationKind.COUNTERSIGN
    if signs and agrees is None:
        raise DomainError(_("Choose whether you agree."), field="agrees")
    consultation.answer = text.strip() if signs and agrees else asked_reason(text)
    consultation.agrees = agrees if signs else None
    consultation.answered_at = at
    consultation.save(update_fields=["answer", "agrees", "answered_at"])
    chain = Chain(task.process, by=by, at=at)
    kind = EventKind.ANSWERED
    if signs:
        kind = EventKind.SIGNED if agrees else EventKind.REFUSED
        if agrees:
            Task.objects.filter(pk=task.pk).update(signatures_due=F("signatures_due") - 1)
    chain.add(kind, task.key, consultation=consultation.pk)
    chain.write()
    return consultation


@transaction.atomic
def remind(task: Task, *, by: Any, at: datetime) -> Task:
    """Remind whoever has the task, or its posts, that it waits. At most once an hour."""
    task = lock_task(task, at)
    if task.reminded_at and task.reminded_at + REMIND_EVERY > at:
        raise DomainError(_("A reminder was sent at %(when)s; wait an hour.") % {"when": moment(task.reminded_at)})
    task.reminders += 1
    task.reminded_at = at
    task.save(update_fields=["reminders", "reminded_at"])
    chain = Chain(task.process, by=by, at=at)
    chain.add(EventKind.REMINDED, task.key)
    chain.write()
    return task
