"""`make check`: what a reviewer should not have to look for. No database, no browser."""

from __future__ import annotations

import concurrent.futures
import os
import subprocess
import sys
import time

from tools import setup
from tools.say import PYTHON, ROOT, VENV, plain_sentences

BIN = VENV / "bin"
CHECKS: dict[str, list[str]] = {
    "ruff": [f"{BIN}/ruff", "check", "."],
    "format": [f"{BIN}/ruff", "format", "--check", "."],
    "types": [f"{BIN}/mypy"],
    "imports": [f"{BIN}/lint-imports", "--no-cache"],
    "templates": [f"{BIN}/djlint", "templates", "--lint", "--quiet"],
    "django": [str(PYTHON), "manage.py", "check", "--fail-level", "WARNING"],
    "migrations": [str(PYTHON), "manage.py", "makemigrations", "--check", "--dry-run"],
    "locks": [str(PYTHON), "-m", "tools.lock", "--check"],
    "messages": [str(PYTHON), "-m", "tools.messages", "--check"],
    "vulnerabilities": [str(PYTHON), "-m", "tools.audit"],
    "words": [str(PYTHON), "-m", "tools.words"],
}


def main() -> None:
    setup.ensure(tests=True)
    environment = {**os.environ, "PROCSTD_LOG_LEVEL": "ERROR"}
    # Statics and icons must stand before Django's own checks look for them.
    subprocess.run([PYTHON, "manage.py", "prepare", "--no-database"], cwd=ROOT, env=environment, check=True)

    def run(name: str) -> tuple[str, float, subprocess.CompletedProcess[str]]:
        start = time.monotonic()
        done = subprocess.run(
            CHECKS[name], cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace", check=False
        )
        return name, time.monotonic() - start, done

    failed = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for name, seconds, done in pool.map(run, CHECKS):
            print(f"  {name} … {'✗' if done.returncode else '✓'} {seconds:.0f} s", flush=True)
            if done.returncode:
                failed.append(name)
                print((done.stdout + done.stderr).strip()[-6000:], flush=True)
    if failed:
        print(f"\n✗ Failed: {', '.join(failed)}")
        sys.exit(1)
    print("  Every check passed.")


if __name__ == "__main__":
    with plain_sentences():
        main()
