"""What a variant differs in, for pages that know nothing of variants."""

from __future__ import annotations

from django import template

from processes.domain.texts import text_of
from processes.domain.variants.deltas import Delta, deltas_between
from processes.domain.variants.inheriting import inherited
from processes.models import Revision

register = template.Library()


@register.simple_tag
def variant_deltas(revision: Revision) -> list[Delta]:
    """Return every field in which a variant differs from the standard that it varies (F19)."""
    return deltas_between(inherited(revision), text_of(revision).data)
