"""`make test`: every test. First on PostgreSQL and Redis with a browser, then on the embedded default."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tools import debian, setup
from tools.say import PYTHON, ROOT, plain_sentences


def main() -> None:
    start = time.monotonic()
    setup.ensure(tests=True)
    environment = {**os.environ, "CHROMIUM": debian.chromium() or ""}
    workers = str(max(2, os.cpu_count() or 2))
    chosen = sys.argv[1:]
    codes = []
    for title, extra_environment, extra in (
        ("PostgreSQL, Redis, browser", {}, []),
        (
            "SQLite, the embedded default",
            {"PROCSTD_TEST_DATABASE": "sqlite"},
            ["-m", "not browser and not served and not pure"],
        ),
    ):
        print(f"\n  Tests: {title}", flush=True)
        command = [PYTHON, "-m", "pytest", "-n", workers, *extra, *chosen]
        codes.append(
            subprocess.run(command, cwd=ROOT, env={**environment, **extra_environment}, check=False).returncode
        )
    print(f"\n  All tests took {time.monotonic() - start:.0f} s.", flush=True)
    sys.exit(next((code for code in codes if code), 0))


if __name__ == "__main__":
    with plain_sentences():
        main()
