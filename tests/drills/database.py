"""The PostgreSQL of a drill: killed, started again, followed by a standby, and replaced by it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.servers import connected, free_port, postgres_binary, start_postgres, stop, wait_for_port

_QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Database:
    """A server of our own, with its data in *folder*."""

    def __init__(self, folder: Path, process: subprocess.Popen[Any], url: str) -> None:
        self.folder, self.process, self.url = folder, process, url

    @classmethod
    def start(cls, folder: Path) -> Database:
        """Start an empty server. It keeps when each transaction was committed: lateness is read from that."""
        process, url = start_postgres(folder, "-c", "track_commit_timestamp=on")
        return cls(folder / "postgres", process, url)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1].split("/")[0])

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the server something, from outside of every process of the drill."""
        with connected(self.url) as connection:
            found = connection.execute(query, values)  # type: ignore[arg-type]
            return found.fetchall() if found.description else []

    def kill(self) -> None:
        """Kill every process of the server at once, as a power cut does."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in [self.process.pid, *map(int, children)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()

    def kill_and_restart(self) -> None:
        """Kill it, then start it on the same data."""
        self.kill()
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        time.sleep(0.5)
        self._run(self.process.args)
        time.sleep(1)

    def stop(self) -> None:
        stop(self.process, with_signal=signal.SIGINT)

    def standby(self, name: str) -> Database:
        """Copy the server and let the copy follow it."""
        folder = self.folder.parent / name
        copy = [postgres_binary("pg_basebackup"), "-D", str(folder), "-h", "127.0.0.1", "-p", str(self.port),
                "-U", "procstd", "-R", "-X", "stream", "--checkpoint=fast", "--no-sync"]  # fmt: skip
        folder.mkdir(mode=0o700)
        if self._as_owner:
            shutil.chown(folder, self.folder.owner())
        subprocess.run(copy, check=True, cwd="/", **_QUIET, **self._as_owner)
        port = free_port()
        # What the old server was started with, but for its folder and its port.
        arguments = [str(part).replace(str(self.folder), str(folder)) for part in list(self.process.args)]
        arguments[arguments.index("-p") + 1] = str(port)
        made = Database(folder, self.process, self.url.replace(f":{self.port}/", f":{port}/"))
        made._run(arguments)
        self._wait("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")
        return made

    def be_synchronous(self) -> None:
        """Commit nothing that the standby does not have; that a role may set goes before the command line."""
        self.ask("ALTER ROLE procstd SET synchronous_commit = 'on'")
        self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.ask("SELECT pg_reload_conf()")
        self._wait("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")

    def promote(self) -> None:
        """Make a standby the primary."""
        command = [postgres_binary("pg_ctl"), "promote", "-D", str(self.folder), "-w"]
        subprocess.run(command, check=True, cwd="/", **_QUIET, **self._as_owner)
        self._wait("SELECT (NOT pg_is_in_recovery())::int")

    def stop_following(self) -> None:
        """Let a standby fall behind from now on, as one does behind a bad line."""
        self.ask("ALTER SYSTEM SET primary_conninfo = ''")
        self.ask("SELECT pg_reload_conf()")
        self._wait("SELECT (count(*) = 0)::int FROM pg_stat_wal_receiver")

    @property
    def _as_owner(self) -> dict[str, Any]:
        return {"user": self.folder.owner()} if os.geteuid() == 0 else {}

    def _run(self, arguments: Any) -> None:
        self.process = subprocess.Popen(arguments, cwd="/", **_QUIET, **self._as_owner)
        wait_for_port(self.port, self.process)

    def _wait(self, query: str, *, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.ask(query)[0][0]:
                return
            time.sleep(0.05)
        raise RuntimeError(f"Still not so after {seconds} s: {query}")
