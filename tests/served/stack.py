"""A served stack of real processes on a scratch database: to kill, freeze and unplug."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import psycopg
import redis
from psycopg.conninfo import make_conninfo

from procstd.environment import VARIABLES
from tests.demo_copy import copy_demo
from tests.servers import free_port, wait_for_port

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "procstd.example.com"
T = TypeVar("T")


def bare_environment() -> dict[str, str]:
    """Return the environment without what this test run has set for itself."""
    own = {*VARIABLES, "DJANGO_ALLOW_ASYNC_UNSAFE", "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in own}


def eventually(look: Callable[[], T], *, seconds: float = 20, told: Callable[[], str] = str) -> T:
    """Return what *look* returns once it is true; fail after *seconds* with what *told* says."""
    until = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < until, f"Not within {seconds} s. {told()}"
        time.sleep(0.05)
    return seen


@dataclass
class Answer:
    """What a web process answered."""

    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Browser:
    """A person behind the reverse proxy that ends HTTPS. Its cookies go to whichever process answers."""

    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, port: int, path: str) -> Answer:
        return self._ask(port, "GET", path)

    def post(self, port: int, path: str, **fields: str) -> Answer:
        fields["csrfmiddlewaretoken"] = self.cookies["__Host-csrf"]
        return self._ask(port, "POST", path, urlencode(fields))

    def sign_in(self, port: int, username: str, password: str) -> Answer:
        self.get(port, "/sign-in/")
        return self.post(port, "/sign-in/", username=username, password=password)

    def _ask(self, port: int, method: str, path: str, body: str | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", port, timeout=15)
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.7",
            "Origin": f"https://{HOST}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response: HTTPResponse = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
        return answer


class Stack:
    """Two web processes, two workers, two beats; a database and a Redis of its own."""

    def __init__(self, folder: Path, *, database_url: str, stale_seconds: int, sweep_seconds: int) -> None:
        self.folder = folder
        self._server = make_conninfo(database_url, dbname="postgres")
        self._name = f"procstd_served_{uuid.uuid4().hex[:8]}"
        self._processes: dict[str, subprocess.Popen[Any]] = {}
        self.redis_port = free_port()
        self.ports = [free_port(), free_port()]
        self.environment = bare_environment() | {
            "PROCSTD_MODE": "served",
            "SECRET_KEY": uuid.uuid4().hex * 2,
            "DATABASE_URL": re.sub(r"/[^/]*$", f"/{self._name}", database_url),
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "PUBLIC_URL": f"https://{HOST}",
            "TRUSTED_PROXIES": "1",
            "PROCSTD_VAR_DIR": str(folder / "var"),
            "PROCSTD_JOB_STALE_SECONDS": str(stale_seconds),
            "PROCSTD_SWEEP_SECONDS": str(sweep_seconds),
            "PROCSTD_LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "ignore",  # a container's root is not this machine's
        }

    # --- start and stop ----------------------------------------------------------------------

    def prepare(self) -> None:
        """Make the database, with the demo in it."""
        copy_demo(self._name, self.folder / "var")

    def start_all(self) -> None:
        """Start whatever does not run."""
        self.start_redis()
        for number in (0, 1):
            self.start_web(number)
            self.start_worker(number)
            self.start_beat(number)
        for number, port in enumerate(self.ports):
            wait_for_port(port, self._processes[f"web-{number}"])

    def start_redis(self) -> None:
        self._start(
            "redis",
            ["redis-server", "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder],
        )
        wait_for_port(self.redis_port, self._processes["redis"])

    def start_web(self, number: int) -> None:
        options = ["--workers=1", "--threads=4", "--worker-class=gthread", "--no-control-socket", "--log-level=warning"]
        bind = f"--bind=127.0.0.1:{self.ports[number]}"
        self._start(f"web-{number}", [sys.executable, "-m", "gunicorn", "procstd.wsgi", bind, *options])

    def start_worker(self, number: int) -> None:
        options = ["--concurrency=1", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]
        name = f"--hostname=celery@{self._name}-{number}"
        self._start(f"worker-{number}", [*self._celery, "worker", name, *options])

    def start_beat(self, number: int) -> None:
        schedule = f"--schedule={self.folder}/beat-schedule-{number}"
        self._start(f"beat-{number}", [*self._celery, "beat", "--loglevel=WARNING", "--pidfile=", schedule])

    @property
    def _celery(self) -> list[str]:
        return [sys.executable, "-m", "celery", "--quiet", "--app=procstd"]

    def _start(self, name: str, command: list[Any]) -> None:
        running = self._processes.get(name)
        if running is not None and running.poll() is None:
            return
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def send(self, name: str, what: signal.Signals) -> None:
        """Send a signal to a process and all its children."""
        os.killpg(self._processes[name].pid, what)

    def stop(self, *names: str, what: signal.Signals = signal.SIGTERM) -> None:
        """Stop processes and wait until they are gone; what does not go within 15 seconds is killed."""
        for name in names:
            if self._processes[name].poll() is None:
                # Celery's children follow their parent's orders; a signal to them as well confuses the warm end.
                self.send(name, what) if what == signal.SIGKILL else self._processes[name].send_signal(what)
        for name in names:
            try:
                self._processes[name].wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.send(name, signal.SIGKILL)
                self._processes[name].wait()

    def remove(self) -> None:
        """Kill everything and drop the database."""
        for process in self._processes.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()
        with psycopg.connect(self._server, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    # --- look --------------------------------------------------------------------------------

    def database(self) -> psycopg.Connection[Any]:
        return psycopg.connect(make_conninfo(self._server, dbname=self._name))

    def rows(self, query: str, *values: Any) -> list[Any]:
        with self.database() as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[call-overload, no-any-return]

    def jobs(self, numbers: list[int]) -> list[tuple[str, int, int]]:
        """Return state, attempts and number of result files of each job."""
        return self.rows(
            """SELECT state, attempts,
                      (SELECT count(*) FROM files_storedfile file JOIN django_content_type type
                         ON type.id = file.content_type_id AND (type.app_label, type.model) = ('jobs', 'job')
                       WHERE file.object_id = job.id)
               FROM jobs_job job WHERE id = ANY(%s) ORDER BY id""",
            numbers,
        )

    def redis(self) -> redis.Redis:
        return redis.Redis(port=self.redis_port)

    def run(self, command: list[str], **environment: str) -> int:
        """Run a command as a container's health check would; return its exit code."""
        path = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        return subprocess.run(
            command, cwd="/", env=self.environment | path | environment, capture_output=True, check=False, timeout=30
        ).returncode

    def logs(self) -> str:
        """Return the ends of all logs, for the message of a failure."""
        return "\n".join(f"== {log.name}\n{log.read_text()[-1500:]}" for log in sorted(self.folder.glob("*.log")))

    def worker_name(self, number: int) -> str:
        return f"{self._name}-{number}"
