"""Compile translations without the gettext programs: Babel reads .po and writes .mo."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_messages(locale_dir: Path) -> int:
    """Write every .mo that is missing or older than its .po; tell how many."""
    written = 0
    for source in sorted(locale_dir.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as po:
            catalog = read_po(po)
        aside = target.with_suffix(f".{os.getpid()}.new")  # two processes may do this at the same time
        with aside.open("wb") as mo:
            write_mo(mo, catalog)
        aside.replace(target)
        written += 1
    return written
