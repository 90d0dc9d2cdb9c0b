"""Words of a review."""

from __future__ import annotations

from typing import Any

from django import template

from processes.domain.reviewing import QUESTIONS
from processes.models import Decision

register = template.Library()


@register.filter
def answered(decision: Decision) -> list[tuple[Any, bool, str]]:
    """Return each question with what was answered."""
    given = decision.answers
    return [(text, given[key]["yes"], given[key]["text"]) for key, text in QUESTIONS.items() if key in given]
