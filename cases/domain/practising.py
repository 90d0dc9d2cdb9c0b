"""Practise on a case: the whole flow of a standard by one person, seen by nobody else and in no figure (H2.5.2).

An open task of it names no compiled step, so no inbox, no wall and no count of open tasks finds it; a task that is
done names its step again, for the chain of the case to be checked as any other. There are no clocks, so nothing
fires and nobody is told. Nothing but the two acts here works on it: locks of other acts refuse it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.domain.acting import flow_for, may_work
from cases.domain.answers import FILES, settle
from cases.domain.chain import Chain, told_until
from cases.domain.documents import refuse_unknown_codes
from cases.domain.reasons import asked_reason
from cases.engine.nodes import BeginActivation, StepActivation
from cases.models import Case, Channel, Status, Task
from cases.models.event import EventKind
from processes.domain.standard import Form, Step
from processes.models import Definition
from procstd.errors import DomainError
from procstd.logs import log
from procstd.organisation.models import User


@transaction.atomic
def start_practice(definition: Definition, *, by: Any, at: datetime) -> Case:
    """Begin a practice case of *definition*, in force anywhere or not; the one that *by* has open goes on.

    Raises Broken when the definition is not what was released.
    """
    flow = flow_for(definition)
    # Of two clicks at once the second waits, and finds the first.
    User.objects.select_for_update().get(pk=by.pk)
    known = Case.objects.practised_by(by).open().filter(definition=definition).first()
    if known is not None:
        return known
    process = definition.revision.process
    case = Case(
        flow_class=flow, definition=definition, process=process,
        department_id=by.department_id or process.department_id, opened_by=by, channel=Channel.PRACTICE, created=at,
    )  # fmt: skip
    case.at, case.begin_step = at, _hide
    case.save(force_insert=True)
    chain = Chain(case, by=by, at=at)
    chain.add(EventKind.OPENED, channel=Channel.PRACTICE, definition=definition.sha256)
    BeginActivation.of(flow.instance.node("begin"), case).execute()
    chain.write("status", "finished")
    log.info("practice_started", case=case.pk, user=by.pk)
    return case


@transaction.atomic
def practise_step(
    case: Case, task: Task, *, outcome: str, answers: Mapping[str, Any], by: Any, at: datetime, reason: str = ""
) -> Case:
    """Do a step of one's own practice case, whosever step it would be, and start what follows.

    Raises AnswersRefused for answers that cannot be taken, and DomainError for an outcome that is none of the
    step's, a task that is done, and somebody else's case.
    """
    case = _locked(case, by=by)
    found = Task.objects.select_for_update().defer("flow_task").filter(pk=task.pk, process=case, finished=None).first()
    flow = flow_for(case.definition)
    step = flow.standard.step(found.key) if found else None
    if found is None or step is None:
        raise DomainError(_("This step of your practice case is done already."))
    chosen = step.outcome(outcome)
    if chosen is None:
        raise DomainError(_("Choose how the step ends."), field="outcome")
    form = form_to_practise(flow.standard.form(step.form))
    kept = settle(form, answers) if form else {}
    if form:
        refuse_unknown_codes(form, kept)
    case.flow_class, case.begin_step = flow, _hide
    case.at = max(at, told_until([case]).get(case.pk, at))
    chain = Chain(case, by=by, at=case.at)
    if form:
        case.data = {**case.data, form.key: kept}
    found.process, found.flow_task = case, flow.instance.node(found.key)
    found.owner, found.assigned, found.data = by, case.at, kept
    found.step_id = flow.compiled_steps(case.definition_id)[found.key]
    found.save(update_fields=["step"])
    body = {"reason": asked_reason(reason)} if chosen.is_send_back else {}
    chain.add(EventKind.SENT_BACK if chosen.is_send_back else EventKind.COMPLETED, step.key, outcome=chosen.key, **body)
    StepActivation(found).finish(chosen)
    if not case.is_open:
        chain.add(EventKind.CLOSED)
    chain.write("data", "status", "finished")
    return case


@transaction.atomic
def stop_practice(case: Case, *, by: Any, at: datetime) -> Case:
    """Leave a practice case as it is. Leaving one that is over changes nothing."""
    case = _locked(case, by=by)
    if case.is_open:
        case.at = max(at, told_until([case]).get(case.pk, at))
        case.status, case.finished = Status.CANCELED, case.at
        chain = Chain(case, by=by, at=case.at)
        chain.add(EventKind.CLOSED)
        chain.write("status", "finished")
    return case


def open_steps(case: Case) -> list[tuple[Task, Step]]:
    """Return the steps that a practice case is at, in order. One statement."""
    if not case.is_open:
        return []
    standard = flow_for(case.definition).standard
    tasks = Task.objects.filter(process=case, finished=None).defer("flow_task").order_by("pk")
    return [(task, step) for task in tasks if (step := standard.step(task.key)) is not None]


def form_to_practise(form: Form | None) -> Form | None:
    """Return a form without its files: nobody practises with papers of customers."""
    if form is None:
        return None
    return Form(form.key, form.name, tuple(field for field in form.fields if field.kind not in FILES))


def is_own_step(user: Any, step: Step) -> bool:
    """Tell whether a post of *user* does *step*: what is to be practised; the rest is filled in as an example."""
    return may_work(user, step)


def example_answers(form: Form | None, *, by: Any, at: datetime) -> dict[str, Any]:
    """Return answers that *form* takes, in the language in force: what colleagues would have written."""
    found: dict[str, Any] = {}
    for field in form.fields if form else ():
        if field.kind in ("text", "long_text"):
            found[field.key] = _("Example: %(label)s") % {"label": field.label}
        elif field.kind == "choice":
            found[field.key] = field.options[0][0] if field.options else None
        elif field.kind == "choices":
            found[field.key] = [key for key, _words in field.options[:1]]
        else:
            found[field.key] = {
                "number": "1", "money": "100.00", "yes_no": True, "rating": 4, "person": by.username,
                "date": timezone.localdate(at).isoformat(), "department": by.department.code if by.department else None,
            }.get(field.kind)  # fmt: skip
    return {key: value for key, value in found.items() if value not in (None, [])}


def _hide(task: Task) -> None:
    """Let no list of open tasks find what is about to be written."""
    task.step_id = None


def _locked(case: Case, *, by: Any) -> Case:
    rows = Case.objects.practised_by(by).select_for_update(of=("self",)).select_related("definition__revision")
    found = rows.filter(pk=case.pk).first()
    if found is None:
        raise DomainError(_("This is no practice case of yours."))
    return found
