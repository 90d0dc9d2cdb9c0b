"""What the page of a manual is drawn from; another page shows it by including templates/processes/manual_body.html."""

from __future__ import annotations

from typing import Any

from processes.domain.standard import Standard
from processes.manuals.blocks import Manual
from processes.manuals.content import manual_of
from processes.manuals.drawing import Read
from processes.manuals.facts import facts_for_strangers, facts_of_starter
from processes.models import Category, Release


def page_of(found: Read, choice: str) -> dict[str, Any]:
    """Return the context for manual_body.html and manual/contents.html."""
    return shown(found.manual(choice), found.standard)


def page_of_starter(standard: Standard, category: Category, choice: str, at: Any) -> dict[str, Any]:
    """Return the same for a starter, which is no draft of anybody yet: without approvals and changes."""
    return shown(manual_of(standard, facts_of_starter(category), choice=choice, at=at), standard)


def page_for_strangers(standard: Standard, release: Release, choice: str, at: Any) -> dict[str, Any]:
    """Return the same for people outside, without anybody's name: no approvals, no change record."""
    return shown(manual_of(standard, facts_for_strangers(release), choice=choice, at=at), standard)


def shown(manual: Manual, standard: Standard) -> dict[str, Any]:
    """Return what the templates of a manual take."""
    return {"manual": manual, "standard": standard, "on_paper": False}
