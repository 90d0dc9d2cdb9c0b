"""Documents as PDF. What is drawn fetches nothing: there are only data: URLs and the fonts named here (I1)."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import ImageFile

from procstd.apart import TooMuch, apart
from procstd.bilingual import filled
from procstd.errors import DomainError
from procstd.pdf_finishing import write_once

#: Whole font files: sliced ones print wrong letters. Style sheets name their family, Noto Sans SC.
FONTS = {
    "font:regular": "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "font:bold": "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
}

#: What no document may contain, and what turns the direction of the text around it.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
#: Text between two tags, and sixty letters without a place where a line may break.
_TEXT = re.compile(r">[^<]+<")
_LONG_WORD = re.compile(r"[^\s<>&;\u2e80-\uffff]{60}")


class NotDrawable(DomainError):
    """This machine lacks what draws PDFs, or cannot draw this one."""


class TooLong(NotDrawable):
    """A document takes more pages, time or memory than one may."""

    def __init__(self, message: Any = None) -> None:
        words = _(
            "This document is too long to be made: at most %(pages)d pages, %(seconds)d seconds. Divide what it shows."
        )
        super().__init__(message or filled(words, pages=settings.PDF_PAGES, seconds=settings.PDF_SECONDS))


def bounded(work: Callable[[], bytes]) -> bytes:
    """Return the document that *work* makes, in a process that may take so much and no more.

    Raises TooLong, or NotDrawable when the machine is too busy to tell.
    """
    try:
        return apart(work, seconds=settings.PDF_SECONDS)
    except TooMuch as refusal:
        if refusal.by_clock:
            raise NotDrawable(_("This machine is too busy now to make the document. Try again later.")) from None
        raise TooLong from None


def cleaned(text: str) -> str:
    """Return *text* without control characters and marks that turn its direction: no document may have them."""
    return _CONTROLS.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def breakable(html: str) -> str:
    """Return a page whose long words may break: without a place for it, time grows with the square of their length."""
    return _TEXT.sub(lambda text: _LONG_WORD.sub("\\g<0>\u200b", text[0]), html)


def ready(look: str = "") -> Any:
    """Load what draws documents and read the style sheet *look*: copies of this process then need not, each anew.

    Raises NotDrawable where the libraries of WeasyPrint are missing.
    """
    weasyprint = _weasyprint()
    _sheet(look)
    _kept_fonts()
    return weasyprint


def to_pdf(html: str, style: str, *, look: str = "", **options: Any) -> bytes:
    """Draw a whole page of *html* with the style sheet *style* as PDF; *options* are WeasyPrint's, as ARCHIVAL.

    *look* is a style sheet that comes first and is the same for all documents of a kind: it is read once.
    Raises NotDrawable, in words for people, where the libraries of WeasyPrint are missing, and where it is too long.
    """
    weasyprint = ready(look)
    return bounded(lambda: _drawn(weasyprint, html, (look, style), **options))


def _drawn(weasyprint: Any, html: str, styles: tuple[str, str], *, finisher: Any = None, **options: Any) -> bytes:
    def finished(document: Any, pdf: Any) -> None:
        if finisher:
            finisher(document, pdf)
        write_once(pdf)

    look, style = styles
    with _no_collection():
        fetcher = _fetcher()
        fonts = _fonts()
        own = weasyprint.CSS(string=style, font_config=fonts, url_fetcher=fetcher)
        page = weasyprint.HTML(string=breakable(cleaned(html)), url_fetcher=fetcher, base_url=None)
        document = page.render(font_config=fonts, stylesheets=[_sheet(look), own], **options)
        if len(document.pages) > settings.PDF_PAGES:
            raise TooMuch
        return bytes(document.write_pdf(finisher=finished, **options))


@lru_cache(maxsize=16)
def _sheet(look: str) -> Any:
    return _weasyprint().CSS(string=look, url_fetcher=_fetcher())


def _fonts() -> Any:
    """Return what documents are set in: the machine's fonts and FONTS, from their own files.

    ``@font-face`` would copy each of them, 20 MB, into a folder of /tmp that a process which ends at once leaves there.
    """
    from weasyprint.text.ffi import ffi, fontconfig, pangoft2
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    for name in FONTS.values():
        path = Path(settings.NPM_ROOT) / name
        if not fontconfig.FcConfigAppFontAddFile(fonts._config, os.fsencode(path)):
            raise FileNotFoundError(path)
    pangoft2.pango_fc_font_map_config_changed(ffi.cast("PangoFcFontMap *", fonts.font_map))
    return fonts


@cache
def _kept_fonts() -> Any:
    """Keep one that nothing is drawn with: while it lives, what is known of the machine's fonts stays in memory."""
    return _fonts()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let the collector rest, a fifth faster: of the millions of objects of a drawing none is garbage meanwhile."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _weasyprint() -> Any:
    try:
        import weasyprint

        # On import WeasyPrint lets Pillow take pictures that are cut off, in the whole process: uploads must not.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    except OSError as error:
        raise NotDrawable(
            _("This machine cannot draw PDFs. Its administrator installs: %(packages)s.")
            % {"packages": "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"}
        ) from error
    return weasyprint


@cache
def _fetcher() -> Any:
    """Return what WeasyPrint fetches with: data: URLs, no file, no host, no redirect."""
    from weasyprint.urls import URLFetcher

    class OwnAssets(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if urlsplit(url).scheme != "data":
                raise ValueError("Documents fetch nothing from outside.")
            return super().fetch(url, headers)

    return OwnAssets(allowed_protocols=("data",), allow_redirects=False)
