"""Measure what every app offers in its module `benches`, on a scratch database of its own."""

from __future__ import annotations

import json
import logging
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.module_loading import import_string, module_has_submodule

from procstd.measuring import Row


def subjects() -> dict[str, Any]:
    """Return what can be measured, by name."""
    found: dict[str, Any] = {}
    for config in reversed(list(apps.get_app_configs())):
        if module_has_submodule(config.module, "benches"):
            found |= import_string(f"{config.name}.benches.SUBJECTS")
    return found


class Command(BaseCommand):
    help = "Measure and print a table; with --json one JSON object per subject. Some subjects take minutes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subjects", nargs="*", help="what to measure; all when left out")
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--n", type=int, help="the size, instead of the default ones")

    def handle(self, *args: Any, as_json: bool, n: int | None, **options: Any) -> None:
        known = subjects()
        names = options["subjects"] or list(known)
        unknown = set(names) - set(known)
        if unknown:
            raise CommandError(f"Nothing is called {', '.join(sorted(unknown))}; there is {', '.join(known)}.")
        settings.STORAGES = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        }
        logging.disable(logging.INFO)  # ten thousand acts, none of which anybody wants to read of
        before = settings.DATABASES["default"]["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        if connection.vendor == "postgresql":
            # Manuals are drawn within a subject's transaction, which must not be taken for a forgotten one meanwhile.
            with connection.cursor() as cursor:
                cursor.execute("SET idle_in_transaction_session_timeout = 0")
        try:
            for name in names:
                with transaction.atomic():
                    rows = list(known[name](n))
                    transaction.set_rollback(True)
                self._print(name, rows, as_json)
        finally:
            logging.disable(logging.NOTSET)
            connection.creation.destroy_test_db(before, verbosity=0)

    def _print(self, name: str, rows: list[Row], as_json: bool) -> None:
        if as_json:
            result = {"name": name, "database": connection.vendor, "rows": [asdict(row) for row in rows]}
            self.stdout.write(json.dumps(result))
            return
        heads = ("what", "n", "queries", "ms p50", "ms p95", "cpu ms", "peak MB")
        self.stdout.write(f"\n{name} on {connection.vendor}")
        self.stdout.write("{:<22}{:>9}{:>9}{:>10}{:>10}{:>10}{:>10}".format(*heads))
        for row in rows:
            cells = ["–" if value is None else value for value in asdict(row).values()]
            self.stdout.write("{:<22}{:>9}{:>9}{:>10}{:>10}{:>10}{:>10}".format(*cells))
