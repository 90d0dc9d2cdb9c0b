"""What the room of improvements knows about the exit of the last phase: evaluated, and improved from suggestions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from improvements.models import Evaluation
from improvements.queries.links import first_in_force
from processes.models import Change, Origin
from procstd.bilingual import filled
from procstd.gates import Asked, ExitCriterion, Fact, Phase, contribute


def _of_all(asked: Sequence[Asked]) -> set[int]:
    return {process for row in asked for process in row.processes}


def _since(asked: Asked, at: datetime | None) -> bool:
    """Tell whether something happened within the project: what was before it began is not its doing."""
    return at is not None and (asked.began_at is None or at >= asked.began_at)


def measure_evaluated(asked: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
    """An evaluation of each process of the project is decided (H2.6.1)."""
    rows: QuerySet[Evaluation] = Evaluation.objects.filter(process__in=_of_all(asked), decided_at__lte=at)
    decided = list(rows.values_list("process_id", "decided_at"))
    link = reverse("improvements:evaluation-list")
    facts = {}
    for row in asked:
        done = {process for process, when in decided if process in row.processes and _since(row, when)}
        waiting = len(set(row.processes) - done)
        if not row.processes:
            facts[row.project] = Fact(False, _("No process is chosen yet."), link)
        elif waiting:
            words = ngettext_lazy(
                "%(n)d process has no decided evaluation.", "%(n)d processes have no decided evaluation.", waiting
            )
            facts[row.project] = Fact(False, filled(words, n=waiting), link)
        else:
            facts[row.project] = Fact(True, _("Every process is evaluated, and the outcome decided."), link)
    return facts


def measure_improved(asked: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
    """A version that came from a suggestion is in force (H2.6.3)."""
    changes = list(
        Change.objects.filter(revision__process__in=_of_all(asked), origin=Origin.SUGGESTION)
        .filter(origin_code__startswith="SG-")
        .values_list("revision__process_id", "revision_id", "origin_code")
    )
    since = first_in_force({revision for _process, revision, _code in changes}, at=at)
    link = reverse("improvements:home")
    facts = {}
    for row in asked:
        found = sorted(
            code for process, revision, code in changes if process in row.processes and _since(row, since.get(revision))
        )
        if found:
            facts[row.project] = Fact(True, filled(_("In force: %(codes)s."), codes=", ".join(found[:5])), link)
        else:
            facts[row.project] = Fact(False, _("No version that came from a suggestion is in force yet."), link)
    return facts


contribute(
    ExitCriterion("improvements.a-evaluated", Phase.OPTIMIZATION, _("Standard evaluated"), measure_evaluated)
)  # fmt: skip
contribute(
    ExitCriterion("improvements.b-improved", Phase.OPTIMIZATION, _("Improved by a suggestion"), measure_improved)
)  # fmt: skip
