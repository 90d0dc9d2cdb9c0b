"""What kinds of files come in, and how their first bytes prove it (I7)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image

from procstd.errors import DomainError
from procstd.ziplimits import names_in_honest_zip

#: A picture of more pixels than a 50-megapixel camera makes is refused before it is decoded.
MOST_PIXELS = 50_000_000


@dataclass(frozen=True)
class Kind:
    """A kind of file: its media type and the proof that a file is one. Raises DomainError if not."""

    media_type: str
    prove: Callable[[IO[bytes]], None]


def _starts_with(*starts: bytes) -> Callable[[IO[bytes]], None]:
    def prove(file: IO[bytes]) -> None:
        head = file.read(max(map(len, starts)))
        file.seek(0)
        if not head.startswith(starts):
            raise not_what_it_says()

    return prove


def _picture(pillow_format: str) -> Callable[[IO[bytes]], None]:
    def prove(file: IO[bytes]) -> None:
        try:
            with Image.open(file, formats=[pillow_format]) as picture:
                width, height = picture.size
        except Exception as error:  # over a damaged picture Pillow raises nearly anything
            raise not_what_it_says() from error
        finally:
            file.seek(0)
        if width * height > MOST_PIXELS:
            raise DomainError(
                _("The picture has %(width)d × %(height)d pixels, more than can be handled. Make it smaller.")
                % {"width": width, "height": height},
                field="file",
            )

    return prove


def _office(folder: str) -> Callable[[IO[bytes]], None]:
    def prove(file: IO[bytes]) -> None:
        _starts_with(b"PK\x03\x04")(file)
        names = names_in_honest_zip(file)
        if "[Content_Types].xml" not in names or not any(name.startswith(folder) for name in names):
            raise not_what_it_says()
        if any("vbaproject" in name.lower() for name in names):
            raise DomainError(_("The document contains macros. Save it without them."), field="file")

    return prove


def _project(file: IO[bytes]) -> None:
    """A whole project: what is in it is examined before it is imported; here only that it can be opened."""
    _starts_with(b"PK\x03\x04")(file)
    names_in_honest_zip(file)


def _text(file: IO[bytes]) -> None:
    raw = file.read()
    file.seek(0)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(character) == "Cc" and character not in "\t\r\n\f" for character in text):
            return
    raise not_what_it_says()


def not_what_it_says() -> DomainError:
    """The refusal of a file whose content belies its name."""
    return DomainError(
        _("The content of the file is not of the kind that its name says. Save it again in its own format."),
        field="file",
    )


_JPEG = Kind("image/jpeg", _picture("JPEG"))

KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", _starts_with(b"%PDF-")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": Kind("image/png", _picture("PNG")),
    "webp": Kind("image/webp", _picture("WEBP")),
    "gif": Kind("image/gif", _picture("GIF")),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _office("xl/")),
    "docx": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _office("word/")),
    "pptx": Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", _office("ppt/")),
    "txt": Kind("text/plain", _text),
    "csv": Kind("text/csv", _text),
    "gz": Kind("application/gzip", _starts_with(b"\x1f\x8b")),
    "procstd": Kind("application/vnd.procstd.project+zip", _project),
}
#: What is welcome wherever a place does not name its own kinds: all but projects and what is packed here.
EVERYDAY = frozenset(KINDS) - {"procstd", "gz"}
