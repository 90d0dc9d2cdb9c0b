"""Pages of export and import: button, job, check, decisions, one project (F05)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from procstd.files.models import StoredFile
from procstd.jobs.domain.running import claim, run_claimed
from procstd.jobs.models import Job, State
from procstd.organisation.models import User
from procstd.transfer.archive import unpack
from projects.models import Arrival, Export, Project
from tests.factories import JobFactory, PersonFactory
from tests.projects.desk import chosen, lead, person, planned, project, staffed
from tests.projects.transfer.bags import admin, exported, file_of_another_house
from tests.security.cast import TOLD_OF_A_PROJECT

pytestmark = pytest.mark.django_db


def administrator(signed_in: Any) -> Client:
    """Return a client signed in as an administrator who has just entered the password."""
    client: Client = signed_in(admin())
    session = client.session
    session["reauthenticated_at"] = timezone.now().isoformat()
    session.save()
    return client


def worked() -> Job:
    """Do the job that waits, and return it."""
    job = Job.objects.filter(state=State.WAITING).earliest("pk")
    claimed = claim(job.pk, at=timezone.now())
    assert claimed is not None
    run_claimed(claimed)
    job.refresh_from_db()
    return job


def sent(client: Client, raw: bytes, name: str = "project.procstd") -> Any:
    return client.post("/projects/import/", {"file": SimpleUploadedFile(name, raw)})


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


def test_a_right_taken_away_while_the_job_waits_counts(signed_in: Any) -> None:
    project()
    signed_in(lead()).post("/projects/complaints/export/")
    lead().holdings.all().delete()

    job = worked()

    assert job.state == State.FAILED
    assert not Export.objects.exists()


def test_confirmed_twice_one_project_comes_of_it(signed_in: Any) -> None:
    client = administrator(signed_in)
    sent(client, exported(project()))
    check = worked()

    first = client.post(f"/projects/import/{check.pk}/", {"code": "copy"})
    second = client.post(f"/projects/import/{check.pk}/", {"code": "copy"})
    job = worked()
    Job.objects.filter(pk=job.pk).update(state=State.WAITING)
    again = worked()
    third = client.post(f"/projects/import/{check.pk}/", {"code": "copy-2"})

    assert first.url == second.url == third.url  # type: ignore[attr-defined]
    assert again.result["project"] == "copy"
    assert Project.objects.count() == 2
    assert Arrival.objects.count() == 1


def test_who_is_missing_is_decided_about_before_anything_is_written(signed_in: Any) -> None:
    raw = file_of_another_house()
    here = PersonFactory(username="wang.gang")
    client = administrator(signed_in)
    sent(client, raw)
    check = worked()
    address = f"/projects/import/{check.pk}/"

    page = client.get(address)
    form = page.context["form"]
    nothing = client.post(address, {"code": "complaints"})
    both = {f"{'new' if need.code != 'he.lin' else 'to'}_{number}": "on" if need.code != "he.lin" else "wang.gang"
            for number, (need, _to, _new) in enumerate(form.decisions)}  # fmt: skip
    unknown = {**both, next(name for name in both if name.startswith("to_")): "no.body"}
    strange = client.post(address, {"code": "complaints", **unknown})
    assert (nothing.status_code, strange.status_code, Project.objects.count(), User.objects.count()) == (200, 200, 0, 2)
    assert client.post(address, {"code": "complaints", **both}).status_code == 302
    job = worked()

    assert (job.state, job.error_en) == (State.DONE, "")
    assert not User.objects.filter(username="he.lin").exists()
    assert User.objects.get(username="li.guoqiang").is_active is False
    assert here.memberships.filter(project__code="complaints").exists()


def test_a_post_in_a_signed_text_cannot_become_another_one(signed_in: Any) -> None:
    raw = file_of_another_house()
    client = administrator(signed_in)
    sent(client, raw)
    check = worked()
    address = f"/projects/import/{check.pk}/"
    form = client.get(address).context["form"]

    given = {f"new_{number}": "on" for number in range(len(form.decisions))}
    fixed = next(number for number, (need, _to, _new) in enumerate(form.decisions) if need.is_fixed)
    del given[f"new_{fixed}"]
    answer = client.post(address, {"code": "complaints", **given, f"to_{fixed}": "here"})

    assert answer.status_code == 200
    assert "signed text" in answer.content.decode()
    assert not Project.objects.exists()


def test_a_code_that_is_taken_is_refused_beside_its_field(signed_in: Any) -> None:
    client = administrator(signed_in)
    sent(client, exported(project()))
    check = worked()

    page = client.post(f"/projects/import/{check.pk}/", {"code": "complaints"})

    assert page.status_code == 200
    assert page.context["form"].errors["code"]


@pytest.mark.parametrize("name", ["cut", "bomb", "foreign", "empty", "wrong name"])
def test_what_cannot_be_opened_is_refused_beside_its_field(signed_in: Any, name: str) -> None:
    import io
    import zipfile

    raw = exported(project())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 60_000_000)
    hostile = {"cut": raw[: len(raw) // 2], "bomb": out.getvalue(), "foreign": b"%PDF-1.4", "empty": b"",
               "wrong name": raw}[name]  # fmt: skip

    page = sent(administrator(signed_in), hostile, "project.zip" if name == "wrong name" else "project.procstd")

    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert not StoredFile.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize(("language", "words"), [("en", "its seal is broken"), ("zh-hans", "")])
def test_a_changed_byte_ends_the_check_with_a_sentence(signed_in: Any, language: str, words: str) -> None:
    User.objects.update(language=language)
    raw = bytearray(exported(project()))
    raw[-1] = ord("0") if raw[-1] != ord("0") else ord("1")
    client = administrator(signed_in)
    sent(client, bytes(raw))

    job = worked()

    assert job.state == State.FAILED
    assert words in job.error_en
    assert job.error_zh
    assert Project.objects.count() == 1
    assert client.get(f"/projects/import/{job.pk}/").status_code == 404


def test_a_file_that_is_another_one_meanwhile_is_not_imported(signed_in: Any) -> None:
    client = administrator(signed_in)
    raw = exported(project())
    sent(client, raw)
    check = worked()
    client.post(f"/projects/import/{check.pk}/", {"code": "copy"})
    Job.objects.filter(kind="project-import").update(facts={**Job.objects.latest("pk").facts, "sha256": "0" * 64})

    job = worked()

    assert job.state == State.FAILED
    assert "not the file that was checked" in job.error_en
    assert not Arrival.objects.exists()


def test_the_check_of_another_administrator_does_not_exist(signed_in: Any) -> None:
    check = JobFactory(kind="project-check", state=State.DONE, result=TOLD_OF_A_PROJECT, owner=PersonFactory(staff=True))
    other = PersonFactory(username="admin", staff=True)
    client: Client = signed_in(other)
    session = client.session
    session["reauthenticated_at"] = timezone.now().isoformat()
    session.save()

    assert client.get(f"/projects/import/{check.pk}/").status_code == 404


def test_the_password_is_asked_before_an_import_is_confirmed(signed_in: Any) -> None:
    check = JobFactory(kind="project-check", state=State.DONE, result=TOLD_OF_A_PROJECT, owner=admin())

    client: Client = signed_in(admin())
    session = client.session
    session["reauthenticated_at"] = ""
    session.save()

    for answer in (client.get(f"/projects/import/{check.pk}/"), client.post(f"/projects/import/{check.pk}/")):
        assert answer.status_code == 302
        assert f"next=%2Fprojects%2Fimport%2F{check.pk}%2F" in answer.url  # type: ignore[attr-defined]


def test_pages_cost_the_same_for_one_and_for_thirty(signed_in: Any) -> None:
    client = administrator(signed_in)
    project()

    def told(count: int) -> Job:
        rows = [{"code": f"p-{number}", "zh": "人", "en": "P", "email": f"p{number}@x.cn"} for number in range(count)]
        units = [{"code": f"d-{number}", "zh": "部", "en": "D", "email": ""} for number in range(count)]
        versions = [{"number": "1.0", "sha256": "0" * 64, "in_force": True}]
        processes = [{"code": f"x-{number}", "zh": "流", "en": "X", "versions": versions} for number in range(count)]
        surveys = [
            {"number": f"S-{number:04}", "began_at": "2026-03-02T01:00:00+00:00", "process": f"x-{number}"}
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
    for _number in range(30):
        Export.objects.create(project=Project.objects.get(), sha256="0" * 64, by=lead(), at=timezone.now())
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
