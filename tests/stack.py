"""The real thing: web, worker and beat as processes on a scratch database, for browsers to visit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.demo_copy import copy_demo, prepare
from tests.servers import free_port, scratch_database

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


class Stack:
    """A running procstd with demo data. Stop it with ``stop()``; ``mails`` are files."""

    def __init__(self, name: str, **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"procstd-{name}-"))
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.mails = self.folder / "mails"
        self.log = self.folder / "log.txt"
        # Stacks beside each other, one per worker process of the tests, share servers but no data.
        worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        self.environment = {
            **os.environ,
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "DATABASE_URL": scratch_database(f"{name}_{worker}"),
            "REDIS_URL": f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{7 + worker % 8}",
            "PROCSTD_VAR_DIR": str(self.folder),
            "PUBLIC_URL": self.address,
            "PROCSTD_SWEEP_SECONDS": "1",
            "PYTHONWARNINGS": "ignore",
            **environment,
        }
        self.processes: list[subprocess.Popen[Any]] = []
        self._database = f"{name}_{worker}"

    def start(self, *, web_processes: int = 1) -> Stack:
        """Prepare the database and start the processes; return when pages are answered."""
        self._prepare()
        gunicorn = ["gunicorn", "procstd.wsgi", "--bind", f"127.0.0.1:{self.port}", "--no-control-socket"]
        self._start([*gunicorn, "--workers", str(web_processes), "--threads", "8", "--log-level", "warning"])
        self.start_worker()
        self._start(["celery", "--quiet", "-A", "procstd", "beat", "-l", "WARNING", "--pidfile="])
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):
                    return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"The stack does not answer:\n{self.log.read_text()[-3000:]}")

    def _prepare(self) -> None:
        if self.environment["DATABASE_URL"]:
            copy_demo(self._database, self.folder)
        else:
            prepare(**self.environment)

    def start_worker(self) -> subprocess.Popen[Any]:
        """Start a worker, one more or a new one."""
        self._start(["celery", "--quiet", "-A", "procstd", "worker", "--concurrency", "1", "-l", "WARNING"])
        return self.processes[-1]

    def stop(self) -> None:
        """End every process, and its children with it."""
        for process in self.processes:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()

    def _start(self, command: list[str]) -> None:
        with self.log.open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [BIN / command[0], *command[1:]],
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )
