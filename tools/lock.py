"""`make lock`: resolve requirements/*.in and package.json anew; `--check`: tell whether the locks are fresh.

A lock starts with the hash of what it was made from, so freshness needs no network. No lock names a host.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

from tools import setup
from tools.say import ROOT, VENV, fail, plain_sentences, quietly, step

REQUIREMENTS = ROOT / "requirements"
NAMES = ("run", "test", "node")
_MARK = "# made from "


def _source_hash(name: str) -> str:
    return setup.digest([REQUIREMENTS / f"{name}.in"])


def lock() -> None:
    """Write every lock anew."""
    for name in NAMES:
        with step(f"requirements/{name}.txt"):
            target = REQUIREMENTS / f"{name}.txt"
            quietly(
                [VENV / "bin/uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes",
                 "--no-emit-index-url", "--no-header", "--no-annotate", "--upgrade", REQUIREMENTS / f"{name}.in",
                 "-o", target]
            )  # fmt: skip
            target.write_text(f"{_MARK}{_source_hash(name)}\n{target.read_text()}")
    npm = shutil.which("npm")
    if npm:
        with step("package-lock.json"):
            quietly([npm, "update", "--silent", "--package-lock-only"])


def check() -> None:
    """Fail when a lock is older than its source or names a host."""
    for name in NAMES:
        first = (REQUIREMENTS / f"{name}.txt").read_text().splitlines()[0]
        if first != f"{_MARK}{_source_hash(name)}":
            fail(f"requirements/{name}.txt is not made from requirements/{name}.in: run `make lock`.")
    asked = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"][""]
    if asked["dependencies"] != locked.get("dependencies"):
        fail("package-lock.json is not made from package.json: run `make lock`.")
    for path in [*REQUIREMENTS.glob("*.txt"), ROOT / "package-lock.json", ROOT / ".npmrc"]:
        if "http" in path.read_text().replace("https://opencollective.com", "").replace("https://github.com", ""):
            hosts = [line for line in path.read_text().splitlines() if '"resolved"' in line or "--index" in line]
            if hosts:
                fail(f"{path.name} names a host: {hosts[0].strip()}")


if __name__ == "__main__":
    with plain_sentences():
        setup.ensure(tests=True)
        if "--check" in sys.argv:
            check()
        else:
            lock()
            subprocess.run([sys.executable, "-m", "tools.lock", "--check"], cwd=ROOT, check=True)
