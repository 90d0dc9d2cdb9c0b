"""The process centre 流程中心 (H2.5.3): what is found there, questions people ask, what they marked for themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from processes.models.step import LONG_TEXT_MOST, Duty
from procstd.bilingual import Bilingual
from procstd.history import records


class EntryKind(models.TextChoices):
    """What a place of a standard is, as people look for it."""

    STANDARD = "standard", _("Standard")
    CLAUSE = "clause", _("Clause")
    STEP = "step", _("Step")
    FORM = "form", _("Form")
    QUESTION = "question", _("Question")


class SearchEntry(models.Model):
    """A place that can be found: of a definition, which never changes, or a question of a process.

    ``title_words`` and ``text_words`` hold the tokens of ``procstd.bigrams``. The database keeps its own
    index of them beside this table (migration 0008): a tsvector on PostgreSQL, FTS5 on SQLite. Both follow
    every row by themselves; nothing here has to write them.
    """

    process = models.ForeignKey("processes.Process", on_delete=models.CASCADE, related_name="search_entries")
    definition = models.ForeignKey(
        "processes.Definition", on_delete=models.CASCADE, null=True, related_name="search_entries"
    )
    question = models.OneToOneField(
        "processes.Question", on_delete=models.CASCADE, null=True, related_name="search_entry"
    )
    kind = models.CharField(max_length=10, choices=EntryKind)
    place = models.CharField(max_length=60, help_text="as step:s3; empty: the standard itself")
    order = models.PositiveSmallIntegerField(default=0)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    facts = models.JSONField(default=dict, help_text="of a step: its number, limit and form")
    title_words = models.TextField(blank=True)
    text_words = models.TextField(blank=True)
    edition = models.PositiveSmallIntegerField(help_text="by which rules it was made")

    title, text = Bilingual("title"), Bilingual("text")

    class Meta:
        ordering = ["process", "definition", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "place"], condition=Q(definition__isnull=False), name="one_entry_per_place"
            )
        ]

    def __str__(self) -> str:
        return self.title


class StepDuty(models.Model):
    """A post's part in a step of a released standard: what “my steps” and the filter by post read."""

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="duties")
    post = models.CharField(max_length=32, help_text="code")
    department = models.CharField(max_length=32, blank=True, help_text="code; empty: wherever the post is held")
    duty = models.CharField(max_length=1, choices=Duty)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["post", "department"])]

    def __str__(self) -> str:
        return f"{self.post} ({self.duty})"


class Question(models.Model):
    """A question that people ask about a process, with its answer: kept by process specialists."""

    process = models.ForeignKey("processes.Process", on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField(default=0)
    question_zh = models.CharField(_("Question in Chinese"), max_length=300, blank=True)
    question_en = models.CharField(_("Question in English"), max_length=300, blank=True)
    answer_zh = models.TextField(_("Answer in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    answer_en = models.TextField(_("Answer in English"), max_length=LONG_TEXT_MOST, blank=True)

    question, answer = Bilingual("question"), Bilingual("answer")
    history = records()

    class Meta:
        ordering = ["process", "order", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.question


class Favourite(models.Model):
    """What a person marked to find it again: a process, or a place in its standard. Nobody else sees it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    process = models.ForeignKey("processes.Process", on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=60, blank=True, help_text="as step:s3; empty: the process")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "process", "place"], name="one_favourite_per_place")]

    def __str__(self) -> str:
        return f"{self.process} {self.place}"
