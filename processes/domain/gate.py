"""The release gate (F29): what has to be green, or overridden by name, before a standard is released.

Rooms above add criteria of theirs by :func:`gate_with`; nothing here imports them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from processes.domain.authors import authors_of
from processes.domain.faulting import faults_in
from processes.domain.faults import Fault
from processes.domain.parsing import parse
from processes.domain.standing import is_settled, standing_of
from processes.domain.texts import Text, text_of
from processes.domain.variants.inheriting import newest_definition
from processes.domain.versions import redline_since_release, unexplained
from processes.models import Override, Review, Revision
from processes.models.release import DefinitionBroken
from processes.models.signing import Signed
from procstd.errors import DomainError
from procstd.moments import moment

CHECKS, TRANSLATION, REVIEWS, COMMENTS = "checks", "translation", "reviews", "comments"
SIGNATURE, EFFECTIVE, ORIGINS, VARIANT = "signature", "effective", "origins", "variant"


class Light(StrEnum):
    """How a criterion stands."""

    GREEN = "green"
    RED = "red"
    #: Advice: it is said, and keeps nothing from being released.
    AMBER = "amber"
    GREY = "grey"


@dataclass(frozen=True)
class Criterion:
    """One line of the gate: how it stands, in a sentence, and where it is mended."""

    code: str
    title: Any
    light: Light
    sentence: Any
    link: str = ""
    can_be_overridden: bool = False
    override: Override | None = None

    @property
    def is_red(self) -> bool:
        """Tell whether it keeps the standard from being released."""
        return self.light == Light.RED and self.override is None


@dataclass(frozen=True)
class Facts:
    """What criteria read: gathered once."""

    revision: Revision
    text: Text
    faults: Sequence[Fault]
    review: Review | None
    at: datetime
    valid_from: datetime | None

    def is_of_before(self, given: Signed) -> bool:
        """Tell whether the review was withdrawn after this was given: then it was given for another round."""
        return self.review is not None and self.review.withdrawn_at is not None and given.at <= self.review.withdrawn_at


Rule = Callable[[Facts], Criterion]
_rules: list[Rule] = []


class GateClosed(DomainError):
    """The gate is red; each criterion says why."""

    def __init__(self, red: Sequence[Criterion]) -> None:
        super().__init__(_("It cannot be released yet. %(why)s") % {"why": red[0].sentence})
        self.red = list(red)


def gate_with(rule: Rule) -> None:
    """Let *rule* be a criterion of every release: training, migration, whatever a room above watches."""
    if rule not in _rules:
        _rules.append(rule)


def criteria_of(
    revision: Revision, *, at: datetime, valid_from: datetime | None = None, text: Text | None = None,
    faults: Sequence[Fault] | None = None,
) -> list[Criterion]:  # fmt: skip
    """Return every criterion, each with the override that was signed for this very text."""
    text = text or text_of(revision)
    found = faults if faults is not None else faults_in(revision, parse(text.data))
    review = Review.objects.filter(revision=revision).first()
    facts = Facts(revision, text, found, review, at, valid_from)
    overrides = {
        row.criterion: row
        for row in revision.overrides.all()
        if row.covers(text.sha256) and not (row.criterion == REVIEWS and facts.is_of_before(row))
    }
    own = _variant if revision.is_variant else _origins
    rows = [rule(facts) for rule in (_checks, own, _translation, _reviews, _comments, *_rules, _signature, _effective)]
    return [
        replace(row, override=overrides.get(row.code)) if row.can_be_overridden and row.light == Light.RED else row
        for row in rows
    ]


def refuse_red(criteria: Sequence[Criterion]) -> None:
    """Refuse to release while a criterion is red and nobody has answered for it."""
    red = [row for row in criteria if row.is_red]
    if red:
        raise GateClosed(red)


def is_translation(fault: Fault) -> bool:
    """Tell whether a fault is a text that is written in one language only: it can run, and be overridden."""
    return fault.field.endswith(("_zh", "_en"))


def _address(revision: Revision, name: str) -> str:
    return reverse(f"processes:{name}", args=[revision.process.code, revision.number])


def _checks(facts: Facts) -> Criterion:
    count = sum(not is_translation(fault) for fault in facts.faults)
    sentence = (
        ngettext_lazy("%(n)d fault has to be mended.", "%(n)d faults have to be mended.", count) % {"n": count}
        if count
        else _("The checks find no fault: it can run.")
    )
    link = _address(facts.revision, "revision-detail") + "#faults"
    return Criterion(CHECKS, _("Checks"), Light.RED if count else Light.GREEN, sentence, link)


def _variant(facts: Facts) -> Criterion:
    """A variant of a version that is no longer the newest can be released by somebody who answers for it (F19)."""
    revision, title = facts.revision, _("Variant")
    newest = newest_definition(revision.process)
    words = {"number": f"V{revision.whole_number}", "newest": newest.revision if newest else ""}
    if newest is None or newest.pk == revision.variant_of_id:
        return Criterion(VARIANT, title, Light.GREEN, _("It varies %(number)s, the newest version.") % words)
    sentence = _("It varies %(number)s, but %(newest)s is released. Bring it up to that.") % words
    return Criterion(VARIANT, title, Light.RED, sentence, _address(revision, "variant-rebase"), can_be_overridden=True)


def _translation(facts: Facts) -> Criterion:
    count = sum(is_translation(fault) for fault in facts.faults)
    sentence = (
        ngettext_lazy("%(n)d text lacks a language.", "%(n)d texts lack a language.", count) % {"n": count}
        if count
        else _("Every text is written in both languages.")
    )
    link = _address(facts.revision, "revision-detail") + "#faults"
    light = Light.RED if count else Light.GREEN
    return Criterion(TRANSLATION, _("Translation"), light, sentence, link, can_be_overridden=True)


def _reviews(facts: Facts) -> Criterion:
    review, title = facts.review, _("Reviews")
    if review is None:
        link = _address(facts.revision, "review-start")
        return Criterion(REVIEWS, title, Light.RED, _("Nobody has reviewed it."), link, can_be_overridden=True)
    if review.is_withdrawn:
        link = _address(facts.revision, "review-detail")
        return Criterion(REVIEWS, title, Light.RED, _("Its review was withdrawn."), link, can_be_overridden=True)
    standing = standing_of(review, facts.text, authors_of(facts.revision))
    counting = [(row, valid) for row, _decision, valid in standing if row.counts]
    given = sum(valid for _row, valid in counting)
    words = {"given": given, "all": len(counting)}
    link = _address(facts.revision, "review-detail")
    if is_settled(review, standing):
        sentence = _("%(given)d of %(all)d reviewers have approved this text; its route asks for no more.") % words
        return Criterion(REVIEWS, title, Light.GREEN, sentence, link)
    sentence = _("%(given)d of %(all)d reviewers have approved this text.") % words
    return Criterion(REVIEWS, title, Light.RED, sentence, link, can_be_overridden=True)


def _comments(facts: Facts) -> Criterion:
    title = _("Comments")
    if facts.review is None:
        return Criterion(COMMENTS, title, Light.GREY, _("There is no review yet."))
    count = facts.review.comments.filter(parent=None, resolved_at=None).count()
    sentence = (
        ngettext_lazy("%(n)d comment is not settled.", "%(n)d comments are not settled.", count) % {"n": count}
        if count
        else _("Every comment is settled.")
    )
    link = _address(facts.revision, "review-detail") + "#comments"
    return Criterion(COMMENTS, title, Light.RED if count else Light.GREEN, sentence, link, can_be_overridden=True)


def _origins(facts: Facts) -> Criterion:
    title, link = _("Origin of changes"), _address(facts.revision, "change-list")
    try:
        found = redline_since_release(facts.revision, parse(facts.text.data))
    except DefinitionBroken:
        return Criterion(ORIGINS, title, Light.AMBER, _("The version before it was altered; nothing can be compared."))
    if found is None:
        return Criterion(ORIGINS, title, Light.GREY, _("It is the first version."))
    count = len(unexplained(found, facts.revision.changes.all()))
    if not count:
        return Criterion(ORIGINS, title, Light.GREEN, _("Every change says where it comes from."), link)
    sentence = ngettext_lazy(
        "%(n)d change does not say where it comes from.", "%(n)d changes do not say where they come from.", count
    ) % {"n": count}
    return Criterion(ORIGINS, title, Light.AMBER, sentence, link)


def _signature(facts: Facts) -> Criterion:
    last = facts.revision.signatures.order_by("-pk").first()
    link, title = _address(facts.revision, "revision-sign"), _("Signature")
    if last is None:
        return Criterion(SIGNATURE, title, Light.RED, _("The leader has not signed it."), link)
    words = {"who": last.name, "when": moment(last.at)}
    if not last.covers(facts.text.sha256):
        sentence = _("The text was changed after %(who)s signed it on %(when)s; the signature is void.") % words
        return Criterion(SIGNATURE, title, Light.RED, sentence, link)
    if facts.is_of_before(last):
        sentence = _("Its review was withdrawn after %(who)s signed it on %(when)s; the signature is void.") % words
        return Criterion(SIGNATURE, title, Light.RED, sentence, link)
    return Criterion(SIGNATURE, title, Light.GREEN, _("%(who)s signed it on %(when)s.") % words, link)


def _effective(facts: Facts) -> Criterion:
    title = _("Effective date")
    if facts.valid_from is None:
        return Criterion(EFFECTIVE, title, Light.GREY, _("It takes effect at the moment of release."))
    words = {"when": moment(facts.valid_from)}
    if facts.valid_from < facts.at:
        return Criterion(EFFECTIVE, title, Light.RED, _("%(when)s is before its release.") % words)
    return Criterion(EFFECTIVE, title, Light.GREEN, _("It takes effect on %(when)s.") % words)
