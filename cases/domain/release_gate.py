"""Cases under way, as the release gate tells of them (F29, F52). They keep their version unless somebody moves them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cases.models import Case
from processes.domain.gate import Criterion, Facts, Light
from procstd.organisation.models import Department


def migration(facts: Facts) -> Criterion:
    """Say how many cases are open. It keeps nothing from being released. One statement."""
    title, process = _("Cases under way"), facts.revision.process
    cases = Case.objects.in_figures().open().filter(process=process)
    if facts.revision.variant_for:
        cases = cases.filter(department__in=Department.objects.below([facts.revision.variant_for.pk]))
    count = cases.count()
    if not count:
        return Criterion("migration", title, Light.GREEN, _("No case is open."))
    sentence = ngettext_lazy(
        "%(n)d case is open and keeps its version. After the release it can be moved, with a look at what changes.",
        "%(n)d cases are open and keep their version. After the release they can be moved, with a look at what changes "
        "for each.", count,
    ) % {"n": count}  # fmt: skip
    return Criterion("migration", title, Light.GREY, sentence, reverse("cases:move-list", args=[process.code]))
