"""A revision: one numbered text of a standard, with those of its eight elements (H2.3.1) that are not steps."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from processes.models.step import DAYS_MOST, LONG_TEXT_MOST, Unit
from procstd.bilingual import Bilingual
from procstd.history import records


class State(models.TextChoices):
    """Where a revision stands. Its text may be edited until it is released; what was given for another text is void."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    SIGNED = "signed", _("Signed")
    RELEASED = "released", _("Released")


class RevisionQuerySet(models.QuerySet["Revision"]):
    def visible_to(self, user: Any) -> RevisionQuerySet:
        """Drafts are for those who write and review standards; what is released everybody at work may read.

        Who is asked to review a draft, or stands in for that person, sees it too, and so does the process's owner.
        """
        from processes.models.review import Reviewer, ReviewerState
        from procstd.roles import Role

        writers = {Role.PROCESS_SPECIALIST, Role.PROJECT_LEAD, Role.DEPARTMENT_HEAD}
        if user.is_staff or writers & user.roles:
            return self
        asked = Reviewer.objects.exclude(state=ReviewerState.REMOVED).filter(Reviewer.objects.may_answer(user))
        mine = Q(process__owner=user) | Q(pk__in=asked.values("review__revision"))
        return self.filter(Q(state=State.RELEASED) | mine)

    def whole(self) -> RevisionQuerySet:
        """Revisions with a text of their own: those that are no variants."""
        return self.filter(variant_for=None)

    def variants(self) -> RevisionQuerySet:
        """Variants of departments, which store only what differs (F19)."""
        return self.exclude(variant_for=None)


class Revision(models.Model):
    """One numbered text of a standard: V1.0. Editable as a draft, frozen once released.

    A variant (F19) has the number of the standard that it varies, and its department's code: V1.0-sales. Its text is
    that standard's with its *differences*; the columns and rows of texts here are empty.
    """

    process = models.ForeignKey("processes.Process", on_delete=models.PROTECT, related_name="revisions")
    major = models.PositiveSmallIntegerField(_("Major version"), default=1)
    minor = models.PositiveSmallIntegerField(_("Minor version"), default=0)
    variant_of = models.ForeignKey(
        "processes.Definition", on_delete=models.PROTECT, null=True, blank=True, related_name="variants"
    )
    #: By code, which never changes and stands in the number: a list of numbers asks for no departments.
    variant_for = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, to_field="code", null=True, blank=True, related_name="+"
    )
    issue = models.PositiveSmallIntegerField(default=1, help_text="of a variant: the second of V1.0 is V1.0.2-sales")
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    purpose_zh = models.TextField(_("Purpose in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    purpose_en = models.TextField(_("Purpose in English"), max_length=LONG_TEXT_MOST, blank=True)
    scope_zh = models.TextField(_("Scope in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    scope_en = models.TextField(_("Scope in English"), max_length=LONG_TEXT_MOST, blank=True)
    rules_zh = models.TextField(_("Operating rules in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    rules_en = models.TextField(_("Operating rules in English"), max_length=LONG_TEXT_MOST, blank=True)
    inputs_zh = models.TextField(_("Inputs in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    inputs_en = models.TextField(_("Inputs in English"), max_length=LONG_TEXT_MOST, blank=True)
    outputs_zh = models.TextField(_("Outputs in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    outputs_en = models.TextField(_("Outputs in English"), max_length=LONG_TEXT_MOST, blank=True)
    grace_minutes = models.PositiveSmallIntegerField(
        _("Grace of limits at once, minutes"),
        default=15,
        validators=[MaxValueValidator(24 * 60)],
        help_text=_("A limit of 0 counts as exceeded so long after its moment."),
    )
    reaction_minutes = models.PositiveSmallIntegerField(
        _("Least time to react, minutes"),
        default=240,
        validators=[MaxValueValidator(14 * 24 * 60)],
        help_text=_("When a limit gets tighter while a case runs, at least so much of it is left."),
    )
    hold_days = models.PositiveSmallIntegerField(
        _("A case on hold, days at most"),
        default=10,
        validators=[MaxValueValidator(DAYS_MOST)],
        help_text=_("At a stretch, allowed by the post that answers for the step; 0: never."),
    )
    dissatisfied_at_most = models.PositiveSmallIntegerField(
        _("Dissatisfied is a rating of"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text=_("Out of 5; empty: no rating sets anything going."),
    )
    dissatisfied_step = models.CharField(
        _("The case is opened again at"), max_length=8, blank=True, help_text=_("The step that sees to it.")
    )
    edition = models.PositiveIntegerField(default=0, help_text="rises with every change; what a form has seen")
    number_reason = models.CharField(
        _("Reason for its number"), max_length=500, blank=True,
        help_text="where it is another one than its changes suggest",
    )  # fmt: skip
    created_at = models.DateTimeField(editable=False)

    purpose, scope, rules = Bilingual("purpose"), Bilingual("scope"), Bilingual("rules")
    inputs, outputs = Bilingual("inputs"), Bilingual("outputs")
    history = records()
    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["process", "-major", "-minor", "variant_for_id", "-issue"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(
                fields=["process", "major", "minor"], condition=Q(variant_for=None), name="one_revision_per_number"
            ),
            models.UniqueConstraint(
                fields=["process", "variant_for", "major", "minor", "issue"], name="one_variant_per_number"
            ),
            models.CheckConstraint(
                condition=Q(variant_for=None, variant_of=None, issue=1)
                | Q(variant_for__isnull=False, variant_of__isnull=False),
                name="variant_has_standard_and_department",
            ),
        ]

    def __str__(self) -> str:
        return f"V{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("processes:revision-detail", args=[self.process.code, self.number])

    @property
    def number(self) -> str:
        """The version number as people say it, without the V: 1.0; of a variant 1.0-sales, then 1.0.2-sales."""
        if not self.is_variant:
            return self.whole_number
        issue = f".{self.issue}" if self.issue > 1 else ""
        return f"{self.whole_number}{issue}-{self.variant_for_id}"

    @property
    def whole_number(self) -> str:
        """The number without what is a variant's own: of the standard that it varies."""
        return f"{self.major}.{self.minor}"

    @property
    def is_variant(self) -> bool:
        """Tell whether it is a department's variant, without rows of its own but what differs."""
        return self.variant_for_id is not None

    @property
    def department_pk(self) -> int:
        """The id of the department whose working time counts: of the variant, or of the process."""
        return self.variant_for.pk if self.variant_for else self.process.department_id

    @property
    def is_draft(self) -> bool:
        """Tell whether its text can still be changed: in review and signed too."""
        return self.state != State.RELEASED


class Responsibility(models.Model):
    """Element 3: what a post, or a whole department, answers for."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="responsibilities")
    order = models.PositiveSmallIntegerField(default=0)
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, null=True, blank=True)
    post = models.ForeignKey("organisation.Post", on_delete=models.PROTECT, null=True, blank=True)
    duty_zh = models.TextField(_("Duty in Chinese"), max_length=LONG_TEXT_MOST)
    duty_en = models.TextField(_("Duty in English"), max_length=LONG_TEXT_MOST)

    duty = Bilingual("duty")
    history = records()

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.post or self.department}: {self.duty}"


class TotalLimit(models.Model):
    """Element 7: how long a whole case may take, for all cases or for those with one value of a field."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="totals")
    field = models.CharField(_("Field"), max_length=80, blank=True, help_text=_("As “register.grade”; empty: all."))
    value = models.CharField(_("Value"), max_length=80, blank=True)
    amount = models.PositiveIntegerField(_("Amount"))
    unit = models.CharField(_("Unit"), max_length=16)

    history = records()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.amount} {Unit(self.unit).label}"
