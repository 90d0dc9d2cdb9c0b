"""The faults that keep a standard from being released (checks.py and beside it), as findings of the checker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.checker.findings import BLOCKING, Facts, Finding
from processes.domain.checks import faults_of
from processes.domain.faults import Fault
from processes.domain.standard import Standard

_WHY: dict[str, Any] = {
    "completeness.languages": _("Everybody reads the standard in their own language: texts stand in both (H2.3.2)."),
    "completeness.element": _("A standard has eight core elements; none may be missing (H2.3.1)."),
    "structure.raci": _("Each step has those who do it and exactly one post that answers for it (H4.2)."),
    "structure.limit": _("Each step has a time limit, counted from something that comes before it (H2.3.2)."),
    "structure.flow": _("The standard is the running workflow: every step is reached and leads to the end (H2.3.1)."),
    "structure.exception": _("An exception says at which step, how long one tries, and who decides then (H2.3.1)."),
    "structure.form": _("A form’s field says what must be written, and somebody fills the form in (H4.3)."),
    "limit.data": _("Limits and who is told must be unambiguous: clocks run by them (H2.3.1)."),
}  # fmt: skip


def existing_faults(standard: Standard, facts: Facts) -> Iterator[Finding]:
    """Yield what keeps *standard* from being released, with its own message."""
    for fault in (*faults_of(standard), *facts.faults):
        rule = _rule_of(fault)
        # Two rows of one table may lack the same: the message tells them apart.
        yield Finding(
            rule, fault.place, fault.message, fault.field, BLOCKING, _WHY[rule], _("Mend it before the release.")
        )


def _rule_of(fault: Fault) -> str:
    kind = fault.place.partition(":")[0]
    if fault.field.endswith(("_zh", "_en")) or kind in ("glossary", "references"):
        return "completeness.languages"
    if kind == "step":
        fields = {"posts": "structure.raci", "limit_amount": "structure.limit", "limit_from": "structure.limit"}
        return fields.get(fault.field, "structure.flow")
    return {
        "form": "structure.form", "exceptions": "structure.exception", "thresholds": "limit.data",
        "clockwork": "limit.data", "totals": "limit.data", "responsibilities": "structure.raci",
    }.get(kind, "completeness.element")  # fmt: skip
