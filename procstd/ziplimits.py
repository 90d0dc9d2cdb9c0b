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


def names_in_honest_zip(file: IO[bytes]) -> list[str]:
    """Return the names in the archive, or refuse one that is broken or would unpack to too much.

    Reads the directory only: a bomb of any size is refused without unpacking a byte.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DomainError(_("The file is damaged: it cannot be opened. Save it again and try once more.")) from error
    finally:
        file.seek(0)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if (
        len(entries) > MOST_ENTRIES
        or unpacked > MOST_UNPACKED_BYTES
        or (unpacked > RATIO_COUNTS_FROM_BYTES and unpacked / packed > MOST_RATIO)
    ):
        raise DomainError(_("The file unpacks to far more than a document of its kind holds, so it is not opened."))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise DomainError(_("The file is protected by a password. Remove the password and try once more."))
    return [entry.filename for entry in entries]
