"""Starters: a first draft of each usual process (H1.1), so that nobody starts from a blank page.

A seventeenth is one more call of :func:`processes.starters.build.starter` in the list of its category.
"""

from __future__ import annotations

from processes.starters import approval, business, management, support
from processes.starters.build import Starter

#: All starters by key, in the order of H1.1.
STARTERS: dict[str, Starter] = {
    row.key: row for module in (approval, business, management, support) for row in module.STARTERS
}
