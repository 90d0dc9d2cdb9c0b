"""`make drill-fresh`: both commands on a clean checkout with an empty home and no venv, timed.

Package caches of this machine stay in reach, as the promise is for a warm cache; nothing else does.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tools.say import ROOT, fail, plain_sentences

#: The promises, in seconds.
RUNNING_WITHIN, TESTED_WITHIN = 120, 480


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="procstd-fresh-"))
    try:
        _drill(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _drill(folder: Path) -> None:
    clone, home = folder / "procstd", folder / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("PROCSTD_", "VIRTUAL_ENV"))},
        "HOME": str(home),
        "PIP_CACHE_DIR": _cache(["python3", "-m", "pip", "cache", "dir"], ".cache/pip"),
        "npm_config_cache": _cache(["npm", "config", "get", "cache"], ".npm"),
        "PORT": "8765",
    }
    start = time.monotonic()
    first = _run_until_it_answers(clone, environment)
    second = _run_until_it_answers(clone, environment)
    print(f"  make run, first time: {first:.0f} s; second time: {second:.0f} s", flush=True)
    tests = time.monotonic()
    done = subprocess.run(["make", "test"], cwd=clone, env=environment, stdin=subprocess.DEVNULL, check=False)
    tested = time.monotonic() - tests
    print(f"  make test: {tested:.0f} s; everything: {time.monotonic() - start:.0f} s", flush=True)
    if done.returncode:
        fail("make test failed in the clean checkout.")
    if first > RUNNING_WITHIN or tested > TESTED_WITHIN:
        fail(f"Too slow: running within {RUNNING_WITHIN} s and tested within {TESTED_WITHIN} s is promised.")


def _cache(command: list[str], default: str) -> str:
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip().splitlines()
    return said[-1] if said else str(Path.home() / default)


def _run_until_it_answers(clone: Path, environment: dict[str, str]) -> float:
    """Start `make run`, wait for a page, press Ctrl-C, and return the seconds until the page."""
    start = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"], cwd=clone, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    )
    address = f"http://127.0.0.1:{environment['PORT']}/sign-in/"
    while True:
        if process.poll() is not None:
            fail(f"make run ended with code {process.returncode}.")
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    break
        except OSError:
            time.sleep(0.2)
        if time.monotonic() - start > 600:
            os.killpg(process.pid, signal.SIGKILL)
            fail("make run did not answer within ten minutes.")
    seconds = time.monotonic() - start
    os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C does
    process.wait(timeout=30)
    return seconds


if __name__ == "__main__":
    with plain_sentences():
        main()
    sys.exit(0)
