"""Open cases in the database that the environment names, and tell their tasks as JSON. Run as a program."""

from __future__ import annotations

import json
import os
import secrets
import sys
from functools import partial
from typing import Any


def main(asked: dict[str, int]) -> dict[str, Any]:
    from django.utils import timezone

    from cases.domain.opening import open_case
    from cases.domain.working import complete
    from cases.models import Channel, Task
    from processes.demo_complaint import CODE
    from processes.domain.drafting import write_draft
    from processes.domain.releasing import checks_only, release
    from processes.models import Category, Process
    from procstd.organisation.models import Department, User
    from tests.standards import standard, step

    now = timezone.now()
    agent = User.objects.get(username="chen.jing")
    filed = {"customer": "A", "contact": "a", "product": "HY-200", "problem": "It leaks"}
    told: dict[str, Any] = {"complaints": [], "graded": [], "joined": [], "moving": []}

    def opened(process: Process, answers: dict[str, Any]) -> Any:
        return open_case(process, answers, by=None, at=now, channel=Channel.PUBLIC, request_key=secrets.token_hex(16))

    def tasks_of(case: Any) -> dict[str, int]:
        return dict(Task.objects.open().filter(process=case).values_list("key", "pk"))

    complaint = Process.objects.select_related("department").get(code=CODE)
    for name in ("complaints", "graded"):
        for _each in range(asked.get(name, 0)):
            case = opened(complaint, filed)
            if name == "graded":
                task = Task.objects.open().select_related("process__definition", "step").get(process=case)
                complete(task, outcome="received", answers=filed, by=agent, at=now)
            told[name].append({"case": case.pk, **tasks_of(case)})
    if asked.get("joined"):
        joined = Process.objects.filter(code="joined").first() or _release_joined(
            Process, Category, Department, write_draft, partial(release, by=None, gate=checks_only), standard, step, now
        )
        for _each in range(asked["joined"]):
            case = opened(joined, {"text": "Both at once"})
            task = Task.objects.open().select_related("process__definition", "step").get(process=case)
            complete(task, outcome="o1", answers={"text": "Go"}, by=agent, at=now)
            told["joined"].append({"case": case.pk, **tasks_of(case)})
    if asked.get("moving"):
        data = standard(step("s1", "s2"), step("s2", "s3"), step("s3", None))
        data["forms"][0]["fields"][0]["public"] = True
        moving = Process.objects.filter(code="moving").first() or Process.objects.create(
            code="moving", name_zh="换版", name_en="Moving", category=Category.BUSINESS,
            department=Department.objects.get(code="service"),
        )  # fmt: skip
        for hours in (2, 1):  # the cases are opened by the first, and then there is another one
            draft = write_draft(moving, data, by=None, reason="Test", at=now)
            release(draft, by=None, gate=checks_only, at=now)
            now = timezone.now()
            data["steps"][1]["limit"] = {"amount": 10 + hours, "unit": "hours", "from": ""}
            for _each in range(asked["moving"] if hours == 2 else 0):
                case = opened(moving, {"text": "It moves"})
                told["moving"].append({"case": case.pk, **tasks_of(case)})
    return told


def _release_joined(
    process: Any, category: Any, department: Any, write_draft: Any, release: Any, standard: Any, step: Any, now: Any
) -> Any:
    """Release a standard of which two lanes lead to one join."""
    made = process.objects.create(
        code="joined", name_zh="并行", name_en="Joined", category=category.BUSINESS,
        department=department.objects.get(code="service"),
    )  # fmt: skip
    data = standard(
        step("s1", "s2"),
        step("s2", "s4", group=1, lane=1),
        step("s3", "s4", group=1, lane=2, post="service-supervisor", form=None),
        step("s4", None),
    )  # fmt: skip
    data["forms"][0]["fields"][0]["public"] = True
    draft = write_draft(made, data, by=None, reason="Test", at=now)
    release(draft, at=now)
    return process.objects.select_related("department").get(pk=made.pk)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procstd.settings")
    import django

    django.setup()
    sys.stdout.write(json.dumps(main(json.loads(sys.argv[1]))))
