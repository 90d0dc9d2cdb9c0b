"""How many points a result is worth, and the ledger computed anew from the checks (F77, F78). Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from audits.models import Audit, Check, Decision, EntryKind, ScoreEntry, ScoreRule
from audits.queries.figures import Figures, by_department, figures_of
from procstd.estimates.rates import Stratum

#: How an entry came to its points.
REACHED, MISSED, INSUFFICIENT = "reached", "missed", "insufficient"


@dataclass(frozen=True)
class Rule:
    """What a result is worth. The usual one is that of H2.5.4, until somebody writes another."""

    threshold: int = 90
    reached: int = 5
    missed: int = -3
    wants_evidence: bool = True
    appeal_days: int = 10
    valid_from: str = ""

    @property
    def share(self) -> float:
        return self.threshold / 100

    @classmethod
    def of(cls, row: ScoreRule) -> Rule:
        return cls(
            row.threshold, row.reached, row.missed, row.wants_evidence, row.appeal_days, row.valid_from.isoformat()
        )


class Rules:
    """The rules by date."""

    def __init__(self) -> None:
        self._rows = list(ScoreRule.objects.order_by("-valid_from"))

    def on(self, day: date) -> Rule:
        """Return the rule for audits of the month that begins on a day."""
        return next((Rule.of(row) for row in self._rows if row.valid_from <= day), Rule())


def verdict_of(found: Figures, rule: Rule) -> str:
    """Tell how a result stands to the rate to be reached.

    Where evidence is wanted, the whole interval has to lie on one side of it; otherwise the estimate decides.
    """
    if rule.wants_evidence:
        if found.interval_low >= rule.share:
            return REACHED
        return MISSED if found.interval_high < rule.share else INSUFFICIENT
    return REACHED if found.rate >= rule.share - 1e-12 else MISSED


def points_for(verdict: str, rule: Rule) -> int:
    return {REACHED: rule.reached, MISSED: rule.missed, INSUFFICIENT: 0}[verdict]


def score_of(found: Figures, rule: Rule) -> tuple[int, dict[str, Any]]:
    """Return the points of a result, and everything that they were computed from."""
    verdict = verdict_of(found, rule)
    return points_for(verdict, rule), {"verdict": verdict, "figures": found.data(), "rule": asdict(rule)}


@dataclass(frozen=True)
class Difference:
    """An entry of the ledger that is not what the checks give."""

    audit: str
    department: str
    kept: int | None
    computed: int | None


def ledger_from_checks(audits: Iterable[Audit] | None = None) -> dict[tuple[str, str, str], int]:
    """Compute every entry anew, from the checks, the populations, the rules and what was decided on appeals.

    Returns points by audit, department and kind of entry. Five statements, however many audits there are.
    """
    rows = Audit.objects.all() if audits is None else audits
    concluded = [audit for audit in rows if hasattr(audit, "conclusion")]
    keys = [audit.pk for audit in concluded]
    counted: dict[int, dict[str, list[int]]] = {}
    checks = Check.objects.filter(item__audit__in=keys, item__replacement=None).order_by()
    for audit_key, stratum, complies in checks.values_list("item__audit", "item__stratum", "complies"):
        cell = counted.setdefault(audit_key, {}).setdefault(stratum, [0, 0])
        cell[0] += 1
        cell[1] += complies
    rules = Rules()
    found: dict[tuple[str, str, str], int] = {}
    for audit in concluded:
        strata = {
            name: Stratum(count, *counted.get(audit.pk, {}).get(name, (0, 0)))
            for name, (count, _size) in audit.population.strata.items()
        }
        rule = rules.on(audit.month_from)
        for code, parts in by_department(strata).items():
            figures = figures_of(parts)
            if figures is not None:
                found[audit.number, code, EntryKind.SCORE] = score_of(figures, rule)[0]
    upheld = Decision.objects.filter(is_upheld=True, appeal__entry__audit__in=keys)
    columns = ("appeal__entry__audit__number", "appeal__entry__department__code")
    for number, code in upheld.order_by().values_list(*columns):
        found[number, code, EntryKind.REVERSAL] = -found[number, code, EntryKind.SCORE]
    return found


#: Stands for the kind of a reversal that takes back the score of another audit or department: none does.
_STRAY = "stray"


def differences() -> list[Difference]:
    """Return where the ledger is not what the checks give; none when it can be relied upon.

    A reversal that names another entry than the one it takes back is not one (F79).
    """
    audits = Audit.objects.select_related("population", "conclusion").exclude(conclusion=None)
    computed = ledger_from_checks(audits)
    rows = ScoreEntry.objects.order_by().values_list(
        "audit__number", "department__code", "kind", "points", "reverses__audit__number", "reverses__department__code"
    )
    kept: dict[tuple[str, str, str], int] = {}
    for number, code, kind, points, *taken_back in rows:
        is_stray = kind == EntryKind.REVERSAL and taken_back != [number, code]
        kept[number, code, _STRAY if is_stray else kind] = points
    return [
        Difference(key[0], key[1], kept.get(key), computed.get(key))
        for key in sorted({*kept, *computed})
        if kept.get(key) != computed.get(key)
    ]
