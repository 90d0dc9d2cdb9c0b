"""The frame of every page: navigation by role, panels, language, appearance, errors."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from procstd.access import PUBLIC, SIGNED_IN, allow
from procstd.look.navigation import entries_for, home_panels
from procstd.organisation.models import User
from procstd.roles import Role
from procstd.urls import handler400, handler403, handler404, handler500  # noqa: F401  (this module is a URL conf)
from procstd.urls import urlpatterns as ours
from procstd.views import csrf_failed
from tests.factories import PersonFactory, person_with

pytestmark = pytest.mark.django_db

EVERYBODY = {
    "organisation:person-list",
    "organisation:department-list",
    "organisation:post-list",
    "calendars:calendar-list",
    "notices:notice-list",
    "jobs:job-list",
}
WORKING = EVERYBODY | {
    "centre:centre",
    "processes:process-list",
    "cases:inbox",
    "cases:wall",
    "cases:case-list",
    "cases:case-open-list",
    "audits:finding-list",
    "improvements:home",
    "rollouts:home",
    "surveys:home",
}
LEADING = WORKING | {"projects:home", "pilots:home", "audits:home", "audits:score-list", "cases:exception-report-list"}


def _entries(person: User) -> set[str]:
    return {entry.url_name for _config, entries in entries_for(person) for entry in entries}


@pytest.mark.parametrize(
    ("role", "entries"),
    [
        (Role.PROJECT_LEAD, LEADING),
        (Role.PROCESS_SPECIALIST, LEADING),
        (Role.DEPARTMENT_HEAD, LEADING),
        (Role.FRONTLINE, WORKING),
        (
            Role.AUDITOR,
            WORKING | {"audits:home", "audits:score-list", "cases:exception-report-list", "cases:seal-list"},
        ),
    ],
)
def test_each_role_has_its_entries(quality: Any, role: Role, entries: set[str]) -> None:
    assert _entries(person_with(role, quality)) == entries


def test_without_a_post_one_can_look_people_up() -> None:
    assert _entries(PersonFactory()) == EVERYBODY


def test_administrators_have_all(admin_person: User) -> None:
    assert _entries(admin_person) == LEADING | {
        "organisation:sheet-list",
        "notices:delivery-list",
        "cases:clock-watch",
        "cases:seal-list",
    }


class _Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.current: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "a" and (facts.get("href") or "").startswith("/"):
            self.hrefs.append(str(facts["href"]))
            if facts.get("aria-current") == "page":
                self.current.append(str(facts["href"]))


def test_every_link_of_a_page_leads_somewhere_and_one_entry_is_current(
    signed_in: Any, head: User, admin_person: User
) -> None:
    for person in (head, admin_person):
        client = signed_in(person)
        for address in ("/", "/people/", "/cases/", "/audits/", "/substitutes/", "/account/"):
            links = _Links(client.get(address).content.decode())
            broken = [href for href in set(links.hrefs) if client.get(href).status_code not in (200, 302)]
            assert broken == []
            assert len(links.current) <= 1


def test_the_home_page_is_made_of_panels_and_one_that_breaks_leaves_a_line(
    signed_in: Any, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.apps import apps

    page = signed_in(engineer).get("/").content.decode()
    assert "My posts today" in page
    assert "could not be shown" not in page

    monkeypatch.setattr(apps.get_app_config("cases"), "home_panels", ["broken-panel", "foreign-panel"], raising=False)
    assert home_panels()[-1] != "broken-panel"
    with override_settings(ROOT_URLCONF="tests.look.test_frame"):
        broken = signed_in(engineer).get("/").content.decode()
    assert "could not be shown" in broken
    assert "My posts today" in broken
    assert "canary" not in broken
    assert "not for you" not in broken


@allow(SIGNED_IN)
def _broken(request: Any) -> None:
    raise RuntimeError("canary")


@allow(Role.AUDITOR)
def _foreign(request: Any) -> None:
    raise AssertionError("not for you")


@allow(PUBLIC)
def _damaged(request: Any) -> None:
    raise BadRequest("canary")


# This module is a URL conf too: ours, and views that misbehave.
urlpatterns = [
    *ours,
    path("b/", _broken, name="broken-panel"),
    path("f/", _foreign, name="foreign-panel"),
    path("d/", _damaged),
]


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh-hans", "zh-Hans")])
def test_a_language_is_kept_for_browser_and_person(signed_in: Any, engineer: User, language: str, tag: str) -> None:
    client = signed_in(engineer)

    client.post("/language/", {"language": language, "next": "/people/"})

    assert f'<html lang="{tag}"' in client.get("/people/").content.decode()
    engineer.refresh_from_db()
    assert engineer.language == language
    client.post("/sign-out/")
    assert f'<html lang="{tag}"' in client.get("/sign-in/").content.decode()


def test_strangers_read_chinese_unless_their_browser_asks_for_english() -> None:
    assert '<html lang="zh-Hans"' in Client().get("/sign-in/").content.decode()
    assert '<html lang="en"' in Client().get("/sign-in/", headers={"accept-language": "en-GB,en"}).content.decode()
    assert '<html lang="zh-Hans"' in Client().get("/sign-in/", headers={"accept-language": "fr"}).content.decode()


@pytest.mark.parametrize("switch", ["/language/", "/theme/"])
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\thttps://evil.example",
        "",
    ],
)
def test_a_switch_never_leads_to_another_host(switch: str, target: str) -> None:
    answer = Client().post(switch, {"language": "en", "theme": "dark", "next": target})

    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("switch", "facts"), [("/language/", {"language": "xx"}), ("/theme/", {"theme": "pink"}), ("/theme/", {})]
)
def test_an_unknown_choice_changes_nothing(switch: str, facts: dict[str, str]) -> None:
    assert not Client().post(switch, facts).cookies


def test_the_appearance_is_kept(signed_in: Any, engineer: User) -> None:
    client = signed_in(engineer)

    client.post("/theme/", {"theme": "dark"})

    assert 'data-bs-theme="dark"' in client.get("/").content.decode()
    engineer.refresh_from_db()
    assert engineer.theme == "dark"


@pytest.mark.parametrize(
    ("address", "code", "en", "zh"),
    [
        ("/nothing/", 404, "There is nothing here", "此处没有内容"),
        ("/d/", 400, "This request cannot be understood", "无法理解此请求"),
        ("/people/add/", 403, "This is not for your posts", "您的岗位无权打开此页"),
        ("/b/", 500, "Something went wrong", "系统出错了"),
    ],
)
@override_settings(ROOT_URLCONF="tests.look.test_frame")
def test_an_error_says_what_happened_and_what_to_do(engineer: User, address: str, code: int, en: str, zh: str) -> None:
    for language, words in (("en", en), ("zh-hans", zh)):
        User.objects.filter(pk=engineer.pk).update(language=language)
        client = Client(raise_request_exception=False)
        client.force_login(engineer, backend="procstd.organisation.backends.PersonBackend")

        page = client.get(address)

        assert page.status_code == code
        assert words in page.content.decode()
        assert "canary" not in page.content.decode()
        assert 'href="/"' in page.content.decode()


def test_a_form_that_is_too_old_offers_the_way_back() -> None:
    from django.contrib.auth.models import AnonymousUser

    request: Any = RequestFactory().post("/sign-in/")
    request.user, request.resolver_match = AnonymousUser(), None

    assert "This form is too old" in csrf_failed(request).content.decode()


PARTS = """
btn state--done clock--overdue stepper events empty pager filterbar is-invalid dialog alert progress table-cards
"""


@pytest.mark.parametrize("mark", PARTS.split())
def test_the_design_page_shows_every_component(signed_in: Any, admin_person: User, mark: str) -> None:
    page = signed_in(admin_person).get("/design/").content.decode()

    assert re.search(rf'class="[^"]*\b{mark}\b', page) or f"<{mark}" in page


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/people/",
        "/people/wang.lei/",
        "/departments/",
        "/posts/",
        "/substitutes/",
        "/jobs/",
        "/notices/",
        "/account/",
        "/cases/",
    ],
)
def test_nothing_is_left_in_english_on_a_chinese_page(signed_in: Any, engineer: User, address: str) -> None:
    """What stands between the tags of a Chinese page is Chinese, but for codes and names of products."""
    User.objects.filter(pk=engineer.pk).update(language="zh-hans", name_zh="王磊")
    page = signed_in(engineer).get(address).content.decode()
    for silent in (
        r"<(script|style|svg|code|option)\b.*?</\1>",
        r"<title>.*?</title>",
        r'<(button|dd)[^>]+lang="en".*?</\1>',
        r"\b[a-z]+-[0-9]+\b",  # codes
    ):
        page = re.sub(silent, " ", page, flags=re.S)

    words = set(re.findall(r"[A-Za-z]{3,}(?:\.[a-z]+)?", re.sub(r"<[^>]*>", " ", page)))

    assert words <= {"procstd", "English", "wang.lei", "example.com", "Excel", "API", "Asia", "Shanghai"}
