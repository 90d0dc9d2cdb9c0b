"""Template tags of the design system; built in, so that no page has to load them."""

from __future__ import annotations

import math
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import get_script_prefix, resolve, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from procstd.access import allowed_on, may_call
from procstd.logs import log
from procstd.look.icons import ICONS

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon; with a *label* it speaks, else it is decoration."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"The icon {name!r} is not in procstd/look/icons.py.")
    return _drawn(name, str(label), static("look/icons.svg"))


@lru_cache(maxsize=512)
def _drawn(name: str, label: str, url: str) -> SafeString:
    """Return the markup of an icon; a page has dozens of them, always the same."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', label, url, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', url, name)


@register.simple_tag(takes_context=True)
def panel(context: dict[str, Any], url_name: str, *words: Any) -> SafeString:
    """Show a panel that a room serves under *url_name* (and *words* of its address): nothing for those it is not for.

    A lower room shows a higher one by name, without importing it. A panel that breaks leaves a
    line in its place and the page alive.
    """
    request: HttpRequest = context["request"]
    view, args, kwargs = resolve(reverse(url_name, args=words))
    if not may_call(request.user, allowed_on(view)):
        return SafeString("")
    try:
        response = view(request, *args, **kwargs)
    except (Http404, PermissionDenied):
        return SafeString("")
    except Exception:  # any fault of one room must not take the home page from everybody
        log.exception("panel_failed", panel=url_name)
        return mark_safe(render_to_string("components/panel_failed.html"))  # noqa: S308  (our own template)
    return mark_safe(response.content.decode())  # noqa: S308  (rendered and escaped by the panel's own view)


@register.simple_tag(takes_context=True)
def sidebar(context: dict[str, Any]) -> SafeString:
    """Show the navigation. The same roles see the same one on the same page, so it is drawn once for them."""
    groups = context["navigation_groups"]
    is_staff = bool(getattr(context.get("user"), "is_staff", False))
    entries = tuple(entry.url_name for _config, found in groups for entry in found)
    key = (get_language(), context["view_name"], context["room"], is_staff, entries, get_script_prefix())
    if key not in _sidebars:
        if len(_sidebars) >= _SIDEBARS_MOST:
            _sidebars.clear()
        shown = {name: context[name] for name in ("navigation_groups", "view_name", "room")}
        # No request: nothing of this person or this page may get into what others see.
        _sidebars[key] = render_to_string("components/sidebar.html", {**shown, "is_staff": is_staff})
    return _sidebars[key]


_SIDEBARS_MOST = 1_000
_sidebars: dict[tuple[Any, ...], SafeString] = {}


@register.filter
def in_words(span: timedelta) -> str:
    """Say a span of time in its two largest units, as “2 h 5 min”; negative spans lose their sign."""
    seconds = abs(math.floor(span.total_seconds()))
    if seconds < 60:
        return _("less than a minute")
    minutes, hours, days = seconds // 60 % 60, seconds // 3600 % 24, seconds // 86400
    if days:
        day_words = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
        return f"{day_words} {_('%(hours)d h') % {'hours': hours}}" if hours else day_words
    if hours:
        hour_words = _("%(hours)d h") % {"hours": hours}
        return f"{hour_words} {_('%(minutes)d min') % {'minutes': minutes}}" if minutes else hour_words
    return _("%(minutes)d min") % {"minutes": minutes}


@register.filter
def in_hours(span: timedelta | int) -> str:
    """Say working time, as “36 h 30 min”: never in days, since a day of work has no 24 hours."""
    seconds = abs(math.floor(span.total_seconds() if isinstance(span, timedelta) else span))
    if 0 < seconds < 60:
        return _("less than a minute")
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    hour_words = _("%(hours)d h") % {"hours": hours}
    return f"{hour_words} {_('%(minutes)d min') % {'minutes': minutes}}" if minutes else hour_words


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], key: str, value: Any) -> str:
    """Return the query string of this page with *key* set to *value*."""
    changed = context["request"].GET.copy()
    changed[key] = str(value)
    return "?" + changed.urlencode()


@register.filter
def page_numbers(paginator: Paginator[Any], number: int) -> list[int | None]:
    """Return the page numbers that a pager shows around *number*; None is a gap."""
    shown = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [None if page == paginator.ELLIPSIS else int(page) for page in shown]


# The first mark found decides: Edge calls itself Chrome too, Android calls itself Linux too.
_BROWSERS = {
    "Edg/": "Edge", "MicroMessenger": "WeChat", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux",
}  # fmt: skip


@register.filter
def device_name(user_agent: str) -> str:
    """Say a browser's self-description in two words, as “Chrome · Windows”; unknown ones in their own."""
    names = [next((name for mark, name in marks.items() if mark in user_agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in names if name) or user_agent[:40]


# In what a limit is counted, to how people say it.
_LIMITS = {
    "working_minutes": lambda n: ngettext("%(n)d working minute", "%(n)d working minutes", n),
    "working_hours": lambda n: ngettext("%(n)d working hour", "%(n)d working hours", n),
    "working_days": lambda n: ngettext("%(n)d working day", "%(n)d working days", n),
    "minutes": lambda n: ngettext("%(n)d minute, around the clock", "%(n)d minutes, around the clock", n),
    "hours": lambda n: ngettext("%(n)d hour, around the clock", "%(n)d hours, around the clock", n),
    "days": lambda n: ngettext("%(n)d calendar day", "%(n)d calendar days", n),
}


@register.simple_tag
def limit_words(limit: Any) -> str:
    """Say a time limit (anything with ``amount`` and ``unit``) and its kind, as “30 working minutes”.

    0 is at once: around the clock, in the working time that follows (R5), or on the same working day (R4).
    """
    if limit is None:
        return "–"
    if limit.amount == 0:
        return {
            "working_minutes": _("at once, in working time"),
            "working_hours": _("at once, in working time"),
            "working_days": _("on the same working day"),
        }.get(limit.unit, _("at once"))
    return _LIMITS[limit.unit](limit.amount) % {"n": limit.amount}
