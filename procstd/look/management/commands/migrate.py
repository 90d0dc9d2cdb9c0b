"""Django's own command, but that an empty database gets its tables at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

from procstd.schema import make_schema

#: What asks for something else than the newest schema.
OTHERWISE = ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune", "step_by_step")


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--step-by-step", action="store_true", help="also for an empty database")

    def handle(self, *args: Any, **options: Any) -> None:
        wants_all = not any(options.get(name) for name in OTHERWISE)
        if wants_all and make_schema(connections[options["database"]]) and options["verbosity"]:
            self.stdout.write("The database was empty: all its tables are made at once.")
        super().handle(*args, **options)
