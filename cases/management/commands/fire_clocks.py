"""`manage.py fire_clocks`: a dispatcher of its own, beside or instead of those of the workers."""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from cases.domain.clocks.announcing import announce
from cases.domain.clocks.firing import fire_due


class Command(BaseCommand):
    help = "Fire what is due and write its notices, until nothing is left; or for ever. Run as many as you like."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true", help="Look again every few seconds.")
        parser.add_argument("--every", type=float, default=5.0, help="So many seconds (with --forever).")
        parser.add_argument("--silent", action="store_true", help="Fire only; leave the notices to others.")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            told = self._drain(silent=options["silent"])
            if told["clocks"] or not options["forever"]:
                self.stdout.write(json.dumps(told))
            if not options["forever"]:
                return
            time.sleep(options["every"])

    def _drain(self, *, silent: bool) -> dict[str, float]:
        start, clocks, effects, announced = time.monotonic(), 0, 0, 0
        while (batch := fire_due()).clocks:
            clocks, effects = clocks + batch.clocks, effects + batch.effects
        fired = time.monotonic() - start
        while not silent and (done := announce(at=timezone.now())):
            announced += done
        return {
            "clocks": clocks,
            "effects": effects,
            "announced": announced,
            "seconds_to_fire": round(fired, 3),
            "seconds": round(time.monotonic() - start, 3),
        }
