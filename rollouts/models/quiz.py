"""The quiz on a standard: its rules, questions of one's own, attempts with what was asked and answered (F45)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records


class QuizRule(models.Model):
    """How the quiz on a process is passed. A process without a row is examined by the defaults."""

    process = models.OneToOneField("processes.Process", on_delete=models.PROTECT, related_name="quiz_rule")
    pass_percent = models.PositiveSmallIntegerField(
        _("Passed with, percent"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    attempts = models.PositiveSmallIntegerField(
        _("Attempts"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    questions = models.PositiveSmallIntegerField(
        _("Questions"), default=10, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )

    history = records()

    def __str__(self) -> str:
        return f"{self.process_id}: {self.pass_percent} %"


class BankQuestion(models.Model):
    """A question written by a specialist, with one right and some wrong answers, and the clause that answers it."""

    process = models.ForeignKey("processes.Process", on_delete=models.PROTECT, related_name="bank_questions")
    text_zh = models.CharField(_("Question in Chinese"), max_length=300)
    text_en = models.CharField(_("Question in English"), max_length=300)
    right_zh = models.CharField(_("Right answer in Chinese"), max_length=200)
    right_en = models.CharField(_("Right answer in English"), max_length=200)
    wrong = models.JSONField(help_text="a list of {zh, en}")
    clause = models.CharField(
        _("Step that answers it"), max_length=40, blank=True, help_text=_("As “step:s4”; empty: none.")
    )
    is_active = models.BooleanField(_("In use"), default=True)

    text, right = Bilingual("text"), Bilingual("right")
    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("question of the quiz")
        verbose_name_plural = _("questions of the quiz")

    def __str__(self) -> str:
        return self.text


class AttemptQuerySet(models.QuerySet["QuizAttempt"]):
    def visible_to(self, user: Any) -> AttemptQuerySet:
        """One's own: of others only figures are told."""
        return self.filter(person=user)


class QuizAttempt(models.Model):
    """One attempt at the quiz: *content* is what was asked, with the right answers, kept as it was."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="quiz_attempts")
    definition = models.ForeignKey("processes.Definition", on_delete=models.PROTECT, related_name="quiz_attempts")
    number = models.PositiveSmallIntegerField(_("Attempt"))
    seed = models.CharField(max_length=64)
    content = models.TextField(help_text="canonical JSON: the questions")
    pass_percent = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    answers = models.JSONField(default=list, help_text="by question: the place of the answer chosen, or null")
    finished_at = models.DateTimeField(null=True)
    right = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField()
    has_passed = models.BooleanField(default=False)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["person", "definition", "number"], name="one_attempt_per_number"),
            models.CheckConstraint(condition=Q(right__lte=F("of")), name="not_more_right_than_asked"),
        ]
        indexes = [models.Index(fields=["definition", "has_passed"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.definition_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("rollouts:quiz-attempt", args=[self.pk])

    @property
    def percent(self) -> int:
        """What part was right, in percent, rounded down: 79.9 is not 80."""
        return 100 * self.right // self.of if self.of else 0
