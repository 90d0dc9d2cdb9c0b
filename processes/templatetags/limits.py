"""Words of a standard's limits: who is told when, and what stands still how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from processes.domain.limitdata import POST
from processes.domain.standard import Dissatisfaction, ExceptionRule, Standard, Step, Threshold
from processes.models import Recipient, Target
from procstd.look.templatetags.look import in_words

register = template.Library()


@register.filter
def chains(standard: Standard) -> list[tuple[str, tuple[Threshold, ...]]]:
    """Return who is told when, and of which limits; the usual chain where the standard says nothing."""
    has = {
        Target.RESPONSE: bool(standard.responses),
        Target.TOTAL: bool(standard.totals),
        Target.STEP: any(step.limit for step in standard.steps),
        Target.EXCEPTION: bool(standard.exceptions),
    }
    found: dict[tuple[Threshold, ...], list[str]] = {}
    for target in Target:
        if has[target]:
            found.setdefault(standard.thresholds_for(target.value), []).append(str(target.label))
    for step in standard.steps:
        if step.key in standard.thresholds:
            found.setdefault(standard.thresholds[step.key], []).append(f"{step.number} {step.title}")
    return [(_(", ").join(names), chain) for chain, names in found.items()]


@register.filter
def threshold_when(threshold: Threshold) -> str:
    """Say when a threshold is reached."""
    if threshold.kind == "warn":
        return _("at %(percent)d %% of the limit") % {"percent": threshold.percent}
    if threshold.kind == "breach":
        return _("when the limit is exceeded")
    if not threshold.minutes:
        return _("when it was due")
    return _("%(span)s after it was due") % {"span": in_words(timedelta(minutes=threshold.minutes))}


@register.simple_tag
def threshold_who(standard: Standard, threshold: Threshold) -> str:
    """Name who is told."""
    names = dict(Recipient.choices)
    return _(", ").join(str(names.get(name) or _post(standard, name)) for name in threshold.recipients)


def _post(standard: Standard, name: str) -> Any:
    code = name.removeprefix(POST)
    return standard.recipient_posts.get(code, code)


@register.simple_tag
def exception_start(rule: ExceptionRule) -> str:
    """Say what starts an exception by itself."""
    return {
        "sent_back": _("Starts by itself when the case is sent back to the step."),
        "incomplete": _("Starts by itself when the step’s form is incomplete."),
    }.get(rule.starts, rule.starts)


@register.filter
def waiting_steps(standard: Standard) -> list[Step]:
    """Return the steps that may wait for the customer."""
    return [step for step in standard.steps if step.customer_days]


@register.filter
def days_words(days: int) -> str:
    """Say so many days around the clock."""
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


@register.filter
def minutes_words(minutes: int) -> str:
    """Say so many minutes in the largest units that say it."""
    return in_words(timedelta(minutes=minutes)) if minutes else _("%(minutes)d min") % {"minutes": 0}


@register.filter
def dissatisfied_words(rule: Dissatisfaction) -> str:
    """Say which rating counts as dissatisfied."""
    return _("1 of 5") if rule.at_most == 1 else _("%(most)d of 5 or less") % {"most": rule.at_most}
