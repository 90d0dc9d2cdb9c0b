"""Pages of a project: every one of them answers, in both languages, to whom it is for."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.domain.notebook import write_entry
from projects.domain.passing import close_phase, override_criterion
from projects.models import Project
from tests.projects.desk import NOW, lead, leader, person, planned, project, scores, staffed, whole

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "", "change/", "stop/", "team/", "team/add/", "scope/", "scope/add/", "scope/weights/", "scope/rankings/1/",
    "scope/of/complaint/", "plan/", "plan/make/", "plan/agree/", "plan/add/", "plan/of/p1/", "plan/of/t2/",
    "plan/of/p1/move/", "gate/1/", "gate/2/", "risks/add/", "write/decision/", "write/meeting/", "files/add/",
    "plan/document/", "plan/document/?language=both",
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("stage", ["empty", "whole", "closed"])
def test_every_page_answers_at_every_stage(signed_in: Any, stage: str, language: str) -> None:
    started = whole() if stage != "empty" else project("complaints")
    write_entry(started, kind="decision", held_on=NOW.date(), title="Go", text="We go.", by=lead(), at=NOW)
    if stage == "closed":
        close_phase(started, phase=1, by=lead(), at=NOW)
    client: Client = signed_in(leader())
    client.cookies["django_language"] = language
    skipped = {"scope/rankings/1/", "scope/of/complaint/", "plan/of/p1/", "plan/of/t2/", "plan/of/p1/move/"}
    may_keep = staffed(started) if stage == "empty" else started

    answers = {
        tail: client.get(f"/projects/{may_keep.code}/{tail}").status_code
        for tail in ADDRESSES
        if stage != "empty" or tail not in skipped
    }

    assert {tail: code for tail, code in answers.items() if code != 200} == {}
    assert client.get("/projects/").status_code == client.get("/projects/inventory/").status_code == 200


def test_the_leader_signs_after_the_password(signed_in: Any) -> None:
    started = planned(staffed(project()))
    client: Client = signed_in(leader())

    session = client.session
    session["reauthenticated_at"] = ""
    session.save()
    asked = client.get(f"/projects/{started.code}/gate/1/override/projects.b-choice/")
    session = client.session
    session["reauthenticated_at"] = timezone.now().isoformat()
    session.save()
    answer = client.post(f"/projects/{started.code}/gate/1/override/projects.b-choice/", {"reason": "Urgent"})

    assert asked.status_code == 302
    assert answer.status_code == 302
    assert started.overrides.get().reason == "Urgent"
    assert "Urgent" in client.get(f"/projects/{started.code}/").content.decode()


def test_a_candidate_comes_in_by_its_form(signed_in: Any) -> None:
    from tests.standards import process_named

    started, process = project(), process_named("complaint")
    client: Client = signed_in(lead())

    refused = client.post(f"/projects/{started.code}/scope/add/", {"process": process.pk})
    answer = client.post(f"/projects/{started.code}/scope/add/", {"process": process.pk, "reason": "Felt", **scores()})

    assert refused.status_code == 200
    assert answer.status_code == 302
    assert started.rankings.count() == 1


def test_forms_of_others_do_not_exist(signed_in: Any) -> None:
    started = staffed(project())
    client: Client = signed_in(person("it"))

    assert client.get(f"/projects/{started.code}/").status_code == 200
    assert client.get(f"/projects/{started.code}/team/add/").status_code == 404
    assert client.get(f"/projects/{started.code}/gate/1/override/projects.b-choice/").status_code in (302, 404)


def test_the_portfolio_filters_and_costs_the_same_for_thirty(signed_in: Any) -> None:
    client: Client = signed_in(lead())
    planned(staffed(project("first")))

    def counted() -> int:
        client.get("/projects/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/projects/").status_code == 200
        return len(captured)

    one = counted()
    for number in range(29):
        planned(staffed(project(f"p-{number}")))
    stopped = Project.objects.get(code="p-0")
    stopped.state = "stopped"
    stopped.save()

    assert counted() == one
    assert "p-0" not in client.get("/projects/").content.decode()
    assert "p-0" in client.get("/projects/?show=all&health=stopped").content.decode()
    assert "No project like this" in client.get("/projects/?q=nothing").content.decode()


def test_the_inventory_filters_and_goes_to_excel(signed_in: Any) -> None:
    whole()
    client: Client = signed_in(lead())

    page = client.get("/projects/inventory/?q=complaint").content.decode()
    book = client.get("/projects/inventory/excel/?priority=high")

    assert "Complaint process" in page
    assert "Order process" not in page
    assert book.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert "No process like this" in client.get("/projects/inventory/?department=nowhere").content.decode()


def test_an_override_shows_for_ever(signed_in: Any) -> None:
    started = planned(staffed(project()))
    override_criterion(
        started, phase=1, criterion="projects.b-choice", reason="The board wants it", by=leader(), at=NOW
    )

    page = signed_in(lead()).get(f"/projects/{started.code}/gate/1/").content.decode()

    assert "The board wants it" in page
