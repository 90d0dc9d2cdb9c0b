"""Verify the chains of all cases, and that every definition in use is the one that was released."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.domain.chain import broken_chains
from cases.models import Case
from processes.models import Definition


class Command(BaseCommand):
    help = "Verify that no event of any case, and no released definition, was altered. Exits with 1 if one was."

    def handle(self, *args: Any, **options: Any) -> None:
        cases = Case.objects.order_by("pk").only("pk")
        breaks = list(broken_chains(cases))
        broken = [definition for definition in Definition.objects.iterator() if not definition.is_intact]
        for found in breaks:
            self.stderr.write(f"{found.case}, event {found.position}: {found.why}")
        for definition in broken:
            self.stderr.write(f"The definition {definition} is not what was released.")
        if breaks or broken:
            raise CommandError(f"{len(breaks)} chains and {len(broken)} definitions are broken.")
        self.stdout.write(f"{len(cases)} cases and all definitions are as they were written.")
