"""Ask a colleague to comment, have a task countersigned 会签, remind 催办 (F63)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.acting import TooLate, lock_task, may_direct, may_work, standing_in, step_of
from cases.domain.chain import Chain
from cases.domain.reasons import asked_reason
from cases.domain.signing import codes_for, lacking_at
from cases.domain.working import held
from cases.models import Consultation, Task
from cases.models.consultation import ConsultationKind
from cases.models.event import EventKind
from procstd.errors import DomainError
from procstd.moments import moment

#: A task is reminded of at most so often.
REMIND_EVERY = timedelta(hours=1)


@transaction.atomic
def ask(task: Task, *, person: Any, question: str, countersign: bool = False, by: Any, at: datetime) -> Consultation:
    """Ask *person* for a comment on a task, or for a countersignature without which it cannot be completed.

    Who refused can be asked again; the refusal and its reason stay.
    """
    task = lock_task(task, at)
    at = task.process.at
    step = step_of(task)
    if task.owner_id != by.pk and not may_work(by, step) and not may_direct(by, step):
        raise DomainError(_("No post of yours does this step."))
    if countersign and task.owner_id not in (None, by.pk) and not may_direct(by, step):
        raise TooLate(held(task))  # a colleague's work is not held up by others
    if person == by:
        raise DomainError(_("Choose somebody else."), field="person")
    if not (person.duties or (person.is_staff and person.is_active)):
        raise DomainError(_("%(who)s holds no post now, and could not answer.") % {"who": person}, field="person")
    question = asked_reason(question)
    chain = Chain(task.process, by=by, at=at)
    kind = ConsultationKind.COUNTERSIGN if countersign else ConsultationKind.COMMENT
    posts = codes_for(person, step) if countersign else []
    if countersign:
        # A version that the case moved to may ask for another post of theirs.
        useful = {place.code for place in lacking_at(task, step)} & set(posts)
        if not useful and task.consultations.signed_by(person).exists():
            raise DomainError(_("%(who)s has signed already.") % {"who": person}, field="person")
        if task.consultations.signatures().filter(person=person, answered_at=None).exists():
            raise DomainError(_("%(who)s is asked already and has not answered.") % {"who": person}, field="person")
    asked = Consultation.objects.create(
        task=task, person=person, kind=kind, asked_by=by, asked_at=at, question=question, signs_for=posts
    )
    _count(task)
    chain.add(
        EventKind.SIGNATURE_ASKED if countersign else EventKind.ASKED,
        task.key, to=person.username, consultation=asked.pk,
    )  # fmt: skip
    chain.write()
    return asked


def _count(task: Task) -> None:
    """Note at *task*, for lists and for its completion, how many were asked and whose signature is due."""
    wanted = set(task.consultations.signatures().values_list("person", flat=True))
    given = set(task.consultations.signatures().filter(agrees=True).values_list("person", flat=True))
    task.consulted, task.signatures_due = task.consultations.count(), len(wanted - given)
    task.save(update_fields=["consulted", "signatures_due"])


@transaction.atomic
def withdraw(consultation: Consultation, *, by: Any, at: datetime) -> Consultation:
    """Want an answer or a signature no longer: whoever asked; after a refusal only the accountable post (F63)."""
    task = lock_task(consultation.task, at)
    at = task.process.at
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if not consultation.is_wanted:
        raise DomainError(_("This was answered already, or is no longer asked for."))
    directs = may_direct(by, step_of(task))
    if consultation.answered_at is not None and not directs:
        raise DomainError(_("This signature was refused. Only the accountable post can do without it."))
    if consultation.asked_by_id != by.pk and not directs:
        raise DomainError(_("Somebody else asked. Only they or the accountable post can withdraw it."))
    if consultation.person_id == by.pk:
        raise DomainError(_("You are asked yourself: answer it."))
    # What the same person refused before goes with it: the signature is no longer wanted.
    rows = Consultation.objects.filter(pk=consultation.pk)
    if consultation.kind == ConsultationKind.COUNTERSIGN:
        rows = task.consultations.signatures().filter(person=consultation.person_id).exclude(agrees=True)
    rows.update(withdrawn_at=at)
    _count(task)
    chain = Chain(task.process, by=by, at=at)
    chain.add(EventKind.WITHDRAWN, task.key, to=consultation.person.username, consultation=consultation.pk)
    chain.write()
    consultation.withdrawn_at = at
    return consultation


@transaction.atomic
def answer(consultation: Consultation, *, text: str, agrees: bool | None = None, by: Any, at: datetime) -> Consultation:
    """Answer a question, or give or refuse a countersignature; a refusal needs its reason."""
    task = lock_task(consultation.task, at)
    at = task.process.at
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if consultation.person_id != by.pk:
        raise DomainError(_("Somebody else was asked."))
    if consultation.answered_at is not None:
        raise DomainError(_("You have answered this already."))
    if consultation.withdrawn_at is not None:
        raise DomainError(_("This is no longer asked for."))
    signs = consultation.kind == ConsultationKind.COUNTERSIGN
    if signs and agrees is None:
        raise DomainError(_("Choose whether you agree."), field="agrees")
    consultation.answer = text.strip() if signs and agrees else asked_reason(text)
    consultation.agrees = agrees if signs else None
    consultation.answered_at = at
    if signs:
        consultation.signs_for = codes_for(by, step_of(task))  # the posts of the day of signing, as for every act
    consultation.save(update_fields=["answer", "agrees", "answered_at", "signs_for"])
    chain = Chain(task.process, by=by, at=at)
    kind = EventKind.ANSWERED
    if signs:
        kind = EventKind.SIGNED if agrees else EventKind.REFUSED
    _count(task)
    body: dict[str, Any] = {"consultation": consultation.pk}
    if kind == EventKind.SIGNED and consultation.signs_for:
        body |= {"posts": consultation.signs_for, **standing_in(by, step_of(task).countersigned)}
    chain.add(kind, task.key, **body)
    chain.write()
    return consultation


@transaction.atomic
def remind(task: Task, *, by: Any, at: datetime) -> Task:
    """Remind whoever has the task, or its posts, that it waits. At most once an hour."""
    task = lock_task(task, at)
    at = task.process.at
    if task.reminded_at and task.reminded_at + REMIND_EVERY > at:
        raise DomainError(_("A reminder was sent at %(when)s; wait an hour.") % {"when": moment(task.reminded_at)})
    task.reminders += 1
    task.reminded_at = at
    task.save(update_fields=["reminders", "reminded_at"])
    chain = Chain(task.process, by=by, at=at)
    chain.add(EventKind.REMINDED, task.key)
    chain.write()
    return task
