"""What `manage.py bench` measures of the spine: a case end to end, its pages, manuals, compiling; plain Viewflow."""

from __future__ import annotations

import copy
import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases.clock_benches import clocks
from cases.domain.customer import secret_for
from cases.domain.opening import open_case
from cases.domain.working import complete
from cases.engine.compiler import compile_standard
from cases.models import Case, Channel, Event, Task
from cases.wall_benches import wall
from processes import demo as processes_demo
from processes.demo_complaint import CODE
from processes.domain.definition import canonical, hash_of
from processes.domain.parsing import parse
from processes.models import Definition, Process
from procstd.measuring import Row, measure
from procstd.organisation import demo as organisation_demo
from procstd.organisation.models import User

FILED = {"customer": "A", "contact": "a", "product": "HY-200", "problem": "It leaks"}
#: Who does each step, with which outcome and answers.
STEPS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "s1": ("chen.jing", "received", FILED),
    "s2": ("zhao.min", "graded", {"grade": "normal"}),
    "s3": ("chen.jing", "assigned", {}),
    "s4": (
        "wang.lei",
        "drafted",
        {"cause": "Wear", "department": "production", "kind": "repair", "plan": "A new seal"},
    ),
    "s5": ("ma.jun", "approved", {"opinion": "Agreed"}),
    "s6": ("chen.jing", "answered", {"confirmed": True}),
    "s7": ("xu.hai", "done", {"done_on": "2026-03-05", "result": "It is tight"}),
    "s8": ("chen.jing", "closed", {"satisfaction": 5}),
}
_AT = datetime(2026, 3, 3, 1, tzinfo=UTC)


def _house() -> tuple[Process, dict[str, User]]:
    organisation_demo.load()
    processes_demo.load()
    process = Process.objects.select_related("department").get(code=CODE)
    return process, {person.username: person for person in User.objects.all()}


def _client(person: User) -> Client:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person, backend="procstd.organisation.backends.PersonBackend")
    return client


def _open_task(case: Case) -> Task:
    return Task.objects.open().select_related("process__definition", "step").get(process=case)


def by_calls(process: Process, people: dict[str, User]) -> None:
    """Open a case and do all its steps by domain calls."""
    case = open_case(process, FILED, by=None, at=_AT, channel=Channel.PUBLIC, request_key=secrets.token_hex(16))
    for code, outcome, answers in STEPS.values():
        complete(_open_task(case), outcome=outcome, answers=answers, by=people[code], at=_AT)
    _closed(case)


def by_pages(process: Process, clients: dict[str, Client]) -> None:
    """Open a case and do all its steps over HTTP, each page looked at before it is sent."""
    address = reverse("cases:case-open", args=[process.code])
    key = secrets.token_hex(16)
    posted = {f"a_{name}": value for name, value in FILED.items()}
    _post(clients["chen.jing"], address, {**posted, "request_key": key, "outcome": ""})
    case = Case.objects.get(request_key=key)
    for code, outcome, answers in STEPS.values():
        posted = {f"a_{name}": "yes" if value is True else value for name, value in answers.items()}
        task = Task.objects.open().filter(process=case).values_list("pk", flat=True)[0]
        _post(clients[code], reverse("cases:task-detail", args=[task]), {**posted, "outcome": outcome})
    _closed(case)


def _post(client: Client, address: str, data: dict[str, Any]) -> None:
    _get(client, address)
    answer = client.post(address, data)
    if answer.status_code != 302:
        raise RuntimeError(f"{address} answers {answer.status_code}.")


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}.")


def _closed(case: Case) -> None:
    if Case.objects.get(pk=case.pk).is_open:
        raise RuntimeError(f"The case {case.number} is not closed.")


def cases(n: int | None) -> Iterator[Row]:
    """A complaint from the customer to its close, *n* times; and the same on a plain Viewflow flow."""
    times = n or 20
    process, people = _house()
    yield measure("case.domain", times, lambda: by_calls(process, people), times=times)
    import procstd.wsgi  # noqa: F401  (as served: it settles the garbage collector)

    clients = {code: _client(people[code]) for code, _outcome, _answers in STEPS.values()}
    yield measure("case.http", times, lambda: by_pages(process, clients), times=times)
    if not (settings.BASE_DIR / "bench").is_dir():
        return  # an image that only serves
    # In a process of its own: another project, with other settings, on a scratch database of its own.
    done = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-m", "bench", str(times)], cwd=settings.BASE_DIR, check=True, capture_output=True, text=True
    )
    yield from (Row(**row) for row in json.loads(done.stdout))


#: One case in so many is open when pages are measured: five working days of the 250 of a year.
_OPEN_EVERY = 50
#: So many cases are made as rows; more are copies of them within the database, which is twenty times as fast.
_BLOCK = 1_000
#: So many are open at least, so that a list fills its page at every size: else the large one only shows more lines.
_OPEN_LEAST = 200


def _fill(process: Process, people: dict[str, User], size: int) -> tuple[Case, str]:
    """Have *size* cases: closed ones, and open ones at every step. Return an open one and its secret.

    A few are driven for real; the rest are copies of their rows: a hundred thousand would take an hour.
    """
    made = _driven(process, people)
    key = secrets.token_hex(16)
    shown = open_case(process, FILED, by=None, at=_AT, channel=Channel.PUBLIC, request_key=key)
    open_every = min(_OPEN_EVERY, max(size // _OPEN_LEAST, 1))
    numbers = count(Case.objects.count())
    wanted = size - Case.objects.count()
    fields = {
        model: [field for field in model._meta.concrete_fields if not field.primary_key]
        for model in (Case, Task, Event)
    }
    first_case = Case.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    sources = {
        pk: (
            Case.objects.defer(None).get(pk=pk),
            list(Task.objects.defer(None).filter(process=pk)),
            list(Event.objects.filter(case=pk)),
        )
        for pk in {*made["open"], *made["closed"]}
    }
    block = min(max(wanted, 0), _BLOCK)
    rows: dict[Any, list[Any]] = {Case: [], Task: [], Event: []}
    for pk in range(first_case, first_case + block):
        number = next(numbers)
        kind = "open" if number % open_every == 0 else "closed"
        case, tasks, events = sources[made[kind][number // open_every % len(made[kind])]]
        shift = timedelta(minutes=number)
        rows[Case].append(_copy(case, fields[Case], pk=pk, request_key=f"copy-{pk}", created=case.created + shift))
        kept = tasks if kind == "open" else tasks[:2]
        rows[Task] += [_copy(task, fields[Task], process_id=pk, created=task.created + shift) for task in kept]
        rows[Event] += [_copy(event, fields[Event], case_id=pk) for event in events[:2]]
    for model, copies in rows.items():
        model._base_manager.bulk_create(copies, batch_size=1_000)
    for done in range(block, wanted, _BLOCK):
        _repeat(first_case, min(_BLOCK, wanted - done), done)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Case]):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    return shown, secret_for(key)


def _repeat(first: int, count: int, shift: int) -> None:
    """Copy the first *count* cases of a block, with their tasks and events, to numbers higher by *shift*."""
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        for model, of_case in ((Case, "id"), (Task, "process_id"), (Event, "case_id")):
            fields: list[Any] = [row for row in model._meta.concrete_fields if model is Case or not row.primary_key]
            columns: list[str] = [field.column for field in fields]
            higher = {of_case: f"{quoted(of_case)} + {shift}"}
            if model is Case:
                higher["request_key"] = f"'copy-' || CAST({quoted('id')} + {shift} AS TEXT)"
            cursor.execute(
                f"INSERT INTO {quoted(model._meta.db_table)} ({', '.join(map(quoted, columns))}) "  # noqa: S608
                f"SELECT {', '.join(higher.get(column, quoted(column)) for column in columns)} "
                f"FROM {quoted(model._meta.db_table)} WHERE {quoted(of_case)} BETWEEN %s AND %s",
                [first, first + count - 1],
            )


def _driven(process: Process, people: dict[str, User]) -> dict[str, list[int]]:
    """Drive a case to each step and leave it there, and one to its close."""
    made: dict[str, list[int]] = {"open": [], "closed": []}
    for stop in [*STEPS, ""]:
        case = open_case(process, FILED, by=None, at=_AT, channel=Channel.PUBLIC, request_key=secrets.token_hex(16))
        for key, (code, outcome, answers) in STEPS.items():
            if key == stop:
                break
            complete(_open_task(case), outcome=outcome, answers=answers, by=people[code], at=_AT)
        made["open" if stop else "closed"].append(case.pk)
    return made


def _copy(row: Any, fields: list[Any], **changed: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in fields}
    return type(row)(**{**values, **changed})


def pages(n: int | None) -> Iterator[Row]:
    """Pages at 1,000 and 100,000 cases (or *n*)."""
    process, people = _house()
    for size in (n,) if n else (1_000, 100_000):
        case, secret = _fill(process, people, size)
        agent, specialist = _client(people["chen.jing"]), _client(people["he.lin"])
        for what, client, address in (
            ("page.inbox", agent, reverse("cases:inbox")),
            ("page.cases", specialist, reverse("cases:case-list")),
            ("page.case", agent, case.get_absolute_url()),
            ("page.wall", specialist, reverse("cases:wall")),
            ("page.status", Client(HTTP_HOST="127.0.0.1"), reverse("cases:public-status", args=[case.number, secret])),
        ):
            yield measure(what, size, partial(_get, client, address), times=40)


def pdf(n: int | None) -> Iterator[Row]:
    """The manual as PDF, drawn anew, in both languages."""
    from processes.manuals.drawing import read
    from processes.manuals.pdf import manual_pdf
    from processes.models import Revision

    _house()
    revision = Revision.objects.select_related("process__department", "process__owner", "definition").get(
        definition__isnull=False
    )
    found = read(revision, at=_AT)
    for language in ("zh-hans", "en"):
        work: Callable[[], Any] = lambda: manual_pdf(found.manual(language), found.standard, found.facts)  # noqa: B023, E731
        yield measure("manual.pdf", 1, work, times=n or 5)


def compiling(n: int | None) -> Iterator[Row]:
    """Compile 1,000 versions (or *n*) of the complaint standard: read, check the hash, build the flow."""
    _house()
    versions = n or 1_000
    data = Definition.objects.get().load()
    texts = []
    for number in range(versions):
        version = copy.deepcopy(data)
        version["number"] = f"1.{number}"
        texts.append(canonical(version))

    def work() -> list[Any]:
        return [compile_standard(parse(json.loads(text)), f"F{hash_of(text)[:32]}") for text in texts]

    yield measure("definition.compile", versions, work, times=2)


SUBJECTS = {"cases": cases, "pages": pages, "pdf": pdf, "compile": compiling, "clocks": clocks, "wall": wall}
