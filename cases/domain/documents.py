"""The files among the answers, and the codes of people and departments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class KnownCodes:
    """The people and departments that answers may name."""

    people: frozenset[str]
    departments: frozenset[str]


def known_codes(form: Form, many: Iterable[Answers]) -> KnownCodes:
    """Return those of the codes in *many* answers that exist. Two statements at most."""
    asked: dict[str, set[str]] = {"person": set(), "department": set()}
    fields = [field for field in form.fields if field.kind in asked]
    for answers in many if fields else ():
        for field in fields:
            if isinstance(code := answers.get(field.key), str):
                asked[field.kind].add(code)
    people, units = asked["person"], asked["department"]
    rows = get_user_model().objects.filter(is_active=True, **_among("username", people)) if people else None
    found = Department.objects.without_tree_fields().filter(is_active=True, **_among("code", units)) if units else None
    return KnownCodes(
        frozenset(rows.values_list("username", flat=True) if rows is not None else ()),
        frozenset(found.values_list("code", flat=True) if found is not None else ()),
    )


def _among(column: str, codes: set[str]) -> dict[str, Any]:
    # A statement can hold only so many values: for a long list, all rows are read.
    return {f"{column}__in": codes} if len(codes) <= 500 else {}


def refuse_unknown_codes(form: Form, answers: Answers, known: KnownCodes | None = None) -> None:
    """Refuse a person or department that does not exist. No query unless the form asks for one."""
    known = known or known_codes(form, [answers])
    kinds = {"person": known.people, "department": known.departments}
    errors = {
        field.key: _("Choose one of the options.")
        for field in form.fields
        if field.kind in kinds and field.key in answers and answers[field.key] not in kinds[field.kind]
    }
    if errors:
        raise AnswersRefused(errors)
