"""Post a page of the editor as a browser would: everything that it shows, with what one changed."""

from __future__ import annotations

from typing import Any

from django.test import Client

from procstd.organisation.models import User
from procstd.roles import Role
from tests.factories import PersonFactory, PostFactory, PostHoldingFactory


def person_as(role: Role, **facts: Any) -> User:
    """Return somebody whose post carries *role*."""
    person = PersonFactory(**facts)
    PostHoldingFactory(person=person, post=PostFactory(role=role))
    return person


def shown(client: Client, address: str) -> dict[str, Any]:
    """Return what the page's forms would send if nothing was changed."""
    part = client.get(address).context["part"]
    data: dict[str, Any] = {}
    forms = [part.save, *([part.main] if part.main else [])]
    for _title, _advice, rows in part.tables:
        forms += [rows.management_form, *rows]
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                value = "on"
            if value is not None and value is not False and value != "":
                value = form.fields[field.name].prepare_value(value)
                data[field.html_name] = getattr(value, "pk", value)
    return data


def save(client: Client, address: str, **changes: Any) -> Any:
    """Post the page with *changes* (``rows-0-amount`` is written ``rows_0_amount``)."""
    data = shown(client, address)
    for name, value in changes.items():
        first, _mark, rest = name.partition("_")
        number, _mark, field = rest.partition("_")
        key = f"{first}-{number}-{field}" if number.isdigit() else name
        if value is None:
            data.pop(key, None)
        else:
            data[key] = value
    return client.post(address, data)


def errors_of(answer: Any) -> Any:
    """Return every error that a page of the editor shows."""
    if answer.context is None:
        return {}
    part = answer.context["part"]
    found = [part.save.errors, part.main.errors if part.main else {}]
    return [error for error in [*found, *(row for table in part.tables for row in table[2].errors)] if error]
