"""A questionnaire 问卷: what is asked, who is asked, what was answered (H2.2.1, F06).

Named answers hang on the invitation. Anonymous ones hang on nothing (A6): a sheet knows its
questionnaire and a department, has a random key, no time and no history; the ticket that let it
in is gone when it is there.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from surveys.models.survey import Survey


class State(models.TextChoices):
    """A questionnaire is written, then asked and frozen, then over."""

    DRAFT = "draft", _("being written")
    OPEN = "open", _("open for answers")
    CLOSED = "closed", _("closed for answers")


class QuestionKind(models.TextChoices):
    """What kind of answer a question wants."""

    SCALE = "scale", _("Scale from 1 to 5")
    SINGLE = "single", _("One of several")
    MULTIPLE = "multiple", _("Several of several")
    TEXT = "text", _("Words of one's own")
    NUMBER = "number", _("A number")


class Dimension(models.TextChoices):
    """What a questionnaire finds out about a process (H2.2.1)."""

    CLARITY = "clarity", _("Clarity of steps")
    DURATIONS = "durations", _("Reasonableness of durations")
    COLLABORATION = "collaboration", _("Smoothness of collaboration")


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def visible_to(self, user: Any) -> QuestionnaireQuerySet:
        """Who sees the survey sees its questionnaires. Who is asked sees the questions, by the invitation."""
        return self.filter(survey__in=Survey.objects.visible_to(user))

    def open(self) -> QuestionnaireQuerySet:
        return self.filter(state=State.OPEN)


class Questionnaire(models.Model):
    """Questions on paper, sent to many."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="questionnaires")
    title_zh = models.CharField(_("Title in Chinese"), max_length=120)
    title_en = models.CharField(_("Title in English"), max_length=120)
    intro_zh = models.TextField(_("Introduction in Chinese"), blank=True)
    intro_en = models.TextField(_("Introduction in English"), blank=True)
    is_anonymous = models.BooleanField(_("Anonymous"), default=False)
    state = models.CharField(_("State"), max_length=6, choices=State, default=State.DRAFT)
    opened_at = models.DateTimeField(_("Opened"), null=True)
    closed_at = models.DateTimeField(_("Closed"), null=True)
    reminded_on = models.DateField(null=True)

    title = Bilingual("title")
    intro = Bilingual("intro")
    history = records()
    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("surveys:questionnaire", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN


class Question(models.Model):
    """One question."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("Kind"), max_length=8, choices=QuestionKind)
    dimension = models.CharField(_("Dimension"), max_length=13, choices=Dimension, blank=True)
    text_zh = models.CharField(_("Question in Chinese"), max_length=300)
    text_en = models.CharField(_("Question in English"), max_length=300)
    options = models.JSONField(_("Options"), default=list, blank=True)
    is_required = models.BooleanField(_("Required"), default=True)

    text = Bilingual("text")
    history = records()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return str(self.text)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def of(self, user: Any) -> InvitationQuerySet:
        return self.filter(person=user)

    def waiting(self) -> InvitationQuerySet:
        """Those from whom an answer can still come."""
        unanswered = models.Q(questionnaire__is_anonymous=False, response=None) | models.Q(ticket__isnull=False)
        return self.filter(unanswered, questionnaire__state=State.OPEN)


class Invitation(models.Model):
    """A person is asked."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="survey_invitations")
    #: Where the person worked when asked: what rates and results are counted by.
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "person"], name="surveys_asked_once")]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.person}"


class Response(models.Model):
    """What a named person answered; may be changed until the questionnaire is closed."""

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="response")
    answers = models.JSONField(default=dict)
    answered_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    history = records()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.invitation)


class Ticket(models.Model):
    """The right to one anonymous answer. It is deleted when used: what is left says who may still answer, no more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="tickets")
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, null=True, related_name="+")
    #: None for a code on paper: whoever was given it.
    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, null=True, related_name="ticket")
    code_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code_sha256"], condition=~models.Q(code_sha256=""), name="surveys_code_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Sheet(models.Model):
    """An anonymous answer. No person, no time, no history, no key that follows another's (A6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="sheets")
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.id)


class PaperCodes(models.Model):
    """How many codes were printed for a department: what a rate of answers is counted by."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="paper_codes")
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, null=True, related_name="+")
    count = models.PositiveSmallIntegerField()
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.count}"
