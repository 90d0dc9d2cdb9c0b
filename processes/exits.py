"""What the catalogue of standards knows about a project's exits: whether V1.0 is released (H2.3.4, F01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from processes.models import Definition, Process
from procstd.bilingual import filled
from procstd.gates import Asked, ExitCriterion, Fact, Phase, contribute


def measure_released(asked: Sequence[Asked], at: datetime) -> Mapping[int, Fact]:
    """Every process of the project has a standard that was released since the project began. Two queries."""
    wanted = {pk for row in asked for pk in row.processes}
    processes = Process.objects.in_bulk(wanted)
    released: dict[int, list[tuple[datetime, str]]] = {}
    rows = (
        Definition.objects.filter(revision__process__in=wanted, revision__variant_of=None, created_at__lte=at)
        .select_related("revision")
        .defer("content")
        .order_by("created_at")
    )
    for definition in rows:
        version = (definition.created_at, str(definition.revision))
        released.setdefault(definition.revision.process_id, []).append(version)
    facts = {}
    for row in asked:
        own = [processes[pk] for pk in row.processes if pk in processes]
        missing = [
            process
            for process in own
            if not any(row.began_at is None or moment >= row.began_at for moment, _v in released.get(process.pk, ()))
        ]
        if not own:
            facts[row.project] = Fact(False, _("No process is chosen yet."))
        elif missing:
            link = reverse("processes:process-detail", args=[missing[0].code])
            sentence = filled(_("“%(process)s” has no standard released since the project began."), process=missing[0])
            facts[row.project] = Fact(False, sentence, link)
        else:
            link = reverse("processes:process-detail", args=[own[0].code])
            newest = released[own[0].pk][-1][1]
            sentence = filled(_("“%(process)s” is released as %(version)s."), process=own[0], version=newest)
            facts[row.project] = Fact(True, sentence, link)
    return facts


contribute(ExitCriterion("processes.released", Phase.DEFINITION, _("Standard V1.0 released"), measure_released))
