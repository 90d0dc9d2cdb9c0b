"""The files among the answers, and the codes of people and departments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from cases.domain.answers import FILES, Answers, AnswersRefused
from cases.models import Attachment, Case
from processes.domain.standard import Form
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.organisation.models import Department

PHOTOS = frozenset({"jpg", "jpeg", "png", "webp", "gif"})


def keep_files(case: Case, form: Form, answers: Answers, *, by: Any, at: datetime) -> Answers:
    """Keep the uploads among *answers* as documents of *case*; return the answers with their keys.

    A key instead of an upload means “as before” and is taken only if it stood there before.
    """
    kept = dict(answers)
    before = case.data.get(form.key, {})
    for field in form.fields:
        value = answers.get(field.key)
        if field.kind not in FILES or value is None:
            continue
        if isinstance(value, str):
            if value != before.get(field.key):
                raise AnswersRefused({field.key: _("Choose the file again.")})
            continue
        path = f"{form.key}.{field.key}"
        kinds = PHOTOS if field.kind == "photo" else None
        try:
            kept[field.key] = attach(
                case, value, by=by, at=at, kinds=kinds, field=path, is_personal=field.is_personal
            ).file_key_text
        except DomainError as refusal:
            raise AnswersRefused({field.key: refusal.message}) from refusal
    return kept


def attach(
    case: Case,
    upload: Any,
    *,
    by: Any,
    at: datetime,
    kinds: frozenset[str] | None = None,
    field: str = "",
    is_personal: bool = False,
) -> Attachment:
    """Keep *upload* as a document of *case*. Refuses what :func:`keep_upload` refuses."""
    document = Attachment(case=case, field=field, name="", is_personal=is_personal, by=by, at=at)
    document.save()
    file = keep_upload(upload, name=upload.name, owner=by, at=at, kinds=kinds, belongs_to=document)
    document.name, document.file_key = file.name, file.key
    document.save(update_fields=["name", "file_key"])
    return document


def refuse_unknown_codes(form: Form, answers: Answers) -> None:
    """Refuse a person or department that does not exist. No query unless the form asks for one."""
    people = {field.key: answers[field.key] for field in form.fields if field.kind == "person" and field.key in answers}
    units = {
        field.key: answers[field.key] for field in form.fields if field.kind == "department" and field.key in answers
    }
    errors: dict[str, Any] = {}
    if people:
        known = get_user_model().objects.filter(username__in=people.values(), is_active=True)
        errors |= _unknown(people, set(known.values_list("username", flat=True)))
    if units:
        found = Department.objects.without_tree_fields().filter(code__in=units.values(), is_active=True)
        errors |= _unknown(units, set(found.values_list("code", flat=True)))
    if errors:
        raise AnswersRefused(errors)


def _unknown(answers: dict[str, str], known: set[str]) -> dict[str, Any]:
    return {key: _("Choose one of the options.") for key, code in answers.items() if code not in known}
