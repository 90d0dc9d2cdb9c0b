"""The steps of a standard: who does what by when, and what comes next."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records

#: What a text of a standard may hold, in characters: some five pages.
LONG_TEXT_MOST = 10_000
#: How long clocks may stand still at a stretch, in days.
DAYS_MOST = 90


class Unit(models.TextChoices):
    """In what a limit is counted (F13)."""

    WORKING_MINUTES = "working_minutes", _("working minutes")
    WORKING_HOURS = "working_hours", _("working hours")
    WORKING_DAYS = "working_days", _("working days")
    MINUTES = "minutes", _("minutes around the clock")
    HOURS = "hours", _("hours around the clock")
    DAYS = "days", _("calendar days")


class Start(models.TextChoices):
    """What starts an exception besides somebody who reports it."""

    REPORT = "", _("only somebody who reports it")
    SENT_BACK = "sent_back", _("the case is sent back to the step")
    INCOMPLETE = "incomplete", _("the step’s form is incomplete")


class Duty(models.TextChoices):
    """The letters of RACI (H4.2), and S for who countersigns 会签 before the step can be completed."""

    RESPONSIBLE = "R", _("Responsible")
    ACCOUNTABLE = "A", _("Accountable")
    CONSULTED = "C", _("Consulted")
    INFORMED = "I", _("Informed")
    SIGNS = "S", _("Countersigns")


#: Who has one of these parts in a step does something at it; the others are asked or told.
ACTING = (Duty.RESPONSIBLE, Duty.ACCOUNTABLE, Duty.SIGNS)


class Step(models.Model):
    """A step 步骤. Steps that share a *group* run at the same time, lane beside lane; the group waits for all."""

    revision = models.ForeignKey("processes.Revision", on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=8, help_text="s1, s2, …: stable within the revision")
    number = models.PositiveSmallIntegerField(_("Number"))
    title_zh = models.CharField(_("Title in Chinese"), max_length=120)
    title_en = models.CharField(_("Title in English"), max_length=120)
    operation_zh = models.TextField(_("Operation in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    operation_en = models.TextField(_("Operation in English"), max_length=LONG_TEXT_MOST, blank=True)
    example_zh = models.TextField(_("Example in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    example_en = models.TextField(_("Example in English"), max_length=LONG_TEXT_MOST, blank=True)
    inputs_zh = models.CharField(_("Inputs in Chinese"), max_length=300, blank=True)
    inputs_en = models.CharField(_("Inputs in English"), max_length=300, blank=True)
    outputs_zh = models.CharField(_("Outputs in Chinese"), max_length=300, blank=True)
    outputs_en = models.CharField(_("Outputs in English"), max_length=300, blank=True)
    limit_amount = models.PositiveIntegerField(
        _("Limit"), null=True, blank=True, help_text=_("0: at once; empty: none.")
    )
    limit_unit = models.CharField(_("Unit of the limit"), max_length=16, choices=Unit, default=Unit.WORKING_HOURS)
    limit_from = models.CharField(
        _("Counted from"), max_length=8, blank=True, help_text=_("The step whose end starts it; empty: its own start.")
    )
    customer_days = models.PositiveSmallIntegerField(
        _("Waits for the customer, days at most"),
        default=0,
        validators=[MaxValueValidator(DAYS_MOST)],
        help_text=_("So long the clocks may stand still while the customer is asked; 0: they run on."),
    )
    form = models.ForeignKey(
        "processes.Form", on_delete=models.PROTECT, null=True, blank=True, related_name="steps", verbose_name=_("Form")
    )
    is_key_node = models.BooleanField(_("Key node"), default=False)
    not_by = models.CharField(
        _("Not by whoever did"),
        max_length=8,
        blank=True,
        help_text=_("An earlier step: two pairs of eyes. Empty: anybody with the post."),
    )
    group = models.PositiveSmallIntegerField(_("Parallel group"), null=True, blank=True)
    lane = models.PositiveSmallIntegerField(_("Lane in the group"), default=1)
    pain_points = models.ManyToManyField(
        "processes.PainPoint", through="processes.Answer", related_name="steps", verbose_name=_("Pain points")
    )

    title, operation, example = Bilingual("title"), Bilingual("operation"), Bilingual("example")
    inputs, outputs = Bilingual("inputs"), Bilingual("outputs")
    history = records()

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [models.UniqueConstraint(fields=["revision", "key"], name="one_step_per_key")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class StepPost(models.Model):
    """A post's part in a step, by RACI and S; in one department, or wherever the post is held."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="posts")
    post = models.ForeignKey("organisation.Post", on_delete=models.PROTECT, verbose_name=_("Post"))
    department = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("Department")
    )
    duty = models.CharField(_("Duty"), max_length=1, choices=Duty)

    history = records()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["step", "post", "department", "duty"], name="one_duty_per_place_and_step"),
            models.UniqueConstraint(
                fields=["step", "post", "duty"],
                condition=models.Q(department=None),
                name="one_duty_per_post_everywhere_and_step",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} ({self.duty})"


class Outcome(models.Model):
    """How a step can end, and which step comes next: the target, unless one of the branches applies."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="outcomes")
    key = models.SlugField(max_length=20)
    order = models.PositiveSmallIntegerField(default=0)
    label_zh = models.CharField(_("Label in Chinese"), max_length=60)
    label_en = models.CharField(_("Label in English"), max_length=60)
    target = models.ForeignKey(
        Step,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reached_by",
        verbose_name=_("Next step"),
        help_text=_("Empty: the case is closed."),
    )
    is_send_back = models.BooleanField(_("Sends back"), default=False, help_text=_("Asks for a reason."))

    label = Bilingual("label")
    history = records()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["step", "key"], name="one_outcome_per_key")]

    def __str__(self) -> str:
        return self.label


class Branch(models.Model):
    """Another next step when a field of a form has a value; the first that applies is taken."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="branches")
    order = models.PositiveSmallIntegerField(default=0)
    field = models.CharField(_("Field"), max_length=80, help_text=_("As “register.grade”."))
    value = models.CharField(_("Value"), max_length=80)
    target = models.ForeignKey(
        Step, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Next step")
    )

    history = records()

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.field} = {self.value}"


class ExceptionRule(models.Model):
    """Element 8: what can go wrong at a step, how long one tries, and to whom it goes then."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="exceptions")
    trigger_zh = models.CharField(_("Trigger in Chinese"), max_length=200)
    trigger_en = models.CharField(_("Trigger in English"), max_length=200)
    response_zh = models.TextField(_("Response in Chinese"), max_length=LONG_TEXT_MOST)
    response_en = models.TextField(_("Response in English"), max_length=LONG_TEXT_MOST)
    limit_amount = models.PositiveIntegerField(_("Limit"))
    limit_unit = models.CharField(_("Unit of the limit"), max_length=16, choices=Unit)
    starts = models.CharField(_("Started by"), max_length=12, choices=Start, blank=True, default=Start.REPORT)
    escalate_to = models.ForeignKey("organisation.Post", on_delete=models.PROTECT, verbose_name=_("Escalates to"))

    trigger, response = Bilingual("trigger"), Bilingual("response")
    history = records()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.trigger
