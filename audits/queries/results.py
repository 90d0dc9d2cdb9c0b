"""What an audit says, for its page and its report: rate, bound, what it proves, what makes it weaker (F72)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from audits.models import Audit
from audits.models.audit import headed_by
from audits.queries.figures import CONFIDENCE, Figures, most_provable, wanted_sample
from audits.queries.ledger import Rule
from audits.queries.reading import Standing
from procstd.estimates.rates import percent, what_it_proves
from procstd.organisation.models import Department


@dataclass(frozen=True)
class DepartmentResult:
    """What came out for one department."""

    department: Any
    figures: Figures


@dataclass
class Result:
    """The sentences and figures of an audit, as far as it is."""

    figures: Figures | None = None
    proves: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    departments: list[DepartmentResult] = field(default_factory=list)
    #: How many cases a sample without a miss needs to prove the rate wanted; None: no number does.
    wanted: int | None = None
    threshold: int = 0


def strata_seen(audit: Audit, user: Any = None) -> list[tuple[str, int, int]]:
    """Return the strata of a frozen population that *user* reads (None: all): name, cases, size. One statement."""
    mine = headed_by(user) if user is not None else None
    rows = [(name, count, size) for name, (count, size) in audit.population.strata.items()]
    if mine is None:
        return rows
    codes = set(Department.objects.without_tree_fields().filter(pk__in=mine).values_list("code", flat=True))
    return [row for row in rows if row[0].partition("/")[0] in codes]


def result_of(audit: Audit, rule: Rule, *, standing: Standing, user: Any = None) -> Result:
    """Return what an audit says so far; departments within what *user* reads (None: all). One statement at most."""
    population = getattr(audit, "population", None)
    if population is None:
        return Result(threshold=rule.threshold)
    conclusion = getattr(audit, "conclusion", None)
    threshold = conclusion.facts["threshold"] if conclusion else rule.threshold
    result = Result(threshold=threshold, wanted=wanted_sample(population.count, threshold / 100))
    if conclusion is None:
        result.warnings = _before(audit, population, result, standing)
        return result
    figures = result.figures = Figures.of(conclusion.facts["whole"])
    result.proves = what_it_proves(
        n=figures.n, low=figures.low, wanted=threshold / 100, most=figures.most, confidence=CONFIDENCE
    )
    result.warnings = _after(conclusion.facts, figures, result)
    result.departments = _departments(conclusion.facts["departments"], user)
    return result


def _before(audit: Audit, population: Any, result: Result, standing: Standing) -> list[str]:
    """Say whether the planned sample could prove the rate at all: before it is drawn there is time to draw more."""
    most = most_provable(population.strata)
    if most >= result.threshold / 100 or standing.drawn > population.size:
        return []
    return [
        _("With %(n)d cases even a sample without a miss proves %(most)s at most, not %(wanted)d %%.")
        % {"n": population.size, "most": percent(most), "wanted": result.threshold},
        *_needed(result),
    ]


def _needed(result: Result) -> list[str]:
    if result.wanted is None:
        return []
    return [
        _("To prove %(wanted)d %% without a miss at least %(n)d cases are needed.")
        % {"wanted": result.threshold, "n": result.wanted}
    ]


def _after(facts: dict[str, Any], figures: Figures, result: Result) -> list[str]:
    said = [] if figures.can_prove(result.threshold / 100) else _needed(result)
    if facts["rounds"] > 1:
        said.append(
            _("The sample was extended after results were known; that makes the bound less certain than it says.")
        )
    if facts["replaced"]:
        said.append(
            _("%(count)d cases were replaced; if they were replaced because of what was in them, the rate is wrong.")
            % {"count": facts["replaced"]}
        )
    return said


def _departments(found: dict[str, Any], user: Any) -> list[DepartmentResult]:
    rows = Department.objects.without_tree_fields().filter(code__in=found).order_by("code")
    mine = headed_by(user) if user is not None else None
    return [DepartmentResult(row, Figures.of(found[row.code])) for row in rows if mine is None or row.pk in mine]
