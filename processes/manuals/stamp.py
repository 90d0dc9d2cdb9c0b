"""The stamp on every sheet: version, state when printed, validity, hash, and the address that tells the state now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from processes.domain.validity import Standing
from processes.manuals.blocks import Said, Speaker
from processes.manuals.facts import Copy, Facts

#: So many digits of the hash stand on a sheet, and in the address that its code opens.
SHORT = 16


@dataclass(frozen=True)
class Stamp:
    """What a sheet says of itself. A stored file cannot know what comes, so it says what was when it was made."""

    code: str
    number: str
    status: Standing
    state: Said
    validity: Said
    short: str
    #: What the code opens: the state now. Empty where there is nothing to ask for.
    address: str
    printed: Said
    page_words: Said
    #: Written across every sheet; empty for what is in force.
    watermark: Said
    #: Which copy in the register it is, and who holds it; empty where it is nobody's (F34).
    copy: Said

    @property
    def version(self) -> str:
        return f"V{self.number}"


def stamp_of(code: str, number: str, facts: Facts, *, say: Speaker, at: datetime) -> Stamp:
    """Return the stamp of a version, made at a moment."""
    short = facts.sha256[:SHORT]
    return Stamp(
        code=code,
        number=number,
        status=facts.status,
        state=_state(facts, say),
        validity=_validity(facts, say),
        short=short,
        address=settings.PUBLIC_URL + reverse("processes:manual-state", args=[short]) if short else "",
        printed=say(_("State on %(day)s; the code shows the state now"), day=day(at)),
        page_words=say(_("Page")),
        watermark=_watermark(facts.status, say),
        copy=_copy(facts.copy, say),
    )


def day(at: datetime) -> str:
    """Write a day the same in every language."""
    return f"{timezone.localtime(at):%Y-%m-%d}"


def _state(facts: Facts, say: Speaker) -> Said:
    if facts.status is Standing.DRAFT:
        return say(_("Draft, not in force"))
    if facts.status is Standing.PLANNED:
        return say(_("Not in force yet"))
    if facts.status is Standing.IN_FORCE:
        return say(_("In force"))
    if facts.current:
        return say(_("Obsolete, now V%(number)s"), number=facts.current)
    return say(_("Obsolete"))


def _validity(facts: Facts, say: Speaker) -> Said:
    if not facts.periods:
        return say(_("no validity"))
    start = min(row.start for row in facts.periods)
    ends = [row.end for row in facts.periods if row.end]
    some = any(row.departments for row in facts.periods) and not any(row.departments == () for row in facts.periods)
    if len(ends) == len(facts.periods):
        until = day(max(ends))
        if some:
            return say(_("valid %(start)s – %(end)s, in some departments"), start=day(start), end=until)
        return say(_("valid %(start)s – %(end)s"), start=day(start), end=until)
    if some:
        return say(_("valid from %(start)s, in some departments"), start=day(start))
    return say(_("valid from %(start)s"), start=day(start))


def _watermark(status: Standing, say: Speaker) -> Said:
    if status is Standing.DRAFT:
        return say(_("DRAFT"))
    if status.is_over:
        return say(_("OBSOLETE"))
    return Said()


def _copy(copy: Copy | None, say: Speaker) -> Said:
    if copy is None:
        return Said()
    if copy.is_controlled:
        return say(_("Controlled copy %(number)s, held by %(holder)s"), number=copy.number, holder=lambda: copy.holder)
    return say(
        _("Uncontrolled copy %(number)s for %(holder)s, is not kept up to date"), number=copy.number,
        holder=lambda: copy.holder,
    )  # fmt: skip
