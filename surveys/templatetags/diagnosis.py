"""Figures of a diagnosis in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

from surveys.domain.diagnosis.pareto_svg import plain
from surveys.domain.diagnosis.spans import say_span

register = template.Library()


@register.filter
def span(minutes: int | None) -> str:
    """Say working minutes as people do: 2 d 4 h."""
    return say_span(minutes)


@register.filter
def plain_figure(value: Decimal) -> str:
    """Write a figure without idle zeros."""
    return plain(Decimal(value))


@register.filter
def whole(value: Any) -> str:
    """Return the whole part of a place, for an address; nothing where it is none."""
    try:
        return str(int(Decimal(str(value))))
    except (ArithmeticError, ValueError):
        return ""
