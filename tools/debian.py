"""Debian packages that tests and a bare machine need: looked for, installed when we may, else named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from glob import glob

from tools.say import VENV, fail, quietly, step


@dataclass(frozen=True)
class Need:
    """Something a Debian package gives: how to see it is there, and what it is for."""

    package: str
    purpose: str
    there: Callable[[], bool]


#: Draws the same pages without a window, for half the processor time. Debian has it, Ubuntu does not.
HEADLESS = "chromium-headless-shell"


def chromium() -> str | None:
    """Return a Chromium or Chrome that is not Ubuntu's snap stub, the quickest there is."""
    own = glob(f"{VENV}/chromium/chromium-*/chrome-linux*/chrome")
    usual = [f"/usr/bin/{HEADLESS}", "/usr/bin/chromium", *own, "/usr/bin/google-chrome"]
    for path in [os.environ.get("CHROMIUM"), *usual]:
        if path and os.access(path, os.X_OK) and not _is_snap_stub(path):
            return path
    return None


def _is_snap_stub(path: str) -> bool:
    with open(path, "rb") as file:
        head = file.read(2048)
    return head.startswith(b"#!") and b"snap" in head and b"/snap/bin" in head


def _library(name: str) -> bool:
    return bool(glob(f"/usr/lib/*/{name}*") or glob(f"/lib/*/{name}*") or glob(f"/usr/lib64/{name}*"))


def _font(part: str) -> bool:
    return bool(glob(f"/usr/share/fonts/**/*{part}*", recursive=True))


TEST_NEEDS = (
    Need("postgresql", "the tests start a private PostgreSQL", lambda: bool(glob("/usr/lib/postgresql/*/bin/initdb"))),
    Need("redis-server", "the tests start a private Redis", lambda: shutil.which("redis-server") is not None),
    Need("gettext", "checks that all messages are collected", lambda: shutil.which("xgettext") is not None),
    Need("chromium", "the browser tests", lambda: chromium() is not None),
    Need("libatomic1", "Playwright's own Node.js", lambda: _library("libatomic.so.1")),
    Need("fonts-noto-cjk", "Chinese letters in screenshots", lambda: _font("CJK")),
)


#: What draws PDFs. Without it the app runs, and its PDF pages say what to install.
RUN_NEEDS = (
    Need("libpango-1.0-0", "PDF documents", lambda: _library("libpango-1.0.so.0")),
    Need("libpangoft2-1.0-0", "PDF documents", lambda: _library("libpangoft2-1.0.so.0")),
    Need("libharfbuzz-subset0", "PDF documents in Chinese, quickly", lambda: _library("libharfbuzz-subset.so.0")),
)


def may_install() -> list[str] | None:
    """Return the command prefix with which packages can be installed, or None."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def _known_to_apt(package: str) -> bool:
    """Tell whether *package* can be installed here; what is known is brought up to date first."""
    prefix = may_install()
    if prefix is None:
        return False
    subprocess.run([*prefix, "apt-get", "update", "-qq"], capture_output=True, check=False)
    plain = {**os.environ, "LC_ALL": "C", "LANGUAGE": ""}  # what it says is read, not shown
    known = subprocess.run(
        ["apt-cache", "policy", package], capture_output=True, text=True, check=False, env=plain
    ).stdout
    return "Candidate:" in known and "Candidate: (none)" not in known


def install(packages: list[str]) -> bool:
    """Install *packages* if we may; tell whether we did."""
    prefix = may_install()
    if prefix is None:
        return False
    with step(f"Debian packages: {', '.join(packages)}"):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        quietly([*prefix, "apt-get", "update", "-qq"], env=quiet)
        quietly([*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=quiet)
    return True


def ensure_for_run() -> None:
    """Have what PDFs need, or say in one line what would install it."""
    missing = [need.package for need in RUN_NEEDS if not need.there()]
    if missing and not install(missing):
        print(f"  For PDF documents: sudo apt-get install {' '.join(missing)}", flush=True)


def ensure_for_tests() -> None:
    """Have what the tests need, or end with the one line that installs it."""
    missing = [need for need in (*RUN_NEEDS, *TEST_NEEDS) if not need.there()]
    if not missing:
        return
    if chromium() is None and _known_to_apt(HEADLESS):
        missing = [Need(HEADLESS, need.purpose, need.there) if need.package == "chromium" else need for need in missing]
    install([need.package for need in missing])
    if chromium() is None:
        # Ubuntu's chromium package is a snap stub: Playwright may bring a browser of its own.
        print("  Chromium from Playwright …", flush=True)
        subprocess.run(
            [sys.executable if not VENV.exists() else f"{VENV}/bin/playwright", "install", "chromium"],
            env={**os.environ, "PLAYWRIGHT_BROWSERS_PATH": f"{VENV}/chromium"},
            check=False,
        )
    missing = [need for need in missing if not need.there()]
    if missing:
        names = " ".join(need.package for need in missing)
        why = "; ".join(f"{need.package}: {need.purpose}" for need in missing)
        fail(f"Missing for the tests: sudo apt-get install {names}\n  ({why})")
