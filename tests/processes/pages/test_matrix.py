"""The RACI matrix of a revision: read by all who may read it, written in a draft, one A for each step (F03)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from processes.domain.matrix import matrix_of, read_letters
from processes.domain.reading import standard_of_revision
from processes.models import Revision, StepPost
from procstd.errors import DomainError
from procstd.roles import Role
from tests.factories import PostFactory
from tests.processes.pages.desk import person_as
from tests.standards import RELEASED_AT, process_named, released, standard, step, write_draft

pytestmark = pytest.mark.django_db


def draft_of(data: Any, code: str = "complaint") -> Revision:
    return write_draft(process_named(code), data, by=None, reason="Test", at=RELEASED_AT)


def address(revision: Revision) -> str:
    return reverse("processes:raci", args=[revision.process.code, revision.number])


def as_shown(client: Any, revision: Revision, query: str = "") -> dict[str, Any]:
    """Return what the page would send if nothing was changed."""
    form = client.get(address(revision) + query).context["form"]
    cells = {cell.name: cell.text for row in form.rows for cell in row.cells}
    return {**cells, "seen": revision.edition, "reason": "Who answers"}


def duties(revision: Revision) -> set[tuple[str, str, str]]:
    rows = StepPost.objects.filter(step__revision=revision).select_related("step", "post", "department")
    return {
        (row.step.key, f"{row.post.code}@{row.department.code if row.department else ''}", row.duty) for row in rows
    }


@pytest.fixture
def writer(signed_in: Any) -> Any:
    return signed_in(person_as(Role.PROCESS_SPECIALIST))


@pytest.mark.parametrize(("text", "letters"), [("a r", "RA"), ("i,C", "CI"), ("", ""), ("RR", "R"), (" a ", "A")])
def test_letters_are_read_in_any_order(text, letters):
    assert read_letters(text) == letters


@pytest.mark.parametrize("text", ["X", "R1", "是", "R\x00"])
def test_other_letters_are_refused(text):
    with pytest.raises(DomainError):
        read_letters(text)


def test_the_matrix_says_what_the_definition_says():
    revision = released().definition.revision
    text, _definition = standard_of_revision(revision)
    matrix = matrix_of(text)

    told = {
        (line.step.key, f"{place.post}@{place.department or ''}", letter)
        for line in matrix.lines
        for place, letters in zip(matrix.places, line.letters, strict=True)
        for letter in letters
    }

    assert told == duties(revision)
    assert {line.answers for line in matrix.lines} == {1}


def test_a_cell_is_written_and_the_rest_stays(writer):
    draft = draft_of(standard(step("s1", "s2"), step("s2", None)))
    before = duties(draft)
    sent = {**as_shown(writer, draft), "cell-s2-service-agent@": "r"}

    answer = writer.post(address(draft), sent)

    assert answer.status_code == 302
    assert duties(draft) == before - {("s2", "service-agent@", "A")}
    assert "nobody" in writer.get(address(draft)).text
    gone = StepPost.history.filter(history_type="-").get()
    assert (gone.duty, gone.history_change_reason) == ("A", "Who answers")


def test_a_post_gets_a_column_by_address_and_a_letter(writer):
    PostFactory(code="clerk", name_en="Clerk")
    draft = draft_of(standard(step("s1", None)))
    query = "?post=clerk&department=service"
    sent = {**as_shown(writer, draft, query), "cell-s1-clerk@service": "i"}

    answer = writer.post(address(draft) + query, sent)

    assert answer.status_code == 302
    assert ("s1", "clerk@service", "I") in duties(draft)


def test_who_countersigns_is_a_letter_too(writer):
    draft = draft_of(standard(step("s1", None)))
    query = "?post=department-head&department=quality"
    sent = {**as_shown(writer, draft, query), "cell-s1-department-head@quality": "cs"}

    answer = writer.post(address(draft) + query, sent)

    assert answer.status_code == 302
    assert {("s1", "department-head@quality", "C"), ("s1", "department-head@quality", "S")} <= set(duties(draft))


def test_a_wrong_letter_is_refused_beside_its_cell_and_nothing_is_lost(writer):
    draft = draft_of(standard(step("s1", "s2"), step("s2", None)))
    before = duties(draft)
    sent = {**as_shown(writer, draft), "cell-s1-service-agent@": "<b>", "cell-s2-service-agent@": "RACI"}

    answer = writer.post(address(draft), sent)

    assert answer.status_code == 200
    assert 'id="error-cell-s1-service-agent@"' in answer.text
    assert 'value="&lt;b&gt;"' in answer.text
    assert 'value="RACI"' in answer.text
    assert duties(draft) == before


def test_a_matrix_that_was_changed_meanwhile_is_not_overwritten(writer):
    draft = draft_of(standard(step("s1", None)))
    sent = as_shown(writer, draft)
    writer.post(address(draft), {**sent, "cell-s1-service-agent@": "RAC"})

    answer = writer.post(address(draft), {**sent, "cell-s1-service-agent@": "RA"})

    assert "changed this draft while you were typing" in answer.text
    assert ("s1", "service-agent@", "C") in duties(draft)


def test_released_text_is_read_and_not_written(signed_in, writer):
    revision = released().definition.revision
    reader = signed_in(person_as(Role.FRONTLINE))

    page = reader.get(address(revision))

    assert "raci-letter--A" in page.text
    assert "<input" not in page.text.split('class="table')[1].split("</table>")[0]
    assert writer.post(address(revision), {"reason": "x"}).status_code == 403
    assert reader.post(address(revision), {"reason": "x"}).status_code == 403


def test_reading_and_writing_cost_the_same_for_one_step_and_for_thirty(writer):
    counts = []
    for code, number in (("few", 1), ("many", 30)):
        steps = [step(f"s{at}", f"s{at + 1}" if at < number else None) for at in range(1, number + 1)]
        draft = draft_of(standard(*steps), code)
        sent = {**as_shown(writer, draft)}
        sent |= {name: "RI" for name in sent if name.startswith("cell-")}
        with CaptureQueriesContext(connection) as reading:
            writer.get(address(draft))
        with CaptureQueriesContext(connection) as writing:
            assert writer.post(address(draft), sent).status_code == 302
        counts.append((len(reading), len(writing)))

    assert counts[0] == counts[1]
