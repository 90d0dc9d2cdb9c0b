"""Everything between installing and starting: tables, messages, icons, statics, demo."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from procstd.look.icons import build_sprite
from procstd.messages import compile_messages


class Command(BaseCommand):
    help = "Migrate, compile messages, build icons, collect statics; with --demo load the demo data."
    # Statics are checked after they are built.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo data")
        parser.add_argument("--no-database", action="store_true", help="leave the database alone (image build)")

    def handle(self, *args: Any, demo: bool, no_database: bool, **options: Any) -> None:
        Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
        for folder in ("queue", "queue-control"):
            (Path(settings.VAR_DIR) / folder).mkdir(exist_ok=True)
        compile_messages(Path(settings.LOCALE_PATHS[0]))
        build_sprite()
        call_command("collectstatic", interactive=False, verbosity=0)
        if no_database:
            return
        call_command("migrate", interactive=False, verbosity=0)
        if demo:
            call_command("demo", verbosity=0)
