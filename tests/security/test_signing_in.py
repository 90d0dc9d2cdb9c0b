"""S4: guessing passwords does not get far, and tells nothing about who has an account."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.test import Client

from procstd import settings as ours
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db


def _try(username: str, password: str = "wrong", **extra: Any) -> Any:
    return Client().post("/sign-in/", {"username": username, "password": password}, **extra)


def test_fifty_wrong_passwords_lock_the_account_after_five_and_the_right_one_is_refused_too() -> None:
    PersonFactory(username="chen.jing")

    codes = [_try("chen.jing").status_code for _n in range(50)]

    assert codes[:4] == [200] * 4
    assert set(codes[settings.AXES_FAILURE_LIMIT :]) == {429}
    assert _try("chen.jing", PASSWORD).status_code == 429


def test_a_locked_account_locks_nobody_else_in_the_office() -> None:
    PersonFactory(username="chen.jing")
    PersonFactory(username="zhou.tao")
    for _n in range(10):
        _try("chen.jing")

    assert _try("zhou.tao", PASSWORD).status_code == 302


def test_an_address_that_tries_many_accounts_is_locked(settings: Any) -> None:
    settings.LOGIN_ATTEMPTS_PER_IP = 20
    PersonFactory(username="zhou.tao")
    for number in range(20):
        _try(f"guess-{number}", REMOTE_ADDR="203.0.113.9")

    assert _try("zhou.tao", PASSWORD, REMOTE_ADDR="203.0.113.9").status_code == 429
    assert _try("zhou.tao", PASSWORD, REMOTE_ADDR="198.51.100.4").status_code == 302


def test_a_forged_forwarding_header_does_not_give_a_new_address(settings: Any) -> None:
    settings.LOGIN_ATTEMPTS_PER_IP, settings.TRUSTED_PROXIES = 20, 1
    PersonFactory(username="zhou.tao")
    for number in range(20):
        # What the attacker writes stands left of what our own proxy adds.
        _try(f"guess-{number}", headers={"X-Forwarded-For": f"10.0.0.{number}, 203.0.113.9"})

    refused = _try("zhou.tao", PASSWORD, headers={"X-Forwarded-For": "10.9.9.9, 203.0.113.9"})

    assert refused.status_code == 429


def test_without_a_proxy_the_header_is_not_believed_at_all(settings: Any) -> None:
    settings.LOGIN_ATTEMPTS_PER_IP = 20
    for number in range(20):
        _try(f"guess-{number}", headers={"X-Forwarded-For": f"10.0.0.{number}"})

    assert _try("anybody", headers={"X-Forwarded-For": "10.0.1.1"}).status_code == 429


def _text(response: Any) -> str:
    """Return the page without what differs on every answer."""
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode()).replace("known", "x")


def test_the_answers_do_not_tell_whether_an_account_exists() -> None:
    PersonFactory(username="known")
    PersonFactory(username="known-gone", gone=True)

    wrong = [_try(name) for name in ("known", "x", "known-gone")]
    right_but_gone = _try("known-gone", PASSWORD)

    assert {response.status_code for response in [*wrong, right_but_gone]} == {200}
    assert _text(wrong[0]) == _text(wrong[1])
    assert _text(wrong[2]) == _text(right_but_gone)


def test_a_lock_does_not_tell_either() -> None:
    PersonFactory(username="known")
    for _n in range(settings.AXES_FAILURE_LIMIT):
        known, unknown = _try("known"), _try("x")

    assert known.status_code == unknown.status_code == 429
    assert _text(known) == _text(unknown)


def test_asking_for_a_new_password_does_not_tell_either(mailoutbox: Any) -> None:
    PersonFactory(username="known", email="known@example.com")

    answers = [Client().post("/password/forgotten/", {"email": f"{name}@example.com"}) for name in ("known", "x")]

    assert len({(answer.status_code, answer.headers["Location"]) for answer in answers}) == 1


def test_the_hash_of_the_product_is_slow_and_salted() -> None:
    # conftest.py replaces the hasher for speed; this is the one that people get.
    hasher = get_hasher(_default_hasher())
    begun = time.perf_counter()
    first, second = hasher.encode("secret", hasher.salt()), hasher.encode("secret", hasher.salt())
    spent = (time.perf_counter() - begun) / 2

    assert first != second
    assert hasher.verify("secret", first)
    assert spent > 0.01, "A hash this fast invites guessing."


def _default_hasher() -> Any:
    from django.conf import global_settings
    from django.utils.module_loading import import_string

    chosen = getattr(ours, "PASSWORD_HASHERS", global_settings.PASSWORD_HASHERS)
    return import_string(chosen[0])()
