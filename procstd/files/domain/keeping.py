"""The one way in for files: check, clean, hash, keep (I7 to I9)."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shlex
import subprocess
import tempfile
import threading
import unicodedata
import uuid
from collections.abc import Collection
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from procstd.errors import DomainError
from procstd.files.domain.kinds import EVERYDAY, KINDS, MOST_PIXELS, not_what_it_says
from procstd.files.models import StoredFile
from procstd.logs import security_log

_PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
SCAN_SECONDS = 60
#: An animation is kept up to so many pictures.
MOST_FRAMES = 200
#: A picture takes a hundred times its file's size while it is drawn: a process draws one at a time.
_ONE_AT_A_TIME = threading.Lock()


def keep_upload(
    upload: IO[bytes],
    *,
    name: str,
    owner: Any,
    at: datetime,
    kinds: Collection[str] | None = None,
    belongs_to: models.Model | None = None,
    once: bool = False,
) -> StoredFile:
    """Check what a person sends and keep it, without the metadata of pictures.

    *kinds* are the extensions welcome here (default: all we know). With *once* the same bytes by the same name, which
    the person keeps there already, stay one file: a form is sent twice by two clicks. Refuses, with field "file": a
    file too large, empty, of an unwelcome or unproven kind, infected, or over the person's quota.
    """
    name = tidy_name(name)
    extension = PurePosixPath(name).suffix.lstrip(".").lower()
    welcome = sorted(kinds if kinds is not None else EVERYDAY)
    if extension not in welcome or extension not in KINDS:
        raise DomainError(
            _("Files of this kind are not taken here. Welcome: %(kinds)s.") % {"kinds": ", ".join(welcome)},
            field="file",
        )
    upload.seek(0, os.SEEK_END)
    size = upload.tell()
    upload.seek(0)
    if size == 0:
        raise DomainError(_("The file is empty."), field="file")
    if size > settings.UPLOAD_LIMIT_BYTES:
        raise DomainError(
            _("The file has %(size)s; at most %(most)s are taken.")
            % {"size": filesizeformat(size), "most": filesizeformat(settings.UPLOAD_LIMIT_BYTES)},
            field="file",
        )
    kind = KINDS[extension]
    try:
        kind.prove(upload)
    except DomainError as refusal:
        security_log.warning("upload_refused", user=getattr(owner, "pk", None), kind=extension)
        raise DomainError(refusal.message, field="file") from refusal
    _scan(upload, owner)
    content = _without_metadata(upload, kind.media_type) if kind.media_type in _PICTURES else upload.read()
    facts: dict[str, Any] = {"name": name, "owner": owner, "belongs_to": belongs_to}
    return _keep(content, media_type=kind.media_type, at=at, once=once, **facts)


def keep_result(
    content: bytes, *, name: str, owner: Any, at: datetime, belongs_to: models.Model | None = None
) -> StoredFile:
    """Keep a file that the software made itself. It does not count against the checks of uploads."""
    extension = PurePosixPath(name).suffix.lstrip(".").lower()
    return _keep(content, name=name, media_type=KINDS[extension].media_type, owner=owner, at=at, belongs_to=belongs_to)


def prove_moved(content: bytes, *, name: str, owner: Any) -> None:
    """Prove and scan a file that comes from another house. Takes time: call it outside of transactions."""
    kind = KINDS.get(PurePosixPath(tidy_name(name)).suffix.lstrip(".").lower())
    if kind is None or not content:
        raise not_what_it_says()
    upload = io.BytesIO(content)
    kind.prove(upload)
    _scan(upload, owner)


def keep_moved(
    content: bytes, *, name: str, owner: Any, at: datetime, belongs_to: models.Model, key: uuid.UUID | None = None
) -> StoredFile:
    """Keep a file that passed the checks in another house and ``prove_moved`` here, its bytes as they are.

    It counted against the space of whoever sent it there, so it is not refused for lack of it here.
    """
    name = tidy_name(name)
    kind = KINDS[PurePosixPath(name).suffix.lstrip(".").lower()]
    return _store(content, name=name, media_type=kind.media_type, owner=owner, at=at, belongs_to=belongs_to, key=key)


@transaction.atomic
def _keep(
    content: bytes, *, name: str, media_type: str, owner: Any, at: datetime, belongs_to: models.Model | None,
    once: bool = False,
) -> StoredFile:  # fmt: skip
    if owner is not None:
        # Two uploads at once must not both fit into the same rest of the quota, nor both be the first.
        get_user_model().objects.select_for_update().get(pk=owner.pk)
        if once and (twin := _twin(content, name=name, owner=owner, belongs_to=belongs_to)) is not None:
            return twin
        used = StoredFile.objects.filter(owner=owner).aggregate(used=Sum("size"))["used"] or 0
        if used + len(content) > settings.UPLOAD_QUOTA_BYTES:
            raise DomainError(
                _("Your space for files (%(most)s) is used up. Delete some, or ask an administrator for more.")
                % {"most": filesizeformat(settings.UPLOAD_QUOTA_BYTES)},
                field="file",
            )
    return _store(content, name=name, media_type=media_type, owner=owner, at=at, belongs_to=belongs_to)


def _twin(content: bytes, *, name: str, owner: Any, belongs_to: models.Model | None) -> StoredFile | None:
    """Return the same bytes by the same name that *owner* keeps with *belongs_to* already."""
    if belongs_to is None:
        return None
    there = {"content_type": ContentType.objects.get_for_model(belongs_to), "object_id": belongs_to.pk}
    sha256 = hashlib.sha256(content).hexdigest()
    return StoredFile.objects.filter(owner=owner, name=name, sha256=sha256, **there).order_by("pk").first()


def _store(
    content: bytes,
    *,
    name: str,
    media_type: str,
    owner: Any,
    at: datetime,
    belongs_to: models.Model | None,
    key: uuid.UUID | None = None,
) -> StoredFile:
    row = StoredFile(
        key=key or uuid.uuid4(),
        owner=owner,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=at,
        belongs_to=belongs_to,
    )
    row.content.save(name, ContentFile(content), save=False)
    row.save()
    return row


def tidy_name(name: str) -> str:
    """Return a file name to show: no folders, no control or direction marks, at most 120 characters."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    # Direction marks can make “gpj.exe” read “exe.jpg”; category C holds them and all control characters.
    name = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    name = re.sub(r'[<>:"|?*]', "_", name).strip(" .") or "file"
    stem, dot, extension = name.rpartition(".")
    return f"{stem[: 119 - len(extension)]}{dot}{extension}" if len(name) > 120 and len(extension) < 10 else name[:120]


def _scan(upload: IO[bytes], owner: Any) -> None:
    """Let the virus scanner of PROCSTD_SCAN_COMMAND look at the file, if there is one."""
    if not settings.UPLOAD_SCAN_COMMAND:
        return
    with tempfile.NamedTemporaryFile(prefix="procstd-scan-") as copy:
        copy.write(upload.read())
        copy.flush()
        upload.seek(0)
        try:
            verdict = subprocess.run(  # noqa: S603  (the command is the operator's own setting)
                [*shlex.split(settings.UPLOAD_SCAN_COMMAND), copy.name],
                capture_output=True,
                timeout=SCAN_SECONDS,
                check=False,
            ).returncode
        except (OSError, subprocess.TimeoutExpired) as error:
            security_log.error("upload_scan_failed", error=type(error).__name__)
            raise DomainError(
                _("The virus scanner does not answer, so nothing can be uploaded now. Try again later."), field="file"
            ) from error
    if verdict != 0:
        security_log.warning("upload_infected", user=getattr(owner, "pk", None))
        raise DomainError(_("The virus scanner objects to this file. It was not kept."), field="file")


def _without_metadata(upload: IO[bytes], media_type: str) -> bytes:
    """Return the picture drawn anew: place, camera and thumbnails are gone, it stands upright (I8)."""
    with _ONE_AT_A_TIME:
        try:
            return _drawn_anew(upload, media_type)
        except DomainError:
            raise
        except Exception as error:  # over a damaged picture Pillow raises nearly anything
            raise not_what_it_says() from error


def _drawn_anew(upload: IO[bytes], media_type: str) -> bytes:
    out = io.BytesIO()
    with Image.open(upload) as picture:
        # A phone's JPEG can hold a second picture behind the first: no animation, and not wanted.
        frame_count = min(getattr(picture, "n_frames", 1), MOST_FRAMES) if media_type != "image/jpeg" else 1
        if frame_count * picture.width * picture.height > MOST_PIXELS:
            raise DomainError(
                _("The animation has too many or too large pictures. Make it smaller, or send one picture of it."),
                field="file",
            )
        if frame_count > 1:
            frames = []
            for index in range(frame_count):
                picture.seek(index)
                frames.append(picture.convert("RGBA"))
            frames[0].save(out, _PICTURES[media_type], save_all=True, append_images=frames[1:], loop=0, duration=100)
        else:
            upright = ImageOps.exif_transpose(picture)
            clean = Image.new(upright.mode, upright.size)
            if upright.mode == "P" and (palette := upright.getpalette()):
                clean.putpalette(palette)
            clean.paste(upright)
            options: dict[str, Any] = {"quality": 90} if media_type != "image/png" else {}
            if "transparency" in upright.info and media_type in ("image/png", "image/gif"):
                options["transparency"] = upright.info["transparency"]
            clean.save(out, _PICTURES[media_type], **options)
    return out.getvalue()
