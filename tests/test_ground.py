"""The ground: deny by default, both languages, fresh passwords, the address of a client."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from procstd.access import PUBLIC, SIGNED_IN, STAFF, AccessMiddleware, allow
from procstd.bilingual import Bilingual, in_each_language, suffix
from procstd.headers import client_ip, client_network
from procstd.roles import Role
from tests.factories import PASSWORD, PersonFactory, person_with


def _asked_by(user: Any, view: Any) -> HttpResponse | None:
    request: Any = RequestFactory().get("/somewhere/")
    request.user, request.resolver_match = user, None
    return AccessMiddleware(lambda request: HttpResponse()).process_view(request, view, (), {})


class TestAccess:
    """A view answers only those it names."""

    pytestmark = pytest.mark.django_db

    def test_a_view_that_names_nobody_answers_nobody(self, admin_person: Any) -> None:
        with pytest.raises(PermissionDenied):
            _asked_by(admin_person, lambda request: HttpResponse())

    @pytest.mark.parametrize(
        ("who", "allowed"),
        [
            ((PUBLIC,), True),
            ((SIGNED_IN,), True),
            ((STAFF,), False),
            ((Role.FRONTLINE,), True),
            ((Role.AUDITOR,), False),
            ((Role.AUDITOR, Role.FRONTLINE), True),
        ],
    )
    def test_a_view_answers_those_it_names(self, engineer: Any, who: tuple[str, ...], allowed: bool) -> None:
        view = allow(*who)(lambda request: HttpResponse())

        if allowed:
            assert _asked_by(engineer, view) is None
        else:
            with pytest.raises(PermissionDenied):
                _asked_by(engineer, view)

    @pytest.mark.parametrize("who", [(), ("everybody",), (Role.AUDITOR, "boss")])
    def test_a_misspelt_name_is_found_when_the_module_is_read(self, who: tuple[str, ...]) -> None:
        with pytest.raises(ValueError, match="takes roles"):
            allow(*who)

    def test_who_stands_in_has_the_role_for_that_time(self, quality: Any) -> None:
        from tests.factories import SubstitutionFactory

        auditor, substitute = person_with(Role.AUDITOR, quality), PersonFactory()
        SubstitutionFactory(holding=auditor.holdings.get(), substitute=substitute)

        assert _asked_by(substitute, allow(Role.AUDITOR)(lambda request: HttpResponse())) is None


class TestFreshPassword:
    """Powerful places ask for the password again after a while."""

    pytestmark = pytest.mark.django_db

    def _client(self, person: Any, minutes: int) -> Client:
        client = Client()
        client.force_login(person, backend="procstd.organisation.backends.PersonBackend")
        session = client.session
        session["reauthenticated_at"] = (timezone.now() - timedelta(minutes=minutes)).isoformat()
        session.save()
        return client

    def test_a_token_page_opens_for_a_quarter_of_an_hour(self, engineer: Any) -> None:
        assert self._client(engineer, 14).get("/account/tokens/").status_code == 200
        asked = self._client(engineer, 16).get("/account/tokens/")
        assert asked.headers["Location"] == "/account/confirm/?next=%2Faccount%2Ftokens%2F"

    def test_the_right_password_leads_back_and_never_to_another_host(self, engineer: Any) -> None:
        client = self._client(engineer, 60)

        back = client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/tokens/"})
        away = client.post("/account/confirm/", {"password": PASSWORD, "next": "https://evil.example/"})

        assert (back.headers["Location"], away.headers["Location"]) == ("/account/tokens/", "/")

    def test_guessing_it_is_throttled_too(self, engineer: Any) -> None:
        client = self._client(engineer, 60)

        codes = [client.post("/account/confirm/", {"password": "wrong"}).status_code for _n in range(8)]

        assert codes[0] == 200
        assert codes[-1] == 429


class TestLanguages:
    """One reading name over two columns."""

    @pytest.mark.parametrize(
        ("language", "zh", "en", "read"),
        [
            ("zh-hans", "质量部", "Quality", "质量部"),
            ("en", "质量部", "Quality", "Quality"),
            ("en", "质量部", "", "质量部"),
            ("zh-hans", "", "Quality", "Quality"),
            ("fr", "质量部", "Quality", "Quality"),
        ],
    )
    def test_a_name_is_read_in_the_language_in_force(self, language: str, zh: str, en: str, read: str) -> None:
        class Thing(SimpleNamespace):
            name = Bilingual("name")

        with translation.override(language):
            assert Thing(name_zh=zh, name_en=en).name == read

    def test_a_text_is_had_in_both(self) -> None:
        assert in_each_language(_("Sales")) == {"zh": "销售部", "en": "Sales"}
        assert in_each_language(lambda: f"{suffix()}!") == {"zh": "zh!", "en": "en!"}


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "", "192.0.2.1"),
        (0, "10.0.0.1", "192.0.2.1"),
        (1, "10.0.0.1", "10.0.0.1"),
        (1, "6.6.6.6, 10.0.0.1", "10.0.0.1"),
        (2, "6.6.6.6, 10.0.0.1, 10.0.0.2", "10.0.0.1"),
        (2, "10.0.0.2", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_only_our_own_proxies_tell_where_a_request_came_from(
    settings: Any, proxies: int, header: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": header} if header else {}

    assert client_ip(RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("unix:", "unix:"),
    ],
)
def test_a_household_counts_once(address: str, network: str) -> None:
    assert client_network(RequestFactory().get("/", REMOTE_ADDR=address)) == network
