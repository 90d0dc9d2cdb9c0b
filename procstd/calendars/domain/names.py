"""Names of days: a plan has them as the notice does, in Chinese; readers of English read English."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_KNOWN: dict[str, str | Promise] = {
    "元旦": _("New Year’s Day"),
    "春节": _("Spring Festival"),
    "清明": _("Tomb-Sweeping Day"),
    "劳动节": _("Labour Day"),
    "端午": _("Dragon Boat Festival"),
    "中秋": _("Mid-Autumn Festival"),
    "国庆节": _("National Day"),
}


def spoken(name: str) -> str:
    """Return the name of a day in the reader's language, where it is one that everybody has."""
    return str(_KNOWN.get(name, name))
