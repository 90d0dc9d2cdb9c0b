"""Conclude an audit: count, bound, score, once and for ever (F72, F77)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.domain.drawing import refuse_if_concluded
from audits.domain.opening import lock_audit
from audits.domain.scoring import rule_for, write_scores
from audits.models import Audit, Check, Commitment, Conclusion, Item
from audits.queries.figures import by_department, figures_of, strata_of
from procstd.errors import DomainError
from procstd.logs import log


@transaction.atomic
def conclude_audit(audit: Audit, *, text: str = "", by: Any, at: datetime) -> Conclusion:
    """Count the checked sample and keep the result; each department gets its points. Refuses what is unfinished."""
    audit = lock_audit(audit)
    refuse_if_concluded(audit)
    if Commitment.objects.filter(audit=audit, draw=None).exists() or not hasattr(audit, "population"):
        raise DomainError(_("The sample is not drawn yet."))
    standing = Item.objects.standing().filter(audit=audit).count()
    checked = Check.objects.filter(item__audit=audit, item__replacement=None).count()
    if checked < standing:
        raise DomainError(_("%(count)d cases of the sample are not checked yet.") % {"count": standing - checked})
    strata = strata_of(audit)
    whole = figures_of(strata.values())
    if whole is None:
        raise DomainError(_("Every case of the sample was replaced, so there is nothing to count."))
    departments = {code: found for code, rows in by_department(strata).items() if (found := figures_of(rows))}
    rule = rule_for(audit.month_from)
    facts = {
        "whole": whole.data(),
        "departments": {code: found.data() for code, found in departments.items()},
        "threshold": rule.threshold,
        "rounds": audit.draws.count(),
        "replaced": Item.objects.filter(audit=audit).exclude(replacement=None).count(),
    }
    row = Conclusion(audit=audit, facts=facts, text=text.strip(), by=by, at=at)
    row.save(force_insert=True)
    write_scores(audit, departments, rule, at=at)
    log.info("audit_concluded", audit=audit.number, n=whole.n, hits=whole.hits)
    return row
