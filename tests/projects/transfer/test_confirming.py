"""What the pages of an import decide, and refuse (F05)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.signals import post_save
from django.test import Client
from django.utils import timezone

from procstd.errors import DomainError
from procstd.files.models import StoredFile
from procstd.jobs.models import Job, State
from procstd.organisation.models import User
from procstd.transfer.archive import unpack
from projects.domain.transfer.checking import look_into, needs_of
from projects.domain.transfer.importing import import_project
from projects.models import Arrival, Project
from tests.factories import JobFactory, PersonFactory
from tests.projects.desk import project
from tests.projects.transfer.bags import admin, exported, file_of_another_house
from tests.projects.transfer.desk import administrator, sent, worked
from tests.security.cast import TOLD_OF_A_PROJECT

pytestmark = pytest.mark.django_db


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
    assert again.result == job.result
    assert again.result["counts"]
    assert Project.objects.count() == 2
    assert Arrival.objects.count() == 1


def test_an_import_that_is_cancelled_while_it_is_written_says_that_it_is_written(
    signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procstd.jobs.domain.running._TELL_EVERY", timedelta(0))
    client = administrator(signed_in)
    sent(client, exported(project()))
    client.post(f"/projects/import/{worked().pk}/", {"code": "copy"})

    def cancel(**_facts: Any) -> None:
        Job.objects.filter(kind="project-import").update(cancel_asked=True)

    post_save.connect(cancel, sender=Arrival)
    try:
        job = worked()
    finally:
        post_save.disconnect(cancel, sender=Arrival)

    assert (job.state, job.cancel_asked, job.result["project"]) == (State.DONE, True, "copy")


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
    asked = [need.place for need, _to, _new in form.decisions]
    both: dict[str, Any] = {f"new_{place}": "on" for place in asked if place != "person_he.lin"}
    both |= {"to_person_he.lin": "wang.gang", "asked": asked}
    unknown = {**both, "to_person_he.lin": "no.body"}
    strange = client.post(address, {"code": "complaints", **unknown})
    assert (nothing.status_code, strange.status_code, Project.objects.count(), User.objects.count()) == (200, 200, 0, 2)
    assert client.post(address, {"code": "complaints", **both}).status_code == 302
    job = worked()

    assert (job.state, job.error_en) == (State.DONE, "")
    assert not User.objects.filter(username="he.lin").exists()
    assert User.objects.get(username="li.guoqiang").is_active is False
    assert here.memberships.filter(project__code="complaints").exists()


def test_two_of_the_file_do_not_become_one_who_is_here(signed_in: Any) -> None:
    raw = file_of_another_house()
    PersonFactory(username="here.one")
    client = administrator(signed_in)
    sent(client, raw)
    check = worked()
    address = f"/projects/import/{check.pk}/"
    asked = [need.place for need, _to, _new in client.get(address).context["form"].decisions]
    two = [place for place in asked if place.startswith("person_")][:2]
    given = {f"new_{place}": "on" for place in asked if place not in two}
    given |= {f"to_{place}": "here.one" for place in two}

    page = client.post(address, {"code": "copy", "asked": asked, **given})

    assert page.status_code == 200
    assert set(page.context["form"].errors) == {f"to_{two[1]}"}
    content, told = look_into(unpack(raw))
    decided: dict[str, dict[str, str]] = {"person": {}, "department": {}, "post": {}}
    for need in needs_of(told).missing:
        decided[need.kind][need.code] = "here.one" if need.place in two else ""
    with pytest.raises(DomainError, match="two stay two"):
        import_project(
            content, told, check=check.pk, code="copy", decided=decided, stays=True, by=admin(), at=timezone.now()
        )
    assert not Project.objects.exists()


def test_a_post_in_a_signed_text_cannot_become_another_one(signed_in: Any) -> None:
    raw = file_of_another_house()
    client = administrator(signed_in)
    sent(client, raw)
    check = worked()
    address = f"/projects/import/{check.pk}/"
    form = client.get(address).context["form"]

    asked = [need.place for need, _to, _new in form.decisions]
    fixed = next(need.place for need, _to, _new in form.decisions if need.is_fixed)
    given = {f"new_{place}": "on" for place in asked if place != fixed}
    answer = client.post(address, {"code": "complaints", "asked": asked, **given, f"to_{fixed}": "here"})

    assert answer.status_code == 200
    assert "signed text" in answer.content.decode()
    assert not Project.objects.exists()


def test_decisions_stay_with_whom_they_were_made_for_when_the_page_is_stale(signed_in: Any) -> None:
    raw = file_of_another_house()
    for username in ("here.one", "here.two"):
        PersonFactory(username=username)
    client = administrator(signed_in)
    sent(client, raw)
    address = f"/projects/import/{worked().pk}/"
    asked = [need.place for need, _to, _new in client.get(address).context["form"].decisions]
    people = sorted(place for place in asked if place.startswith("person_"))
    given = {f"new_{place}": "on" for place in asked if place not in people[1:3]}
    given |= {f"to_{people[1]}": "here.one", f"to_{people[2]}": "here.two"}
    first = next(need for need in needs_of(Job.objects.latest("pk").result).missing if need.place == people[0])
    PersonFactory(username=first.code, name_zh=first.name_zh, name_en=first.name_en)

    page = client.post(address, {"code": "complaints", "asked": asked, **given})
    form = page.context["form"]
    again = [need.place for need, _to, _new in form.decisions]

    assert page.status_code == 200
    assert "other decisions are needed" in page.content.decode()
    assert set(asked) - set(again) == {people[0]}
    assert not Job.objects.filter(kind="project-import").exists()
    assert [form[f"to_{place}"].value() for place in people[1:3]] == ["here.one", "here.two"]
    assert client.post(address, {"code": "complaints", "asked": again, **given}).status_code == 302
    decided = Job.objects.get(kind="project-import").facts["decided"]["person"]
    assert [decided[place.removeprefix("person_")] for place in people[1:3]] == ["here.one", "here.two"]


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
    check = JobFactory(
        kind="project-check", state=State.DONE, result=TOLD_OF_A_PROJECT, owner=PersonFactory(staff=True)
    )
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
