"""What `manage.py bench projects` measures: portfolio, a home, results of a questionnaire, a picture, reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.test import Client
from django.utils import translation

from processes import demo as processes_demo
from processes.models import Process
from procstd.measuring import Row, measure
from procstd.organisation import demo as organisation_demo
from procstd.organisation.models import Department, User
from projects import demo
from projects.domain.planning import make_plan
from projects.domain.starting import start_project
from projects.models import Project
from projects.reports.plan import PLAN
from surveys import demo as surveys_demo
from surveys.domain.answering import settle
from surveys.domain.diagnosis.flow import draw
from surveys.domain.diagnosis.steps import FACTS, write_steps
from surveys.domain.diagnosis.steps import Row as StepRow
from surveys.domain.starting import start_survey
from surveys.models import AsIsStep, Invitation, Questionnaire, Response, Survey
from surveys.reports.drawing import REPORT

_NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
#: So many, unless a size is asked for.
PROJECTS, ANSWERS, STEPS = 200, 2000, 60


def projects(n: int | None) -> Iterator[Row]:
    """Measure on the demo's project beside many others, its survey with many answers, a survey of many steps."""
    for load in (organisation_demo.load, processes_demo.load, surveys_demo.load, demo.load):
        load()
    people = {person.username: person for person in User.objects.active()}
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(people["li.guoqiang"], backend="procstd.organisation.backends.PersonBackend")

    many = _projects(n or PROJECTS, people["sun.yue"])
    yield measure("page.portfolio", many, _page(client, "/projects/"))
    yield measure("page.project", many, _page(client, f"/projects/{demo.CODE}/"))
    questionnaire, answers = _answered(n or ANSWERS)
    address = f"/surveys/questionnaires/{questionnaire.pk}/results/"
    yield measure("page.results", answers, _page(client, address), times=10)
    survey, steps = _surveyed(n or STEPS, people["he.lin"])
    yield measure("picture.as-is", len(steps), partial(draw, survey, steps))
    yield from _documents(len(steps), survey)


def _page(client: Client, address: str) -> Callable[[], None]:
    def ask() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, answer  # noqa: S101

    return ask


def _projects(count: int, lead: Any) -> int:
    """Start and plan projects until there are so many."""
    department = Department.objects.without_tree_fields().get(code="service")
    for number in range(count - Project.objects.count()):
        project = start_project(
            code=f"bench-{number}", name_zh=f"项目{number}", name_en=f"Project {number}", value="quality",
            figure_zh="返工率", figure_en="Rework", unit_zh="%", unit_en="%", baseline=Decimal(9), target=Decimal(3),
            lead=lead, departments=[department], by=lead, at=_NOW, reason="Bench",
        )  # fmt: skip
        make_plan(project, start_on=_NOW.date() + timedelta(days=number % 28), by=lead, at=_NOW)
    return Project.objects.count()


def _answered(count: int) -> tuple[Questionnaire, int]:
    """Have so many named answers: rows written as the act writes them, but all at once."""
    questionnaire = Questionnaire.objects.filter(is_anonymous=False).latest("pk")
    questions = list(questionnaire.questions.all())
    known = list(questionnaire.invitations.exclude(response=None).select_related("response"))
    pattern = settle(questions, known[0].response.answers)
    departments = list(Department.objects.without_tree_fields())
    made = User.objects.bulk_create(
        User(username=f"bench-{number}", name_zh="答", name_en="A", email=f"bench-{number}@example.org")
        for number in range(count - len(known))
    )
    asked = Invitation.objects.bulk_create(
        Invitation(questionnaire=questionnaire, person=person, asked_at=_NOW,
                   department=departments[number % len(departments)])
        for number, person in enumerate(made)
    )  # fmt: skip
    Response.objects.bulk_create(
        Response(invitation=row, answers=pattern, answered_at=_NOW, changed_at=_NOW) for row in asked
    )
    return questionnaire, Response.objects.filter(invitation__questionnaire=questionnaire).count()


def _surveyed(count: int, owner: Any) -> tuple[Survey, list[AsIsStep]]:
    """Have a survey of so many steps: those of the demo, again and again."""
    pattern = list(AsIsStep.objects.in_order())
    survey = start_survey(
        Process.objects.get(code="order"), title_zh="订单", title_en="Orders", owner=owner, departments=[], by=owner,
        at=_NOW,
    )  # fmt: skip
    rows = [
        StepRow(
            place=Decimal(number + 1),
            facts={name: getattr(pattern[number % len(pattern)], name) for name in FACTS} | {"rework_percent": 0},
        )
        for number in range(count)
    ]
    return survey, write_steps(survey, rows, by=owner, at=_NOW)


def _documents(steps: int, survey: Survey) -> Iterator[Row]:
    """Measure the reports of the demo and of the long survey, in Chinese."""
    with translation.override("zh-hans"):
        short, project = Survey.objects.earliest("pk"), Project.objects.get(code=demo.CODE)
        for what, size, work in (
            ("report.pdf, demo", short.steps.count(), partial(REPORT.file, short, "pdf", "zh-hans", at=_NOW)),
            ("report.pdf", steps, partial(REPORT.file, survey, "pdf", "zh-hans", at=_NOW)),
            ("report.docx", steps, partial(REPORT.file, survey, "docx", "zh-hans", at=_NOW)),
            ("plan.pdf", project.plan_items.count(), partial(PLAN.file, project, "pdf", "zh-hans", at=_NOW)),
        ):
            yield measure(what, size, work, times=3)


SUBJECTS = {"projects": projects}
