"""Look at a zip archive's directory before anything unpacks it (I5)."""

from __future__ import annotations

import zipfile
from typing import IO

from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError

MOST_ENTRIES = 2_000
MOST_UNPACKED_BYTES = 100 * 1024 * 1024
MOST_RATIO = 100
#: Below this size a high ratio is ordinary: empty sheets compress very well.
RATIO_COUNTS_FROM_BYTES = 10 * 1024 * 1024
#: Documents are packed so. Other methods are unpacked whole, whatever size the directory claims.
_HONEST_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PIECE_BYTES = 256 * 1024


def names_in_honest_zip(file: IO[bytes]) -> list[str]:
    """Return the names in the archive, or refuse one that is broken or would unpack to too much.

    Reads the directory first: a bomb of any size is refused without unpacking a byte. What the directory says
    of an honest size is proven then, piece by piece, as readers unpack a part whole whatever size is claimed.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _refuse_dishonest(entries)
            if any(_is_larger_than_claimed(archive, entry) for entry in entries):
                raise _too_much()
            return [entry.filename for entry in entries]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DomainError(_("The file is damaged: it cannot be opened. Save it again and try once more.")) from error
    finally:
        file.seek(0)


def _refuse_dishonest(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if (
        len(entries) > MOST_ENTRIES
        or unpacked > MOST_UNPACKED_BYTES
        or (unpacked > RATIO_COUNTS_FROM_BYTES and unpacked / packed > MOST_RATIO)
    ):
        raise _too_much()
    if any(entry.compress_type not in _HONEST_METHODS for entry in entries):
        raise DomainError(_("The file is packed in a way that documents are not, so it is not opened."))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise DomainError(_("The file is protected by a password. Remove the password and try once more."))


def _is_larger_than_claimed(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Tell whether more comes out of an entry than its size says. Little more is unpacked, a piece at a time."""
    claimed = entry.file_size
    # With more to expect, the reader does not stop where the claim ends.
    entry.file_size = claimed + 2 * _PIECE_BYTES
    found = 0
    try:
        with archive.open(entry) as part:
            while found <= claimed and (piece := part.read(_PIECE_BYTES)):
                found += len(piece)
    except Exception:  # over damaged bytes zipfile and zlib raise nearly anything; whoever reads the part says so
        return False
    return found > claimed


def _too_much() -> DomainError:
    return DomainError(_("The file unpacks to far more than a document of its kind holds, so it is not opened."))
