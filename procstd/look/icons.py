"""The icons in use. A sprite of exactly these is built from @tabler/icons at set-up."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

# fmt: off
ICONS = (
    "alert-triangle", "arrow-back-up", "arrow-down", "arrow-forward-up", "arrow-up", "bell", "book-2", "bulb",
    "calculator", "calendar", "calendar-plus", "camera", "check", "circle-check", "clipboard-check", "clipboard-list",
    "clock", "clock-exclamation", "clock-pause", "copy", "device-desktop", "download", "edit", "external-link",
    "file-spreadsheet", "file-text", "files", "flag", "grip-vertical", "help-circle", "hierarchy", "history", "home",
    "id-badge-2", "inbox", "info-circle", "key", "keyboard", "language", "layout-sidebar-right", "list-check",
    "list-details", "lock", "logout", "mail", "menu-2", "message-report", "moon", "palette", "player-play",
    "player-stop", "plus", "printer", "progress", "refresh", "robot", "rocket", "school", "search", "send",
    "shield-lock", "sitemap", "star", "stopwatch", "sun", "switch-horizontal", "trash", "upload", "user", "user-check",
    "user-off", "user-plus", "users", "world-share", "writing", "x",
)
# fmt: on

_OUTER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def build_sprite() -> Path:
    """Write the sprite into the data folder and return its path. Raises FileNotFoundError for an unknown icon."""
    source = Path(settings.NPM_ROOT) / "@tabler/icons/icons/outline"
    symbols = []
    for name in sorted(ICONS):
        drawing = _OUTER.search((source / f"{name}.svg").read_text())
        if drawing is None:
            raise ValueError(f"The icon {name} is not an SVG picture.")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawing[1].strip()}</symbol>')
    sprite = Path(settings.VAR_DIR) / "built/icons.svg"
    sprite.parent.mkdir(parents=True, exist_ok=True)
    text = f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'
    if not sprite.exists() or sprite.read_text() != text:
        sprite.write_text(text)
    return sprite
