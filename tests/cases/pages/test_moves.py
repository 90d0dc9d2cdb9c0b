"""The pages of moves: a dry run, a choice for each case, a job that does it; and the case's own page (F52)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.domain.customer import secret_for
from cases.domain.moving import choose
from cases.models import Case
from cases.models.event import EventKind
from procstd.jobs.domain.running import claim, run_claimed
from procstd.jobs.models import Job
from procstd.roles import Role
from tests.cases.domain.moves import Moving, also, limited, put, row
from tests.cases.journeys import do, opened
from tests.factories import person_with
from tests.standards import next_version, standard, step, words

pytestmark = pytest.mark.django_db


class Scene(Moving):
    """A case of yesterday, and a version that has come into force since."""

    def __init__(self, *steps: Any, **facts: Any) -> None:
        self.yesterday = timezone.now() - timedelta(days=1)
        super().__init__(*steps, at=self.yesterday, **facts)

    def later(self, *changes: Any, **facts: Any) -> Any:
        return self.version(*changes, at=timezone.now() - timedelta(minutes=5), **facts)


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def lead(signed_in: Any, scene: Scene) -> Client:
    return signed_in(scene.lead)


def _address(scene: Scene, **query: Any) -> str:
    return reverse("cases:move-list", args=[scene.process.code], query=query or None)


def _ended() -> dict[str, Any]:
    job = Job.objects.filter(kind="case-moves").latest("pk")
    run_claimed(claim(job.pk, at=timezone.now()))
    job.refresh_from_db()
    assert job.state == "done", job.error_en
    return job.result


def test_the_dry_run_says_what_would_change_for_each_case(lead: Client, scene: Scene) -> None:
    def change(data: dict[str, Any]) -> None:
        row(data, "s1")["title"] = words("Take it in")
        row(data, "s1")["posts"]["R"] = [{"post": {"code": "quality-engineer"}, "department": None}]
        data["forms"][0]["fields"].append(
            {"key": "place", "kind": "text", "label": words("Where"), "help": words("Where"), "required": True}
        )

    stays = scene.open(at=scene.yesterday)
    scene.later(change, limited("s1", 9, "days"))

    page = lead.get(_address(scene)).content.decode()

    assert page.count(f'href="/cases/{stays.number}/"') == 1
    assert "V1.0 → V1.1" in page
    assert "1 Title s1 → 1 Take it in" in page
    assert "goes to" in page
    assert "Quality engineer" in page
    assert "will be asked: Where" in page
    assert "1 Title s1: due moves from" in page
    assert "Whole case: due" not in page
    assert scene.case.moves == 0


def test_it_says_why_a_case_cannot_move_and_does_not_offer_it(lead: Client, scene: Scene) -> None:
    def without(data: dict[str, Any]) -> None:
        data["steps"] = [found for found in data["steps"] if found["key"] != "s2"]
        row(data, "s1")["outcomes"][0]["target"] = "s3"
        row(data, "s3")["number"] = 2

    do(scene.case, scene.team, scene.yesterday, answers={"text": "x"})
    scene.later(without)

    answer = lead.get(_address(scene))
    (line,) = answer.context["lines"]

    assert "Step 2 “Title s2” is not in V1.1." in answer.content.decode()
    assert [key for key, _words in line.choices] == ["keep", "next"]


def test_one_moves_now_one_at_the_next_step_and_one_stays(lead: Client, scene: Scene) -> None:
    now, following, stays = scene.case, scene.open(at=scene.yesterday), scene.open(at=scene.yesterday)
    scene.later()
    chosen = {f"choice_{now.pk}": "now", f"choice_{following.pk}": "next", f"choice_{stays.pk}": "keep"}

    answer = lead.post(_address(scene), {"scope": "each", "reason": "Better", **chosen})
    result = _ended()

    assert answer["Location"] == Job.objects.get().get_absolute_url()
    assert (result["now"], result["next"], result["keep"], result["refused"]) == (1, 1, 0, 0)
    rows = {case.pk: case for case in Case.objects.all()}
    assert (rows[now.pk].moves, rows[following.pk].moves_to is not None) == (1, True)
    assert (rows[stays.pk].moves, rows[stays.pk].moves_to) == (0, None)
    page = lead.get(answer["Location"]).content.decode()
    assert "move at the next step" in page
    shown = lead.get(_address(scene)).context["lines"]
    assert [(line.case.pk, line.chosen) for line in shown] == [(following.pk, "next"), (stays.pk, "keep")]


def test_all_that_can_move_do_and_the_others_are_listed_with_their_reasons(lead: Client, scene: Scene) -> None:
    def without(data: dict[str, Any]) -> None:
        data["steps"] = [found for found in data["steps"] if found["key"] != "s2"]
        row(data, "s1")["outcomes"][0]["target"] = "s3"
        row(data, "s3")["number"] = 2

    stuck = scene.case
    do(stuck, scene.team, scene.yesterday, answers={"text": "x"})
    for _each in range(31):
        scene.open(at=scene.yesterday)
    scene.later(without)

    lead.post(_address(scene), {"scope": "now", "reason": "Better"})
    result = _ended()

    assert (result["now"], result["refused"]) == (31, 1)
    (refusal,) = result["refusals"]
    assert (refusal["case"], refusal["en"]) == (stuck.number, "Step 2 “Title s2” is not in V1.1.")
    assert "V1.1" in refusal["zh"]
    page = lead.get(Job.objects.get().get_absolute_url()).content.decode()
    assert f'href="/cases/{stuck.number}/"' in page
    assert Case.objects.filter(moves=1).count() == 31


def test_a_job_that_was_interrupted_goes_on_with_the_same_cases(lead: Client, scene: Scene) -> None:
    scene.later()
    lead.post(_address(scene), {"scope": "now", "reason": "Better"})
    first = _ended()
    Job.objects.update(state="waiting", lease="", finished_at=None)
    events = scene.case.event_count

    again = _ended()

    assert first == again
    assert scene.case.event_count == events


def test_a_version_that_came_meanwhile_was_not_looked_at(lead: Client, scene: Scene) -> None:
    scene.later()
    lead.post(_address(scene), {"scope": "now", "reason": "Better"})
    next_version(scene.process.releases.order_by("-pk")[0], at=timezone.now() - timedelta(seconds=1))

    result = _ended()

    assert (result["now"], result["refused"], scene.case.moves) == (0, 1, 0)
    assert "another version is in force meanwhile" in result["refusals"][0]["en"]


def test_who_lost_the_right_meanwhile_moves_nothing(lead: Client, scene: Scene) -> None:
    scene.later()
    lead.post(_address(scene), {"scope": "now", "reason": "Better"})
    scene.lead.holdings.all().delete()

    result = _ended()

    assert (result["now"], scene.case.moves) == (0, 0)


def test_what_was_noted_for_all_is_withdrawn_for_all(lead: Client, scene: Scene) -> None:
    scene.later()
    lead.post(_address(scene), {"scope": "next", "reason": "Better"})
    assert _ended()["next"] == 1

    lead.post(_address(scene), {"scope": "keep", "reason": "Not yet"})

    assert _ended()["keep"] == 1
    assert scene.case.moves_to is None
    assert scene.event(EventKind.MOVE_WITHDRAWN).body["reason"] == "Not yet"


@pytest.mark.parametrize(
    ("posted", "field", "error"),
    [
        ({"scope": "each", "reason": "x"}, "scope", "Nothing is chosen yet"),
        ({"scope": "now", "reason": ""}, "reason", "This field is required."),
        ({"scope": "sideways", "reason": "x"}, "scope", "Select a valid choice."),
        ({"reason": "x"}, "scope", "This field is required."),
    ],
)
def test_what_lacks_stands_beside_its_field(
    lead: Client, scene: Scene, posted: dict[str, str], field: str, error: str
) -> None:
    scene.later()

    answer = lead.post(_address(scene), posted)

    assert answer.status_code == 200
    assert error in str(answer.context["form"].errors[field])
    assert not Job.objects.exists()


def test_what_was_chosen_stays_when_the_form_comes_back(lead: Client, scene: Scene) -> None:
    scene.later()

    answer = lead.post(_address(scene), {"scope": "each", "reason": "", f"choice_{scene.number}": "now"})

    assert answer.context["lines"][0].chosen == "now"
    assert '<option value="now" selected>' in answer.content.decode()


@pytest.mark.parametrize("name", ["choice_", "choice_x", "choice_1e9", "choice_9999999999999", "choice_99999999"])
def test_names_that_are_no_cases_choose_nothing(lead: Client, scene: Scene, name: str) -> None:
    scene.later()

    answer = lead.post(_address(scene), {"scope": "each", "reason": "x", name: "now"})

    assert answer.status_code == 200
    assert not Job.objects.exists()


def test_a_case_of_another_process_is_not_moved_with_it(lead: Client, scene: Scene) -> None:
    other = opened(at=timezone.now())
    scene.later()

    lead.post(_address(scene), {"scope": "each", "reason": "x", f"choice_{other.pk}": "now"})

    assert _ended()["refused"] == 1
    assert Case.objects.get(pk=other.pk).moves == 0


def test_a_release_shows_its_own_cases(lead: Client, scene: Scene) -> None:
    release = scene.later()
    sales = scene.later(departments=[scene.process.department])

    assert [line.release for line in lead.get(_address(scene, release=sales.pk)).context["lines"]] == [sales]
    assert lead.get(_address(scene, release=release.pk)).context["lines"] == []
    assert lead.get(_address(scene, release="x'")).status_code == 200


def test_a_dry_run_costs_the_same_for_one_case_and_thirty(lead: Client) -> None:
    lanes = Scene(
        step("s1", "s2"),
        step("s2", "s4", group=1, lane=1, form=None),
        step("s3", "s4", group=1, lane=2, form=None),
        step("s4", None),
        code="lanes",
    )
    address = _address(lanes)

    def cost(cases: int) -> int:
        lead.get(address)
        with CaptureQueriesContext(connection) as captured:
            answer = lead.get(address)
        assert len(answer.context["lines"]) == cases
        return len(captured)

    begun = [lanes.case, *(lanes.open(at=lanes.yesterday) for _each in range(29))]
    for case in begun:
        do(case, lanes.team, lanes.yesterday + timedelta(hours=1), answers={"text": "x"})
        do(case, lanes.team, lanes.yesterday + timedelta(hours=2), key="s2", answers={})
    everything = also(limited("s3", 9), put(totals=[{"limit": {"amount": 9, "unit": "hours"}, "when": None}]))
    lanes.later(everything)
    many = cost(30)
    Case.objects.filter(pk__in=[case.pk for case in begun[1:]]).update(status="CANCELED")

    assert cost(1) == many <= 22


def test_the_thirty_first_case_stands_on_the_second_page(lead: Client, scene: Scene) -> None:
    for _each in range(30):
        scene.open(at=scene.yesterday)
    scene.later()

    assert len(lead.get(_address(scene)).context["lines"]) == 30
    assert len(lead.get(_address(scene, page=2)).context["lines"]) == 1


def test_without_an_earlier_version_there_is_nothing_to_choose(lead: Client, scene: Scene) -> None:
    assert "Every running case has the version in force" in lead.get(_address(scene)).content.decode()
    assert lead.post(_address(scene), {"scope": "now", "reason": "x"}).status_code == 200


# --- who -----------------------------------------------------------------------------------------------------------


def test_the_page_is_for_leads_and_the_owner_of_the_process(signed_in: Any, scene: Scene) -> None:
    scene.later()
    specialist = person_with(Role.PROCESS_SPECIALIST)
    for person in (specialist, scene.agent, person_with(Role.DEPARTMENT_HEAD), person_with(Role.AUDITOR)):
        assert signed_in(person).get(_address(scene)).status_code == 404
        assert signed_in(person).post(_address(scene), {"scope": "now", "reason": "x"}).status_code == 404
    scene.process.owner = specialist
    scene.process.save()

    assert len(signed_in(specialist).get(_address(scene)).context["lines"]) == 1


def test_the_page_of_the_process_leads_there_for_those_it_is_for(signed_in: Any, lead: Client, scene: Scene) -> None:
    release = scene.later()
    address = f"{_address(scene)}?release={release.pk}"
    page = f"/processes/{scene.process.code}/"

    assert address in lead.get(page).content.decode()
    assert _address(scene) not in signed_in(scene.agent).get(page).content.decode()


# --- one case ------------------------------------------------------------------------------------------------------


def test_one_case_is_moved_from_its_own_page(lead: Client, scene: Scene) -> None:
    scene.later(limited("s1", 9, "days"))
    page = lead.get(scene.case.get_absolute_url()).content.decode()
    address = reverse("cases:case-move", args=[scene.case.number])
    shown = lead.get(address).content.decode()

    answer = lead.post(address, {"choice": "now", "reason": "Better"})

    assert "Move to V1.1" in page
    assert "due moves from" in shown
    assert answer["Location"] == scene.case.get_absolute_url()
    page = lead.get(scene.case.get_absolute_url()).content.decode()
    assert "moved to another version 1 time" in page
    assert "Moved to another version of the standard · V1.0 → V1.1" in page
    assert "Better" in page
    assert "Move to V1.1" not in page
    assert lead.get(address).status_code == 302


def test_a_plan_stands_on_the_page_of_the_case_and_is_withdrawn_there(
    signed_in: Any, lead: Client, scene: Scene
) -> None:
    scene.later()
    address = reverse("cases:case-move", args=[scene.case.number])
    lead.post(address, {"choice": "next", "reason": "Better"})

    for reader in (lead, signed_in(scene.agent)):
        assert "Moves to V1.1 at the next step" in reader.get(scene.case.get_absolute_url()).content.decode()
    withdraw = reverse("cases:case-move-withdraw", args=[scene.case.number])
    assert withdraw not in signed_in(scene.agent).get(scene.case.get_absolute_url()).content.decode()
    assert signed_in(scene.agent).post(withdraw).status_code == 404
    assert lead.post(withdraw).status_code == 302
    assert lead.post(withdraw).status_code == 302
    assert "at the next step</strong>" not in lead.get(scene.case.get_absolute_url()).content.decode()
    assert scene.told() == ["opened", "move_planned", "move_withdrawn"]


def test_a_refusal_stands_on_the_page_with_what_was_typed(lead: Client, scene: Scene) -> None:
    scene.later(lambda data: data["forms"][0]["fields"][1].update(kind="yes_no", options=[]))

    answer = lead.post(
        reverse("cases:case-move", args=[scene.case.number]), {"choice": "next", "reason": "Typed for long"}
    )

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "The answer to “Way” cannot be read in V1.1" in page
    assert "Typed for long" in page


def test_the_page_of_a_case_costs_its_reader_nothing_more(signed_in: Any, scene: Scene) -> None:
    reader = signed_in(scene.agent)

    def cost() -> int:
        reader.get(scene.case.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            reader.get(scene.case.get_absolute_url())
        return len(captured)

    before = cost()
    later = scene.later()
    assert cost() == before
    choose(scene.case, "now", to=later.definition, reason="x", by=scene.lead, at=timezone.now())
    assert cost() == before + 2  # the versions that it ran by


# --- what is read afterwards ---------------------------------------------------------------------------------------


def test_what_was_answered_and_done_before_stays_readable(signed_in: Any, lead: Client) -> None:
    scene = Scene(code="other")
    done = do(scene.case, scene.team, scene.yesterday, answers={"text": "Said before", "way": "a"})

    def change(data: dict[str, Any]) -> None:
        data["steps"] = [found for found in data["steps"] if found["key"] != "s1"]
        data["steps"][0]["key_node"] = True
        data["steps"][0]["outcomes"] = data["steps"][0]["outcomes"][:1]
        data["forms"][0]["fields"] = [
            {"key": "other", "kind": "text", "label": words("Other"), "help": words("Other"), "required": False}
        ]
        data["exceptions"][0]["step"] = "s2"
        for number, found in enumerate(data["steps"], 1):
            found["number"] = number

    scene.later(change)
    assert (
        lead.post(reverse("cases:case-move", args=[scene.case.number]), {"choice": "now", "reason": "x"}).status_code
        == 302
    ), lead.get(reverse("cases:case-move", args=[scene.case.number])).content.decode()

    page = lead.get(scene.case.get_absolute_url()).content.decode()
    assert "Said before" in page
    assert "Completed · 1 Title s1 → To s2" in page
    task = lead.get(done.get_absolute_url())
    assert (task.status_code, "1 Title s1" in task.content.decode()) == (200, True)
    now = signed_in(scene.agent).get(scene.task().get_absolute_url()).content.decode()
    assert "Said before" in now
    assert 'name="a_other"' in now


def test_the_customer_reads_what_was_told_and_nothing_of_versions(client: Client) -> None:
    data = standard(step("s1", "s2"), step("s2", None))
    data["forms"][0]["fields"][0]["public"] = True
    scene = Scene(data=data, answers={"text": "It leaks"}, by=None, channel="public", request_key="k" * 32)
    address = reverse("cases:public-status", args=[scene.case.number, secret_for("k" * 32)])
    before = client.get(address).content.decode()

    def change(data: dict[str, Any]) -> None:
        data["forms"][0]["fields"] = [
            {"key": "what", "kind": "text", "label": words("What"), "help": words("What"), "public": True}
        ]

    scene.later(change)
    to = scene.process.releases.order_by("-pk")[0].definition
    choose(scene.case, "now", to=to, reason="x", by=scene.lead, at=timezone.now())
    after = client.get(address).content.decode()

    assert "It leaks" in before
    assert "It leaks" in after
    assert "V1.1" not in after
