"""What a standard's attachments say (H2.3.2): its glossary and the rules that it refers to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.models.step import LONG_TEXT_MOST
from procstd.bilingual import Bilingual
from procstd.history import records


class GlossaryTerm(models.Model):
    """A word of the trade and what the standard means by it (F16)."""

    revision = models.ForeignKey("processes.Revision", on_delete=models.CASCADE, related_name="glossary")
    order = models.PositiveSmallIntegerField(default=0)
    term_zh = models.CharField(_("Term in Chinese"), max_length=80)
    term_en = models.CharField(_("Term in English"), max_length=80)
    meaning_zh = models.TextField(_("Meaning in Chinese"), max_length=LONG_TEXT_MOST)
    meaning_en = models.TextField(_("Meaning in English"), max_length=LONG_TEXT_MOST)

    term, meaning = Bilingual("term"), Bilingual("meaning")
    history = records()

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("term of the glossary")
        verbose_name_plural = _("terms of the glossary")

    def __str__(self) -> str:
        return self.term


class Reference(models.Model):
    """A rule, law or document outside of the standard that it refers to."""

    revision = models.ForeignKey("processes.Revision", on_delete=models.CASCADE, related_name="references")
    order = models.PositiveSmallIntegerField(default=0)
    title_zh = models.CharField(_("Title in Chinese"), max_length=200)
    title_en = models.CharField(_("Title in English"), max_length=200)
    note_zh = models.TextField(_("Note in Chinese"), max_length=LONG_TEXT_MOST, blank=True)
    note_en = models.TextField(_("Note in English"), max_length=LONG_TEXT_MOST, blank=True)

    title, note = Bilingual("title"), Bilingual("note")
    history = records()

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("referenced rule")
        verbose_name_plural = _("referenced rules")

    def __str__(self) -> str:
        return self.title
