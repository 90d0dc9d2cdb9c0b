"""The table of rules: what one can be told about. Each room registers its own in its module `notices`."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Timing(models.TextChoices):
    """When a mail about something is sent. The bell rings at once in every case."""

    AT_ONCE = "at_once", _("At once")
    WORKING = "working", _("In working time only")
    DIGEST = "digest", _("In the daily digest")
    NEVER_MAIL = "never_mail", _("Never: only in the list of notices")


@dataclass(frozen=True)
class Rule:
    """What one can be told about: its name in the database, what people call it, how it is told by default."""

    name: str
    title: str | Promise
    default_timing: Timing
    inside_only: bool = False

    @property
    def choices(self) -> list[Timing]:
        """What a person may choose from."""
        return [Timing.NEVER_MAIL] if self.inside_only else list(Timing)


_rules: dict[str, Rule] = {}


def rule(
    name: str, title: str | Promise, default_timing: str = "at_once", mails: bool = True, *, inside_only: bool = False
) -> Rule:
    """Register a rule and return it.

    Without *mails* nobody is mailed who has not chosen so. What is *inside_only* never leaves the
    house: neither by mail nor through a robot.
    """
    timing = Timing(default_timing) if mails and not inside_only else Timing.NEVER_MAIL
    made = Rule(name, title, timing, inside_only)
    known = _rules.get(name)
    if known is not None and (known.default_timing, known.inside_only) != (timing, inside_only):
        raise ValueError(f"Two rules are named {name!r}.")
    _rules[name] = made
    return made


def rule_named(name: str) -> Rule | None:
    """Return the rule of that name, or None: a later version may have dropped it."""
    return _rules.get(name)


def all_rules() -> list[Rule]:
    """Return every rule, in the order in which the rooms registered them."""
    return list(_rules.values())


NEWS = rule("house.news", _("News about procstd and its standards"), "digest")
PARKED = rule("deliveries.parked", _("A delivery was given up (administrators)"), inside_only=True)
