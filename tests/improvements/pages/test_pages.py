"""Pages of the room: each answers to whom it is for, costs the same for many rows, and works without script."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from improvements.domain.evaluating import decide, gather_evidence
from improvements.domain.handling import adopt, decline, merge, take_up
from improvements.domain.planning import plan_special
from improvements.domain.suggesting import new_code
from improvements.models import Evaluation, Evidence, Suggestion
from processes.domain.revising import open_draft
from procstd.files.models import StoredFile
from procstd.jobs.domain.running import claim, run_claimed
from procstd.jobs.models import Job, State
from procstd.roles import Role
from tests.cases.journeys import Team
from tests.improvements.desk import (
    NOW,
    OTHER,
    TEXTS,
    WEEK,
    anonymous,
    lead,
    named,
    person,
    process_in_force,
    specialist,
    worked,
)
from tests.improvements.domain.test_anonymity import picture
from tests.standards import holder, process_named

pytestmark = pytest.mark.django_db
CHANGES = {"text_zh": "自动关联", "text_en": "Linked automatically", "effect": "Twice as fast"}


def evaluation_of(process: Any, **facts: Any) -> Evaluation:
    given = {
        "occasion": "product",
        "occasion_on": None,
        "why_zh": "新",
        "why_en": "New",
        "by": lead(),
        "at": NOW + 12 * WEEK,
    }
    return plan_special(process, **{**given, **facts})


def typed(process: Any, **more: Any) -> dict[str, Any]:
    """Return what a browser sends of the form."""
    texts = {name: value for name, value in TEXTS.items() if value is not None}
    return {**texts, "code": new_code(), "process": process.code, "at": "", "case": "", "department": "", **more}


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_links_to_suggest_stand_on_manual_process_centre_and_case(signed_in: Any) -> None:
    process, team = process_in_force(), Team()
    case = worked(process, team, opened=NOW, hours=(1, 2))
    client: Client = signed_in(team["service-agent"])

    manual = text(client, reverse("processes:manual", args=["complaint", "1.0"]))
    centre = text(client, reverse("centre:process", args=["complaint"]))
    page = text(client, case.get_absolute_url())

    for anchor in ("clause-elements-purpose", "clause-totals", "clause-step-s1", "clause-step-s2", "clause-form-note"):
        assert f"/improvements/suggest/?process=complaint&amp;at={anchor}" in manual
    assert "/improvements/suggest/?process=complaint&amp;at=step%3As2" in centre
    assert "/improvements/suggest/?process=complaint&amp;at=form%3Anote" in centre
    assert f"/improvements/suggest/?case={case.number}" in page


def test_the_form_knows_where_it_was_opened(signed_in: Any) -> None:
    process, team = process_in_force(), Team()
    case = worked(process, team, opened=NOW, hours=(1, 2))
    client: Client = signed_in(team["service-agent"])

    step = text(client, "/improvements/suggest/?process=complaint&at=step:s2")
    of_case = text(client, f"/improvements/suggest/?case={case.number}")
    bare = text(client, "/improvements/suggest/")
    odd = text(client, "/improvements/suggest/?process=%00&at=%3Cscript&case=C-99999999999")

    assert '<option value="clause-step-s2" selected>Step 2: Title s2</option>' in step
    assert f"About the case {case.number}" in of_case
    assert '<option value="complaint">' in bare
    assert "<script&" not in odd


def test_a_suggestion_by_name_comes_in_and_leads_to_its_page(signed_in: Any) -> None:
    process, agent, team = process_in_force(), holder("service-agent"), Team()
    case = worked(process, team, opened=NOW, hours=(1, 2))
    client: Client = signed_in(agent)

    answer = client.post("/improvements/suggest/", typed(process, at="clause-step-s2", case=case.number))

    made = Suggestion.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert (made.proposer, made.case, made.anchor, made.version) == (agent, case, "clause-step-s2", "V1.0")
    assert made.clause_en == "Step 2: Title s2"
    page = text(client, made.get_absolute_url())
    assert "nobody has taken it up yet" in page
    assert "Adopt" not in page


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(signed_in: Any) -> None:
    process = process_in_force()
    client: Client = signed_in(holder("service-agent"))

    answer = client.post("/improvements/suggest/", typed(process, proposal="", problem="Kept text"))
    no_picture = client.post(
        "/improvements/suggest/", typed(process, photo=_file("a.txt"), problem="Kept text", anonymous="on")
    )

    for page in (answer, no_picture):
        assert page.status_code == 200
        assert "Kept text" in page.content.decode()
    assert 'id="id_proposal_error"' in answer.content.decode() or "invalid-feedback" in answer.content.decode()
    assert "Files of this kind are not taken here" in no_picture.content.decode()
    assert Suggestion.objects.count() == 0


def _file(name: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, b"text")


def test_similar_ones_are_shown_while_writing_and_one_may_join_them_without_script(signed_in: Any) -> None:
    process, agent = process_in_force(), holder("service-agent")
    made = named(process)
    anonymous(process)
    client: Client = signed_in(agent)

    found = client.post("/improvements/suggest/similar/", typed(process)).content.decode()
    joined = client.post(f"/improvements/{made.number}/follow/", typed(process))

    assert found.count("I want the same") == 1
    assert f'formaction="/improvements/{made.number}/follow/"' in found
    assert joined.status_code == 302
    assert [row.person for row in made.followers.all()] == [agent]
    assert text(client, made.get_absolute_url())
    assert client.post("/improvements/suggest/similar/", {"process": "none"}).content.decode().strip() == ""


def test_who_follows_reads_number_proposal_and_state_and_nothing_more(signed_in: Any) -> None:
    process, agent = process_in_force(), holder("service-agent")
    made = named(process, person("quentin"), photo=picture("own.jpg"), notes="Between us")
    file = StoredFile.objects.get(object_id=made.pk)
    client: Client = signed_in(agent)
    assert client.get(made.get_absolute_url()).status_code == 404

    client.post(f"/improvements/{made.number}/follow/")

    page, home = text(client, made.get_absolute_url()), text(client, "/improvements/")
    for shown in (page, home):
        assert made.number in shown
        assert TEXTS["proposal"] in shown
        for hidden in (TEXTS["problem"], TEXTS["effect"], "Between us", "quentin", "own.jpg"):
            assert hidden not in shown
    assert client.get(file.get_absolute_url()).status_code == 404
    assert made.number not in text(client, "/improvements/?q=documents").split('id="followed"')[0]


def test_others_suggestions_and_the_forms_that_decide_do_not_exist(signed_in: Any) -> None:
    process = process_in_force()
    made, hidden = named(process), anonymous(process)[0]
    client: Client = signed_in(holder("service-agent"))

    assert client.get(made.get_absolute_url()).status_code == 404
    assert client.post(f"/improvements/{hidden.number}/follow/").status_code == 404
    author: Client = signed_in(made.proposer)
    for act in ("decline", "merge", "adopt"):
        assert author.get(f"/improvements/{made.number}/{act}/").status_code == 404
    assert author.post(f"/improvements/{made.number}/take-up/").status_code == 404


def test_a_specialist_takes_up_merges_declines_and_adopts_by_pages(signed_in: Any) -> None:
    process = process_in_force()
    main, double, third = named(process), named(process), named(process, **OTHER)
    client: Client = signed_in(specialist())

    client.post(f"/improvements/{main.number}/take-up/")
    merging = text(client, f"/improvements/{double.number}/merge/?into={main.number}")
    client.post(f"/improvements/{double.number}/merge/", {"into": main.number})
    refused = client.post(f"/improvements/{third.number}/decline/", {"reason": ""})
    client.post(f"/improvements/{third.number}/decline/", {"reason": "Later"})
    adopting = text(client, f"/improvements/{main.number}/adopt/")
    client.post(f"/improvements/{main.number}/adopt/", CHANGES)

    assert f'<option value="{main.number}" selected>' in merging
    assert refused.status_code == 200
    assert "The next revision begins with it" in adopting
    states = dict(Suggestion.objects.values_list("number", "state"))
    assert states == {main.number: "adopted", double.number: "merged", third.number: "declined"}
    page = text(client, main.get_absolute_url())
    assert "V1.1" in page
    assert double.number in page


def test_the_list_filters_and_costs_the_same_for_thirty(signed_in: Any) -> None:
    process, client = process_in_force(), signed_in(specialist())
    assert "No suggestions yet" in text(client, "/improvements/")
    first = named(process, person("author"))

    def counted() -> int:
        text(client, "/improvements/")
        with CaptureQueriesContext(connection) as captured:
            text(client, "/improvements/")
        return len(captured)

    one = counted()
    for number in range(24):
        named(process, person(f"author-{number % 7}"), **OTHER)
    for _number in range(5):
        anonymous(process)
    take_up(first, by=specialist(), at=NOW)

    assert counted() == one
    page = text(client, "/improvements/?state=in_work")
    assert first.number in page
    assert "SG-2026-0002" not in page
    assert "No suggestion like this" in text(client, "/improvements/?q=nothing%20like%20it")
    assert text(client, "/improvements/?state=open&process=complaint&whose=mine&q=batch")


def test_a_merged_one_that_the_reader_does_not_see_is_no_link(signed_in: Any) -> None:
    process, author, other = process_in_force(), person("author"), person("other")
    main, double = named(process, author), named(process, other)
    merge(double, into=main, by=specialist(), at=NOW)

    to_author = text(signed_in(author), main.get_absolute_url())
    to_specialist = text(signed_in(specialist()), main.get_absolute_url())

    assert double.number in to_author
    assert f'href="{double.get_absolute_url()}"' not in to_author
    assert f'href="{double.get_absolute_url()}"' in to_specialist


def test_the_list_offers_only_processes_of_suggestions_that_the_reader_sees(signed_in: Any) -> None:
    named(process_in_force())
    mine = named(process_in_force("order"), holder("service-agent"))
    client: Client = signed_in(mine.proposer)

    page = text(client, "/improvements/")

    assert '<option value="order">' in page
    assert '<option value="complaint">' not in page


def test_one_suggestion_costs_the_same_with_thirty_merged_into_it(signed_in: Any) -> None:
    process, client, deciding = process_in_force(), signed_in(specialist()), specialist()
    main = named(process)

    def merged(number: int) -> None:
        merge(named(process, person(f"a-{number}")), into=main, by=deciding, at=NOW)

    def counted() -> int:
        text(client, main.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            text(client, main.get_absolute_url())
        return len(captured)

    merged(0)
    one = counted()
    for number in range(1, 30):
        merged(number)

    assert counted() == one


def test_evidence_is_gathered_by_a_job_and_shown_with_its_charts(signed_in: Any) -> None:
    process, team = process_in_force(), Team()
    for number in range(12):
        worked(process, team, opened=NOW + number * WEEK, hours=(0.2, 0.4 + number % 2 * 0.1), rating=5)
    worked(process, team, opened=NOW + 11 * WEEK, hours=(0.2, 6))
    named(process, at=NOW + WEEK)
    evaluation = evaluation_of(process)
    client: Client = signed_in(process.owner)
    assert "No evidence yet" in text(client, evaluation.get_absolute_url())

    started = client.post(f"{evaluation.get_absolute_url()}gather/")
    twice = client.post(f"{evaluation.get_absolute_url()}gather/")
    job = Job.objects.get()
    claimed = claim(job.pk, at=timezone.now())
    assert claimed is not None
    run_claimed(claimed)

    job.refresh_from_db()
    assert started["Location"] == twice["Location"] == job.get_absolute_url()
    assert (job.state, job.result["closed"]) == (State.DONE, 13)
    assert "To the evaluation" in text(client, job.get_absolute_url())
    page = text(client, evaluation.get_absolute_url())
    assert page.count('class="pareto control"') == 4
    assert "control-signal" in page
    assert Evidence.objects.get().sha256 in page
    assert "SG-2026-0001" in page
    assert "2 Title s2" in page
    report = text(client, f"{evaluation.get_absolute_url()}report/?language=both")
    assert report.count('class="pareto control"') == 8
    assert Evidence.objects.get().sha256 in report


def test_the_report_of_an_evaluation_is_made_as_pdf_with_its_charts(signed_in: Any) -> None:
    process, team = process_in_force(), Team()
    for number in range(11):
        worked(process, team, opened=NOW + number * WEEK, hours=(0.2, 0.4 + number % 2 * 0.1))
    evaluation = evaluation_of(process)
    client: Client = signed_in(process.owner)
    assert client.get(f"{evaluation.get_absolute_url()}report/").status_code == 404
    gather_evidence(evaluation, by=lead(), at=NOW + 12 * WEEK)
    decide(evaluation, outcome="keep", reason="It is good", by=process.owner, at=NOW + 12 * WEEK)

    client.post(f"{evaluation.get_absolute_url()}report/make/", {"kind": "pdf", "language": "en"})
    job = Job.objects.get()
    claimed = claim(job.pk, at=timezone.now())
    assert claimed is not None
    run_claimed(claimed)

    job.refresh_from_db()
    assert job.state == State.DONE, job.error_en
    raw = StoredFile.objects.get(key=job.result["file"]).content.read()
    pages = "".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)
    assert raw.startswith(b"%PDF")
    for said in ("E-0001", "It is good", "Moving range", "No signal.", "Satisfaction: fewer than ten weeks"):
        assert said in pages


def test_an_owner_decides_and_others_cannot(signed_in: Any) -> None:
    process = process_in_force()
    evaluation = evaluation_of(process)
    gather_evidence(evaluation, by=lead(), at=NOW + 12 * WEEK)
    address = f"{evaluation.get_absolute_url()}decide/"
    owner: Client = signed_in(process.owner)

    assert signed_in(specialist()).get(address).status_code == 404
    assert signed_in(holder("service-agent")).get(evaluation.get_absolute_url()).status_code == 404
    refused = owner.post(address, {"outcome": "minor", "reason": "Slow", "seen": "1"})
    answer = owner.post(address, {"outcome": "minor", "reason": "Slow", "seen": "1", **CHANGES})

    assert refused.status_code == 200
    assert "Slow" in refused.content.decode()
    assert answer.status_code == 302
    page = text(owner, evaluation.get_absolute_url())
    assert "V1.1" in page
    assert "Gather the evidence" not in page
    assert owner.post(address, {"outcome": "keep", "reason": "x"}).status_code == 200


def test_altered_evidence_is_not_shown(signed_in: Any) -> None:
    process = process_in_force()
    evaluation = evaluation_of(process)
    Evidence.objects.create(evaluation=evaluation, number=1, content="{}", sha256="0" * 64, at=NOW, by=None)

    page = text(signed_in(process.owner), evaluation.get_absolute_url())

    assert "It is not shown" in page


def test_the_list_of_evaluations_costs_the_same_for_thirty(signed_in: Any) -> None:
    process, client = process_in_force(), signed_in(specialist())
    assert "No evaluation waits" in text(client, "/improvements/evaluations/")

    def more(number: int) -> None:
        made = evaluation_of(process)
        if number % 2:
            gather_evidence(made, by=lead(), at=NOW + 12 * WEEK)
            decide(made, outcome="keep", reason="Good", by=lead(), at=NOW + 12 * WEEK)

    def counted() -> int:
        text(client, "/improvements/evaluations/")
        with CaptureQueriesContext(connection) as captured:
            text(client, "/improvements/evaluations/")
        return len(captured)

    more(0)
    more(1)
    one = counted()
    for number in range(2, 30):
        more(number)

    assert counted() == one


def test_a_special_evaluation_is_planned_by_its_form(signed_in: Any) -> None:
    process, client = process_in_force(), signed_in(lead())
    address = "/improvements/evaluations/plan/"
    words = {"process": process.code, "occasion": "regulation", "why_zh": "新规", "why_en": "New law"}

    refused = client.post(address, words)
    answer = client.post(address, {**words, "occasion_on": "2027-01-01"})

    assert "Say from which day" in refused.content.decode()
    assert answer["Location"] == Evaluation.objects.get().get_absolute_url()
    assert "New law" in text(client, answer["Location"])


def test_the_home_page_shows_an_owner_what_waits_and_nobody_else(signed_in: Any) -> None:
    process = process_in_force()
    made = evaluation_of(process)

    assert made.number in text(signed_in(process.owner), "/")
    assert made.number not in text(signed_in(specialist()), "/")


def test_the_trace_leads_there_and_back(signed_in: Any) -> None:
    process = process_in_force()
    made = named(process)
    adopt(made, by=specialist(), at=NOW, **CHANGES)
    client: Client = signed_in(specialist())

    page = text(client, "/improvements/trace/complaint/")

    assert f'id="{made.number}"' in page
    assert made.get_absolute_url() in page
    assert open_draft(process).get_absolute_url() in page  # type: ignore[union-attr]
    assert "/improvements/trace/complaint/" in text(client, reverse("processes:process-trace", args=["complaint"]))
    assert "/improvements/trace/complaint/#SG-2026-0001" in text(client, made.get_absolute_url())
    assert "No change with an origin yet" in text(client, f"/improvements/trace/{process_named('new').code}/")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_annual_report_is_a_page_and_files(signed_in: Any, language: str) -> None:
    process = process_in_force(at=NOW)
    decline(named(process, at=NOW), reason="Later", by=specialist(), at=NOW)
    client: Client = signed_in(person("auditor", Role.AUDITOR))
    client.cookies["django_language"] = language

    page = text(client, "/improvements/years/2026/?language=both")
    listed = text(client, "/improvements/years/")
    answer = client.post("/improvements/years/2026/make/", {"kind": "docx", "language": "en"})
    job = Job.objects.get()
    claimed = claim(job.pk, at=timezone.now())
    assert claimed is not None
    run_claimed(claimed)

    job.refresh_from_db()
    assert "SHA" not in listed
    assert "/improvements/years/2026/" in listed
    assert "2026" in page
    assert answer["Location"] == job.get_absolute_url()
    assert job.state == State.DONE, json.dumps(job.result) + job.error_en
    assert client.get("/improvements/years/1999/").status_code == 404
    assert signed_in(holder("service-agent")).get("/improvements/years/2026/").status_code == 403


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_answers_in_both_languages(signed_in: Any, language: str) -> None:
    process = process_in_force()
    made = named(process)
    evaluation = evaluation_of(process)
    gather_evidence(evaluation, by=lead(), at=NOW + 12 * WEEK)
    client: Client = signed_in(lead())
    client.cookies["django_language"] = language

    for tail in (
        "", "suggest/", "follow/", "evaluations/", "evaluations/plan/", f"evaluations/{evaluation}/", "panel/",
        "trace/complaint/", "years/", f"{made}/", f"{made}/decline/", f"{made}/merge/", f"{made}/adopt/",
    ):  # fmt: skip
        assert client.get(f"/improvements/{tail}").status_code == 200, tail
