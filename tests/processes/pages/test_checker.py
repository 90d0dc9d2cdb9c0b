"""The checker on pages: findings by place, suppressed with a reason, kept for the next draft; glossary and purpose."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from processes.domain.checker.suppressing import findings_in, suppress
from processes.domain.definition import build
from processes.domain.drafting import write_draft
from processes.domain.editing import delete_draft
from processes.domain.parsing import parse
from processes.domain.releasing import checks_only, release
from processes.domain.standard import Standard
from processes.models import PainPoint, Revision, Suppression
from procstd.errors import DomainError
from procstd.roles import Role
from tests.processes.pages.desk import errors_of, person_as, save
from tests.standards import RELEASED_AT, complaint, organisation, process_named, standard, step, words

pytestmark = pytest.mark.django_db
BASE = "/processes/complaint/1.0/"
CHECKER = f"{BASE}checker/"


@pytest.fixture
def writer(signed_in: Any) -> Client:
    organisation()
    client: Client = signed_in(person_as(Role.PROCESS_SPECIALIST, username="he.lin", name_en="He Lin"))
    return client


def _vague(**more: Any) -> Revision:
    data = complaint(rules={"zh": "由相关部门处理。<b>", "en": "The relevant department handles it. <b>"}, **more)
    return write_draft(process_named("complaint"), data, by=None, reason="Test", at=RELEASED_AT)


def _key(revision: Revision, language: str = "en") -> str:
    found = findings_in(revision, at=timezone.now())
    return next(row.key for row in found if row.rule == "wording.vague" and row.language == language)


def test_findings_are_grouped_by_place_filtered_by_kind_and_marked_in_their_sentence(writer: Client) -> None:
    _vague()

    page = writer.get(f"{CHECKER}?kind=wording").content.decode()

    assert "The <mark>relevant department</mark> handles it. &lt;b&gt;" in page
    assert 'href="/processes/complaint/1.0/parts/elements/#id_rules_en"' in page
    assert "Which department or post is it? Name it." in page
    assert "feasibility.total" not in page
    assert "feasibility.total" in writer.get(CHECKER).content.decode()
    panel = writer.get(f"{CHECKER}?panel=1&place=elements").content.decode()
    assert "<html" not in panel
    assert "relevant department" in panel
    assert "feasibility.total" not in panel
    assert f"{CHECKER}?panel=1&amp;place=elements" in writer.get(f"{BASE}parts/elements/").content.decode()


def test_a_finding_is_suppressed_with_a_reason_and_lifted_again(writer: Client, signed_in: Any) -> None:
    revision = _vague()
    key = _key(revision)

    nothing_said = writer.post(f"{CHECKER}suppress/", {"key": key, "reason": " "})
    assert nothing_said.status_code == 200
    assert f'id="error-{key}">This field is required.' in nothing_said.content.decode()
    answer = writer.post(f"{CHECKER}suppress/", {"key": key, "reason": "Named in <annex> A"})

    assert answer.headers["Location"] == CHECKER
    page = writer.get(CHECKER).content.decode()
    assert "Suppressed by He Lin on " in page
    assert "Named in &lt;annex&gt; A" in page
    row = Suppression.objects.get()
    assert (row.rule, row.place, row.field, row.words) == (
        "wording.vague", "elements", "rules_en", "relevant department",
    )  # fmt: skip
    assert Revision.objects.get().edition == revision.edition
    reader = signed_in(person_as(Role.DEPARTMENT_HEAD)).get(CHECKER).content.decode()
    assert "Suppressed by He Lin on " in reader
    assert '<details class="finding-suppress"' not in reader
    writer.post(f"{CHECKER}{row.pk}/lift/")
    assert not Suppression.objects.exists()
    assert Suppression.history.count() == 2


def test_what_blocks_or_is_no_longer_found_cannot_be_suppressed(writer: Client) -> None:
    revision = _vague(exceptions=[])
    blocking = next(row for row in findings_in(revision, at=timezone.now()) if row.is_blocking)

    with pytest.raises(DomainError, match="cannot be suppressed"):
        suppress(revision, key=blocking.key, reason="x", by=None, at=timezone.now())
    refused = writer.post(f"{CHECKER}suppress/", {"key": "f" * 16, "reason": "x"})
    assert "This is no longer found" in refused.content.decode()
    suppress(revision, key=_key(revision), reason="x", by=None, at=timezone.now())
    with pytest.raises(DomainError, match="suppressed this already"):
        suppress(revision, key=_key(revision), reason="x", by=None, at=timezone.now())


def test_the_next_draft_keeps_what_still_stands_in_the_same_words(writer: Client) -> None:
    revision = _vague()
    for language in ("zh", "en"):
        suppress(revision, key=_key(revision, language), reason=language, by=None, at=timezone.now())
    release(revision, by=None, at=RELEASED_AT, gate=checks_only)
    data = build(revision)
    data["rules"]["zh"] = "由相关部门尽快处理。"

    draft = write_draft(revision.process, data, by=None, reason="Next", at=RELEASED_AT)

    assert [row.reason for row in draft.suppressions.all()] == ["en"]


def test_a_large_draft_costs_no_more_statements_than_a_small_one(writer: Client) -> None:
    def count(steps: int) -> int:
        for earlier in Revision.objects.all():
            delete_draft(earlier, by=None, reason="Test")
        rows = [step(f"s{n}", f"s{n + 1}" if n < steps else None) for n in range(1, steps + 1)]
        for row in rows:
            row["operation"] = {"zh": "由相关部门及时处理", "en": "The relevant department acts soon"}
        revision = write_draft(process_named("complaint"), standard(*rows), by=None, reason="Test", at=RELEASED_AT)
        suppress(revision, key=_key(revision), reason="x", by=None, at=timezone.now())
        writer.get(CHECKER)
        with CaptureQueriesContext(connection) as captured:
            assert writer.get(CHECKER).status_code == 200
        return len(captured)

    small = count(1)

    assert count(30) == small


def test_glossary_references_and_pain_points_are_written_read_and_linked(writer: Client) -> None:
    write_draft(process_named("complaint"), standard(step("s1", None)), by=None, reason="Test", at=RELEASED_AT)

    def written(address: str, **changes: Any) -> None:
        answer = save(writer, BASE + address, **changes)
        assert answer.status_code == 302, errors_of(answer)

    written("parts/glossary/", rows_0_term_zh="相关部门", rows_0_term_en="Relevant department",
            rows_0_meaning_zh="质量部和\n<i>生产部", rows_0_meaning_en="Quality and <i>production")  # fmt: skip
    written("parts/references/", rows_0_title_zh="《产品质量法》", rows_0_title_en="Product Quality Law")
    written("parts/pain-points/", rows_0_text_zh="判定要两天", rows_0_text_en="Judging takes two days")
    point = PainPoint.objects.get()
    assert point.key == "p1"
    written("steps/s1/", answers=[str(point.pk)])
    elements = {"rules_zh": "由相关部门处理。", "rules_en": "Relevant departments act & report."}
    written("parts/elements/", **elements)

    standard_now = parse(build(Revision.objects.get()))
    assert standard_now.steps[0].answers == ("p1",)
    assert str(standard_now.references[0].title) == "Product Quality Law"
    found = findings_in(Revision.objects.get(), at=timezone.now())
    assert [row.rule for row in found if row.place == "elements" and row.kind == "wording"] == []
    assert [row for row in found if row.kind == "purpose"] == []
    manual = writer.get(f"{BASE}manual/").content.decode()
    link = '<a class="term" href="#term-t1" title="Quality and &lt;i&gt;production">Relevant department</a>'
    assert f"{link}s act &amp; report." in manual
    assert re.search(r'<dt id="term-t1">(<[^>]*>)*Relevant department<', manual)
    assert "Product Quality Law" in manual
    written("steps/s1/", answers=None)
    assert parse(build(Revision.objects.get())).steps[0].answers == ()


def test_linked_terms_are_escaped_like_any_text() -> None:
    from tests.processes.domain.checker.definitions import read

    data = standard(step("s1", None))
    data["glossary"] = [{"term": {"zh": "<工单>", "en": "<b>"}, "meaning": words('"><script>')}]
    template = Template("{% load manual %}{{ text|with_terms:standard|linebreaksbr }}")

    def drawn(text: str, of: Standard) -> str:
        return template.render(Context({"text": text, "standard": of}))

    assert drawn("a <工单>\n<script>", read(data)) == (
        'a <a class="term" href="#term-t1" title="&quot;&gt;&lt;script&gt;">&lt;工单&gt;</a><br>&lt;script&gt;'
    )
    assert drawn("<script>", read(standard(step("s1", None)))) == "&lt;script&gt;"
