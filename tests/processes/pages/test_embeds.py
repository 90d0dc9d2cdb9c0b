"""The embedded page: the manual in force for whoever has the token, nothing of people, framed by named sites only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from processes.models import Definition, EmbedToken, Process, Signature
from procstd.organisation.models import Department
from procstd.roles import Role
from tests.factories import PersonFactory
from tests.processes.pages.desk import person_as
from tests.standards import RELEASED_AT, complaint, released, words

pytestmark = pytest.mark.django_db
FACTS = {
    "label": "Intranet", "language": "zh-hans", "days": "30", "origins": "https://intranet.example.com",
    "reason": "Asked",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def writer(signed_in: Any) -> Client:
    owner = person_as(Role.PROCESS_SPECIALIST, username="he.lin", name_zh="贺林", name_en="He Lin", language="en")
    released()
    Process.objects.update(owner=owner)
    client: Client = signed_in(owner)
    return client


def make(writer: Client, **facts: str) -> str:
    """Make an embedded page; return its address as strangers have it."""
    answer = writer.post("/centre/of/complaint/embeds/", {**FACTS, **facts})
    address: str = answer.context["address"]
    return "/embed/" + address.split("/embed/")[1]


def test_strangers_read_the_manual_in_its_language_and_no_name_of_a_person(writer: Client) -> None:
    address = make(writer)
    # There is something to hide: the owner, and who signed.
    definition = Definition.objects.select_related("revision").get()
    signer = PersonFactory(username="sun.yue", name_zh="孙越", name_en="Sun Yue")
    Signature.objects.create(
        revision=definition.revision, by=signer, name_zh="孙越", name_en="Sun Yue", sha256=definition.sha256,
        at=RELEASED_AT, meaning="released", meaning_zh="批准", meaning_en="Approved",
    )  # fmt: skip
    inside = writer.get("/processes/complaint/1.0/manual/").content.decode()
    assert "He Lin" in inside
    assert "Sun Yue" in inside

    page = Client(headers={"accept-language": "en"}).get(address)
    text = page.content.decode()

    assert page.status_code == 200
    assert "受理投诉" in text
    assert [name for name in ("贺林", "He Lin", "he.lin", "孙越", "Sun Yue", "sun.yue") if name in text] == []
    assert "csrf" not in text
    assert "<script" not in text
    assert page.cookies == {}


def test_only_the_named_sites_may_frame_it(writer: Client) -> None:
    named, nobody = Client().get(make(writer)), Client().get(make(writer, origins=""))

    policy = named.headers["Content-Security-Policy"]
    assert "frame-ancestors https://intranet.example.com" in policy
    assert "script-src 'none'" in policy
    assert "X-Frame-Options" not in named.headers
    assert "frame-ancestors 'none'" in nobody.headers["Content-Security-Policy"]
    assert "no-store" in named.headers["Cache-Control"]


def test_a_site_that_is_none_is_refused_beside_its_field(writer: Client) -> None:
    answer = writer.post("/centre/of/complaint/embeds/", {**FACTS, "origins": "https://*.example.com"})

    assert list(answer.context["form"].errors) == ["origins"]
    assert not EmbedToken.objects.exists()


def test_each_use_is_counted_and_a_revoked_page_is_gone_at_once(writer: Client) -> None:
    address = make(writer)
    for _twice in range(2):
        assert Client().get(address).status_code == 200
    token = EmbedToken.objects.get()
    assert token.uses == 2
    assert token.last_used_at is not None
    assert "2 times" in writer.get("/centre/of/complaint/embeds/").content.decode()

    writer.post(f"/centre/of/complaint/embeds/{token.pk}/revoke/")

    assert Client().get(address).status_code == 404


def test_the_address_is_shown_once(writer: Client) -> None:
    address = make(writer)

    assert address not in writer.get("/centre/of/complaint/embeds/").content.decode()


def test_it_follows_what_is_in_force_for_all_and_never_shows_a_departments_own(writer: Client) -> None:
    address = make(writer, language="en")
    tried, newer = complaint(purpose=words("Tried purpose")), complaint(purpose=words("Newer purpose"))
    released(tried, at=RELEASED_AT + timedelta(hours=1), departments=[Department.objects.get(code="sales")])
    assert "Tried purpose" not in Client().get(address).content.decode()

    released(newer, at=timezone.now() - timedelta(minutes=1))

    assert "Newer purpose" in Client().get(address).content.decode()


def test_what_was_altered_or_is_over_is_not_shown(writer: Client) -> None:
    address = make(writer, language="en")
    Definition.objects.update(content="{}")
    assert Client().get(address).status_code == 503

    Process.objects.update(is_active=False)

    assert Client().get(address).status_code == 404


def test_too_many_readings_and_guesses_are_put_off(writer: Client, monkeypatch: Any) -> None:
    from processes.views import embeds
    from procstd.ratelimits import RateLimit

    address = make(writer)
    monkeypatch.setattr(embeds, "WRONG_TOKENS", RateLimit("embed-wrong-test", 2, 600))
    codes = [Client().get(f"/embed/pse_{number}/").status_code for number in range(4)]
    assert codes == [404, 404, 429, 429]
    cache.clear()
    monkeypatch.setattr(embeds, "READINGS", RateLimit("embed-test", 2, 60))

    assert [Client().get(address).status_code for _round in range(3)] == [200, 200, 429]


def test_the_list_asks_as_much_for_one_as_for_thirty(writer: Client) -> None:
    counts = []
    for more in (1, 29):
        for _number in range(more):
            make(writer)
        writer.get("/centre/of/complaint/embeds/")
        with CaptureQueriesContext(connection) as asked:
            writer.get("/centre/of/complaint/embeds/")
        counts.append(len(asked))

    assert counts[0] == counts[1]
