"""How a person wants to be told."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.db import models

from procstd.notices.rules import Timing

DIGEST_AT = time(8, 30)


class Preference(models.Model):
    """What a person chose for one rule. Without a row the rule's default holds."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences")
    rule = models.CharField(max_length=60)
    timing = models.CharField(max_length=10, choices=Timing)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "rule"], name="one_preference_per_person_and_rule")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.rule}: {self.timing}"


class Rhythm(models.Model):
    """A person's quiet hours and hour of the digest, as the clock on the person's wall reads."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rhythm")
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    digest_at = models.TimeField(default=DIGEST_AT)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.quiet_from}–{self.quiet_until}, {self.digest_at}"
