"""Private PostgreSQL and Redis servers for a test run, on free ports, gone afterwards.

Loaded by ``-p tests.servers`` before the settings are read. DATABASE_URL and REDIS_URL of the
environment are taken when given; PROCSTD_TEST_DATABASE=sqlite runs on the embedded default.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[Any], *, seconds: float = 20) -> None:
    """Wait until something listens on *port*; fail plainly when *process* ends before."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with code {process.returncode} instead of listening.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not listen on port {port} within {seconds} s.")


def postgres_binary(name: str) -> str:
    """Return the path of a PostgreSQL program; Debian keeps servers out of PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name) or (str(versions[0]) if versions else None)
    if found is None:
        sys.exit(f"PostgreSQL's {name} is missing: sudo apt-get install postgresql (or give DATABASE_URL).")
    return found


def start_postgres(folder: Path, *more: str) -> tuple[subprocess.Popen[Any], str]:
    """Start a PostgreSQL server with its data in *folder* and *more* arguments; return it and its URL."""
    data, port = folder / "postgres", free_port()
    data.mkdir()
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        for name in ("postgres", "nobody"):
            try:
                shutil.chown(data, name)
            except LookupError:
                continue
            as_user = {"user": name}
            break
        folder.chmod(0o755)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(
        [postgres_binary("initdb"), "-D", str(data), "-U", "procstd", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"],
        check=True,
        cwd="/",
        **quiet,
        **as_user,
    )
    process = subprocess.Popen(
        [
            postgres_binary("postgres"), "-D", str(data), "-p", str(port), "-k", str(data), "-h", "127.0.0.1",
            # Nothing here outlives the run: speed before durability.
            "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
            "-c", "max_connections=200", "-c", "max_locks_per_transaction=256", *more,
        ],
        cwd="/", **quiet, **as_user,
    )  # fmt: skip
    wait_for_port(port, process)
    return process, f"postgres://procstd@127.0.0.1:{port}/procstd"


def scratch_database(name: str, *, like: str = "template1") -> str:
    """Make a database of this *name* beside that of DATABASE_URL, empty or a copy; return its URL."""
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    with connected(f"{server}/postgres") as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    return f"{server}/{name}"


def connected(url: str, *, seconds: float = 20) -> psycopg.Connection[Any]:
    """Connect to a server that listens, but may still be starting up."""
    until = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def start_redis(folder: Path) -> tuple[subprocess.Popen[Any], str]:
    """Start a Redis server in *folder*; return it and its URL."""
    binary = shutil.which("redis-server")
    if binary is None:
        sys.exit("redis-server is missing: sudo apt-get install redis-server (or give REDIS_URL).")
    port = free_port()
    process = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    wait_for_port(port, process)
    return process, f"redis://127.0.0.1:{port}/0"


def stop(process: subprocess.Popen[Any], *, with_signal: int = signal.SIGTERM) -> None:
    """Stop *process*, gently at first."""
    if process.poll() is None:
        process.send_signal(with_signal)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def pytest_addoption() -> None:
    """Start what is needed; this hook is called before pytest-django reads the settings."""
    if "PYTEST_XDIST_WORKER" in os.environ or "PROCSTD_TEST_FOLDER" in os.environ:
        return  # a worker process: the controller has started everything
    folder = Path(tempfile.mkdtemp(prefix="procstd-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["PROCSTD_TEST_FOLDER"] = str(folder)
    os.environ["PROCSTD_VAR_DIR"] = str(folder / "var")
    os.environ.setdefault("PROCSTD_LOG_LEVEL", "WARNING")
    # Playwright's loop runs in the thread of the tests; Django would take that for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    for name in ("built", "static"):
        (folder / "var" / name).mkdir(parents=True)
    if os.environ.get("PROCSTD_TEST_DATABASE") == "sqlite":
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("REDIS_URL", None)
        return
    if "DATABASE_URL" not in os.environ:
        process, os.environ["DATABASE_URL"] = start_postgres(folder)
        atexit.register(stop, process, with_signal=signal.SIGINT)
    if "REDIS_URL" not in os.environ:
        process, os.environ["REDIS_URL"] = start_redis(folder)
        atexit.register(stop, process)
