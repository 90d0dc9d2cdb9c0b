"""Statics straight out of node_modules: a white list per package, no bundler, no copies (stack)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import utils
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

PREFIX = "vendor"


class NpmFinder(BaseFinder):
    """Finds ``vendor/<package>/<file>`` for the files that NPM_ASSETS names, and nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.root = Path(settings.NPM_ROOT)
        self.storage = FileSystemStorage(location=self.root)
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Fail early and plainly when a file of the white list is missing."""
        return [
            Error(f"{package}/{pattern} is missing in node_modules.", hint="Run `make setup`.", id="npm.E001")
            for package, patterns in settings.NPM_ASSETS.items()
            for pattern in patterns
            if not any((self.root / package).glob(pattern))
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        relative = path.removeprefix(f"{PREFIX}/")
        if relative != path and ".." not in Path(path).parts and self._listed(relative):
            found = self.root / relative
            if found.is_file():
                return [str(found)] if find_all else str(found)
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for package, patterns in settings.NPM_ASSETS.items():
            for pattern in patterns:
                for file in sorted((self.root / package).glob(pattern)):
                    relative = file.relative_to(self.root).as_posix()
                    if not utils.matches_patterns(relative, list(ignore_patterns or [])):
                        yield relative, self.storage

    def _listed(self, relative: str) -> bool:
        return any(
            relative.startswith(f"{package}/") and fnmatch(relative.removeprefix(f"{package}/"), pattern)
            for package, patterns in settings.NPM_ASSETS.items()
            for pattern in patterns
        )


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; does not insist on source maps, which packages mention but do not ship."""

    patterns = tuple(
        (
            extension,
            tuple(
                pattern
                for pattern in patterns
                if "sourceMappingURL" not in (pattern if isinstance(pattern, str) else pattern[0])
            ),
        )
        for extension, patterns in CompressedManifestStaticFilesStorage.patterns
    )
