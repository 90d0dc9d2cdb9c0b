"""What people put their names to: decisions of reviewers, the leader's signature, overrides. Append-only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.models.step import LONG_TEXT_MOST
from procstd.bilingual import Bilingual

#: What a person writes beside an answer or a decision, in characters.
REMARK_MOST = 2_000


class ReviewedText(models.Model):
    """The canonical text that somebody decided on: each once, so that a later reader sees what it said."""

    revision = models.ForeignKey("processes.Revision", on_delete=models.PROTECT, related_name="reviewed_texts")
    sha256 = models.CharField(max_length=64)
    content = models.TextField(help_text="canonical JSON")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "sha256"], name="one_reviewed_text_per_hash")]

    def __str__(self) -> str:
        return self.sha256[:12]


class Signed(models.Model):
    """Who put a name to which bytes, when. Name and post are kept as text: both change, the record does not."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    post_zh = models.CharField(max_length=200, blank=True)
    post_en = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, help_text="of the canonical text that it covers")
    at = models.DateTimeField()

    name, post = Bilingual("name"), Bilingual("post")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("What somebody signed is never changed.")
        super().save(*args, **kwargs)

    def covers(self, sha256: str) -> bool:
        """Tell whether it was given for the text with this hash; one byte of difference voids it (F24)."""
        return self.sha256 == sha256


class Verdict(models.TextChoices):
    """What a reviewer decides."""

    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Sent back")


class Decision(Signed):
    """A reviewer's answers to the four questions (H2.3.3), and the verdict on one text."""

    reviewer = models.ForeignKey("processes.Reviewer", on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Verdict)
    answers = models.JSONField(help_text="by question: yes, text")
    reason = models.TextField(max_length=REMARK_MOST, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_verdict_display()}"

    @property
    def is_approval(self) -> bool:
        return self.verdict == Verdict.APPROVED


class Signature(Signed):
    """The leader's signature: a stated meaning over the hash of the text (F24)."""

    revision = models.ForeignKey("processes.Revision", on_delete=models.PROTECT, related_name="signatures")
    meaning = models.CharField(max_length=20)
    meaning_zh = models.CharField(max_length=300)
    meaning_en = models.CharField(max_length=300)

    meaning_text = Bilingual("meaning")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.meaning_text}"


class Override(Signed):
    """A red criterion of the release gate, answered for by name and for ever (F29)."""

    revision = models.ForeignKey("processes.Revision", on_delete=models.PROTECT, related_name="overrides")
    criterion = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    sentence_zh = models.TextField(help_text="what was red")
    sentence_en = models.TextField(help_text="what was red")
    reason = models.TextField(_("Reason"), max_length=LONG_TEXT_MOST)

    title, sentence = Bilingual("title"), Bilingual("sentence")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.title}: {self.name}"
