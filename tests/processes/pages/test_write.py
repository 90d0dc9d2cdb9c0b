"""The editor's page: what it opens with, what its endpoint takes and refuses, who sees whom."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from processes.domain.drafting import write_draft
from processes.models import Presence, Revision, Step
from procstd.roles import Role
from tests.processes.pages.desk import person_as, shown
from tests.standards import RELEASED_AT, complaint, organisation, process_named, standard, step

pytestmark = pytest.mark.django_db
BASE = "/processes/complaint/1.0/"


@pytest.fixture
def writer(signed_in: Any) -> Client:
    organisation()
    client: Client = signed_in(person_as(Role.PROCESS_SPECIALIST, username="he.lin", name_en="He Lin"))
    return client


@pytest.fixture
def colleague(signed_in: Any) -> Client:
    client: Client = signed_in(person_as(Role.PROCESS_SPECIALIST, username="tang.wei", name_en="Tang Wei"))
    return client


def _draft(code: str = "complaint", steps: int = 0) -> Revision:
    rows = [step(f"s{n}", f"s{n + 1}" if n < steps else None) for n in range(1, steps + 1)]
    data = standard(*rows) if steps else complaint()
    return write_draft(process_named(code), data, by=None, reason="Test", at=RELEASED_AT)


def _send(client: Client, *operations: Any, address: str = f"{BASE}write/operations/", **more: Any) -> Any:
    return client.post(address, json.dumps({"operations": operations, **more}), content_type="application/json")


def _set(row: str, field: str, value: str, was: str | None = None) -> dict[str, Any]:
    return {"op": "set", "row": row, "field": field, "value": value, "was": was}


def test_what_is_written_is_saved_told_and_kept_in_the_history(writer: Client) -> None:
    revision = _draft()

    answer = _send(
        writer, _set("s1", "title_en", "Take it <b>in</b>"), _set("s2", "limit_amount", "soon"),
        {"op": "insert", "after": "s8", "values": {"title_zh": "归档"}, "as": "new-1"}, reason="  As\nagreed ",
    ).json()  # fmt: skip

    assert [(row["row"], row["field"], row["value"]) for row in answer["refused"]] == [("s2", "limit_amount", "soon")]
    assert answer["made"] == {"new-1": "s9"}
    assert [row["row"] for row in answer["sheet"]["rows"]] == [f"s{n}" for n in range(1, 10)]
    assert answer["sheet"]["edition"] == revision.edition + 1
    page = writer.get(f"{BASE}write/").content.decode()
    assert "Take it &lt;b&gt;in&lt;/b&gt;" in page
    assert "Take it <b>" not in page
    changes = writer.get(f"{BASE}write/changes/").content.decode()
    for words in ("As agreed", "He Lin", "Receive the complaint", "Take it &lt;b&gt;in", "归档"):
        assert words in changes, words


def test_a_change_without_a_reason_says_what_was_done_in_the_persons_language(writer: Client) -> None:
    revision = _draft()
    _send(writer, _set("s1", "responsible", "quality-engineer"), _set("s2", "title_en", "Grade it"))

    assert revision.history.latest().history_change_reason == "Steps: 2 cells"
    changes = writer.get(f"{BASE}write/changes/").content.decode()
    assert "Quality engineer (R)" in changes


def test_two_people_see_each_other_and_what_the_other_writes(writer: Client, colleague: Client) -> None:
    revision = _draft()
    ask = {"window": "w1", "cell": "s1|title_en", "edition": revision.edition}

    def poll(client: Client, **more: Any) -> Any:
        return client.post(
            f"{BASE}write/presence/", json.dumps({**ask, **more}), content_type="application/json"
        ).json()

    assert poll(writer) == {"edition": revision.edition, "people": []}
    assert poll(colleague, window="w2", cell="s2|next")["people"] == [{"name": "He Lin", "cell": "s1|title_en"}]
    _send(colleague, _set("s2", "title_en", "Theirs"))
    seen = poll(writer)
    assert seen["people"] == [{"name": "Tang Wei", "cell": "s2|next"}]
    assert seen["sheet"]["rows"][1]["cells"]["title_en"] == ["Theirs"]
    Presence.objects.update(seen_at=RELEASED_AT)

    assert poll(writer, edition=seen["edition"])["people"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'{"operations": {}}', b'{"operations": [1]}', b'{"operations": [{"op": "drop"}]}',
        b'{"operations": [{"op": "set", "row": "s1", "field": "title_en"}]}',
        b'{"operations": [{"op": "set", "row": 7, "field": "title_en", "value": "x"}]}',
        b'{"operations": [{"op": "set", "row": "s1", "field": "title_en", "value": "x", "revision": 3}]}',
        b'{"operations": [{"op": "delete", "rows": []}]}', b'{"operations": [{"op": "restore", "rows": ["s1"]}]}',
        b'{"operations": [{"op": "__init__"}]}', b'{"operations": [], "window": {}}', b"\xff\xfe",
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_no_window_of_ours_sends_is_refused(writer: Client, body: bytes) -> None:
    _draft(steps=1)

    for address in ("operations", "presence"):
        answer = writer.post(f"{BASE}write/{address}/", body, content_type="application/json")
        if address == "operations" or answer.status_code != 200:
            assert answer.status_code == 400
            assert answer.json()["message"] == "This change cannot be read. Load the page again."


def test_rows_of_another_draft_and_rows_that_are_none_are_not_reached(writer: Client) -> None:
    _draft(steps=1)
    _draft("other", steps=3)

    answer = _send(
        writer, _set("s3", "title_en", "x"), _set("form:other:text", "label_en", "x"), _set("", "title_en", "x"),
        {"op": "insert", "table": "form:nothing"}, {"op": "insert", "table": "revision"},
        {"op": "move", "rows": ["s9"], "after": "s1"}, {"op": "restore", "rows": [["s3", ""]]},
    ).json()  # fmt: skip

    assert len(answer["refused"]) == 7
    assert Revision.objects.get(process__code="complaint").edition == 0
    assert Step.objects.filter(revision__process__code="other", title_en="x").count() == 0


def test_details_of_a_step_are_saved_in_place(writer: Client) -> None:
    revision = _draft()
    address = f"{BASE}write/steps/s2/"
    data = shown(writer, address)
    answer = writer.post(address, {**data, "customer_days": "3"}, headers={"HX-Request": "true"})

    assert answer.headers["HX-Trigger"] == "part-saved"
    assert revision.steps.get(key="s2").customer_days == 3
    assert "<html" not in answer.content.decode()
    stale = writer.post(address, {**data, "customer_days": "5"}, headers={"HX-Request": "true"})
    assert "changed this draft while you were typing" in stale.content.decode()


def test_a_part_is_saved_in_its_place_on_the_editors_page(writer: Client) -> None:
    _draft()
    address = f"{BASE}parts/clockwork/"
    answer = writer.post(address, {**shown(writer, address), "hold_days": "4"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Trigger"]) == (200, "part-saved")
    assert Revision.objects.get().hold_days == 4


def test_progress_names_what_each_element_lacks_and_counts_what_is_not_translated(writer: Client) -> None:
    _draft()
    assert "8 of 8 elements complete" in writer.get(f"{BASE}write/").content.decode()

    _send(writer, _set("elements", "purpose_en", ""), _set("s1", "title_en", ""), _set("s2", "responsible", ""))
    page = writer.get(f"{BASE}write/progress/").content.decode()

    assert "5 of 8 elements complete" in page
    assert "2 texts lack English" in page
    assert "0 texts lack Chinese" in page
    with translation.override("zh-hans"):
        assert "2" in writer.get(f"{BASE}write/progress/", headers={"Accept-Language": "zh-hans"}).content.decode()


def test_a_form_is_built_and_previewed(writer: Client) -> None:
    revision = _draft()
    _send(
        writer, {"op": "insert", "table": "form:register", "after": "", "values": {"kind": "rating"}},
        _set("form:register:field1", "label_en", "How bad"), _set("form:register:problem", "kind", "nonsense"),
    )  # fmt: skip

    page = writer.get(f"{BASE}forms/register/build/").content.decode()
    preview = writer.get("/cases/preview/complaint/1.0/register/").content.decode()

    assert revision.forms.get(key="register").fields.first().label_en == "How bad"
    assert "How bad" in page
    assert preview.index("How bad") < preview.index("a_problem")
    assert writer.get("/cases/preview/complaint/1.0/nothing/").status_code == 404


def _cost(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_editor_costs_the_same_with_one_step_and_thirty(writer: Client) -> None:
    _draft("few", 1)
    _draft("many", 30)
    costs = {}
    for code in ("few", "many"):
        base = f"/processes/{code}/1.0/"
        for address in ("write/", "write/progress/", "write/changes/", "write/steps/s1/", "forms/note/build/"):
            costs[code, address] = _cost(writer, base + address)
        with CaptureQueriesContext(connection) as captured:
            _send(writer, _set("s1", "title_en", "x"), address=f"{base}write/operations/")
        costs[code, "save"] = len(captured)

    assert {key[1]: n for key, n in costs.items() if key[0] == "few"} == {
        key[1]: n for key, n in costs.items() if key[0] == "many"
    }
    assert costs["few", "write/"] <= 30
    assert costs["few", "save"] <= 22
