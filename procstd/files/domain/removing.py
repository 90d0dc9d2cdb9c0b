"""Remove files: rows in the transaction, bytes after its commit."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from procstd.files.models import StoredFile


@transaction.atomic
def remove_file(file: StoredFile) -> None:
    """Remove a file. Its bytes go when the transaction has committed: a rollback keeps both."""
    storage, name = file.content.storage, str(file.content.name)
    file.delete()
    transaction.on_commit(partial(storage.delete, name))


def remove_unused_before(moment: datetime) -> int:
    """Remove files that belong to nothing and were made before *moment*; tell how many."""
    unused = list(StoredFile.objects.filter(content_type=None, created_at__lt=moment)[:500])
    for file in unused:
        remove_file(file)
    return len(unused)
