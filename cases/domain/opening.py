"""Open a case under the release in force (F50, F53, W5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case as Either
from django.db.models import Exists, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _

from cases.domain.acceptance import acknowledge
from cases.domain.acting import flow_for, may_work
from cases.domain.answers import FILES, Answers, settle
from cases.domain.chain import Chain
from cases.domain.clocks.running import CaseClocks
from cases.domain.customer import fingerprint, secret_for
from cases.domain.documents import KnownCodes, keep_files, refuse_unknown_codes
from cases.domain.working import finish_step
from cases.engine.nodes import BeginActivation
from cases.models import Case, Channel, Task
from cases.models.event import EventKind
from processes.domain.standard import Form, Standard
from processes.models import Process, Release
from procstd.calendars.domain.current import edition, edition_in
from procstd.errors import DomainError
from procstd.logs import log


def release_for(process: Process, *, department: Any, at: datetime) -> Release:
    """Return the release under which a case of *department* opened *at* runs.

    One made for the department goes before one for all, and before the variant of a department above (F19). Refuses
    when none is in force.
    """
    scopes = Release.departments.through.objects.filter(release=OuterRef("pk"))
    varies = Q(definition__revision__variant_for__isnull=False)
    above = varies & ~Q(definition__revision__variant_for=department.code)
    found = (
        Release.objects.in_force(at)
        .filter(process=process)
        .for_department(department.pk)
        .annotate(is_special=Exists(scopes), is_from_above=Either(When(above, then=1), default=0), **edition())
        .select_related("definition")
        .order_by("-is_special", "is_from_above", "-valid_from", "-pk")
        .first()
    )
    if found is None or not process.is_active:
        raise DomainError(_("No standard of this process is in force here, so no case can be opened."))
    return found


def open_case(
    process: Process,
    answers: Mapping[str, Any],
    *,
    by: Any,
    at: datetime,
    channel: Channel = Channel.STAFF,
    department: Any = None,
    request_key: str,
    outcome: str = "",
    known: KnownCodes | None = None,
    language: str = "",
) -> Case:
    """Open a case with the *answers* of its first form; the same *request_key* gives the same case.

    With an *outcome* the opener completes the first step as well, if a post of theirs does it.
    Where many are opened, *known* are the codes among the answers that exist. A customer's *language*
    is the one in which the form was read. Raises AnswersRefused, or DomainError when nothing is in force.
    """
    department = department or process.department
    twin = _twin(process, by, channel, request_key)
    if twin is not None:
        return twin
    release = release_for(process, department=department, at=at)
    try:
        return _open(process, release, answers, by, at, channel, department, request_key, outcome, known, language)
    except IntegrityError:
        # The same form sent twice at once: the first one won, and this is its case.
        twin = _twin(process, by, channel, request_key)
        if twin is None:
            raise
        return twin


def _twin(process: Process, by: Any, channel: Channel, request_key: str) -> Case | None:
    """Return the case that the same request has opened. Refuses a key that belongs to somebody else's request.

    The reference of a list is everybody's: whoever imports it again gets the case that it has opened.
    """
    found = Case.objects.filter(request_key=request_key).first()
    if found is None:
        return None
    is_own = found.opened_by_id == (by.pk if by else None) or channel == Channel.IMPORT
    if (found.process_id, found.channel, is_own) != (process.pk, channel, True):
        raise DomainError(_("This form was sent before for another case. Load the page anew and fill it in again."))
    return found


@transaction.atomic
def _open(
    process: Process,
    release: Release,
    answers: Mapping[str, Any],
    by: Any,
    at: datetime,
    channel: Channel,
    department: Any,
    request_key: str,
    outcome: str,
    known: KnownCodes | None,
    language: str,
) -> Case:
    flow = flow_for(release.definition)
    standard = flow.standard
    form = first_form(standard, channel)
    kept = settle(form, answers) if form else {}
    if form:
        refuse_unknown_codes(form, kept, known)
    case = Case(
        flow_class=flow,
        definition=release.definition,
        process=process,
        department=department,
        opened_by=by,
        channel=channel,
        created=at,
        request_key=request_key,
        language=language if channel == Channel.PUBLIC else "",
        secret_sha256=fingerprint(secret_for(request_key)) if channel == Channel.PUBLIC else "",
    )
    case.at = at
    case.save(force_insert=True)
    if form:
        case.data = {form.key: keep_files(case, form, kept, by=by, at=at)}
        case.subject = subject_of(form, case.data[form.key])
    chain = Chain(case, by=by, at=at)
    left_out = unanswered(standard.form(standard.first.form), case.data) if channel != Channel.STAFF else []
    # Keys of fields, no answers: the weekly report tells from them what was left out (F68).
    missing: dict[str, Any] = {"missing": left_out} if left_out else {}
    chain.add(EventKind.OPENED, channel=channel, definition=release.definition.sha256, **missing)
    clocks = CaseClocks(case, standard, [], at=at, edition=edition_in(release))
    clocks.open_case()
    case.begin_step = clocks.begin_step
    BeginActivation.of(flow.instance.node("begin"), case).execute()
    if outcome:
        task = Task.objects.select_related("step").get(process=case, key=standard.first.key)
        task.process, task.flow_task = case, flow.instance.node(task.key)
        if not may_work(by, standard.first):
            raise DomainError(_("No post of yours does the first step, so you cannot complete it."))
        finish_step(task, chain, clocks, outcome, kept if form is None else case.data[form.key], by=by)
    else:
        clocks.tell(chain)
    chain.write("data", "subject", "status", "finished")
    clocks.write()
    acknowledge(case, at=at)
    log.info("case_opened", case=case.pk, channel=channel)
    return case


def first_form(standard: Standard, channel: Channel) -> Form | None:
    """Return the form with which a case is opened: by customers its public fields, by a list all that are no files.

    What is left out is asked when the first step is done.
    """
    if channel == Channel.PUBLIC:
        return standard.public_form
    form = standard.form(standard.first.form)
    if form is None or channel != Channel.IMPORT:
        return form
    return Form(form.key, form.name, tuple(field for field in form.fields if field.kind not in FILES))


def unanswered(form: Form | None, data: Mapping[str, Any]) -> list[str]:
    """Return the keys of the required fields of *form*, hidden ones not counted, that *data* has no answer to."""
    if form is None:
        return []
    given = data.get(form.key, {})
    return [
        field.key
        for field in form.fields
        if field.is_required and not field.visible_if and given.get(field.key) in (None, "", [])
    ]


def subject_of(form: Form, answers: Answers) -> str:
    """Return a line that tells cases apart: the first texts that are not personal (A4)."""
    texts = [
        " ".join(str(answers[field.key]).split())
        for field in form.fields
        if field.kind in ("text", "long_text") and not field.is_personal and answers.get(field.key)
    ]
    return " · ".join(texts[:2])[:120]
