"""Pages of the room: they answer in both languages, show what is one's own, and cost the same for many rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import Case, Channel
from processes.models import Release
from procstd.organisation.models import Department, User
from procstd.roles import Role
from rollouts.domain.planning import add_wave, plan_rollout
from rollouts.domain.quizzing import write_question
from rollouts.domain.training import plan_training
from rollouts.models import Acknowledgement, QuizAttempt, Tier, Training
from tests.factories import DepartmentFactory, person_with
from tests.rollouts.hall import confirms, in_force, limit_of, newer
from tests.standards import complaint, holder, released

pytestmark = pytest.mark.django_db


@pytest.fixture
def release() -> Release:
    return in_force(at=timezone.now() - timedelta(days=2))


@pytest.fixture
def lead() -> User:
    return person_with(Role.PROJECT_LEAD)


def trained(release: Release, by: User, **facts: Any) -> Training:
    now = timezone.now()
    given = {
        "tier": Tier.EXECUTION, "title_zh": "培训", "title_en": "Training", "starts_at": now + timedelta(days=1),
        "minutes": 60, "place": "Room 1", "trainer": by, "departments": [], "posts": [], "by": by, "at": now,
    }  # fmt: skip
    return plan_training(release.definition, **(given | facts))


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_answers_in_both_languages(signed_in: Any, release: Release, lead: User, language: str) -> None:
    holder("service-agent")
    training = trained(release, lead)
    plan = plan_rollout(
        release.definition, begins_on=timezone.localdate(), departments=Department.objects.all()[:2], per_wave=1,
        by=lead, at=timezone.now(),
    )  # fmt: skip
    wave = plan.waves.first()
    client: Client = signed_in(lead)
    client.cookies["django_language"] = language
    pk = release.definition_id
    tails = [
        "", f"confirm/{pk}/", "coverage/", f"coverage/{pk}/", "plans/add/", f"plans/{plan.pk}/",
        f"plans/{plan.pk}/take-over/",
        f"plans/{plan.pk}/waves/add/", f"waves/{wave}/change/", f"waves/{wave}/override/", f"waves/{wave}/needs/add/",
        "trainings/add/", f"trainings/{training.number}/", f"trainings/{training.number}/change/",
        f"trainings/{training.number}/invite/", f"material/{pk}/", f"material/{pk}/posts/service-agent/",
        f"material/{pk}/posts/service-agent/?language=both", f"material/{pk}/report/", f"quiz/{pk}/",
        "quiz/of/complaint/questions/", "quiz/of/complaint/rule/", "quiz/of/complaint/questions/add/",
    ]  # fmt: skip

    answers = {tail: client.get(f"/rollout/{tail}").status_code for tail in tails}

    assert {tail: code for tail, code in answers.items() if code != 200} == {}


def test_a_reader_sees_ones_own_difference_first_and_confirms_by_the_form(signed_in: Any, release: Release) -> None:
    agent = holder("service-agent")
    confirms(agent, release.definition, at=timezone.now())
    second = newer(release, limit_of("s1", 3), limit_of("s2", 7), at=timezone.now())
    client: Client = signed_in(agent)
    address = f"/rollout/confirm/{second.definition_id}/"

    panel = client.get("/rollout/panels/confirm/").content.decode()
    page = client.get(address).content.decode()
    refused = client.post(address, {"seen": ""})
    seen = page.split('name="seen" value="')[1].split('"')[0]
    done = client.post(address, {"understood": "on", "seen": seen})

    assert "V1.1" in panel
    own, others = page.index('id="mine"'), page.index('id="others"')
    assert own < page.index("Step 1: time limit", own) < others < page.index("Step 2: time limit", others)
    assert "Tick it when you have understood" in refused.content.decode()
    assert done.status_code == 302
    assert Acknowledgement.objects.get(definition=second.definition).shown_sha256 == seen
    assert client.get("/rollout/panels/confirm/").content == b""


def test_who_read_before_the_post_changed_is_shown_the_page_anew(signed_in: Any, release: Release) -> None:
    agent = holder("service-agent")
    address = f"/rollout/confirm/{release.definition_id}/"

    answer = signed_in(agent).post(address, {"understood": "on", "seen": "0" * 64})

    page = answer.content.decode()
    assert "has changed since" in page
    assert f'value="{"0" * 64}"' not in page
    assert not Acknowledgement.objects.exists()


def test_nobody_confirms_what_no_page_has_shown(signed_in: Any, release: Release) -> None:
    address = f"/rollout/confirm/{release.definition_id}/"

    answer = signed_in(holder("service-agent")).post(address, {"understood": "on"})

    assert "Read here what you confirm" in answer.content.decode()
    assert not Acknowledgement.objects.exists()


def test_heads_read_of_their_own_departments_only(signed_in: Any, release: Release) -> None:
    here, there = holder("service-agent", "quality"), holder("service-agent", "sales")
    page = signed_in(holder("department-head", "quality")).get(f"/rollout/coverage/{release.definition_id}/")

    assert here.name_en in page.content.decode()
    assert there.name_en not in page.content.decode()


def test_what_one_confirmed_is_listed_and_who_confirmed_when_is_told(signed_in: Any, release: Release) -> None:
    agent, engineer = holder("service-agent"), holder("quality-engineer")
    for person in (agent, engineer):
        confirms(person, release.definition, at=timezone.now())
    second = newer(release, limit_of("s1", 3), at=timezone.now())
    confirms(agent, second.definition, at=timezone.now())

    mine = signed_in(agent).get("/rollout/").content.decode()
    page = signed_in(person_with(Role.AUDITOR)).get(f"/rollout/coverage/{second.definition_id}/").content.decode()

    assert (mine.count("V1.0"), mine.count("V1.1")) == (1, 1)
    done = page[page.index('id="covered"') :]
    assert agent.name_en in done
    assert "nothing new concerns them" in done[done.index(engineer.name_en) :]


def test_the_trainer_ticks_who_was_there(signed_in: Any, release: Release, lead: User) -> None:
    agent, away = holder("service-agent"), holder("service-agent")
    made = trained(release, lead, starts_at=timezone.now() - timedelta(hours=1))

    answer = signed_in(lead).post(
        f"/rollout/trainings/{made.number}/tick/", {"present": [str(agent.pk), "x", "²", "9" * 5000]}
    )

    assert answer.status_code == 302
    assert dict(made.attendances.values_list("person", "attended")) == {agent.pk: True, away.pk: False}


def test_who_is_invited_reads_no_list_of_colleagues(signed_in: Any, release: Release, lead: User) -> None:
    agent, colleague = holder("service-agent"), holder("service-agent")
    made = trained(release, lead)

    page = signed_in(agent).get(f"/rollout/trainings/{made.number}/").content.decode()

    assert "I understand" in page
    assert colleague.name_en not in page


def test_the_quiz_is_done_in_the_browser_and_explains_what_was_wrong(signed_in: Any) -> None:
    definition = released(complaint(), at=timezone.now()).definition
    client: Client = signed_in(holder("service-agent"))

    begun = client.post(f"/rollout/quiz/{definition.pk}/begin/").headers["Location"]
    page = client.get(begun).content.decode()
    first = client.post(begun, {"q1": "0"}).content.decode()
    asked_again = "Some questions have no answer yet" in first
    client.post(begun, {"q1": "²"})
    client.post(begun, {"q1": "0", "unfinished": "1"})
    result = client.get(begun).content.decode()

    attempt = QuizAttempt.objects.get()
    assert page.count("<fieldset") == attempt.of == 10
    assert asked_again
    assert attempt.finished_at is not None
    assert result.count("The standard says:") == attempt.of - attempt.right
    assert "/manual/#" in result or f"/processes/complaint/{definition.revision.number}/" in result


def task_of(page: str) -> str:
    return page.split('name="task" value="')[1].split('"')[0]


def test_two_clicks_in_the_practice_case_do_one_step(signed_in: Any, release: Release) -> None:
    client: Client = signed_in(holder("service-agent"))
    address = client.post(f"/rollout/practice/of/{release.definition_id}/").headers["Location"]
    sent = {"task": task_of(client.get(address).content.decode()), "outcome": "o1", "a_text": "It leaks"}

    client.post(address, sent)
    again = client.post(address, sent, follow=True).content.decode()

    assert "not done a second time" in again
    assert Case.objects.get(channel=Channel.PRACTICE).is_open


def test_one_practises_in_the_browser_to_the_end(signed_in: Any, release: Release) -> None:
    agent = holder("service-agent")
    client: Client = signed_in(agent)

    address = client.post(f"/rollout/practice/of/{release.definition_id}/").headers["Location"]
    own = client.get(address).content.decode()
    client.post(address, {"task": task_of(own), "outcome": "o1", "a_text": "It leaks"})
    others = client.get(address).content.decode()
    client.post(address, {"task": task_of(others), "outcome": "o1", "a_text": "Mended"})
    end = client.get(address).content.decode()

    case = Case.objects.get(channel=Channel.PRACTICE)
    assert "your step" in own
    assert "a colleague&#x27;s step" in others or "a colleague's step" in others
    assert "You did 2 steps" in end
    assert not case.is_open
    assert client.get(case.get_absolute_url()).status_code == 404


def test_the_page_of_a_plan_offers_others_to_take_it_over(signed_in: Any, release: Release, lead: User) -> None:
    plan = plan_rollout(
        release.definition, begins_on=timezone.localdate(), departments=Department.objects.all()[:1], per_wave=1,
        by=lead, at=timezone.now(),
    )  # fmt: skip
    other = person_with(Role.PROJECT_LEAD)
    address = f"/rollout/plans/{plan.pk}/take-over/"

    offered = [address in signed_in(who).get(plan.get_absolute_url()).content.decode() for who in (lead, other)]
    refused = signed_in(other).post(address, {"reason": ""})
    done = signed_in(other).post(address, {"reason": "She is on leave"})

    plan.refresh_from_db()
    assert (offered, refused.status_code, done.status_code) == ([False, True], 200, 302)
    assert plan.planned_by == other


def test_home_costs_the_same_for_one_training_and_thirty(signed_in: Any, release: Release, lead: User) -> None:
    client: Client = signed_in(lead)
    trained(release, lead)
    one = queries(client, "/rollout/")
    for _number in range(29):
        trained(release, lead)

    assert queries(client, "/rollout/") == one


def test_a_training_costs_the_same_for_one_person_and_thirty(signed_in: Any, release: Release, lead: User) -> None:
    client: Client = signed_in(lead)
    holder("service-agent")
    small = trained(release, lead)
    one = queries(client, f"/rollout/trainings/{small.number}/")
    for _number in range(29):
        holder("service-agent")

    assert queries(client, f"/rollout/trainings/{trained(release, lead).number}/") == one


def test_coverage_costs_the_same_for_one_standard_and_thirty(signed_in: Any, release: Release, lead: User) -> None:
    client: Client = signed_in(lead)
    for _number in range(3):
        holder("service-agent")
    one = queries(client, "/rollout/coverage/"), queries(client, f"/rollout/coverage/{release.definition_id}/")
    for number in range(29):
        in_force(f"standard-{number}", at=timezone.now())
        holder("service-agent")

    assert (
        queries(client, "/rollout/coverage/"), queries(client, f"/rollout/coverage/{release.definition_id}/")
    ) == one  # fmt: skip


def test_a_plan_costs_the_same_for_one_wave_and_thirty(signed_in: Any, release: Release, lead: User) -> None:
    client: Client = signed_in(lead)
    now = timezone.now()
    halls = [DepartmentFactory(code=f"hall-{number}") for number in range(30)]
    plan = plan_rollout(
        release.definition, begins_on=timezone.localdate(), departments=halls[:1], per_wave=1, by=lead, at=now
    )
    queries(client, f"/rollout/plans/{plan.pk}/")  # what a version says is read once in a process
    one = queries(client, f"/rollout/plans/{plan.pk}/"), queries(client, "/rollout/")
    for hall in halls[1:]:
        add_wave(plan, week=2, starts_on=timezone.localdate(), departments=[hall], posts=[], by=lead, at=now)

    assert (queries(client, f"/rollout/plans/{plan.pk}/"), queries(client, "/rollout/")) == one


def test_the_bank_costs_the_same_for_one_question_and_thirty(signed_in: Any, release: Release, lead: User) -> None:
    client: Client = signed_in(lead)

    def write() -> None:
        write_question(
            release.process, text_zh="？", text_en="?", right_zh="甲", right_en="A", wrong=[{"zh": "乙", "en": "B"}],
            clause="", by=lead, reason="x",
        )  # fmt: skip

    write()
    one = queries(client, "/rollout/quiz/of/complaint/questions/")
    for _number in range(29):
        write()

    assert queries(client, "/rollout/quiz/of/complaint/questions/") == one
