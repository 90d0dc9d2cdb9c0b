"""Two versions compared on the page and on paper, changes with their origins, the trace, the band of an old version."""

from __future__ import annotations

import copy
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from processes.domain.changing import note_change
from processes.domain.drafting import write_draft
from processes.models import Change, Definition, Origin, Revision
from procstd.roles import Role
from tests.processes.pages.desk import person_as
from tests.standards import RELEASED_AT, Data, complaint, holder, process_named, released, standard, step, words
from tests.variants import released_variant, variant

pytestmark = pytest.mark.django_db

ADDRESS = "/processes/complaint/redline/"
LATER = RELEASED_AT + timedelta(days=30)


def changed_complaint() -> Data:
    data = copy.deepcopy(complaint())
    rows = {row["key"]: row for row in data["steps"]}
    rows["s4"]["limit"] = {**rows["s4"]["limit"], "amount": 12}
    rows["s4"]["operation"] = {
        "zh": "分析原因，判定责任部门，制定处理方案（维修、更换、赔偿或退货）。",
        "en": "Analyse the cause, judge the responsible department, draft the solution (repair, replace, take back).",
    }
    rows["s8"]["example"] = words("Ask how the machine runs, and for the figure from 1 to 5 that the customer gives.")
    return data


@pytest.fixture
def writer(signed_in: Any) -> Client:
    client: Client = signed_in(person_as(Role.PROCESS_SPECIALIST))
    return client


def _draft(data: Data | None = None) -> Revision:
    released()
    process = process_named("complaint")
    return write_draft(process, data or changed_complaint(), by=None, reason="x", at=LATER)


def _text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


# --- the redline ---


def test_it_says_in_sentences_and_word_by_word_what_differs(writer: Client) -> None:
    _draft()

    page = _text(writer.get(ADDRESS))

    assert "V1.0 → V1.1" in page
    assert "Step 4: time limit 24 hours, around the clock → 12 hours, around the clock" in page
    assert "Step 4: operation reworded" in page
    assert re.search(r"<del>.*?removed:.*?compensate.*?</del><ins>.*?added:.*?take back", page)
    assert page.count('class="flow"') == 2
    assert "flow-mark--changed" in page


def test_it_speaks_chinese(writer: Client) -> None:
    _draft()
    writer.post("/language/", {"language": "zh-hans"})

    page = _text(writer.get(ADDRESS))

    assert "退货" in page
    assert "分析原因并制定方案" in page


def test_only_what_touches_my_posts(signed_in: Any) -> None:
    released()
    released(changed_complaint(), at=LATER)
    client: Client = signed_in(holder("quality-engineer", "quality"))

    page = _text(client.get(f"{ADDRESS}?mine=1"))

    assert "2 differences" in page
    assert "1 further one" in page
    assert "Step 8" not in page.partition("redline-flow")[0].partition("redline-count")[2]


def test_who_reads_no_drafts_is_not_shown_what_they_change(signed_in: Any) -> None:
    _draft()
    client: Client = signed_in(holder("service-agent"))

    page = _text(client.get(f"{ADDRESS}?from=1.0&to=1.1"))

    assert "There is one version only" in page
    assert "12 hours" not in page


@pytest.mark.parametrize("query", ["from=9.9&to=x", "from=&to=", "from=1.1&to=1.1", "from=1.1&to=1.0", "mine=2"])
def test_versions_that_there_are_not_are_no_trouble(writer: Client, query: str) -> None:
    _draft()

    assert writer.get(f"{ADDRESS}?{query}").status_code == 200


def test_altered_bytes_are_not_compared(writer: Client) -> None:
    _draft()
    Definition.objects.update(sha256="0" * 64)

    assert writer.get(ADDRESS).status_code == 503
    assert writer.get("/processes/complaint/trace/").status_code == 503
    assert writer.get("/processes/complaint/1.1/changes/").status_code == 503
    assert writer.get("/processes/complaint/1.1/").status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_paper_says_the_same(writer: Client, language: str) -> None:
    _draft()
    writer.post("/language/", {"language": language})

    answer = writer.get("/processes/complaint/redline.pdf?from=1.0&to=1.1")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert f"complaint-V1.0-V1.1-{language}.pdf" in answer.headers["Content-Disposition"]


def test_hostile_words_stay_words(writer: Client) -> None:
    data = changed_complaint()
    data["steps"][0]["operation"] = words("<script>alert(1)</script> & “%(x)s” {{ 1 }} and enough letters to be long")
    data["steps"][0]["title"] = words("<b>100 %s</b>")
    _draft(data)

    page = _text(writer.get(ADDRESS))

    assert "<script>alert" not in page
    assert "<b>100" not in page
    assert "&lt;b&gt;100 %s&lt;/b&gt;" in page
    assert writer.get("/processes/complaint/redline.pdf").content.startswith(b"%PDF-")


def _many(count: int, amount: int) -> Data:
    rows = [
        step(
            f"s{number}", f"s{number + 1}" if number < count else None,
            limit={"amount": amount, "unit": "working_hours", "from": ""},
        )
        for number in range(1, count + 1)
    ]  # fmt: skip
    return standard(*rows)


@pytest.mark.parametrize("address", ["redline/", "trace/", "1.1/changes/", "1.1/"])
def test_the_number_of_statements_does_not_grow(writer: Client, address: str) -> None:
    counts = []
    for code, size in (("small", 2), ("large", 30)):
        released(_many(size, 1), code=code)
        draft = write_draft(process_named(code), _many(size, 2), by=None, reason="x", at=LATER)
        for place in range(1, size + 1):
            note_change(
                draft, origin=Origin.SUGGESTION, effect="Faster", anchors=[f"step:s{place}/limit"], by=None, at=LATER
            )
        writer.get(f"/processes/{code}/{address}")
        with CaptureQueriesContext(connection) as seen:
            assert writer.get(f"/processes/{code}/{address}").status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1], counts


# --- changes with origins, and the number ---


def test_what_has_no_origin_is_advice_until_somebody_says_one(writer: Client) -> None:
    draft = _draft()
    page = _text(writer.get("/processes/complaint/1.1/changes/"))
    assert page.count("No origin yet.") == 3
    assert "difference=step%3As4/limit" in page

    writer.post(
        "/processes/complaint/1.1/changes/add/",
        {"anchors": ["step:s4/limit", "step:s4/operation"], "origin": "suggestion", "origin_code": "S-12",
         "origin_text": "Link the batch data", "effect": "Half the time", "indicator": "Median of step 4",
         "figure": "24 h → 12 h"},
    )  # fmt: skip

    row = Change.objects.get(revision=draft)
    assert (row.origin_code, row.anchors) == ("S-12", ["step:s4/limit", "step:s4/operation"])
    page = _text(writer.get("/processes/complaint/1.1/changes/"))
    assert page.count("No origin yet.") == 1
    assert "Suggestion S-12" in page
    assert "S-12" in _text(writer.get(ADDRESS))
    assert "S-12" in _text(writer.get("/processes/complaint/trace/"))
    assert "S-12" in _text(writer.get("/processes/complaint/trace/s4/"))
    assert "1 without an origin" in _text(writer.get("/processes/complaint/1.1/"))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"origin": "other"}, "origin_text"),
        ({"effect": " "}, "effect"),
        ({"origin": "gossip"}, "origin"),
        ({"anchors": []}, "text_zh"),
        ({"anchors": [], "text_zh": "字"}, "text_en"),
        ({"anchors": ["step:s1/limit"]}, "anchors"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(writer: Client, facts: Data, field: str) -> None:
    _draft()
    good = {"anchors": ["step:s4/limit"], "origin": "law", "effect": "Lawful"}

    answer = writer.post("/processes/complaint/1.1/changes/add/", {**good, **facts})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Change.objects.exists()


def test_a_note_is_mended_and_taken_back(writer: Client) -> None:
    draft = _draft()
    row = note_change(draft, origin=Origin.LAW, effect="Lawful", anchors=["step:s4/limit"], by=None, at=LATER)
    address = f"/processes/complaint/1.1/changes/{row.pk}/"
    seen = writer.get(address).context["form"].initial["seen"]
    facts = {"anchors": ["step:s4/limit"], "origin": "law", "effect": "Lawful and fast", "reason": "Clearer"}

    writer.post(address, {**facts, "seen": seen})
    late = writer.post(address, {**facts, "effect": "Too late", "seen": seen})

    row.refresh_from_db()
    assert row.effect == "Lawful and fast"
    assert "meanwhile" in _text(late)
    writer.post(f"{address}drop/", {"reason": "Wrong draft"})
    assert not Change.objects.exists()
    assert writer.get(address).status_code == 404


def test_the_draft_shows_which_number_its_changes_suggest_and_can_get_it(writer: Client) -> None:
    draft = _draft()
    page = _text(writer.get("/processes/complaint/1.1/"))
    assert "The changes suggest <strong>V2.0</strong>" in page
    assert "time limits, or who is told of them (1)" in page
    assert "It is V1.1 all the same." in page

    kept = {"major": "minor", "reason": "A correction of a slip", "seen": draft.edition}
    writer.post("/processes/complaint/1.1/renumber/", kept)
    assert "A correction of a slip" in _text(writer.get("/processes/complaint/1.1/"))
    draft.refresh_from_db()

    answer = writer.post(
        "/processes/complaint/1.1/renumber/", {"major": "major", "reason": "As proposed", "seen": draft.edition}
    )

    assert answer.headers["Location"] == "/processes/complaint/2.0/changes/"
    draft.refresh_from_db()
    assert (draft.number, draft.number_reason) == ("2.0", "")
    # A bookmark of the former number still finds the draft.
    assert "V2.0" in _text(writer.get("/processes/complaint/1.1/"))


# --- trace and band ---


def test_a_step_is_followed_through_all_versions(writer: Client) -> None:
    _draft()

    page = _text(writer.get("/processes/complaint/trace/s4/"))

    assert page.index("V1.1") < page.index("V1.0")
    assert "time limit 24 hours" in page
    assert "Step 8" not in page
    assert writer.get("/processes/complaint/trace/s99/").status_code == 404


def test_an_old_version_says_since_when_it_is_obsolete(signed_in: Any) -> None:
    released()
    released(changed_complaint(), at=LATER)
    client: Client = signed_in(holder("service-agent"))

    old, new = (_text(client.get(f"/processes/complaint/{number}/manual/")) for number in ("1.0", "1.1"))

    assert "Obsolete since" in old
    assert '<a href="/processes/complaint/1.1/manual/">V1.1</a> is in force' in old
    assert "validity-band" not in new
    assert client.get("/processes/complaint/redline/?from=1.0&to=1.1").status_code == 200


# --- variants of departments ---


def test_a_variant_is_compared_with_the_standard_that_it_varies(writer: Client) -> None:
    made = released_variant()
    address = f"/processes/complaint/{made.definition.revision.number}/"

    page = _text(writer.get(f"{ADDRESS}?to={made.definition.revision.number}"))

    assert "V1.0 → V1.0-sales" in page
    assert "Variant of the department: now Sales, none before" in page
    assert "Step 2: time limit 1 working hour → 2 working hours" in page
    draft = variant(process_named("complaint"), {}, at=LATER)
    changes = _text(writer.get(f"/processes/complaint/{draft.number}/changes/"))
    assert "The changes suggest" not in changes
    assert writer.get(f"/processes/complaint/{draft.number}/renumber/").status_code in (302, 404)
    # Without a choice the standard itself is shown, in whatever order variants come.
    write_draft(process_named("complaint"), changed_complaint(), by=None, reason="x", at=LATER)
    assert "V1.0 → V1.1" in _text(writer.get(ADDRESS))
    assert "V1.0-sales" not in _text(writer.get("/processes/complaint/trace/"))
    assert writer.get(address).status_code in (200, 302)
