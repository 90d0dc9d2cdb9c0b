"""A drawing as PNG, for Word documents and slides, by the same font files as PDFs."""

from __future__ import annotations

from pathlib import Path

import resvg_py
from django.conf import settings

from processes.domain.chart.drawn import Layout
from processes.domain.chart.svg import svg
from procstd.documents import FONTS

#: No picture is larger than so many pixels, however long the chart.
MOST_PIXELS = 40_000_000


def png(layout: Layout, *, zoom: float = 2.0) -> bytes:
    """Return the chart as a PNG on white, *zoom* pixels to a pixel of the SVG, or fewer where it is very large."""
    return raster(str(svg(layout)), layout.width, layout.height, zoom=zoom)


def raster(drawing: str, width: float, height: float, *, zoom: float = 2.0) -> bytes:
    """Return an SVG of that size as a PNG on white."""
    zoom = min(zoom, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    files = [str(Path(settings.NPM_ROOT) / name) for name in FONTS.values()]
    drawn: bytes = resvg_py.svg_to_bytes(
        svg_string=drawing, background="#ffffff", zoom=zoom, skip_system_fonts=True, font_files=files,
        font_family="Noto Sans SC",
    )  # fmt: skip
    return drawn
