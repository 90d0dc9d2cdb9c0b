"""Two web processes, two workers and two beats on one database: nothing is lost, nothing happens twice.

The processes are real and so are their ends: kill -9, a flushed Redis, no Redis at all (W7, W8, O4).
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator

import pytest
from celery import Celery

from procstd.organisation.demo import PASSWORD
from tests.served.stack import Browser, Stack, eventually
from tests.served.test_compose import SERVICES, health_check_of_the_image

pytestmark = [
    pytest.mark.served,
    pytest.mark.skipif(
        os.environ.get("PROCSTD_TEST_DATABASE") == "sqlite",
        reason="The served stack needs PostgreSQL and Redis; this run is on SQLite.",
    ),
]

ADMINISTRATOR = "fang.ning"
STALE_SECONDS = 3
#: Wake-ups that take a worker many sweeps to work through.
PILE = 3000
DONE_ONCE = ("done", 1, 1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(
        tmp_path_factory.mktemp("served"),
        database_url=os.environ["DATABASE_URL"],
        stale_seconds=STALE_SECONDS,
        sweep_seconds=1,
    )
    try:
        stack.prepare()
        stack.start_all()
        yield stack
    finally:
        stack.remove()


@pytest.fixture
def stack(whole: Stack) -> Stack:
    """The stack with every process up and well, whatever the test before did to it."""
    whole.start_all()
    for port in whole.ports:
        eventually(lambda port=port: health(port)["status"] == "ok", told=whole.logs)  # type: ignore[misc]
    return whole


@pytest.fixture(scope="module")
def signed_in_browser(whole: Stack) -> Browser:
    browser = Browser()
    assert browser.sign_in(whole.ports[0], ADMINISTRATOR, PASSWORD).status == 302
    return browser


def health(port: int) -> dict[str, str]:
    answer = Browser().get(port, "/healthz")
    assert answer.status == 200
    return dict(json.loads(answer.body))


def start_export(browser: Browser, port: int) -> int:
    """Ask for an Excel file of all people; return the number of the job."""
    answer = browser.post(port, "/sheets/people/export/")
    assert answer.status == 302, answer.text
    return int(answer.headers["Location"].strip("/").split("/")[-1])


def all_done(stack: Stack, jobs: list[int]) -> bool:
    return {state for state, *_ in stack.jobs(jobs)} == {"done"}


def test_both_web_processes_are_well(stack: Stack) -> None:
    assert [health(port) for port in stack.ports] == 2 * [
        {"status": "ok", "database": "ok", "broker": "ok", "sweeps": "ok"}
    ]


def test_the_health_checks_of_the_containers_pass_here_too(stack: Stack) -> None:
    web = health_check_of_the_image()
    worker = SERVICES["worker"]["healthcheck"]["test"][1].replace("$$", "$")
    beat = SERVICES["beat"]["healthcheck"]["test"][1:]

    assert stack.run([part.replace(":8000", f":{stack.ports[0]}") for part in web]) == 0
    assert stack.run(["sh", "-c", worker], HOSTNAME=stack.worker_name(0)) == 0
    assert stack.run(["sh", "-c", worker], HOSTNAME="nobody") != 0
    assert stack.run([part.replace("/tmp/", f"{stack.folder}/") for part in beat]) == 0
    assert stack.run([part.replace("/tmp/", f"{stack.folder}/none/") for part in beat]) != 0


def test_who_signs_in_on_one_process_is_signed_in_on_the_other(stack: Stack) -> None:
    browser = Browser()
    before = [browser.get(port, "/account/").status for port in stack.ports]

    answer = browser.sign_in(stack.ports[0], ADMINISTRATOR, PASSWORD)

    assert before == [302, 302]
    assert answer.status == 302
    assert [browser.get(port, "/account/").status for port in stack.ports] == [200, 200]
    for line in answer.headers.get_all("Set-Cookie"):
        assert line.startswith("__Host-")
        assert "Secure" in line
        assert "HttpOnly" in line


def test_a_job_is_done_once_and_its_file_is_had_from_either_process(stack: Stack, signed_in_browser: Browser) -> None:
    job = start_export(signed_in_browser, stack.ports[0])

    eventually(lambda: all_done(stack, [job]), told=stack.logs)

    assert stack.jobs([job]) == [DONE_ONCE]
    [(file,)] = stack.rows("SELECT result->>'file' FROM jobs_job WHERE id = %s", job)
    downloads = [signed_in_browser.get(port, f"/files/{file}/") for port in stack.ports]
    assert [download.status for download in downloads] == [200, 200]
    assert {download.body[:4] for download in downloads} == {b"PK\x03\x04"}


def test_twenty_jobs_are_each_done_once_by_two_workers_under_two_beats(
    stack: Stack, signed_in_browser: Browser
) -> None:
    jobs = [start_export(signed_in_browser, stack.ports[number % 2]) for number in range(20)]

    eventually(lambda: all_done(stack, jobs), told=stack.logs)

    assert stack.jobs(jobs) == 20 * [DONE_ONCE]


def test_a_job_whose_worker_is_killed_is_taken_up_by_the_other(stack: Stack, signed_in_browser: Browser) -> None:
    # The other worker is frozen, so that we know whom to kill; the lock holds the job in its middle.
    stack.send("worker-1", signal.SIGSTOP)
    with stack.database() as lock:
        lock.execute("LOCK TABLE files_storedfile IN SHARE MODE")
        job = start_export(signed_in_browser, stack.ports[0])
        eventually(lambda: stack.jobs([job]) == [("running", 1, 0)], told=stack.logs)
        stack.stop("worker-0", what=signal.SIGKILL)
    stack.send("worker-1", signal.SIGCONT)

    eventually(lambda: all_done(stack, [job]), told=stack.logs)

    # Of the first attempt nothing is left.
    assert stack.jobs([job]) == [("done", 2, 1)]


def test_jobs_whose_messages_are_lost_are_done_all_the_same(stack: Stack, signed_in_browser: Browser) -> None:
    stack.stop("worker-0", "worker-1")
    jobs = [start_export(signed_in_browser, stack.ports[number % 2]) for number in range(4)]
    messages = stack.redis().llen("celery")
    stack.redis().flushall()

    stack.start_all()
    eventually(lambda: all_done(stack, jobs), told=stack.logs)

    assert messages >= len(jobs)
    assert stack.jobs(jobs) == 4 * [DONE_ONCE]


def test_sweeps_do_not_wait_behind_a_pile_of_wake_ups(stack: Stack) -> None:
    """Clocks fire while a thousand jobs wait: a sweep is never behind what is not due."""
    stack.stop("worker-0", "worker-1")
    sender = Celery(broker=f"redis://127.0.0.1:{stack.redis_port}/0")
    for _each in range(PILE):
        sender.send_task("procstd.jobs.sweeps.run_job", [0])
    stopped = stack.rows("SELECT max(swept_at) FROM health_beat WHERE name = 'clocks'")

    stack.start_all()
    eventually(
        lambda: stack.rows("SELECT max(swept_at) FROM health_beat WHERE name = 'clocks'") > stopped, told=stack.logs
    )

    assert int(stack.redis().llen("celery")) > PILE // 10  # type: ignore[arg-type]
    stack.redis().delete("celery")


def test_people_go_on_working_without_redis_and_jobs_wait_for_it(stack: Stack, signed_in_browser: Browser) -> None:
    stack.stop("redis")

    jobs = [start_export(signed_in_browser, port) for port in stack.ports]

    for port, job in zip(stack.ports, jobs, strict=True):
        assert health(port)["status"] == "degraded"
        assert health(port)["broker"] == "down"
        assert signed_in_browser.get(port, "/people/").status == 200
        assert signed_in_browser.get(port, f"/jobs/{job}/").status == 200
    assert stack.jobs(jobs) == 2 * [("waiting", 0, 0)]

    stack.start_redis()
    eventually(lambda: all_done(stack, jobs), seconds=30, told=stack.logs)

    assert stack.jobs(jobs) == 2 * [DONE_ONCE]


def test_nobody_waits_for_a_redis_that_is_not_there(stack: Stack, signed_in_browser: Browser) -> None:
    stack.stop("redis")
    # The first message finds a dead connection in the pool; only the second has to make a new one.
    start_export(signed_in_browser, stack.ports[0])
    before = time.monotonic()

    job = start_export(signed_in_browser, stack.ports[0])

    assert time.monotonic() - before < 2
    assert stack.jobs([job]) == [("waiting", 0, 0)]
