"""Documents as PDF. What is drawn fetches nothing: only data: URLs and the fonts named here (I1)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import ImageFile

from procstd.errors import DomainError

#: Whole font files: sliced ones print wrong letters. The style sheet names them as ``font:regular``.
FONTS = {
    "font:regular": "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "font:bold": "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
}
_FACES = "".join(
    f"@font-face {{ font-family: 'Noto Sans SC'; font-weight: {weight}; src: url('{name}') }}"
    for name, weight in (("font:regular", 400), ("font:bold", 700))
)


class NotDrawable(DomainError):
    """This machine lacks what draws PDFs."""


def to_pdf(html: str, style: str) -> bytes:
    """Draw a whole page of *html* with the style sheet *style* as PDF.

    Raises NotDrawable, in words for people, where the libraries of WeasyPrint are missing.
    """
    weasyprint = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    fetcher = _fetcher()
    sheet = weasyprint.CSS(string=_FACES + style, font_config=fonts, url_fetcher=fetcher)
    document = weasyprint.HTML(string=html, url_fetcher=fetcher, base_url=None)
    return bytes(document.write_pdf(stylesheets=[sheet], font_config=fonts))


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
    """Return what WeasyPrint fetches with: data: URLs and our fonts, no file, no host, no redirect."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnAssets(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url in FONTS:
                path = Path(settings.NPM_ROOT) / FONTS[url]
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})
            if urlsplit(url).scheme != "data":
                raise ValueError("Documents fetch nothing from outside.")
            return super().fetch(url, headers)

    return OwnAssets(allowed_protocols=("data",), allow_redirects=False)
