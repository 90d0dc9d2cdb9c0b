"""The limits of a draft as data and back: first response, thresholds, rules for clocks; see the models in limits.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.domain.standard import USUAL_THRESHOLDS, Clockwork
from processes.models import ResponseLimit, Revision, Target, Threshold, ThresholdKind
from procstd.errors import DomainError
from procstd.organisation.models import Post

Data = Mapping[str, Any]
#: What a recipient that is a post starts with; its code follows.
POST = "post:"
CLOCKWORK = ("grace_minutes", "reaction_minutes", "hold_days")


def limits_of(revision: Revision) -> dict[str, Any]:
    """Return what a definition says of first response, thresholds and clocks. At most three queries."""
    thresholds = list(revision.thresholds.all())
    told = {name.removeprefix(POST) for row in thresholds for name in row.recipients if name.startswith(POST)}
    return {
        "responses": [
            {
                "limit": {"amount": row.amount, "unit": row.unit},
                "until": row.until,
                "when": {"field": row.field, "value": row.value} if row.field else None,
            }
            for row in revision.responses.all()
        ],
        "thresholds": _by_target(thresholds),
        "recipient_posts": [
            {"code": post.code, "name": {"zh": post.name_zh, "en": post.name_en}}
            for post in Post.objects.filter(code__in=told)
        ],
        "clockwork": {name: getattr(revision, name) for name in CLOCKWORK},
        "dissatisfaction": (
            {"at_most": revision.dissatisfied_at_most, "step": revision.dissatisfied_step}
            if revision.dissatisfied_at_most is not None
            else None
        ),
    }


def _by_target(rows: Iterable[Threshold]) -> dict[str, list[Data]]:
    """Return thresholds by target, or by the key of the one step they are of, as they are reached."""
    found: dict[str, list[Data]] = {}
    kinds = ThresholdKind.values
    for row in sorted(rows, key=lambda row: (kinds.index(row.kind), row.percent, row.minutes, row.pk)):
        facts = {"kind": row.kind, "recipients": row.recipients, "percent": row.percent, "minutes": row.minutes}
        found.setdefault(row.step or row.target, []).append(facts)
    return found


def own_limits(data: Data) -> dict[str, Any]:
    """Return the columns of a revision in which *data*'s rules for clocks are kept."""
    usual = Clockwork()
    clockwork, unsatisfied = data.get("clockwork", {}), data.get("dissatisfaction") or {}
    return {
        **{name: clockwork.get(name, getattr(usual, name)) for name in CLOCKWORK},
        "dissatisfied_at_most": unsatisfied.get("at_most"),
        "dissatisfied_step": unsatisfied.get("step", ""),
    }


def write_limits(revision: Revision, data: Data, *, posts: Mapping[str, Post], save: Callable[[Any], Any]) -> None:
    """Write the rows of *data*'s limits by *save*, which takes rows of one model.

    Data that says nothing of thresholds, as that of schema 1, gets the usual ones: authors see and change them.
    """
    save(
        ResponseLimit(
            revision=revision,
            amount=row["limit"]["amount"],
            unit=row["limit"]["unit"],
            until=row["until"],
            field=row["when"]["field"] if row.get("when") else "",
            value=row["when"]["value"] if row.get("when") else "",
        )
        for row in data.get("responses", ())
    )
    save(
        Threshold(
            revision=revision,
            target=target if target in Target.values else Target.STEP,
            step="" if target in Target.values else target,
            kind=row["kind"],
            recipients=_known(row["recipients"], posts),
            percent=row.get("percent", 0),
            minutes=row.get("minutes", 0),
        )
        for target, rows in data.get("thresholds", usual_thresholds()).items()
        for row in rows
    )


def usual_thresholds() -> dict[str, list[Data]]:
    """Return the usual chain for every target, as a definition says it."""
    rows: list[Data] = [
        {"kind": row.kind, "recipients": list(row.recipients), "percent": row.percent, "minutes": row.minutes}
        for row in USUAL_THRESHOLDS
    ]
    return {str(target): rows for target in Target.values}


def _known(recipients: Iterable[str], posts: Mapping[str, Post]) -> list[str]:
    found = list(recipients)
    for name in found:
        if name.startswith(POST) and name.removeprefix(POST) not in posts:
            message = _("There is no post with the code “%(code)s”.")
            raise DomainError(message % {"code": name.removeprefix(POST)})
    return found
