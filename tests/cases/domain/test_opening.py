"""Open a case: once for each request, under the release in force (F50, F53, W5, A4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.domain.answers import AnswersRefused
from cases.domain.customer import fingerprint, secret_for
from cases.domain.opening import release_for
from cases.models import Case, Channel
from processes.models import Release
from procstd.errors import DomainError
from procstd.organisation.models import Department
from procstd.roles import Role
from tests.cases.journeys import REGISTER, Team, do, open_task, opened, told
from tests.factories import PersonFactory, PostFactory, PostHoldingFactory
from tests.standards import RELEASED_AT, complaint, holder, organisation, process_named, released

pytestmark = pytest.mark.django_db


def test_the_same_request_gives_the_same_case_and_the_same_link() -> None:
    process = released().process

    first = opened(process, request_key="twice")
    second = opened(process, request_key="twice")

    assert first == second
    assert Case.objects.count() == 1
    assert first.secret_sha256 == fingerprint(secret_for("twice"))


def test_the_public_page_takes_public_fields_only() -> None:
    with pytest.raises(AnswersRefused) as refusal:
        opened(answers=REGISTER)

    assert set(refusal.value.errors) == {"channel"}


def test_the_subject_never_shows_personal_data() -> None:
    assert opened().subject == "HY-200 · It leaks oil."


def test_before_the_release_takes_effect_no_case_can_be_opened() -> None:
    process = released().process

    with pytest.raises(DomainError, match="No standard"):
        opened(process, at=RELEASED_AT - timedelta(seconds=1))


def test_a_release_for_the_department_goes_before_one_for_all() -> None:
    organisation()
    sales, service = Department.objects.get(code="sales"), Department.objects.get(code="service")
    process = released().process
    special = released(complaint(), at=RELEASED_AT + timedelta(days=1), departments=[sales])
    at = RELEASED_AT + timedelta(days=2)

    assert release_for(process, department=sales, at=at) == special
    assert release_for(process, department=service, at=at) != special


def test_staff_open_a_case_and_complete_its_first_step_in_one_go() -> None:
    agent = holder("service-agent")

    case = opened(answers=REGISTER, by=agent, channel=Channel.STAFF, outcome="received")

    assert open_task(case).key == "s2"
    assert told(case) == ["opened", "completed"]


def test_who_may_not_do_the_first_step_opens_but_does_not_complete_it() -> None:
    seller = holder("sales-representative")

    with pytest.raises(DomainError, match="first step"):
        opened(answers=REGISTER, by=seller, channel=Channel.STAFF, outcome="received")
    case = opened(process_named("complaint"), answers=REGISTER, by=seller, channel=Channel.STAFF)

    assert (Case.objects.count(), open_task(case).key) == (1, "s1")
    assert case in Case.objects.needed_by(seller)


def test_auditors_see_the_case_but_not_who_the_customer_is() -> None:
    case, team = opened(), Team()
    auditor = PersonFactory()
    PostHoldingFactory(person=auditor, post=PostFactory(role=Role.AUDITOR))

    assert case in Case.objects.visible_to(auditor)
    assert case not in Case.objects.needed_by(auditor)
    assert case in Case.objects.needed_by(team["service-agent"])


def test_a_key_of_another_request_opens_no_case_of_others() -> None:
    process, team = released().process, Team()
    mine = opened(process, request_key="k" * 32, answers=REGISTER, channel=Channel.STAFF, by=team["service-agent"])

    for facts in (
        {"channel": Channel.PUBLIC, "by": None},
        {"channel": Channel.STAFF, "by": team["service-supervisor"]},
        {"channel": Channel.IMPORT, "by": team["service-agent"]},
    ):
        with pytest.raises(DomainError, match="Load the page anew"):
            opened(process, request_key="k" * 32, **facts)

    assert list(Case.objects.all()) == [mine]
    assert mine.secret_sha256 == ""


def test_the_same_request_is_answered_although_the_release_has_ended_meanwhile() -> None:
    release = released()
    first = opened(release.process, request_key="twice")
    Release.objects.update(valid_until=first.created + timedelta(hours=1))

    assert opened(release.process, request_key="twice", at=first.created + timedelta(days=1)) == first


def test_a_list_opens_cases_without_the_files_that_the_first_step_asks_for() -> None:
    data = complaint()
    photo = next(field for field in data["forms"][0]["fields"] if field["key"] == "photo")
    photo["required"] = True
    process, team = released(data).process, Team()

    case = opened(process, answers=REGISTER, channel=Channel.IMPORT, by=team["service-supervisor"])

    assert open_task(case).key == "s1"
    with pytest.raises(AnswersRefused):
        do(case, team)


def test_a_reference_that_two_import_at_once_is_one_case() -> None:
    process, team = released().process, Team()
    facts = {"answers": REGISTER, "channel": Channel.IMPORT, "request_key": "import:x"}

    first = opened(process, by=team["service-supervisor"], **facts)

    assert opened(process, by=team["service-agent"], **facts) == first
