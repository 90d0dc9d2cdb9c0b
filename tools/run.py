"""`make run`: set up, prepare, and start web, worker and beat under one process runner."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from tools import setup
from tools.say import PYTHON, ROOT, VENV, fail, plain_sentences, quietly, step

#: Less free space than this ends in trouble within the hour.
LEAST_FREE_BYTES = 300 * 1024 * 1024


def main() -> None:
    host, port = os.environ.get("HOST", "127.0.0.1"), _port()
    _refuse_taken(host, port)
    var = ROOT / os.environ.get("PROCSTD_VAR_DIR", "var")
    _refuse_unusable(var)
    setup.ensure()
    environment = {
        "HOST": host,
        "PORT": str(port),
        "PUBLIC_URL": os.environ.get("PUBLIC_URL", f"http://127.0.0.1:{port}"),
        "PATH": f"{VENV}/bin:{os.environ.get('PATH', '')}",
    }
    os.environ.update(environment)
    with step("Database, messages, icons, statics, demo"):
        quietly([PYTHON, "manage.py", "prepare", "--demo"], env={"PROCSTD_LOG_LEVEL": "WARNING"})
    sys.exit(_serve(f"http://127.0.0.1:{port}"))


def _port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        fail(f"PORT is a number from 1 to 65535, not {text!r}.")
    return int(text)


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            fail(f"Port {port} is for the administrator of this machine only. Choose another: PORT=8001 make run")
        except OSError:
            fail(f"Port {port} is taken by another program. Choose another: PORT={port + 1} make run")


def _refuse_unusable(var: Path) -> None:
    var.mkdir(parents=True, exist_ok=True)
    probe = var / ".writable"
    probe.write_text("")
    probe.unlink()
    if shutil.disk_usage(var).free < LEAST_FREE_BYTES:
        fail(f"The disk is nearly full: less than {LEAST_FREE_BYTES // 1024**2} MB are free at {var}. Make room first.")


def _serve(address: str) -> int:
    """Run the processes of the Procfile until one ends or Ctrl-C; then stop all."""
    runner = subprocess.Popen([VENV / "bin/honcho", "--no-prefix", "start"], cwd=ROOT, start_new_session=True)
    asked_to_stop = threading.Event()

    def stop(*_: object) -> None:
        asked_to_stop.set()
        if runner.poll() is None:
            runner.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while runner.poll() is None and not asked_to_stop.is_set():
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310  (our own address)
                break
        except OSError:
            time.sleep(0.2)
    if runner.poll() is None and not asked_to_stop.is_set():
        print(f"\n  procstd runs at {address}\n", flush=True)
        subprocess.run([PYTHON, "manage.py", "demo", "--accounts"], cwd=ROOT, check=False)
        print("\n  Ctrl-C stops it.\n", flush=True)
    code = runner.wait()
    # Whatever the runner left behind in its session goes too.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(runner.pid, signal.SIGKILL)
    if asked_to_stop.is_set():
        print("Stopped.")
        return 0
    return code


if __name__ == "__main__":
    with plain_sentences():
        main()
