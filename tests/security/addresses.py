"""Walk the URL conf."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.security.cast import World
from tests.security.matrix import Line


def every_pattern(resolver: Any = None, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Yield every pattern of the URL conf with its full name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from every_pattern(entry, namespaces + ((entry.namespace,) if entry.namespace else ()))
        else:
            yield ":".join((*namespaces, str(entry.name))), entry


def address_of(name: str, line: Line, world: World) -> str:
    """Return the address with the words of *world* in it."""
    words: dict[str, Any] = {}
    for argument, source in line.words.items():
        match source:
            case ("literal", text):
                words[argument] = text
            case (group, key):
                words[argument] = world.words[group][key]
            case key:
                words[argument] = world.words[key]
    return reverse(name, kwargs=words)
