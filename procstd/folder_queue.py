"""The broker of the embedded mode: kombu's folder of messages, in which every message appears whole.

kombu gives a message's file its name first and writes it then. A worker that looks between the two takes an empty
file for a message and ends, and with it all that runs beside it. The same holds of the file of an exchange.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

from procstd.logs import log

T = TypeVar("T")
#: An exchange's file is empty for microseconds while another process makes it; so often it is read again.
_PATIENCE = 40


def _patiently(read: Callable[[], T]) -> T:
    for _try in range(_PATIENCE):
        try:
            return read()
        except ValueError:
            time.sleep(0.05)
    return read()


class Channel(filesystem.Channel):
    """A channel whose messages are written aside and renamed; what cannot be read ends nothing."""

    def _put(self, queue: Any, payload: Any, **kwargs: Any) -> Any:  # type: ignore[override]  # as kombu's own does
        # Names sort by the moment, also after a restart of the machine.
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}"
        part = Path(self.data_folder_out) / f".{name}.part"
        try:
            part.write_text(dumps(payload), encoding="utf-8")
            part.replace(part.with_name(f"{name}.{queue}.msg"))
        except OSError as error:
            raise ChannelError(f"Cannot add a message to {self.data_folder_out}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        while True:
            try:
                return super()._get(queue)
            except ValueError:  # torn by a full disk, or not ours; it is out of the queue already
                log.error("message_unreadable", queue=queue)

    def get_table(self, exchange: str) -> Any:
        return _patiently(lambda: super(Channel, self).get_table(exchange))

    def _queue_bind(self, *names: Any) -> None:
        _patiently(lambda: super(Channel, self)._queue_bind(*names))


class Transport(filesystem.Transport):
    """The transport of ``folder://`` (procstd/celery.py)."""

    Channel = Channel
