"""What every page must be: sound to axe, and as wide as its window."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: Only what is found is written down, not what is in order: that takes as long as looking.
EVERY_RULE = {"resultTypes": ["violations"]}


def serious(page: Page, options: dict[str, Any] = EVERY_RULE) -> list[str]:
    """Return what axe finds serious on the page that a click has led to, once it is there."""
    page.wait_for_load_state()
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url} {row['id']}: {row['nodes'][0]['target']} ({len(row['nodes'])})"
        for row in found
        if row["impact"] in ("serious", "critical")
    ]


def looks_right(page: Page) -> None:
    """Fail unless axe finds nothing serious and the page fits its window."""
    assert serious(page) == []
    assert no_sideways_scroll(page), page.url


def no_sideways_scroll(page: Page) -> bool:
    """Tell whether the page fits its window's width."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
