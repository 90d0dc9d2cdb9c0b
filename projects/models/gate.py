"""Gates: phases that were closed, and criteria that somebody answered for by name (F01). Append-only."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from processes.models.signing import Signed
from procstd.bilingual import Bilingual
from procstd.gates import Phase


class Closing(Signed):
    """A phase that was closed: by whom, and how its criteria stood at that moment."""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="closings")
    phase = models.PositiveSmallIntegerField(_("Phase"), choices=Phase)
    content = models.TextField(help_text="canonical JSON: the criteria as they stood, in both languages")

    class Meta:
        ordering = ["phase"]
        constraints = [models.UniqueConstraint(fields=["project", "phase"], name="one_closing_per_phase")]

    def __str__(self) -> str:
        return f"{self.get_phase_display()}: {self.name}"


class GateOverride(Signed):
    """An open criterion of a phase, answered for by the leader with a reason. It is shown for ever."""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="overrides")
    phase = models.PositiveSmallIntegerField(_("Phase"), choices=Phase)
    criterion = models.CharField(max_length=80)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    sentence_zh = models.TextField(help_text="what was open")
    sentence_en = models.TextField(help_text="what was open")
    reason = models.TextField(_("Reason"), max_length=2000)

    title, sentence = Bilingual("title"), Bilingual("sentence")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "phase", "criterion"], name="one_override_per_criterion")
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.name}"
