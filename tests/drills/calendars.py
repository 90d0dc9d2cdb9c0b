"""Hands that publish calendars while clocks run, and judge how those were counted anew (T15)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any


def put_in_force(weekly: dict[str, Any], holidays: dict[str, Any]) -> Any:
    """Publish another version of everybody's calendar, by the acts of an administrator."""
    from procstd.calendars.domain.versions import publish, save_plan, start_draft
    from procstd.calendars.models import Calendar
    from procstd.organisation.models import User

    signer, now = User.objects.get(username="fang.ning"), datetime.now(UTC)
    calendar = Calendar.objects.get(department=None)
    draft = start_draft(calendar, by=signer, at=now)
    draft = save_plan(
        draft, tz=draft.plan["tz"], weekly=weekly or draft.plan["weekly"],
        holidays={**draft.plan["holidays"], **holidays}, extra_workdays=draft.plan["extra_workdays"],
        known_until=draft.known_until, by=signer,
    )  # fmt: skip
    return publish(draft, notice="drill", known_until=draft.known_until, reason="drill", by=signer, at=now)


def publish_and_recount() -> dict[str, Any]:
    """Publish a calendar with two more holidays, then count all open clocks anew as its job does."""
    from cases.domain.clocks.recalendaring import recount_all

    version = put_in_force({}, {"2026-12-03": "drill", "2026-12-31": "drill"})
    start, changed = time.monotonic(), 0
    for _done, so_far in recount_all(at=datetime.now(UTC)):
        changed = so_far
    return {"version": version.pk, "changed": changed, "seconds": round(time.monotonic() - start, 1)}


def judge(version: str) -> dict[str, Any]:
    """Tell which clocks still count by another version, which were moved without an event or into the past."""
    from django.db.models import F

    from cases.models import Clock, Event

    old = Clock.objects.open().exclude(kind="elapsed").exclude(version=int(version))
    logged, past = set(), 0
    told = Event.objects.filter(kind="clocks").order_by("pk").values_list("case_id", "at", "body")
    for case, at, body in told.iterator():
        for change in body["changes"]:
            if change["what"] == "recalendared" and change["version"] == int(version):
                logged.add((case, change["clock"]))
                if change["due"] and change["before"]:
                    due, before = (datetime.fromisoformat(change[name]) for name in ("due", "before"))
                    past += due < at and due < before  # a due time that had passed may stay where it was
    started = Clock.objects.open().filter(version=int(version), started_at__lt=F("version__published_at"))
    mine = {(case, key) for case, key in started.filter(key__startswith="bench:").values_list("case_id", "key")}
    return {
        "open": Clock.objects.open().exclude(kind="elapsed").count(),
        "still_old": old.count(),
        "logged": len(logged),
        "not_logged": len(mine - logged),
        "pulled_into_the_past": past,
    }
