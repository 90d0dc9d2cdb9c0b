"""Pages of export and import: button, job, check, decisions, one project (F05)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from procstd.files.models import StoredFile
from procstd.jobs.models import Job, State
from procstd.organisation.models import User
from procstd.transfer.archive import pack, unpack
from projects.domain.transfer.exporting import remove_exports_before
from projects.models import Export, Project
from tests.factories import JobFactory
from tests.projects.desk import chosen, lead, person, planned, project, staffed
from tests.projects.transfer.bags import admin, exported, file_of_another_house, organised
from tests.projects.transfer.desk import administrator, sent, worked
from tests.projects.transfer.hostile import parts_of
from tests.security.cast import TOLD_OF_A_PROJECT
from tests.standards import process_named

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_project_goes_out_and_comes_in_by_its_pages(signed_in: Any, language: str) -> None:
    started = planned(chosen(staffed(project())))
    User.objects.update(language=language)
    client = administrator(signed_in)

    assert client.get(f"/projects/{started.code}/export/").status_code == 200
    assert client.post(f"/projects/{started.code}/export/").status_code == 302
    out = worked()
    assert (out.state, out.error_en) == (State.DONE, "")
    assert client.get(out.get_absolute_url()).status_code == 200
    raw = b"".join(client.get(f"/files/{out.result['file']}/").streaming_content)  # type: ignore[arg-type]
    assert sent(client, raw).status_code == 302
    check = worked()
    assert (check.state, check.error_en) == (State.DONE, "")
    assert client.get(check.get_absolute_url()).status_code == 200
    page = client.get(f"/projects/import/{check.pk}/")
    assert page.status_code == 200
    answer = client.post(f"/projects/import/{check.pk}/", {"code": "copy", "stays": "on"})
    assert answer.status_code == 302
    done = worked()
    assert (done.state, done.error_en, done.result["project"]) == (State.DONE, "", "copy")
    assert client.get(done.get_absolute_url()).status_code == 200
    home = client.get("/projects/copy/").content.decode()
    assert "SHA-256" in home
    assert unpack(raw).sha256[:12] in home


def test_an_export_is_kept_in_the_activity_of_the_project(signed_in: Any) -> None:
    started = project()
    client: Client = signed_in(lead())

    client.post("/projects/complaints/export/")
    job = worked()

    export = Export.objects.get()
    assert (export.project, export.by, export.sha256) == (started, lead(), job.result["sha256"])
    assert "exported the whole project" in client.get("/projects/complaints/").content.decode()
    with pytest.raises(TypeError):
        export.save()


def test_a_member_without_the_right_to_all_of_it_does_not_export(signed_in: Any) -> None:
    staffed(project())
    client: Client = signed_in(person("specialist"))

    assert client.get("/projects/complaints/export/").status_code == 403
    assert "/export/" not in client.get("/projects/complaints/").content.decode()
    assert "/projects/import/" not in client.get("/projects/").content.decode()


def test_the_file_is_for_whoever_made_it_while_the_right_lasts_and_a_week(signed_in: Any) -> None:
    project()
    signed_in(lead()).post("/projects/complaints/export/")
    job = worked()
    Job.objects.filter(pk=job.pk).update(state=State.WAITING)
    again = worked()
    address = f"/files/{job.result['file']}/"

    assert again.result["file"] == job.result["file"]
    assert Export.objects.count() == 1
    assert signed_in(lead()).get(address).status_code == 200
    assert signed_in(admin()).get(address).status_code == 404
    lead().holdings.all().delete()
    assert signed_in(lead()).get(address).status_code == 404
    assert remove_exports_before(timezone.now() - timedelta(days=7)) == 0
    assert remove_exports_before(timezone.now()) == 1
    assert (StoredFile.objects.count(), Export.objects.count()) == (0, 1)


def test_a_right_taken_away_while_the_job_waits_counts(signed_in: Any) -> None:
    project()
    signed_in(lead()).post("/projects/complaints/export/")
    lead().holdings.all().delete()

    job = worked()

    assert job.state == State.FAILED
    assert not Export.objects.exists()


def test_pages_cost_the_same_for_one_and_for_thirty(signed_in: Any) -> None:
    client = administrator(signed_in)
    project()

    def told(count: int) -> Job:
        rows = [{"code": f"p-{number}", "zh": "人", "en": "P", "email": f"p{number}@x.cn"} for number in range(count)]
        units = [{"code": f"d-{number}", "zh": "部", "en": "D", "email": ""} for number in range(count)]
        periods = [{"from": "2026-03-02T01:00:00+00:00", "until": None}]
        versions = [{"number": "1.0", "sha256": "0" * 64, "releases": periods}]
        processes = [
            {"code": f"x-{number}", "zh": "流", "en": "X", "versions": versions, "stays": []} for number in range(count)
        ]
        surveys = [
            {"number": f"S-{number:04}", "began_at": "2026-03-02T01:00:00+00:00", "process": f"x-{number}", "stays": []}
            for number in range(count)
        ]
        result = {**TOLD_OF_A_PROJECT, "person": rows, "department": units, "post": units, "processes": processes,
                  "surveys": surveys}  # fmt: skip
        return JobFactory(kind="project-check", state=State.DONE, result=result, owner=admin())

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    one, thirty = told(1), told(30)

    assert cost(f"/projects/import/{one.pk}/") == cost(f"/projects/import/{thirty.pk}/")
    few = cost("/projects/complaints/export/")
    for number in range(30):
        Export.objects.create(
            project=Project.objects.get(), job_number=number, sha256="0" * 64, by=lead(), at=timezone.now()
        )
    assert cost("/projects/complaints/export/") == few


def test_an_export_costs_the_same_statements_whatever_the_rows() -> None:
    from projects.domain.notebook import add_risk

    started = project()

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            exported(started)
        return len(captured)

    exported(started)
    few = cost()
    for number in range(30):
        add_risk(
            started, title_zh="险", title_en=f"Risk {number}", control_zh="控", control_en="Control", likelihood=1,
            impact=1, owner=None, reason="Test", by=lead(),
        )  # fmt: skip

    assert cost() == few


def test_what_comes_into_force_by_an_import_is_judged_when_the_page_is_shown(signed_in: Any) -> None:
    now = timezone.now()
    client = administrator(signed_in)

    def version(number: str, begins: int, ends: int | None) -> dict[str, Any]:
        until = ends is not None and (now + timedelta(days=ends)).isoformat()
        period = {"from": (now + timedelta(days=begins)).isoformat(), "until": until or None}
        return {"number": number, "sha256": "", "releases": [period]}

    versions = [version("1.0", -90, -1), version("2.0", -1, 30), version("3.0", 30, None)]
    result = {
        **TOLD_OF_A_PROJECT, "made_at": (now - timedelta(days=60)).isoformat(),
        "processes": [{"code": "x", "zh": "流", "en": "X", "versions": versions, "stays": []}],
    }  # fmt: skip
    check = JobFactory(kind="project-check", state=State.DONE, result=result, owner=admin())

    page = client.get(f"/projects/import/{check.pk}/")

    assert [row.number for row in page.context["coming"]] == ["2.0", "3.0"]
    text = page.content.decode()
    assert "V1.0" not in text
    assert text.count("planned, in force from") == 1


def test_what_stays_in_the_file_is_named_and_acknowledged(signed_in: Any) -> None:
    raw = file_of_another_house()
    organised()
    process = process_named("complaint")

    def without_versions(parts: dict[str, Any]) -> None:
        # Pain points and questions, and nothing else, hang on the process.
        for label in [path for path in parts if path.startswith(("rows/surveys.", "rows/processes."))]:
            if label not in ("rows/processes.process.json", "rows/processes.painpoint.json"):
                parts[label].clear()
        parts["files.json"].clear()

    manifest, parts, _files = parts_of(raw)
    without_versions(parts)
    small = pack(manifest, parts, {})
    client = administrator(signed_in)
    sent(client, small)
    check = worked()
    address = f"/projects/import/{check.pk}/"

    page = client.get(address)
    known = page.context["needs"].known
    asked = [need.place for need in page.context["needs"].open]
    given = {"code": "copy", "asked": asked} | {f"to_{need.place}": need.found.username for need in
                                                page.context["needs"].doubtful}  # fmt: skip
    refused = client.post(address, given)

    assert [(row.process, row.versions, [one["en"] for one in row.stays]) for row in known] == [
        (process, [], ["pain points of standards"])
    ]
    assert "文件中不写入的内容：" in page.content.decode()
    assert refused.status_code == 200
    assert refused.context["form"].errors["stays"]
    assert client.post(address, given | {"stays": "on"}).status_code == 302
