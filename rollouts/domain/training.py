"""Plan a training, invite to it, tick who was there, cancel it; remind of it the day before (H2.4.2, H2.5.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from processes.models import Definition
from procstd import history
from procstd.calendars.domain.workdays import standard_workdays
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.notices.domain.telling import Note, tell, tell_each
from procstd.numbers import save_numbered
from procstd.organisation.models import Department, Post, PostHolding, User
from procstd.roles import Role
from rollouts import notices
from rollouts.models import Attendance, Tier, Training
from rollouts.queries.concerned import concerned_by
from rollouts.queries.rights import may_plan

#: Material is welcome in these kinds of file; films are kept elsewhere and linked from a file.
MATERIAL_KINDS = ("pdf", "pptx", "docx", "xlsx", "png", "jpg", "jpeg")
#: Those invited are reminded so long before it begins.
REMIND_BEFORE = timedelta(hours=24)


@transaction.atomic
def plan_training(
    definition: Definition, *, tier: str, title_zh: str, title_en: str, starts_at: datetime, minutes: int, place: str,
    trainer: User, departments: Iterable[Department], posts: Iterable[Post], by: Any, at: datetime,
) -> Training:  # fmt: skip
    """Plan a training on *definition* and invite whom it is for.

    Invited are those whom the version concerns in *departments* (none: everywhere); of *posts* only, if any are
    named. Management is invited as such: the heads of the departments. What *by* has planned already, alike in every
    fact, stays one: a second click plans no second training.
    """
    halls, named = list(departments), list(posts)
    # Of two clicks at once the second waits, and finds the first.
    User.objects.select_for_update().get(pk=by.pk)
    training = Training(
        definition=definition, tier=tier, title_zh=title_zh, title_en=title_en, starts_at=starts_at, minutes=minutes,
        place=place, trainer=trainer,
    )  # fmt: skip
    alike = _alike(training, halls, named, by=by)
    if alike is not None:
        return alike
    save_numbered(training, "T", by=by, reason=gettext_noop("Planned"))
    training.departments.set(halls)
    training.posts.set(named)
    invite(training, people=whom(training, halls, named, at=at), by=by, at=at)
    return training


def _alike(
    training: Training, halls: Collection[Department], posts: Collection[Post], *, by: Any
) -> Training | None:  # fmt: skip
    """Return a training that *by* planned with the same facts, for the same departments and posts. Nobody gives two."""
    names = ("definition", "tier", "title_zh", "title_en", "starts_at", "minutes", "place", "trainer")
    mine = Training.history.filter(history_type="+", history_user=by).values("id")
    rows = Training.objects.planned().filter(pk__in=mine, **{name: getattr(training, name) for name in names})
    wanted = {row.pk for row in halls}, {row.pk for row in posts}
    for row in rows.prefetch_related("departments", "posts"):
        if ({hall.pk for hall in row.departments.all()}, {post.pk for post in row.posts.all()}) == wanted:
            return row
    return None


def whom(training: Training, halls: Collection[Department], posts: Collection[Post], *, at: datetime) -> list[int]:
    """Return whom a training is for, by its tier, departments and posts."""
    where = {row.pk for row in halls} or None
    codes = {row.code for row in posts}
    if training.tier == Tier.MANAGEMENT and not codes:
        rows = PostHolding.objects.in_force(standard_workdays().today(at)).filter(
            post__role=Role.DEPARTMENT_HEAD, person__is_active=True
        )
        if where is not None:
            rows = rows.filter(department__in=Department.objects.without_tree_fields().below(where))
        return sorted(set(rows.values_list("person", flat=True)))
    found = concerned_by(training.definition_id, at=at, departments=where)
    return sorted({row.person.pk for row in found if not codes or codes & {post for post, _hall in row.posts}})


@transaction.atomic
def invite(training: Training, *, people: Iterable[int], by: Any, at: datetime) -> int:
    """Invite people to a training, and tell them. Who is invited already stays so. Returns how many are new."""
    training = _locked(training)
    _refuse_cancelled(training)
    known = set(training.attendances.values_list("person", flat=True))
    wanted = [pk for pk in dict.fromkeys(people) if pk not in known]
    rows = [Attendance(training=training, person_id=pk, invited_at=at) for pk in wanted]
    history.save_many(rows, by=by, reason=gettext_noop("Invited"))
    if training.starts_at > at:
        tell(notices.invited(training, wanted), at=at)
    return len(wanted)


@transaction.atomic
def change_training(
    training: Training, *, title_zh: str, title_en: str, starts_at: datetime, minutes: int, place: str, trainer: User,
    by: Any, at: datetime, reason: str,
) -> Training:  # fmt: skip
    """Change title, time, place or trainer; who is invited hears of another time or place.

    Attendance that is ticked stays.
    """
    training = _locked(training)
    _refuse_cancelled(training)
    moved = (training.starts_at, training.place) != (starts_at, place)
    training.title_zh, training.title_en, training.starts_at = title_zh, title_en, starts_at
    training.minutes, training.place, training.trainer = minutes, place, trainer
    history.save(training, by=by, reason=reason)
    if moved and starts_at > at:
        tell(notices.invited(training, training.attendances.values_list("person", flat=True)), at=at)
    return training


@transaction.atomic
def cancel_training(training: Training, *, by: Any, at: datetime, reason: str) -> Training:
    """Cancel a training; who is invited hears of it. Refuses one where somebody was: it took place."""
    training = _locked(training)
    if training.is_cancelled:
        return training
    if training.attendances.filter(attended=True).exists():
        raise DomainError(_("People were at this training: it took place."))
    training.cancelled_at = at
    history.save(training, by=by, reason=reason, update_fields=["cancelled_at"])
    people = list(training.attendances.values_list("person", flat=True))
    tell(notices.training_cancelled(training, people, reason=reason), at=at)
    return training


@transaction.atomic
def tick_attendance(training: Training, *, present: Collection[int], by: Any, at: datetime) -> int:
    """Record who of those invited was there, and so who was not. Returns how many were.

    For the trainer, and for who plans. Refuses before it begins; may be mended afterwards, each change on record.
    """
    training = _locked(training)
    _refuse_cancelled(training)
    if not may_tick(training, by):
        raise DomainError(_("The trainer ticks who was there."))
    if at < training.starts_at:
        raise DomainError(_("The training has not begun yet."))
    rows = list(training.attendances.select_for_update(of=("self",)).order_by("pk"))
    changed = [row for row in rows if row.attended is not (row.person_id in present)]
    for row in changed:
        row.attended, row.ticked_at, row.ticked_by = row.person_id in present, at, by
    history.save_many(changed, by=by, reason=gettext_noop("Ticked"), fields=["attended", "ticked_at", "ticked_by"])
    return sum(bool(row.attended) for row in rows)


def may_tick(training: Training, user: Any) -> bool:
    """Tell whether *user* gives the training, or plans trainings."""
    return user.pk == training.trainer_id or may_plan(user)


@transaction.atomic
def add_material(training: Training, *, file: Any, by: Any, at: datetime) -> Any:
    """Keep a file as material of a training; everybody invited may read it. Sent twice it is one file."""
    training = _locked(training)
    _refuse_cancelled(training)
    if not may_tick(training, by):
        raise DomainError(_("Material is added by the trainer."), field="file")
    return keep_upload(
        file,
        name=getattr(file, "name", "file"),
        owner=by,
        at=at,
        kinds=MATERIAL_KINDS,
        belongs_to=training,
        once=True,
    )


def remind_of_trainings(*, at: datetime) -> int:
    """Remind those invited to what begins within a day. Returns how many notices are new."""
    near = Training.objects.planned().filter(starts_at__gt=at, starts_at__lte=at + REMIND_BEFORE)

    def notes(training: Training) -> list[Note]:
        people = [row.person_id for row in training.attendances.all()]
        return notices.training_near(training, [*people, training.trainer_id])

    rows = near.select_related("trainer").prefetch_related("attendances")
    return tell_each(rows, notes, at=at, event="training_not_reminded")


def _locked(training: Training) -> Training:
    return Training.objects.select_for_update(of=("self",)).select_related("trainer").get(pk=training.pk)


def _refuse_cancelled(training: Training) -> None:
    if training.is_cancelled:
        raise DomainError(_("This training is cancelled."))
