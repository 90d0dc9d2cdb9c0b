"""What must be mended before a standard can be released, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """Something that must be mended. *place* is a page of the editor, as ``step:s3``.

    *field* is what is wrong there: an input, as ``title_en`` or ``fields-2-help_zh``, or a table of rows, as ``posts``.
    """

    place: str
    message: Any
    field: str = ""
