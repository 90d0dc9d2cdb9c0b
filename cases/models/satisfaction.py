"""What a customer is asked after a case was closed: once for each close (F65)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case


class SatisfactionRequest(models.Model):
    """A question to the customer, behind a link that is good for one answer.

    The link's token is never stored, only its SHA-256: who reads the table cannot answer. It is
    mailed to the customer's address, if the case has one; on the customer's own page of the case
    the question stands as well. Nobody of the house can answer it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="satisfaction_requests")
    number = models.PositiveSmallIntegerField(help_text="which close of the case it is about, from 1")
    token_sha256 = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mail_at = models.DateTimeField(null=True, help_text="when to try to mail it; none: mailed, or no address")
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    rating = models.PositiveSmallIntegerField(_("Rating"), null=True)
    comment = models.TextField(_("Comment"), blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_question_per_close")]
        indexes = [models.Index(fields=["mail_at"], condition=Q(mail_at__isnull=False), name="questions_to_mail")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"

    def is_open(self, at: datetime) -> bool:
        """Tell whether it can still be answered."""
        return self.answered_at is None and at < self.expires_at
