"""What every request pays for knowing who asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def test_a_request_reads_session_and_person_in_one_statement(signed_in: Any, engineer: Any) -> None:
    client = signed_in(engineer)
    client.get("/jobs/")

    with CaptureQueriesContext(connection) as captured:
        client.get("/jobs/")

    about = [row["sql"] for row in captured if 'FROM "organisation_session"' in row["sql"]]
    assert len(about) == 1
    assert 'JOIN "organisation_user"' in about[0]
    assert not [row["sql"] for row in captured if 'FROM "organisation_user"' in row["sql"]]


def test_what_one_request_read_is_never_taken_for_another(signed_in: Any, engineer: Any, seller: Any) -> None:
    first, second = signed_in(engineer), signed_in(seller)

    for client, name in ((first, "Wang Lei"), (second, "Huang Li"), (first, "Wang Lei")):
        assert name in client.get("/account/").content.decode()
    assert second.get("/account/").wsgi_request.user == seller
