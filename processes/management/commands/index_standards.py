"""Make the index of the process centre complete, or anew."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from processes.domain.indexing import repair_index
from processes.models import SearchEntry


class Command(BaseCommand):
    help = "Index the standards in force or planned, and the questions; with --anew all of them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anew", action="store_true", help="throw the index away first")

    def handle(self, *args: Any, anew: bool, **options: Any) -> None:
        if anew:
            SearchEntry.objects.all().delete()
        made = 0
        while found := repair_index(at=timezone.now()):
            made += found
        if options["verbosity"]:
            self.stdout.write(f"Indexed: {made}.")
