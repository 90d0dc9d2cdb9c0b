"""Kinds of job: verify that nothing of any case was altered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.domain.chain import broken_chains
from cases.domain.sealing import broken_seals
from cases.models import Case
from processes.models import Definition
from procstd.jobs.domain.running import Run
from procstd.jobs.kinds import kind

_BATCH = 500
#: A page shows so many faults.
FAULTS_SHOWN = 100


@kind("case-verify", title=_("Verify all cases"), result_template="cases/job_case_verify.html")
def verify_all(run: Run) -> dict[str, Any]:
    """Verify every chain, every definition, every seal. Changes nothing."""
    keys = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    run.advance(0, total=len(keys))
    faults: list[str] = []
    for start in range(0, len(keys), _BATCH):
        chunk = keys[start : start + _BATCH]
        found = broken_chains(Case.objects.filter(pk__in=chunk).order_by("pk").only("pk"))
        faults += [f"{row.case}/{row.position}: {row.why}" for row in found]
        run.advance(start + len(chunk))
    faults += [f"{row}: not what was released" for row in Definition.objects.iterator() if not row.is_intact]
    faults += [f"seal {row.seal} {row.case}: {row.why}" for row in broken_seals()]
    return {"cases": len(keys), "count": len(faults), "faults": faults[:FAULTS_SHOWN]}
