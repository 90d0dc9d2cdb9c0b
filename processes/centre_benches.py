"""How fast the process centre finds something among hundreds of standards, in both languages."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from processes.demo_complaint import COMPLAINT
from processes.domain.definition import build, canonical, hash_of
from processes.domain.drafting import write_draft
from processes.domain.indexing import duties_from, entries_from
from processes.domain.parsing import parse
from processes.models import Category, Definition, Process, Release, Revision, SearchEntry, StepDuty
from processes.models.revision import State
from processes.queries.inforce import departments_of, in_force_for, standings
from processes.queries.search import entries_of, search
from procstd.bigrams import terms_of
from procstd.measuring import Row, measure
from procstd.organisation.models import Department, User

_AT = datetime(2026, 3, 3, 1, tzinfo=UTC)
_STANDARDS = 300
_THINGS = [
    "合同",
    "采购",
    "报销",
    "设备",
    "样品",
    "发货",
    "招聘",
    "培训",
    "盘点",
    "审计",
    "客户",
    "质量",
    "安全",
    "预算",
    "项目",
]
_ACTS = ["审批", "登记", "验收", "变更", "归档", "评估", "检查", "派发", "复核", "结算"]
_ENGLISH = [
    "contract", "purchase", "expense", "equipment", "sample", "shipping", "hiring", "training", "stock", "audit",
    "customer", "quality", "safety", "budget", "project",
]  # fmt: skip
_DOES = [
    "approval",
    "register",
    "acceptance",
    "change",
    "filing",
    "assessment",
    "check",
    "assignment",
    "review",
    "settlement",
]
#: What people type: words, one character, beginnings, a sentence that nothing has as a whole.
QUESTIONS = [
    "投诉",
    "合同审批",
    "质",
    "customer",
    "equip acc",
    "投诉登记表怎么填",
    "training 42",
    "客户确认书",
    "refund",
    "预算",
]


def _varied(model: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a definition like *model*, under another name and with other words in each step."""
    data = copy.deepcopy(model)
    thing, act = number % len(_THINGS), number // len(_THINGS) % len(_ACTS)
    zh, en = f"{_THINGS[thing]}{_ACTS[act]}", f"{_ENGLISH[thing]} {_DOES[act]}"
    for step in data["steps"]:
        title, does = step["title"], step["operation"]
        step["title"] = {"zh": f"{zh}：{title['zh']}", "en": f"{en}: {title['en']}"}
        step["operation"] = {"zh": f"{does['zh']}{zh}第 {number} 号。", "en": f"{does['en']} {en} {number}."}
    name = {"zh": f"{zh}流程{number}", "en": f"{en} process {number}"}
    return {**data, "process": {"code": f"bench-{number}", "name": name, "category": "business"}}


def make_standards(count: int) -> None:
    """Make *count* standards in force with all they are found by: in a few statements, for measuring only."""
    department = Department.objects.without_tree_fields().get(code="service")
    model = build(write_draft(Process.objects.get(code="risk-review"), COMPLAINT, by=None, reason="Bench", at=_AT))
    rows = [_varied(model, number) for number in range(count)]
    processes = Process.objects.bulk_create(
        Process(code=row["process"]["code"], name_zh=row["process"]["name"]["zh"], name_en=row["process"]["name"]["en"],
                category=Category.BUSINESS, department=department)
        for row in rows
    )  # fmt: skip
    revisions = Revision.objects.bulk_create(
        Revision(process=process, state=State.RELEASED, created_at=_AT) for process in processes
    )
    texts = [canonical(row) for row in rows]
    definitions = Definition.objects.bulk_create(
        Definition(revision=revision, content=text, sha256=hash_of(text), created_at=_AT)
        for revision, text in zip(revisions, texts, strict=True)
    )
    Release.objects.bulk_create(
        Release(definition=definition, process=process, valid_from=_AT)
        for definition, process in zip(definitions, processes, strict=True)
    )
    standards = [parse(row) for row in rows]
    made = [
        entries_from(standard, process=process, definition=definition)
        for standard, process, definition in zip(standards, processes, definitions, strict=True)
    ]
    SearchEntry.objects.bulk_create(itertools.chain.from_iterable(made), batch_size=500)
    duties = (duties_from(standard, entries) for standard, entries in zip(standards, made, strict=True))
    StepDuty.objects.bulk_create(itertools.chain.from_iterable(duties), batch_size=1000)


def search_rows(n: int | None) -> Iterator[Row]:
    """Search among 300 standards (or *n*) in two languages: what is in force for somebody, and the best places."""
    size = n or _STANDARDS
    make_standards(size)
    person = User.objects.get(username="chen.jing")
    questions = itertools.cycle(QUESTIONS)

    def find() -> int:
        reader = User.objects.get(pk=person.pk)
        found = in_force_for(standings(_AT), departments_of(reader))
        processes = Process.objects.visible_to(reader).filter(is_active=True)
        rows = entries_of({row.definition for row in found}, processes.values("pk"))
        return search(rows, terms_of(next(questions)), most=8).total

    yield measure("search", size, find, times=60)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person, backend="procstd.organisation.backends.PersonBackend")

    def ask() -> None:
        answer = client.get("/centre/", {"q": next(questions)}, headers={"HX-Request": "true"})
        if answer.status_code != 200:
            raise RuntimeError(f"The search answers {answer.status_code}.")

    yield measure("search.http", size, ask, times=60)
    yield measure("centre.http", size, lambda: client.get("/centre/"), times=10)
