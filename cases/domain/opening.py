"""Open a case under the release in force (F50, F53, W5)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from cases.domain.acting import flow_for, may_work
from cases.domain.answers import FILES, Answers, settle
from cases.domain.chain import Chain
from cases.domain.documents import KnownCodes, keep_files, refuse_unknown_codes
from cases.domain.working import finish_step
from cases.engine.nodes import BeginActivation
from cases.models import Case, Channel, Task
from cases.models.event import EventKind
from processes.domain.standard import Form, Standard
from processes.models import Process, Release
from procstd.errors import DomainError
from procstd.logs import log


def release_for(process: Process, *, department: Any, at: datetime) -> Release:
    """Return the release under which a case of *department* opened *at* runs.

    One made for the department goes before one for all. Refuses when none is in force.
    """
    scopes = Release.departments.through.objects.filter(release=OuterRef("pk"))
    found = (
        Release.objects.in_force(at)
        .filter(process=process)
        .for_department(department.pk)
        .annotate(is_special=Exists(scopes))
        .select_related("definition")
        .order_by("-is_special", "-valid_from", "-pk")
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
) -> Case:
    """Open a case with the *answers* of its first form; the same *request_key* gives the same case.

    With an *outcome* the opener completes the first step as well, if a post of theirs does it.
    Where many are opened, *known* are the codes among the answers that exist. Raises
    AnswersRefused, or DomainError when nothing is in force.
    """
    department = department or process.department
    twin = _twin(process, by, channel, request_key)
    if twin is not None:
        return twin
    release = release_for(process, department=department, at=at)
    try:
        return _open(process, release, answers, by, at, channel, department, request_key, outcome, known)
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
        secret_sha256=fingerprint(secret_for(request_key)) if channel == Channel.PUBLIC else "",
    )
    case.at = at
    case.save(force_insert=True)
    if form:
        case.data = {form.key: keep_files(case, form, kept, by=by, at=at)}
        case.subject = subject_of(form, case.data[form.key])
    chain = Chain(case, by=by, at=at)
    chain.add(EventKind.OPENED, channel=channel, definition=release.definition.sha256)
    BeginActivation.of(flow.instance.node("begin"), case).execute()
    if outcome:
        task = Task.objects.select_related("step").get(process=case, key=standard.first.key)
        task.process, task.flow_task = case, flow.instance.node(task.key)
        if not may_work(by, standard.first):
            raise DomainError(_("No post of yours does the first step, so you cannot complete it."))
        finish_step(task, chain, outcome, kept if form is None else case.data[form.key], by=by)
    chain.write("data", "subject", "status", "finished")
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


def subject_of(form: Form, answers: Answers) -> str:
    """Return a line that tells cases apart: the first texts that are not personal (A4)."""
    texts = [
        " ".join(str(answers[field.key]).split())
        for field in form.fields
        if field.kind in ("text", "long_text") and not field.is_personal and answers.get(field.key)
    ]
    return " · ".join(texts[:2])[:120]


def secret_for(request_key: str) -> str:
    """Return the secret of the link under which a customer follows a case: 128 bits, never stored.

    Made from the request's key, so that a form sent twice gives the same link twice.
    """
    return hmac.new(settings.SECRET_KEY.encode(), b"case-link:" + request_key.encode(), hashlib.sha256).hexdigest()[:32]


def fingerprint(secret: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
