"""The standard that a revision says, released or not."""

from __future__ import annotations

from processes.domain.definition import build
from processes.domain.parsing import parse
from processes.domain.standard import Standard
from processes.models import Definition, Revision


def standard_of_revision(revision: Revision) -> tuple[Standard, Definition | None]:
    """Return what *revision* says: the released bytes, or the draft as it stands.

    Raises DefinitionBroken when the released bytes were altered.
    """
    definition = getattr(revision, "definition", None)
    return parse(definition.load() if definition else build(revision)), definition
