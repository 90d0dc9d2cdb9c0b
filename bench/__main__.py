"""Measure the plain flow on a scratch database and print its rows as JSON: ``python -m bench 20``."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from functools import partial
from typing import Any


def main(n: int) -> None:
    from django.db import connection
    from django.test import Client

    from procstd.measuring import measure

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        user = _worker()
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(user)
        rows = [
            measure("viewflow.domain", n, partial(by_calls, user), times=n),
            measure("viewflow.http", n, partial(by_pages, client), times=n),
        ]
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    sys.stdout.write(json.dumps([asdict(row) for row in rows]))


def _worker() -> Any:
    from procstd.organisation.models import User

    return User.objects.create(username="worker", name_zh="员工", name_en="Worker", is_superuser=True)


def _next(process_pk: int) -> Any:
    from viewflow.workflow.models import Task

    return Task.objects.filter(process_id=process_pk, status="NEW").first()


def by_calls(user: Any) -> None:
    """Open a case and do all its steps by activations."""
    from viewflow.workflow.token import Token

    from bench.complaint.flows import FILED, STEPS, ComplaintFlow

    start = ComplaintFlow.start
    activation = start.activation_class.create(start, None, None)
    activation.task.token = Token("start")
    for name, value in FILED.items():
        setattr(activation.process, name, value)
    activation.start(_Asked(user))
    activation.execute()
    process_pk = activation.process.pk
    for name, answers in STEPS.items():
        task = _next(process_pk)
        with task.activation() as step:
            step.assign(user)
        with task.activation() as step:
            for field, value in answers.items():
                setattr(step.process, field, value)
            step.start(_Asked(user))
            step.process.save()
            step.execute()
        if task.flow_task.name != name:
            raise RuntimeError(f"{task.flow_task.name} instead of {name}.")
    _closed(process_pk)


class _Asked:
    """What an activation needs of a request."""

    def __init__(self, user: Any) -> None:
        self.user = user


def by_pages(client: Any) -> None:
    """Open a case and do all its steps by posting Viewflow's own pages, each looked at before."""
    from bench.complaint.flows import FILED, STEPS
    from bench.complaint.models import Complaint

    _post(client, "/complaint/start/", FILED)
    process_pk = Complaint.objects.values_list("pk", flat=True).latest("pk")
    for name, answers in STEPS.items():
        task = _next(process_pk)
        if client.post(f"/complaint/{process_pk}/{name}/{task.pk}/assign/").status_code != 302:
            raise RuntimeError(f"{name} cannot be taken.")
        _post(client, f"/complaint/{process_pk}/{name}/{task.pk}/execute/", answers)
    _closed(process_pk)


def _post(client: Any, address: str, answers: dict[str, Any]) -> None:
    page = client.get(address)
    if page.status_code != 200:
        raise RuntimeError(f"{address} answers {page.status_code}.")
    answer = client.post(address, answers)
    if answer.status_code != 302:
        raise RuntimeError(f"{address} answers {answer.status_code}: {answer.content.decode()[:2000]}")


def _closed(process_pk: int) -> None:
    from bench.complaint.models import Complaint

    if Complaint.objects.get(pk=process_pk).status != "DONE":
        raise RuntimeError("The case is not closed.")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    main(int(sys.argv[1]))
