"""Load the demo enterprise; each room adds its part."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string, module_has_submodule

from procstd.organisation.demo import ACCOUNTS, PASSWORD


def load_all() -> int:
    """Load the demo of every app that has one, from the ground up; tell how many rows were made."""
    with_demo = [config for config in apps.get_app_configs() if module_has_submodule(config.module, "demo")]
    # INSTALLED_APPS stands from the top floor down: the ground goes first.
    return sum(import_string(f"{config.name}.demo.load")() for config in reversed(with_demo))


def scale_all(count: int) -> int:
    """Let every app that can make *count* copies of its demo's rows; tell how many were made."""
    with_scaling = [config for config in apps.get_app_configs() if module_has_submodule(config.module, "scaling")]
    return sum(import_string(f"{config.name}.scaling.add_copies")(count) for config in reversed(with_scaling))


class Command(BaseCommand):
    help = "Load the demo data. Idempotent: what exists is left as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="only name the accounts")
        parser.add_argument("--scale", type=int, default=0, metavar="N", help="and N cases more, copies of its own")

    def handle(self, *args: Any, **options: Any) -> None:
        made = 0 if options["accounts"] else load_all()
        copies = 0 if options["accounts"] or options["scale"] < 1 else scale_all(options["scale"])
        if options["verbosity"] == 0:
            return
        if copies:
            self.stdout.write(f"Demo: {copies} cases more.")
        if not options["accounts"]:
            self.stdout.write(f"Demo: {made} rows made." if made else "Demo: everything is there already.")
        for code, role in ACCOUNTS:
            self.stdout.write(f"  {code:<14} {role}")
        self.stdout.write(f"  Password of all: {PASSWORD}")
