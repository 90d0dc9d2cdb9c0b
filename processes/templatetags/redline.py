"""Words of a redline: texts piece by piece, kinds of change by name, how an old version stands."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from processes.domain.redline.change import Change, Kind
from processes.domain.redline.pieces import Piece, pieces
from processes.domain.validity import validity_of
from processes.models import Revision

register = template.Library()

_KINDS = {
    Kind.ADDED: _("added"), Kind.REMOVED: _("removed"), Kind.MOVED: _("moved elsewhere"), Kind.CHANGED: _("changed"),
}  # fmt: skip


@register.filter
def kind_words(change: Change) -> Any:
    """Name what happened."""
    return _KINDS[change.kind]


@register.filter
def word_by_word(change: Change) -> list[Piece]:
    """Return the text before and after in pieces, in the reader's language."""
    return pieces(str(change.old or ""), str(change.new or ""))


@register.inclusion_tag("processes/validity_band.html")
def validity_band(revision: Revision) -> dict[str, Any]:
    """Say above an old version since when it is obsolete, and what is in force now (F30)."""
    return {"revision": revision, "process": revision.process, "validity": validity_of(revision, timezone.now())}
