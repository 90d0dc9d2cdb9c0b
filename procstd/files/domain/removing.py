"""Remove files: rows in the transaction, bytes after its commit."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from procstd.files.models import StoredFile


@transaction.atomic
def remove_file(file: StoredFile) -> None:
    """Remove a file. Its bytes go when the transaction has committed: a rollback keeps both."""
    storage, name = file.content.storage, str(file.content.name)
    file.delete()
    transaction.on_commit(partial(storage.delete, name))


def remove_bytes_without_row(moment: datetime) -> int:
    """Remove bytes on disk that no row names and that are older than *moment*; tell how many.

    A process killed between writing the bytes and committing the row leaves such.
    """
    root = Path(settings.MEDIA_ROOT)
    removed = 0
    for folder in sorted(root.glob("??")):
        old = [file for file in folder.iterdir() if file.stat().st_mtime < moment.timestamp()]
        names = {f"{folder.name}/{file.name}" for file in old}
        known = set(StoredFile.objects.filter(content__in=names).values_list("content", flat=True))
        for name in names - known:
            (root / name).unlink(missing_ok=True)
            removed += 1
    return removed


def remove_unused_before(moment: datetime) -> int:
    """Remove files that belong to nothing and were made before *moment*; tell how many."""
    unused = list(StoredFile.objects.filter(content_type=None, created_at__lt=moment)[:500])
    for file in unused:
        remove_file(file)
    return len(unused)
