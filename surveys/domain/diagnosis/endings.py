"""Say how a pain point ended: solved by what, or rejected because of what (F08)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from surveys.models import Element, Ending, Pain


def ending_words(pain: Pain) -> str:
    """Return the ending of a pain point in a sentence; what is open says so."""
    if pain.ending == Ending.REJECTED:
        return _("rejected because: %(reason)s") % {"reason": pain.ending_text}
    if pain.ending == Ending.SOLVED:
        how = _("solved by %(what)s") % {"what": solution(pain)}
        return f"{how}{_(': ')}{pain.ending_text}" if pain.ending_text else how
    return _("open")


def solution(pain: Pain) -> Any:
    """Name the element or the step that solves a pain point."""
    return named_solution(pain.solved_by)


def named_solution(code: str) -> Any:
    """Name what a code as ``element:7`` or ``step:s4`` stands for."""
    kind, _colon, key = code.partition(":")
    if kind == "element":
        return _("element %(number)s, %(name)s") % {"number": key, "name": Element(int(key)).label}
    return _("step %(key)s of the standard") % {"key": key.removeprefix("s")}
