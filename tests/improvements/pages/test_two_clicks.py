"""Two clicks on a button of the room make one row."""

from __future__ import annotations

from typing import Any

import pytest

from improvements.models import Evaluation, Follower, Suggestion
from processes.models import Change
from procstd.jobs.models import Job
from procstd.notices.models import Notice
from tests.clicks import click_twice, made_by
from tests.improvements.desk import lead, named, person, process_in_force, specialist
from tests.improvements.domain.test_anonymity import picture
from tests.improvements.pages.test_pages import CHANGES, typed

pytestmark = pytest.mark.django_db
SPECIAL = {
    "process": "complaint",
    "occasion": "product",
    "occasion_on": "",
    "why_zh": "新产品",
    "why_en": "New product",
}


def test_a_special_evaluation_is_planned_once_and_its_owner_told_once(signed_in: Any) -> None:
    process, client = process_in_force(), signed_in(lead())
    address = "/improvements/evaluations/plan/"

    first, second = click_twice(client, address, SPECIAL)

    assert first.headers["Location"] == second.headers["Location"]
    assert Evaluation.objects.count() == 1
    assert Notice.objects.filter(person=process.owner).count() == 1
    assert made_by(lambda: client.post(address, {**SPECIAL, "why_en": "A pump"}), Evaluation) == {"Evaluation": 1}
    assert made_by(lambda: signed_in(specialist()).post(address, SPECIAL), Evaluation) == {"Evaluation": 1}


def test_evidence_and_reports_are_asked_for_once(signed_in: Any) -> None:
    process_in_force()
    client = signed_in(lead())
    client.post("/improvements/evaluations/plan/", SPECIAL)
    number = Evaluation.objects.get().number

    for address in (f"/improvements/evaluations/{number}/gather/", "/improvements/years/2026/make/"):
        made = made_by(lambda to=address: click_twice(client, to, {"kind": "docx", "language": "en"}), Job)
        assert made == {"Job": 1}, address


@pytest.mark.parametrize("anonymous", ["", "on"])
def test_a_suggestion_is_sent_once(signed_in: Any, anonymous: str) -> None:
    process = process_in_force()
    sent = typed(process, anonymous=anonymous, photo=picture)

    click_twice(signed_in(person("author")), "/improvements/suggest/", sent)

    assert Suggestion.objects.count() == 1


def test_a_suggestion_is_followed_taken_up_and_adopted_once(signed_in: Any) -> None:
    row = named(process_in_force())
    address, client = row.get_absolute_url(), signed_in(specialist())

    followed = made_by(lambda: click_twice(signed_in(person("other")), f"{address}follow/"), Follower)
    click_twice(client, f"{address}take-up/")
    adopted = made_by(lambda: click_twice(client, f"{address}adopt/", {**CHANGES, "reason": "Good"}), Change)

    assert (followed, adopted) == ({"Follower": 1}, {"Change": 1})
    told = Notice.objects.filter(person=row.proposer).order_by("pk").values_list("rule", flat=True)
    assert len(told) == 2  # taken up, adopted
