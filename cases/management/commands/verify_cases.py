"""Verify the chains of all cases, and that every definition in use is the one that was released."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.domain.chain import broken_chains
from cases.domain.sealing import broken_seals
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
        faults = list(broken_seals())
        for fault in faults:
            self.stderr.write(f"seal {fault.seal}, {fault.case or 'itself'}: {fault.why}")
        if breaks or broken or faults:
            raise CommandError(
                f"{len(breaks)} chains and {len(broken)} definitions are broken; {len(faults)} disagree with the seals."
            )
        self.stdout.write(f"{len(cases)} cases, all definitions and all seals are as they were written.")
