"""The flow classes of all released definitions, each made when it is first asked for (PEP 562).

Viewflow stores a flow as an import path and resolves it by getattr: this module answers.
"""

from __future__ import annotations

import re

from cases.engine import compiler

_NAME = re.compile(r"F[0-9a-f]{32}")


def __getattr__(name: str) -> type[compiler.StandardFlow]:
    if not _NAME.fullmatch(name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return compiler.load(name)
