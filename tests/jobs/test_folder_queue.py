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


READER = """
import sys, time
from kombu import Connection, Exchange, Queue
from procstd.celery import app
folder, name = sys.argv[1], sys.argv[2]
options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder + "-control"}
with Connection("folder://", transport_options=options) as connection:
    queue = connection.SimpleQueue(Queue(name, Exchange(name), routing_key=name), no_ack=True)
    until = time.monotonic() + 2
    while time.monotonic() < until:
        try:
            print(queue.get_nowait().payload["number"], flush=True)
            time.sleep(0.002)
        except queue.Empty:
            time.sleep(0.01)
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
    try:
        while sum(map(len, found.values())) < 2 * count and time.monotonic() < until:
            try:
                body = queue.get_nowait().payload
            except queue.Empty:
                time.sleep(0.001)
                continue
            assert len(body["text"]) == 300_000
            found[body["writer"]].append(body["number"])
        assert [writer.wait(10) for writer in writers] == [0, 0]
    finally:
        for writer in writers:
            writer.kill()

    assert found == {"a": list(range(count)), "b": list(range(count))}
    assert list(queue.folder.iterdir()) == []


def test_each_message_is_taken_by_one_of_several_readers(queue: Any) -> None:
    for number in range(200):
        sender(queue).publish({"number": number})
    command = [sys.executable, "-c", READER, str(queue.folder), queue.name]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _reader in range(3)]

    taken = [line for reader in readers for line in reader.communicate(timeout=60)[0].split()]

    assert sorted(map(int, taken)) == list(range(200))


@pytest.mark.parametrize("torn", ["", '{"body": ', "[1]", '{"body": "x"}'])
def test_what_is_no_message_is_passed_over_and_ends_nothing(queue: Any, torn: str) -> None:
    (queue.folder / f"00_torn.{queue.name}.msg").write_text(torn)
    sender(queue).publish({"number": 1})

    assert queue.get(timeout=5).payload == {"number": 1}
    assert list(queue.folder.iterdir()) == []


def test_a_torn_table_of_an_exchange_is_written_anew_by_whoever_binds_next(queue: Any, tmp_path: Path) -> None:
    file = tmp_path / "queue-control" / f"{queue.name}.exchange"
    whole = file.read_text()
    file.write_text("")

    assert queue.channel.get_table(queue.name) == []
    queue.channel._queue_bind(queue.name, queue.name, "", queue.name)
    queue.channel._queue_bind(queue.name, queue.name, "", queue.name)

    assert file.read_text() == whole
    queue.channel._delete(queue.name, queue.name, queue.name, "")
    assert queue.channel.get_table(queue.name) == []


def test_a_full_disk_leaves_nothing_behind_and_is_told_as_such(queue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any, **_facts: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(OSError, match="No space"):
        sender(queue).publish({"number": 1})
    assert list(queue.folder.iterdir()) == []
