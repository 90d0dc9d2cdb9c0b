"""Acts on the catalogue of processes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from processes.models import Process
from procstd import history
from procstd.errors import DomainError

#: Words that stand in addresses where a code would.
_RESERVED = frozenset({"add", "pack", "panels", "starters", "state"})


@transaction.atomic
def add_process(*, by: Any, reason: str, **facts: Any) -> Process:
    """Add a process to the catalogue. Refuses a code that is taken."""
    if facts["code"] in _RESERVED:
        raise DomainError(_("Choose another code."), field="code")
    if Process.objects.filter(code=facts["code"]).exists():
        raise DomainError(_("This code is taken."), field="code")
    return history.save(Process(**facts), by=by, reason=reason)


@transaction.atomic
def change_process(process: Process, *, by: Any, reason: str, seen: int | None = None, **facts: Any) -> Process:
    """Change what the catalogue says of a process. Its standards keep what they said when released."""
    process = Process.objects.select_for_update().get(pk=process.pk)
    history.refuse_if_changed_since(process, seen)
    for name, value in facts.items():
        setattr(process, name, value)
    return history.save(process, by=by, reason=reason)
