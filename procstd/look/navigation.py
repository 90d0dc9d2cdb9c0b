"""Navigation by role: each room names its entries in its AppConfig; nothing imports a room."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise

from procstd.access import may_call


@dataclass(frozen=True)
class Entry:
    """A line of the navigation: label, URL name, icon and whom it is for; whose pages it stands for, by namespace."""

    label: str | Promise
    url_name: str
    icon: str
    allowed: AbstractSet[str]
    covers: str = ""


def entries_for(user: Any) -> list[tuple[Any, list[Entry]]]:
    """Return the entries that *user* may call, by room, in the order of the rooms' ``floor``."""
    groups = []
    for config in sorted(apps.get_app_configs(), key=lambda config: getattr(config, "floor", 999)):
        mine = [entry for entry in getattr(config, "navigation", ()) if may_call(user, frozenset(entry.allowed))]
        if mine:
            groups.append((config, mine))
    return groups


def home_panels() -> list[str]:
    """Return the URL names of all panels that rooms serve for the home page, in the order of the rooms."""
    configs = sorted(apps.get_app_configs(), key=lambda config: getattr(config, "floor", 999))
    return [name for config in configs for name in getattr(config, "home_panels", ())]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The context processor: what the frame of every page needs."""
    user: Any = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    match = request.resolver_match
    theme = user.theme if signed_in else request.COOKIES.get(settings.THEME_COOKIE_NAME, "auto")
    return {
        "theme": theme if theme in ("auto", "light", "dark") else "auto",
        "languages": settings.LANGUAGES,
        "view_name": match.view_name if match else "",
        "room": match.namespace if match else "",
        "navigation_groups": entries_for(user) if signed_in else [],
    }
