"""Choose how to be told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procstd.errors import DomainError
from procstd.notices.models import Preference, Rhythm
from procstd.notices.rules import rule_named
from procstd.organisation.models import User


@transaction.atomic
def choose(
    person: User,
    *,
    timings: Mapping[str, str],
    quiet_from: time | None,
    quiet_until: time | None,
    digest_at: time,
) -> Rhythm:
    """Keep what a person chose: for each rule when it is mailed, the quiet hours, the hour of the digest.

    Holds for what is told from now on. What equals a rule's default is not kept, so that it follows the default.
    """
    if (quiet_from is None) != (quiet_until is None):
        field = "quiet_from" if quiet_from is None else "quiet_until"
        raise DomainError(_("Quiet hours need a beginning and an end; leave both empty for none."), field=field)
    if quiet_from is not None and quiet_from == quiet_until:
        raise DomainError(
            _("Quiet hours that end when they begin would never, or always, be quiet."), field="quiet_until"
        )
    kept = []
    for name, timing in timings.items():
        rule = rule_named(name)
        if rule is None or timing not in rule.choices:
            raise DomainError(_("This choice is no longer offered; load the page again."))
        if timing != rule.default_timing:
            kept.append(Preference(person=person, rule=name, timing=timing))
    Preference.objects.filter(person=person, rule__in=list(timings)).delete()
    Preference.objects.bulk_create(kept)
    facts: dict[str, Any] = {"quiet_from": quiet_from, "quiet_until": quiet_until, "digest_at": digest_at}
    rhythm, _made = Rhythm.objects.update_or_create(person=person, defaults=facts)
    return rhythm
