"""The broker of the embedded mode: each message arrives once and whole, whoever writes and reads meanwhile."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from kombu import Connection, Exchange, Producer, Queue

from procstd.celery import app

assert app  # the name of the transport is known by it

WRITER = """
import sys
from kombu import Connection, Exchange, Producer
from procstd.celery import app
folder, name, writer, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder + "-control"}
with Connection("folder://", transport_options=options) as connection:
    producer = Producer(connection, Exchange(name), routing_key=name)
    for number in range(count):
        producer.publish({"writer": writer, "number": number, "text": "x" * 300_000})
"""


@pytest.fixture
def queue(tmp_path: Path) -> Any:
    folder = tmp_path / "queue"
    folder.mkdir()
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": f"{folder}-control"}
    with Connection("folder://", transport_options=options) as connection:
        name = f"work{uuid4().hex}"  # a process remembers what it has bound, wherever the folder is
        work = Queue(name, Exchange(name), routing_key=name)
        work(connection.default_channel).declare()
        made = connection.SimpleQueue(work, no_ack=True)
        made.folder, made.name = folder, name
        yield made
        made.close()


def sender(queue: Any) -> Producer:
    return Producer(queue.channel, Exchange(queue.name), routing_key=queue.name)


def test_messages_of_several_writers_arrive_whole_and_each_writers_in_order(queue: Any) -> None:
    count = 60
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(queue.folder), queue.name, writer, str(count)])
        for writer in ("a", "b")
    ]
    found: dict[str, list[int]] = {"a": [], "b": []}
    until = time.monotonic() + 60
    while sum(map(len, found.values())) < 2 * count and time.monotonic() < until:
        try:
            body = queue.get_nowait().payload
        except queue.Empty:
            continue
        assert len(body["text"]) == 300_000
        found[body["writer"]].append(body["number"])

    assert [writer.wait(10) for writer in writers] == [0, 0]
    assert found == {"a": list(range(count)), "b": list(range(count))}
    assert list(queue.folder.iterdir()) == []


def test_what_cannot_be_read_is_passed_over_and_ends_nothing(queue: Any) -> None:
    (queue.folder / f"00_torn.{queue.name}.msg").write_text("")
    (queue.folder / f"01_torn.{queue.name}.msg").write_text('{"body": ')
    sender(queue).publish({"number": 1})

    assert queue.get(timeout=5).payload == {"number": 1}


def test_an_exchange_that_another_process_is_making_is_waited_for(queue: Any, tmp_path: Path) -> None:
    file = tmp_path / "queue-control" / f"{queue.name}.exchange"
    whole = file.read_text()
    file.write_text("")
    maker = subprocess.Popen(
        [sys.executable, "-c", "import sys, time; time.sleep(0.3); open(sys.argv[1], 'w').write(sys.argv[2])",
         str(file), whole]
    )  # fmt: skip

    sender(queue).publish({"number": 2})

    assert (maker.wait(10), queue.get(timeout=5).payload) == (0, {"number": 2})
