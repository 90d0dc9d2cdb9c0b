"""Notices 通知: what somebody is told, once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from procstd.bilingual import Bilingual


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any) -> NoticeQuerySet:
        """One's own, nobody else's."""
        return self.filter(person=user)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Notice(models.Model):
    """What a person is told. The same key never reaches the same person twice."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    rule = models.CharField(max_length=60)
    key = models.CharField(max_length=150)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    body_zh = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    title, body = Bilingual("title"), Bilingual("body")
    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_notice_per_person_and_key")]
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="notices_of_a_person"),
            models.Index(
                fields=["person", "-created_at", "-id"], name="notices_unread", condition=Q(read_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def rule_title(self) -> Any:
        from procstd.notices.rules import rule_named

        found = rule_named(self.rule)
        return found.title if found else self.rule
