"""What all acts on a case share: the lock, the flow of its definition, and who may do what in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from cases.domain.clocks.moving import MovingClocks
from cases.domain.clocks.running import CaseClocks
from cases.engine.compiler import NotCompiled, StandardFlow, flow_of
from cases.models import Case, Clock, Event, Task
from cases.models.case import OVERSEERS, Channel, Status
from cases.models.clock import open_clocks_of, read_clocks
from processes.domain.standard import Place, Standard, Step
from processes.models import ACTING, Definition
from procstd.calendars.domain.current import edition, edition_in
from procstd.errors import DomainError
from procstd.logs import log
from procstd.moments import moment
from procstd.organisation.models import Department
from procstd.prepared import Prepared
from procstd.roles import Role


class Broken(DomainError):
    """The case's definition is not what was released: nothing can be done until that is mended."""


class TooLate(DomainError):
    """Somebody else was first: the page says who and when, and keeps what was typed."""


def standard_of(definition: Definition) -> Standard:
    """Return the standard that *definition* says. Raises Broken when it is not what was released."""
    return flow_for(definition).standard


def flow_for(definition: Definition) -> type[StandardFlow]:
    """Return the flow of *definition*. Raises Broken when it is not what was released."""
    try:
        return flow_of(definition)
    except NotCompiled as error:
        log.error("definition_broken", definition=definition.pk, why=str(error))
        raise Broken(
            _(
                "The standard of this case was altered after its release. "
                "Nothing can be done here; please tell an administrator."
            )
        ) from error


def _to_lock(task: int) -> Any:
    """The task and its case, locked; with the open clocks of the case, and whether calendars have changed."""
    # The case first, as every other act locks it: PostgreSQL takes the locks in the order in which they are named.
    rows = Task.objects.select_for_update(of=("process", "self")).select_related("process")
    rows = rows.defer("flow_task", "process__flow_class").filter(pk=task)
    return rows.annotate(open_clocks=open_clocks_of("process"), **_told("process"), **edition())


def _told(case: str) -> dict[str, Any]:
    """How many events the statement saw of a case, and when the last of them was."""
    last = Event.objects.filter(case=OuterRef(case)).order_by("-position")
    return {
        "events_seen": Subquery(Case.objects.filter(pk=OuterRef(case)).values("event_count")),
        "told_at": Subquery(last.values("at")[:1]),
    }


_LOCKED: Prepared[Task] = Prepared(_to_lock, task=int)
#: With who did the step whose doer may not do this one.
_LOCKED_WITH_DOER: Prepared[Task] = Prepared(
    lambda task, key: _to_lock(task).annotate(barred_id=_last_doer(key, OuterRef("process"))), task=int, key=str
)


def lock_task(task: Task, at: datetime) -> Task:
    """Lock *task* and its case in one statement and make them ready for the engine. Refuses if it is not open.

    The definition is taken from *task*, where it was loaded with it: only a move changes it, and whoever comes after
    one reads so (F52). The act's moment is ``process.at`` from here on (see :func:`_after`).
    """
    definition = task.process.definition
    flow = flow_for(definition)
    step = flow.standard.step(task.key)
    locked = _locked(task.pk, step.not_by if step else "")
    if locked is not None and locked.events_seen != locked.process.event_count:
        # It had to wait for another act, and PostgreSQL read the clocks before it waited: only the rows that are
        # locked are read again. Now that we hold them, nothing can come between.
        locked = _locked(task.pk, step.not_by if step else "")
    if locked is None:
        raise Task.DoesNotExist
    case = locked.process
    if case.definition_id != definition.pk:
        raise TooLate(
            _("The case moved to another version of its standard meanwhile, so nothing was changed. Look at it again.")
        )
    case.definition, case.flow_class, case.at = definition, flow, _after(locked, at)
    locked.flow_task = flow.instance.node(locked.key)
    _refuse_practice(case)
    if not locked.is_open or locked.step_id is None:
        raise TooLate(too_late(locked))
    return locked


def _locked(task: int, not_by: str) -> Any:
    """Return the locked task. Who did the step *not_by* comes in the same statement: a step costs no more for it."""
    return _LOCKED_WITH_DOER.one(task=task, key=not_by) if not_by else _LOCKED.one(task=task)


def _after(locked: Any, at: datetime) -> datetime:
    """Return the moment of an act: *at*, but not before the last event of the case.

    *at* was taken before the lock. While the act waited a clock may have fired, or somebody else may have acted:
    events out of order would end a clock before the breach that was already told.
    """
    return max(at, locked.told_at) if locked.told_at else at


def _last_doer(key: str, case: Any) -> Subquery:
    """Return who completed step *key* of *case* last."""
    done = Task.objects.filter(process=case, key=key, finished__isnull=False).order_by("-pk")
    return Subquery(done.values("owner")[:1])


def barred(task: Task, by: Any) -> bool:
    """Tell whether *by* did the step whose doer may not do this one (W4). *task* comes from lock_task."""
    return by.pk in (getattr(task, "barred_id", None), _barred_opener(task))


def _barred_opener(task: Task) -> int | None:
    """Return who filled in the first step's form at the opening, if whoever did the first step is barred."""
    standard = standard_of(task.process.definition)
    step = standard.step(task.key)
    barred_first = step is not None and step.not_by == standard.first.key
    return task.process.opened_by_id if barred_first else None


def is_barred(task: Task, by: Any) -> bool:
    """Tell the same of a task that is only looked at. One query, for steps that bar somebody."""
    step = step_of(task)
    if not step.not_by:
        return False
    if by.pk == _barred_opener(task):
        return True
    done = Task.objects.filter(process=task.process_id, key=step.not_by, finished__isnull=False).order_by("-pk")
    return done.values_list("owner", flat=True).first() == by.pk


def too_late(task: Task) -> Any:
    """Return the sentence that says who was first."""
    return _("%(who)s completed this task on %(when)s, so nothing was changed. What you typed is still below.") % {
        "who": task.owner or _("The software"),
        "when": moment(task.finished),
    }


def clocks_of(locked: Task, at: datetime) -> CaseClocks:
    """Return the clocks of the case of a task that lock_task has locked, ready for an act. No statement."""
    clocks = read_clocks(getattr(locked, "open_clocks", []))
    standard = standard_of(locked.process.definition)
    kind = CaseClocks if locked.process.moves_to_id is None else MovingClocks
    made = kind(locked.process, standard, clocks, at=at, edition=edition_in(locked))
    locked.process.begin_step = made.begin_step
    return made


def lock_case(case: Case, at: datetime) -> Case:
    """Lock *case* for an act on it as a whole, whose moment is ``at`` of what is returned (see :func:`_after`)."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("definition").annotate(**_told("pk"))
    # None: it had to wait for a move, and PostgreSQL does not join the row that it waited for to another definition.
    locked = rows.filter(pk=case.pk).first()
    if locked is None or locked.events_seen != locked.event_count:  # it had to wait, as in lock_task
        locked = rows.get(pk=case.pk)
    locked.at = _after(locked, at)
    _refuse_practice(locked)
    return locked


def _refuse_practice(case: Case) -> None:
    """Refuse a case on which somebody practises: nothing that is done with it may reach anybody else (F45)."""
    if case.channel == Channel.PRACTICE:
        raise DomainError(_("This is a practice case: its steps can be done, and nothing else."))


def clocks_of_case(locked: Case, at: datetime, *, moves: bool = False) -> Any:
    """Return the clocks of a case that lock_case has locked; able to move with it, if it *moves*. One statement."""
    found = Clock.objects.open().filter(case=locked).annotate(plan_digest=F("version__digest")).order_by("pk")
    clocks: list[Clock] = []
    for clock in found:
        clock.digest = clock.plan_digest or ""
        clocks.append(clock)
    made = (MovingClocks if moves else CaseClocks)(locked, standard_of(locked.definition), clocks, at=at)
    locked.begin_step = made.begin_step
    return made


def refuse_if_closed(case: Case) -> None:
    if case.status != Status.NEW:
        raise DomainError(_("This case is closed."))


def step_of(task: Task) -> Step:
    """Return the step of the standard that *task* works on."""
    step = standard_of(task.process.definition).step(task.key)
    if step is None:
        raise DomainError(_("This task is no step of the standard."))
    return step


def acts_as(user: Any, places: tuple[Place, ...]) -> bool:
    """Tell whether *user* acts today in one of *places*. No query beyond that of the user's duties."""
    return duty_in(user, places) is not None


def duty_in(user: Any, places: tuple[Place, ...]) -> Any:
    """Return the duty by which *user* acts in one of *places*: one's own post before one stood in for."""
    fitting = [
        duty
        for duty in user.duties
        for place in places
        if duty.post.code == place.post and place.department in (None, duty.department.code)
    ]
    return min(fitting, key=lambda duty: duty.substituting is not None, default=None)


def standing_in(user: Any, places: tuple[Place, ...]) -> dict[str, Any]:
    """Return, for an event's body, whom *user* stands in for in one of *places*, if anybody."""
    duty = duty_in(user, places)
    return {"for": duty.substituting.username} if duty is not None and duty.substituting else {}


def may_work(user: Any, step: Step) -> bool:
    """Tell whether *user* holds a post that does *step* (R)."""
    return acts_as(user, step.responsible)


def may_direct(user: Any, step: Step) -> bool:
    """Tell whether *user* may take a task of *step* from somebody: the accountable post (A), or an administrator."""
    return user.is_staff or acts_as(user, step.posts.get("A", ()))


def needs_to_know(user: Any, case: Case, standard: Standard) -> bool:
    """Tell whether *user* has to know who the customer is, as ``Case.objects.needed_by`` does, without a query (A4)."""
    return case.opened_by_id == user.pk or any(
        acts_as(user, step.posts.get(duty, ())) for step in standard.steps for duty in ACTING
    )


def may_see(user: Any, case: Case) -> bool:
    """Tell whether *user* may see *case*, as ``Case.objects.visible_to`` does: a query only if no post tells it.

    Building that statement costs more than all else that a page of one case asks the database.
    """
    if case.channel == Channel.PRACTICE:
        return False
    if user.is_staff or user.roles & OVERSEERS or case.opened_by_id == user.pk:
        return True
    try:
        steps = standard_of(case.definition).steps
    except Broken:
        return Case.objects.visible_to(user).filter(pk=case.pk).exists()
    named = any(acts_as(user, places) for step in steps for places in step.posts.values())
    if named or user.consultations.filter(task__process=case).exists():
        return True
    headed = user.departments_as(Role.DEPARTMENT_HEAD)
    return bool(headed) and Department.objects.below(headed).filter(pk=case.department_id).exists()
