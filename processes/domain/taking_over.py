"""Take over a released text that was signed in another house: it must run here as those released here do (F05)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from processes.domain.indexing import ensure_indexed
from processes.domain.parsing import parse
from processes.domain.releasing import MAKE_MANUALS, compile_all
from processes.models import Definition
from procstd.bilingual import filled
from procstd.errors import DomainError
from procstd.logs import log
from procstd.queueing import wake


def take_over(definition: Definition) -> None:
    """Read, compile and index a definition inside the caller's transaction. Refuses one that could not run."""
    try:
        standard = parse(definition.load())
        compile_all(definition, standard)
        ensure_indexed(definition)
    except Exception as error:  # a text of another house may break nearly anything on the way
        log.warning("definition_not_taken_over", error=type(error).__name__)
        raise DomainError(
            filled(_("Version %(number)s of the standard cannot run here."), number=definition.revision.number)
        ) from error
    wake(MAKE_MANUALS, definition.pk)
