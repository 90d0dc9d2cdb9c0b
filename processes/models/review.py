"""The review of a draft (H2.3.3): who is asked by which rule, in which order, until when; and the comments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from processes.models.signing import REMARK_MOST
from procstd.history import records

#: What a comment or an answer may hold, in characters.
COMMENT_MOST = 5_000
#: What is quoted from the text, in characters.
EXCERPT_MOST = 500


class Mode(models.TextChoices):
    """In which way reviewers are asked (F21)."""

    ALL = "all", _("All at the same time; everybody approves")
    SEQUENTIAL = "sequential", _("One after the other; everybody approves")
    ANY = "any", _("All at the same time; one approval is enough")


class ReviewState(models.TextChoices):
    """Where a review stands."""

    RUNNING = "running", _("Running")
    APPROVED = "approved", _("Approved")
    CLOSED = "closed", _("Released")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Rule(models.TextChoices):
    """Why somebody is asked (H2.3.3)."""

    HEAD = "head", _("head of a department concerned")
    KEY_POST = "key_post", _("holder of a key post")
    COMPLIANCE = "compliance", _("legal or risk: compliance is touched")
    ADDED = "added", _("added by hand")
    DELEGATE = "delegate", _("asked by a reviewer in his or her place")


class ReviewerState(models.TextChoices):
    """Where one reviewer stands."""

    WAITING = "waiting", _("Not asked yet")
    ASKED = "asked", _("Is asked")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Sent back")
    DELEGATED = "delegated", _("Handed on")
    REMOVED = "removed", _("Taken off the route")
    WITHDRAWN = "withdrawn", _("Review withdrawn")


#: Those whose word the review waits for, or has.
COUNTING = (ReviewerState.WAITING, ReviewerState.ASKED, ReviewerState.APPROVED, ReviewerState.RETURNED)


class Review(models.Model):
    """The review of one draft; it goes on through every round until the text is released.

    One that was withdrawn is the same review when it begins anew, in a further round.
    """

    revision = models.OneToOneField("processes.Revision", on_delete=models.PROTECT, related_name="review")
    mode = models.CharField(_("Route"), max_length=12, choices=Mode, default=Mode.ALL)
    days = models.PositiveSmallIntegerField(_("Working days for each reviewer"), default=3)
    touches_compliance = models.BooleanField(_("Compliance is touched"), default=False)
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.RUNNING)
    round = models.PositiveSmallIntegerField(default=1, help_text="rises each time reviewers are asked again")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    #: The last time; what was answered for or signed before it counts no more, though the text is the same.
    withdrawn_at = models.DateTimeField(null=True)

    history = records()

    def __str__(self) -> str:
        return f"{self.revision} · {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state != ReviewState.CLOSED

    @property
    def is_withdrawn(self) -> bool:
        return self.state == ReviewState.WITHDRAWN


class ReviewerQuerySet(models.QuerySet["Reviewer"]):
    def waiting_for(self, user: Any) -> ReviewerQuerySet:
        """Those asked now whose word *user* may give: one's own, and those of posts one stands in for today."""
        return self.filter(self.may_answer(user), state=ReviewerState.ASKED).exclude(review__state=ReviewState.CLOSED)

    @staticmethod
    def may_answer(user: Any) -> Q:
        """Return what picks the reviewers whose word *user* may give."""
        wanted = Q(person=user)
        for duty in user.duties:
            if duty.is_substituting:
                wanted |= Q(person=duty.person_id, post=duty.post_id, department=duty.department_id)
        return wanted

    def overdue(self, at: Any) -> ReviewerQuerySet:
        """Those who were asked and should have answered by the moment *at*."""
        return self.filter(state=ReviewerState.ASKED, due_at__lte=at)


class Reviewer(models.Model):
    """One person asked to review, and why. Who is taken off the route stays in the record."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="reviewers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=12, choices=Rule)
    post = models.ForeignKey("organisation.Post", on_delete=models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(max_length=REMARK_MOST, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=ReviewerState, default=ReviewerState.WAITING)
    delegated_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="delegates")
    asked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    overdue_told_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    history = records()
    objects = ReviewerQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["review", "person"], name="one_reviewer_per_person")]
        indexes = [
            models.Index(fields=["person", "state"]),
            models.Index(fields=["due_at"], condition=Q(state="asked"), name="reviewers_asked"),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def counts(self) -> bool:
        return self.state in COUNTING


class ReviewComment(models.Model):
    """A remark on a clause, or an answer to one (F23). Only its author, or who stands in, says that it is settled."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="answers")
    place = models.CharField(max_length=40, help_text="as a fault's place: step:s3")
    field = models.CharField(max_length=40, blank=True)
    clause_zh = models.CharField(max_length=200, help_text="what the clause was called then")
    clause_en = models.CharField(max_length=200, help_text="what the clause was called then")
    excerpt = models.CharField(max_length=EXCERPT_MOST, blank=True)
    text = models.TextField(max_length=COMMENT_MOST)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, help_text="of the text that was commented on")
    created_at = models.DateTimeField()
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    history = records()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["review", "place"])]

    def __str__(self) -> str:
        return self.text[:60]
