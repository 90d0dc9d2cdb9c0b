"""Names of strata for people: the list has codes, ``service/urgent``; people read a department and a grade."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from audits.queries.population import UNGRADED, stratum_of
from processes.domain.standard import Standard
from procstd.organisation.models import Department


class StratumNames:
    """Names strata in the language of who reads: ``names("service/urgent")`` is “Customer service · Urgent”.

    What neither house nor standard knows keeps its code. One statement, however many strata.
    """

    def __init__(self, strata: Collection[str], standard: Standard | None) -> None:
        codes = {stratum.rpartition("/")[0] for stratum in strata}
        rows = Department.objects.without_tree_fields().filter(code__in=codes) if codes else []
        self._departments = {row.code: row for row in rows}
        self._grades = _grades(standard)

    def __call__(self, stratum: str) -> str:
        code, _slash, grade = stratum.rpartition("/")
        department = self._departments.get(code, code)
        if grade == UNGRADED:
            return _("%(department)s · without a grade") % {"department": department}
        return f"{department} · {self._grades.get(grade, grade)}"


def _grades(standard: Standard | None) -> dict[str, Any]:
    """Return the words of the grades of *standard*, by their keys as a stratum writes them.

    The grade is the field on which totals, else responses, depend first, as for the list of cases (``grade_paths``).
    """
    if standard is None:
        return {}
    conditions = [row.condition for row in standard.totals] + [row.condition for row in standard.responses]
    path = next((condition.field for condition in conditions if condition is not None), "")
    key, _dot, name = path.partition(".")
    form = standard.form(key)
    options = next((field.options for field in form.fields if field.key == name), ()) if form else ()
    return {stratum_of("", option).removeprefix("/"): words for option, words in options}
