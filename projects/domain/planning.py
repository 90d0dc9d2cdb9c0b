"""The plan: made from the template, changed, moved; what follows slips with it, visibly (H2.0, H2.1.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd import history
from procstd.calendars.domain.workdays import Workdays, standard_workdays
from procstd.errors import DomainError
from procstd.gates import Phase
from projects.domain.rights import lock_project
from projects.domain.slipping import Bar, follow, goes_round
from projects.domain.template import TEMPLATE, PhaseTemplate
from projects.models import Closing, ItemKind, PlanItem, Project
from projects.queries.words import Day, both

_FROM_TEMPLATE = "Template 模板"
_DATES = ("start_on", "end_on")


@transaction.atomic
def make_plan(project: Project, *, start_on: date, by: Any, at: datetime) -> list[PlanItem]:
    """Make the six phases with their tasks from the template, on working days from *start_on* on."""
    project = lock_project(project, by=by)
    if project.plan_items.exists():
        raise DomainError(_("There is a plan already: move its lines."))
    days = standard_workdays()
    if abs((start_on - days.today(at)).days) > 3 * 366:
        raise DomainError(_("This day is years away. Choose a nearer one."), field="start_on")
    owners = _owners(project)
    rows: list[PlanItem] = []
    tasks: list[PlanItem] = []
    depends: dict[str, list[str]] = {}
    begin = days.first_from(start_on)
    for template in TEMPLATE:
        phase = _phase(project, template, begin, owners, days)
        rows.append(phase)
        for task, keys in _tasks(project, template, begin, owners, days, len(tasks)):
            tasks.append(task)
            depends[task.key] = keys
        begin = days.after(phase.end_on)
    history.save_many(rows, by=by, reason=_FROM_TEMPLATE)
    phases = {row.phase: row for row in project.plan_items.filter(kind=ItemKind.PHASE)}
    for task in tasks:
        task.parent = phases[task.phase]
    history.save_many(tasks, by=by, reason=_FROM_TEMPLATE)
    _connect(project, depends)
    return list(project.plan_items.all())


def _owners(project: Project) -> dict[str, Any]:
    """Return who owns by duty: the first who has it; the lead where nobody has."""
    owners: dict[str, Any] = {"": project.lead}
    for member in project.members.present().exclude(person=None).select_related("person").order_by("-pk"):
        owners[member.duty] = member.person
    return owners


def _phase(project: Project, template: PhaseTemplate, begin: date, owners: dict[str, Any], days: Workdays) -> PlanItem:
    end = days.plus(begin, template.days - 1)
    texts = {
        f"{name}_{language}": getattr(template, name)[place]
        for name in ("title", "milestone", "deliverable", "resources")
        for place, language in enumerate(("zh", "en"))
    }
    return PlanItem(
        project=project, key=f"p{int(template.phase)}", kind=ItemKind.PHASE, phase=template.phase,
        owner=owners.get(template.owner, project.lead), planned_start_on=begin, planned_end_on=end,
        start_on=begin, end_on=end, **texts,
    )  # fmt: skip


def _tasks(
    project: Project, template: PhaseTemplate, begin: date, owners: dict[str, Any], days: Workdays, count: int
) -> Iterable[tuple[PlanItem, list[str]]]:
    for place, task in enumerate(template.tasks):
        start = days.plus(begin, task.begins - 1)
        end = days.plus(start, task.days - 1)
        item = PlanItem(
            project=project, key=f"t{count + place + 1}", kind=ItemKind.TASK, phase=template.phase,
            title_zh=task.title[0], title_en=task.title[1], owner=owners.get(task.owner, project.lead),
            planned_start_on=start, planned_end_on=end, start_on=start, end_on=end,
        )  # fmt: skip
        yield item, [f"t{count + before + 1}" for before in task.after]


def _connect(project: Project, depends: dict[str, list[str]]) -> None:
    by_key = {row.key: row.pk for row in project.plan_items.all()}
    through = PlanItem.depends_on.through
    through.objects.bulk_create(
        through(from_planitem_id=by_key[key], to_planitem_id=by_key[before])
        for key, rows in depends.items()
        for before in rows
    )


@transaction.atomic
def add_task(
    project: Project, *, phase: int, start_on: date, days: int, depends_on: Iterable[PlanItem] = (), owner: Any,
    title_zh: str, title_en: str, by: Any, at: datetime,
) -> PlanItem:  # fmt: skip
    """Add a task to a phase that is open, for so many working days. What it pushes slips with it."""
    project = lock_project(project, by=by)
    above = project.plan_items.filter(kind=ItemKind.PHASE, phase=phase).first()
    if above is None:
        raise DomainError(_("Make the plan from the template first."))
    _refuse_closed(project, above)
    work = standard_workdays()
    start = work.first_from(start_on)
    end = work.plus(start, days - 1)
    known = [int(key[1:]) for key in project.plan_items.filter(kind=ItemKind.TASK).values_list("key", flat=True)]
    task = PlanItem(
        project=project, key=f"t{max(known, default=0) + 1}", kind=ItemKind.TASK, phase=phase, parent=above,
        title_zh=title_zh, title_en=title_en, owner=owner, planned_start_on=start, planned_end_on=end,
        start_on=start, end_on=end,
    )  # fmt: skip
    _refuse_before_phase(task, above)
    history.save(task, by=by, reason=title_zh)
    task.depends_on.set([row for row in depends_on if row.project_id == project.pk and row.phase == int(phase)])
    _move(project, task, start, end, reason=title_zh, by=by, days=work)
    task.refresh_from_db()
    task.planned_start_on, task.planned_end_on = task.start_on, task.end_on
    return history.save(task, by=by, reason=title_zh, update_fields=["planned_start_on", "planned_end_on"])


@transaction.atomic
def change_item(
    item: PlanItem, *, by: Any, reason: str, depends_on: Iterable[PlanItem] | None = None, seen: int | None = None,
    **facts: Any,
) -> PlanItem:  # fmt: skip
    """Change what a line says: title, owner, milestone, deliverable, resources, what it depends on."""
    project = lock_project(item.project, by=by)
    item = _locked(project, item)
    history.refuse_if_changed_since(item, seen)
    _refuse_closed(project, item)
    for name, value in facts.items():
        setattr(item, name, value)
    history.save(item, by=by, reason=reason)
    if depends_on is not None and not item.is_phase:
        wanted = {row.pk for row in depends_on if row.phase == item.phase and not row.is_phase}
        graph = {bar.key: bar.depends_on for bar in _bars(project) if not bar.is_phase}
        keys = dict(project.plan_items.values_list("pk", "key"))
        graph[item.key] = frozenset(keys[pk] for pk in wanted)
        if item.pk in wanted or goes_round(graph):
            raise DomainError(_("Tasks cannot wait for each other in a circle."), field="depends_on")
        item.depends_on.set(wanted)
        _move(project, item, item.start_on, item.end_on, reason=reason, by=by, days=standard_workdays())
        item.refresh_from_db()
    return item


@transaction.atomic
def move_item(
    item: PlanItem, *, start_on: date, end_on: date, reason: str, by: Any, at: datetime
) -> dict[str, tuple[date, date]]:
    """Move a line of the plan, with what follows it. Returns what moved, by key. The agreed dates stay beside."""
    project = lock_project(item.project, by=by)
    item = _locked(project, item)
    _refuse_closed(project, item)
    if item.done_at is not None:
        raise DomainError(_("“%(what)s” is done; it does not move any more.") % {"what": item})
    days = standard_workdays()
    if end_on < start_on:
        raise DomainError(_("It ends before it starts."), field="end_on")
    if abs((end_on - days.today(at)).days) > 3 * 366:
        raise DomainError(_("This day is years away. Choose a nearer one."), field="end_on")
    start, end = days.first_from(start_on), days.first_from(end_on)
    if not item.is_phase:
        _refuse_before_phase(
            PlanItem(start_on=start, end_on=end), project.plan_items.get(kind=ItemKind.PHASE, phase=item.phase)
        )
    else:
        before = project.plan_items.filter(kind=ItemKind.PHASE, phase=item.phase - 1).first()
        if before is not None and start <= before.end_on:
            raise DomainError(
                _("“%(phase)s” ends on %(day)s; what follows starts after it.")
                % {"phase": before, "day": Day(before.end_on)},
                field="start_on",
            )
    return _move(project, item, start, end, reason=reason, by=by, days=days)


def _move(
    project: Project, item: PlanItem, start: date, end: date, *, reason: str, by: Any, days: Workdays
) -> dict[str, tuple[date, date]]:
    moved = follow(_bars(project), item.key, start, end, days)
    rows = list(project.plan_items.filter(key__in=moved))
    for row in rows:
        row.start_on, row.end_on = moved[row.key]
    history.save_many(rows, by=by, reason=reason, fields=_DATES)
    return moved


def _bars(project: Project) -> list[Bar]:
    closed = set(Closing.objects.filter(project=project).values_list("phase", flat=True))
    rows = project.plan_items.prefetch_related("depends_on")
    return [
        Bar(
            row.key, row.phase, row.is_phase, row.start_on, row.end_on,
            row.phase in closed or row.done_at is not None, frozenset(one.key for one in row.depends_on.all()),
        )
        for row in rows
    ]  # fmt: skip


@transaction.atomic
def finish_task(item: PlanItem, *, by: Any, at: datetime) -> PlanItem:
    """Mark a task as done. Its owner may, and whoever keeps the project; twice is once."""
    project = lock_project(item.project, by=None if by is not None and by.pk == item.owner_id else by)
    item = _locked(project, item)
    if item.is_phase:
        raise DomainError(_("A phase is closed at its gate."))
    if item.done_at is not None:
        return item
    _refuse_closed(project, item)
    waits = [row for row in item.depends_on.all() if row.done_at is None]
    if waits:
        raise DomainError(_("It waits for “%(what)s”.") % {"what": waits[0]})
    item.done_at = at
    return history.save(item, by=by, reason=both(_("Done")), update_fields=["done_at"])


@transaction.atomic
def confirm_deliverable(item: PlanItem, *, by: Any, at: datetime) -> PlanItem:
    """Confirm that a phase's deliverable is there and right. Twice is once."""
    project = lock_project(item.project, by=None if by is not None and by.pk == item.owner_id else by)
    item = _locked(project, item)
    if not item.is_phase:
        raise DomainError(_("Only phases have a deliverable."))
    if item.delivered_at is not None:
        return item
    if not (item.deliverable_zh or item.deliverable_en):
        raise DomainError(_("Say first what this phase delivers."))
    item.delivered_at, item.delivered_by = at, by
    return history.save(
        item, by=by, reason=both(_("Deliverable confirmed")), update_fields=["delivered_at", "delivered_by"]
    )


@transaction.atomic
def agree_plan(project: Project, *, reason: str, by: Any, at: datetime) -> int:
    """Make the present dates the agreed ones, before preparation is closed. Returns how many lines changed."""
    project = lock_project(project, by=by)
    if Closing.objects.filter(project=project, phase=Phase.PREPARATION).exists():
        raise DomainError(_("Preparation is closed: the agreed dates stay, and what slips is shown beside them."))
    rows = [
        row
        for row in project.plan_items.all()
        if (row.planned_start_on, row.planned_end_on) != (row.start_on, row.end_on)
    ]
    for row in rows:
        row.planned_start_on, row.planned_end_on = row.start_on, row.end_on
    history.save_many(rows, by=by, reason=reason, fields=("planned_start_on", "planned_end_on"))
    return len(rows)


def _locked(project: Project, item: PlanItem) -> PlanItem:
    return project.plan_items.select_for_update(of=("self",)).get(pk=item.pk)


def _refuse_closed(project: Project, item: PlanItem) -> None:
    if Closing.objects.filter(project=project, phase=item.phase).exists():
        raise DomainError(_("This phase is closed."))


def _refuse_before_phase(task: PlanItem, phase: PlanItem) -> None:
    if task.start_on < phase.start_on:
        raise DomainError(
            _("A task lies within its phase: “%(phase)s” starts on %(day)s.")
            % {"phase": phase, "day": Day(phase.start_on)},
            field="start_on",
        )
