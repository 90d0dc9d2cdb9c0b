"""What people are told about reviews, signatures and versions that take effect: rules and words. No personal data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from processes.models import Revision
from procstd.bilingual import in_each_language
from procstd.moments import moment
from procstd.notices.domain.telling import Note
from procstd.notices.rules import Rule, rule

ASKED = rule("review.asked", gettext_lazy("I am asked to review a standard"))
REMINDED = rule("review.reminded", gettext_lazy("A review of mine is due soon"), "working")
OVERDUE = rule("review.overdue", gettext_lazy("A review is overdue"))
DECIDED = rule("review.decided", gettext_lazy("A reviewer has decided on my draft"), "working")
COMMENTED = rule("review.commented", gettext_lazy("A comment on my draft, or an answer to mine"), "working")
WITHDRAWN = rule("review.withdrawn", gettext_lazy("A review that I take part in is withdrawn"), "working")
TO_SIGN = rule("review.to_sign", gettext_lazy("A standard waits for my signature"))
CHANGED = rule("standard.changed", gettext_lazy("A standard that concerns me changes"), "working")
BEHIND = rule("variant.behind", gettext_lazy("A variant is behind a newer version"), "working")
EFFECTIVE = rule("standard.effective", gettext_lazy("A standard that concerns me takes effect"), "working")
RECALLED = rule("copy.recalled", gettext_lazy("A copy of a manual that I hold is recalled"), "working")


#: So many differences stand in a notice; the redline has them all.
MOST_SENTENCES = 12


def notes(
    rule: Rule, key: str, people: Iterable[int | None], title: Callable[[], str], *,
    body: Callable[[], str] | None = None, url: str,
) -> list[Note]:  # fmt: skip
    """Return a note for each of *people*, in both languages."""
    titles = in_each_language(title)
    bodies = in_each_language(body) if body else {"zh": "", "en": ""}
    return [
        Note(person, rule.name, key, titles["zh"], titles["en"], bodies["zh"], bodies["en"], url)
        for person in dict.fromkeys(people)
        if person is not None
    ]


def review_address(revision: Revision) -> str:
    """Return the address of the review's page."""
    return reverse("processes:review-detail", args=[revision.process.code, revision.number])


def named(revision: Revision) -> dict[str, Any]:
    """Return what sentences about *revision* name."""
    return {"process": revision.process, "number": revision}


def asked(revision: Revision, reviewer: Any) -> list[Note]:
    """Tell a reviewer that his or her word is asked, and until when."""
    key = f"review:{reviewer.review_id}:asked:{reviewer.pk}:{int(reviewer.asked_at.timestamp())}"
    return notes(
        ASKED, key, [reviewer.person_id],
        lambda: _("Please review: %(process)s %(number)s") % named(revision),
        body=lambda: _("Until %(due)s. Read it, comment where it is not right, answer the four questions.")
        % {"due": moment(reviewer.due_at)},
        url=review_address(revision),
    )  # fmt: skip


def decided(revision: Revision, decision: Any, people: Iterable[int | None]) -> list[Note]:
    """Tell those who wrote or began it what a reviewer decided."""

    def title() -> str:
        words = {**named(revision), "who": decision.name}
        if decision.is_approval:
            return _("%(who)s approved %(process)s %(number)s") % words
        return _("%(who)s sent back %(process)s %(number)s") % words

    return notes(
        DECIDED, f"decision:{decision.pk}", people, title, body=lambda: decision.reason, url=review_address(revision)
    )


def withdrawn(
    revision: Revision, review: Any, people: Iterable[int | None], *, by: Any, reason: str, at: datetime
) -> list[Note]:
    """Tell those who take part that a draft was taken back, and why."""
    return notes(
        WITHDRAWN, f"review:{review.pk}:withdrawn:{int(at.timestamp())}", people,
        lambda: _("%(who)s withdrew the review of %(process)s %(number)s") % {**named(revision), "who": by},
        body=lambda: reason, url=review_address(revision),
    )  # fmt: skip


def to_sign(revision: Revision, review: Any, people: Iterable[int | None]) -> list[Note]:
    """Tell the leaders that a text is approved and waits for a signature."""
    return notes(
        TO_SIGN, f"review:{review.pk}:approved:{int(review.approved_at.timestamp())}", people,
        lambda: _("Waits for your signature: %(process)s %(number)s") % named(revision),
        body=lambda: _("All reviewers on its route have approved."), url=review_address(revision),
    )  # fmt: skip


def commented(revision: Revision, comment: Any, people: Iterable[int | None]) -> list[Note]:
    """Tell whom a comment or an answer concerns."""

    def title() -> str:
        words = {**named(revision), "who": comment.author}
        if comment.parent_id:
            return _("%(who)s answered a comment on %(process)s %(number)s") % words
        return _("%(who)s commented on %(process)s %(number)s") % words

    return notes(
        COMMENTED, f"comment:{comment.pk}", people, title, body=lambda: comment.text[:500],
        url=f"{review_address(revision)}#comment-{comment.parent_id or comment.pk}",
    )  # fmt: skip


def due_soon(revision: Revision, reviewer: Any) -> list[Note]:
    """Remind a reviewer."""
    return notes(
        REMINDED, f"reviewer:{reviewer.pk}:soon:{int(reviewer.due_at.timestamp())}", [reviewer.person_id],
        lambda: _("Review due soon: %(process)s %(number)s") % named(revision),
        body=lambda: _("Due %(due)s.") % {"due": moment(reviewer.due_at)}, url=review_address(revision),
    )  # fmt: skip


def overdue(revision: Revision, reviewer: Any, people: Iterable[int | None], level: str) -> list[Note]:
    """Tell the reviewer and who began it (level “due”), later the leaders (level “escalated”)."""
    words = {**named(revision), "who": reviewer.person}
    return notes(
        OVERDUE, f"reviewer:{reviewer.pk}:{level}:{int(reviewer.due_at.timestamp())}", people,
        lambda: _("Review overdue: %(process)s %(number)s, %(who)s") % words,
        body=lambda: _("It was due %(due)s. The route can be changed; approvals that were given stay.")
        % {"due": moment(reviewer.due_at)},
        url=review_address(revision),
    )  # fmt: skip


def effective(revision: Revision, release: Any, people: Iterable[int | None]) -> list[Note]:
    """Tell those concerned that a version is in force from now on."""
    return notes(
        EFFECTIVE, f"release:{release.pk}:effective", people,
        lambda: _("In force now: %(process)s %(number)s") % named(revision),
        body=lambda: _("Since %(since)s new cases follow it. Read the manual.")
        % {"since": moment(release.valid_from)},
        url=reverse("processes:manual", args=[revision.process.code, revision.number]),
    )  # fmt: skip


def changed(
    before: Revision, revision: Revision, release: Any, people: Iterable[int | None], *,
    own: Sequence[Any], others: Sequence[Any],
) -> list[Note]:  # fmt: skip
    """Tell those concerned what a new version changes from now on: *own* is what touches the reader's posts."""

    def body() -> str:
        lines = [_("Since %(since)s new cases follow it.") % {"since": moment(release.valid_from)}]
        left = MOST_SENTENCES
        for title, sentences in ((_("For your posts:"), own), (_("Also:") if own else _("What changes:"), others)):
            shown = sentences[:left]
            if shown:
                lines += [title, *(f"– {sentence}" for sentence in shown)]
            left -= len(shown)
        more = len(own) + len(others) - MOST_SENTENCES
        if more > 0:
            lines.append(ngettext("And %(n)d more.", "And %(n)d more.", more) % {"n": more})
        return "\n".join(lines)

    address = reverse("processes:redline", args=[revision.process.code])
    return notes(
        CHANGED, f"release:{release.pk}:effective", people,
        lambda: _("Changed from now on: %(process)s %(before)s → %(number)s") % {**named(revision), "before": before},
        body=body, url=f"{address}?from={before.number}&to={revision.number}{'&mine=1' if own else ''}",
    )  # fmt: skip


def copy_recalled(copy: Any) -> list[Note]:
    """Tell who holds a copy, and who handed it out, that its version is over (F34)."""
    words = {"process": copy.process, "number": copy.definition.revision, "copy": copy}

    def body() -> str:
        if copy.is_controlled:
            return _("This version is over. Give the controlled copy back, or destroy it and say so.")
        return _("This version is over. Throw the copy away and read the manual in force.")

    return notes(
        RECALLED, f"copy:{copy.pk}:recalled", [copy.holder_id, copy.issued_by_id],
        lambda: _("Recalled: copy %(copy)s of %(process)s %(number)s") % words,
        body=body, url=reverse("centre:process", args=[copy.process.code]),
    )  # fmt: skip


def behind(variant: Revision, newer: Revision, people: Iterable[int | None]) -> list[Note]:
    """Tell who answers for a variant that a newer version is released."""
    words = {"process": variant.process, "number": variant, "newer": newer}
    return notes(
        BEHIND, f"variant:{variant.pk}:behind:{newer.pk}", people,
        lambda: _("%(process)s: the variant %(number)s is behind %(newer)s") % words,
        body=lambda: _("Where it is in force it goes on until somebody brings it up and releases it."),
        url=reverse("processes:variant-rebase", args=[variant.process.code, variant.number]),
    )  # fmt: skip
