"""The broker of the embedded mode: kombu's folder of messages, in which every file appears whole.

kombu gives a file its name first and writes it then. A worker that looks between the two takes an empty file for a
message and ends, and all that runs beside it ends too. Here files are written aside and renamed, messages and tables
of exchanges alike; and a message is taken by renaming it in its folder, so that one worker of several has it.
"""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps, loads

from procstd.logs import log

Row = filesystem.exchange_queue_t
Table = list[Any]


def _write_whole(file: Path, content: Any) -> None:
    part = file.with_name(f".{uuid.uuid4().hex}.part")
    try:
        part.write_text(dumps(content), encoding="utf-8")
        part.replace(file)
    except OSError:  # procstd/queueing.py goes on without the broker
        part.unlink(missing_ok=True)
        raise


def _read(file: Path) -> Any:
    """Return what a file holds; None of one that is torn, as kombu or a full disk may have left it."""
    try:
        return loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return None


class Channel(filesystem.Channel):
    """A channel whose files appear whole; what cannot be read ends nothing."""

    def _put(self, queue: Any, payload: Any, **kwargs: Any) -> Any:  # type: ignore[override]  # as kombu's own does
        # Names sort by the moment, also after a restart of the machine.
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f".{name}.taken"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:  # another worker has it
                continue
            message = _read(taken)
            taken.unlink()
            if isinstance(message, dict) and {"body", "properties"} <= message.keys():
                return message
            log.error("message_unreadable", queue=queue)
        raise Empty

    def get_table(self, exchange: str) -> Table:
        """Return the queues bound to an exchange. A torn table is none: whoever binds next writes it anew."""
        try:
            return [Row(*row) for row in _read(self._exchange_file(exchange)) or ()]
        except FileNotFoundError:
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = Row(routing_key or "", pattern or "", queue or "")
        self._rewrite(exchange, lambda table: table if row in table else [row, *table])

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any) -> None:
        virtual.Channel._delete(self, queue, exchange, routing_key, pattern, *args, **kwargs)
        row = Row(routing_key or "", pattern or "", queue or "")
        self._rewrite(exchange, lambda table: [known for known in table if known != row])

    def _rewrite(self, exchange: str, change: Callable[[Table], Table]) -> None:
        self.control_folder.mkdir(exist_ok=True)
        with (self.control_folder / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _write_whole(self._exchange_file(exchange), change(self.get_table(exchange)))


class Transport(filesystem.Transport):
    """The transport of ``folder://`` (procstd/celery.py)."""

    Channel = Channel
