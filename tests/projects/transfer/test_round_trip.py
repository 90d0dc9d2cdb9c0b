"""Out in one file and in again: the copy's file says the same (F05)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from processes.models import Definition, PainPoint, Process, Revision, SearchEntry
from procstd.files.models import StoredFile
from procstd.organisation.models import Department, User
from procstd.transfer.archive import unpack
from projects.domain.transfer.checking import look_into, needs_of
from projects.models import Project
from projects.queries.portfolio import standing_of
from surveys.domain.diagnosis.baselines import is_intact
from surveys.domain.starting import start_survey
from surveys.models import Freeze, Paper, Sheet, Survey
from tests.projects.transfer.bags import canonical, demo, exported, file_of_another_house, imported, organised
from tests.surveys.field import survey_of

pytestmark = pytest.mark.django_db


def test_the_copy_in_another_house_is_equal_to_its_last_row() -> None:
    raw = file_of_another_house()
    organised()
    assert not Process.objects.exists()

    made = imported(raw, "complaints")

    before, after = canonical(raw), canonical(exported(made.project))
    assert {label for label in before if before[label] != after[label]} == set()
    assert made.created == {"person": [], "department": [], "post": []}
    assert made.written is not None
    assert made.written.emptied == 0
    assert all(definition.is_intact for definition in Definition.objects.all())
    assert all(is_intact(freeze, freeze.baselines.all()) for freeze in Freeze.objects.all())
    assert SearchEntry.objects.exists()


def test_a_copy_beside_its_original_shares_process_and_survey() -> None:
    project = demo()
    raw = exported(project)
    processes, revisions, surveys = Process.objects.count(), Revision.objects.count(), Survey.objects.count()

    made = imported(raw, "copy")

    before, after = canonical(raw), canonical(exported(made.project))
    assert {label for label in before if before[label] != after[label]} == set()
    assert (processes, revisions, surveys) == (
        Process.objects.count(), Revision.objects.count(), Survey.objects.count(),
    )  # fmt: skip
    assert Project.objects.get(code="copy").arrival.code == "complaints"


def test_who_is_not_known_is_made_inactive_and_nothing_else_is_lost() -> None:
    raw = file_of_another_house()
    assert not User.objects.exists()

    made = imported(raw, "complaints")

    people = unpack(raw).parts["people.json"]
    assert sorted(made.created["person"]) == sorted({row["username"] for row in people} - {"admin"})
    assert not User.objects.exclude(username="admin").filter(is_active=True).exists()
    assert not Department.objects.exclude(people__username="admin").filter(is_active=True).exists()
    before, after = canonical(raw), canonical(exported(made.project))
    assert {label for label in before if before[label] != after[label]} == set()


def test_a_survey_comes_to_a_process_that_is_here_already() -> None:
    raw = file_of_another_house()
    organised()
    from processes import demo as processes_demo

    processes_demo.load()
    PainPoint.objects.filter(process__code="complaint").update(text_en="Other words")
    revisions = Revision.objects.count()

    made = imported(raw, "copy")

    assert made.written is not None
    assert Survey.objects.get().process.code == "complaint"
    assert Revision.objects.count() == revisions
    # Points carried into the standard of the file are not found in the one here: said, not guessed.
    carried = [row for row in unpack(raw).parts["rows/surveys.pain.json"] if row["carried"] is not None]
    assert made.written.emptied == len(carried) > 0
    assert not Survey.objects.get().pains.exclude(carried=None).exists()


def test_the_copy_stands_where_the_original_stood() -> None:
    now = timezone.now()
    project = demo()
    standing = standing_of(project, at=now)

    copy = imported(exported(project), "copy").project
    copied = standing_of(copy, at=now)

    assert (copied.present, copied.health.health, copied.plan.slipped) == (
        standing.present, standing.health.health, standing.plan.slipped,
    )  # fmt: skip
    assert copied.gate is not None
    assert standing.gate is not None
    assert [(row.code, row.is_met) for row in copied.gate.criteria] == [
        (row.code, row.is_met) for row in standing.gate.criteria
    ]


def test_files_come_with_what_they_belong_to() -> None:
    raw = file_of_another_house()
    organised()

    project = imported(raw, "complaints").project

    paper = Paper.objects.get()
    plan = StoredFile.objects.get(content_type__model="project", object_id=project.pk)
    rules = StoredFile.objects.get(key=paper.file_key)
    assert (plan.name, plan.content.open("rb").read().decode()) == ("计划.txt", "计划")
    assert (rules.name, rules.object_id, rules.owner.username) == ("rules.pdf", paper.pk, "he.lin")  # type: ignore[union-attr]
    assert set(StoredFile.objects.visible_to(project.lead)) >= {plan, rules}


def test_the_copy_begins_a_trail_of_its_own_that_names_the_file() -> None:
    made = imported(exported(demo()), "copy").project

    entry = made.history.get()

    assert entry.history_user is not None
    assert entry.history_user.is_staff
    assert "complaints" in entry.history_change_reason


def test_the_same_project_gives_the_same_rows_twice() -> None:
    project = demo()

    first, second = unpack(exported(project)), unpack(exported(project))

    assert {name for name, rows in first.parts.items() if rows != second.parts[name]} <= {
        "rows/surveys.sheet.json",
        "rows/surveys.ticket.json",
    }
    assert Sheet.objects.count() == len(first.parts["rows/surveys.sheet.json"])


def test_two_surveys_whose_numbers_are_taken_here_get_two_others() -> None:
    with transaction.atomic():
        project = demo()
        survey = Survey.objects.get()
        facts: dict[str, Any] = {"owner": survey.owner, "departments": (), "by": survey.owner, "at": timezone.now()}
        start_survey(survey.process, title_zh="二", title_en="Second", **facts)
        raw = exported(project)
        transaction.set_rollback(True)
    organised()
    taken = {survey_of(code=code).number for code in ("one", "two")}
    assert taken == {row["number"] for row in unpack(raw).parts["rows/surveys.survey.json"]}

    imported(raw, "complaints")

    numbers = set(Survey.objects.values_list("number", flat=True))
    assert len(numbers) == Survey.objects.count() == 4
    assert set(Survey.objects.filter(process__code="complaint").values_list("number", flat=True)) == numbers - taken


def test_a_survey_that_came_under_another_number_is_the_same_one_the_next_time() -> None:
    raw = file_of_another_house()
    organised()
    survey_of(code="other")
    imported(raw, "first")
    came = Survey.objects.get(process__code="complaint")

    again = needs_of(look_into(unpack(raw))[1])
    imported(raw, "second")

    assert came.number != unpack(raw).parts["rows/surveys.survey.json"][0]["number"]
    assert [row.survey for row in again.surveys] == [came]
    assert {one["en"] for one in again.surveys[0].stays} >= {"questionnaires", "pain points, evidence and causes"}
    assert Survey.objects.get(process__code="complaint") == came
