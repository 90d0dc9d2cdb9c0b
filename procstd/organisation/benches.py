"""What `manage.py bench` measures of people: lists, the home page, tokens, Excel."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from functools import partial

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from django.utils import timezone

from procstd.measuring import Row, measure
from procstd.organisation import demo
from procstd.organisation.domain.sheets.people import People
from procstd.organisation.domain.tokens import issue_token, token_in_force
from procstd.organisation.models import Department, Post, PostHolding, User
from procstd.sheet_import import examine, save_examined
from procstd.sheets import read_workbook, write_workbook


def _fill(n: int) -> User:
    """Load the demo and *n* more people, each with a post; return the administrator."""
    demo.load()
    departments = list(Department.objects.without_tree_fields())
    posts = list(Post.objects.all())
    password, first = make_password(None), User.objects.count()
    made = User.objects.bulk_create(
        [
            User(
                username=f"p{number:06}",
                name_zh=f"员工{number}",
                name_en=f"Employee {number}",
                department=departments[number % len(departments)],
                password=password,
            )
            for number in range(first, n)
        ],
        batch_size=1000,
    )
    PostHolding.objects.bulk_create(
        [
            PostHolding(
                person=person,
                post=posts[number % len(posts)],
                department=person.department,
                valid_from=date(2026, 1, 1),
            )
            for number, person in enumerate(made)
        ],
        batch_size=1000,
    )
    return User.objects.get(username="fang.ning")


def people(n: int | None) -> Iterator[Row]:
    """Pages at 1,000 and 20,000 people (or *n*)."""
    for size in (n,) if n else (1_000, 20_000):
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(_fill(size), backend="procstd.organisation.backends.PersonBackend")
        for what, address in (
            ("page.home", "/"),
            ("page.people", "/people/"),
            ("page.people.search", "/people/?q=Employee+77"),
            ("page.person", "/people/chen.jing/"),
            ("page.departments", "/departments/"),
            ("page.posts", "/posts/"),
        ):
            yield measure(what, size, partial(_get, client, address))


def _get(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answers {response.status_code}.")


def tokens(n: int | None) -> Iterator[Row]:
    """The check of an API token (S5)."""
    person = _fill(100)
    _token, text = issue_token(person, name="bench", scopes=[], days=1, at=timezone.now())
    yield measure("token.check", 1, lambda: token_in_force(text, at=timezone.now()), times=200)


def sheets(n: int | None) -> Iterator[Row]:
    """Excel: write, read, examine and save people."""
    size = n or 2_000
    admin = _fill(0)
    rows = [
        [f"x{number:06}", f"员工{number}", f"Employee {number}", "", "sales", "en", "Asia/Shanghai", "true"]
        for number in range(size)
    ]
    book = write_workbook("people", People.columns, rows)
    yield measure("sheet.write", size, lambda: write_workbook("people", People.columns, rows), times=2)
    read = read_workbook(io.BytesIO(book), People.columns)
    yield measure("sheet.read", size, lambda: read_workbook(io.BytesIO(book), People.columns), times=2)
    yield measure("sheet.examine", size, lambda: examine(People(), read, by=admin), times=2)

    def save() -> None:
        # Rolled back, so that each round creates all rows anew.
        with transaction.atomic():
            kind = People()
            save_examined(kind, examine(kind, read, by=admin), valid_rows_only=False, by=admin, reason="bench")
            transaction.set_rollback(True)

    yield measure("sheet.import", size, save, times=2)


SUBJECTS = {"people": people, "tokens": tokens, "sheets": sheets}
