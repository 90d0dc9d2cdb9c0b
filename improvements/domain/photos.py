"""Photos of suggestions; of an anonymous one nothing says when it came (A6)."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from typing import IO, Any

from django.db.models import F

from improvements.models import Suggestion
from procstd.errors import DomainError
from procstd.files.domain.keeping import keep_upload
from procstd.files.models import StoredFile

#: Pictures that a phone takes.
PICTURES = frozenset({"jpg", "jpeg", "png", "webp"})
#: So many others are written anew beside each anonymous one.
MIXED_WITH = 100


def keep_photo(photo: IO[bytes], made: Suggestion, *, name: str, owner: Any, at: datetime) -> StoredFile:
    """Keep a picture of a suggestion. Refuses any other file (field ``photo``)."""
    try:
        return keep_upload(photo, name=name, owner=owner, at=at, kinds=PICTURES, belongs_to=made)
    except DomainError as refusal:
        raise DomainError(refusal.message, field="photo") from refusal


def keep_photo_of_nobody(photo: IO[bytes], made: Suggestion) -> None:
    """Keep the picture of an anonymous suggestion with nothing but the month (A6)."""
    moment = datetime(made.month.year, made.month.month, 1, tzinfo=UTC)
    _forget_when(keep_photo(photo, made, name=_plain_name(photo), owner=None, at=moment), moment)


def _plain_name(photo: IO[bytes]) -> str:
    """Return a name that says nothing: a phone's holds the moment of the picture."""
    return f"photo.{getattr(photo, 'name', '').rpartition('.')[2].lower()}"


def _forget_when(file: StoredFile, moment: datetime) -> None:
    """Let neither the order of keys nor the file system say when the picture came (A6).

    Keys below zero: those of other files go on as before on either database. The row is written among others written
    anew, and all files of nobody are touched together: neither where the row lies nor when the file system saw a file
    last tells which of them came last.
    """
    others = StoredFile.objects.filter(owner=None, content_type=file.content_type, pk__lt=0)
    keys = list(others.values_list("pk", flat=True))
    chosen = secrets.SystemRandom().sample(keys, min(len(keys), MIXED_WITH))
    half = len(chosen) // 2
    _touch_files(chosen[:half])
    StoredFile.objects.filter(pk=file.pk).update(id=-secrets.randbelow(2**52) - 1, created_at=moment)
    _touch_files(chosen[half:])
    for row in others.only("content", "created_at"):
        stamp = row.created_at.timestamp()
        with suppress(FileNotFoundError):
            os.utime(row.content.path, (stamp, stamp))


def _touch_files(keys: list[int]) -> None:
    StoredFile.objects.filter(pk__in=keys).update(created_at=F("created_at"))
