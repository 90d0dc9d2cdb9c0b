"""The process as it is today: its steps, how long they take, and from where one knows (H2.2.2, F07)."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records

#: A note or an evidence is at most so long.
NOTE_MOST = 2_000


class Source(models.TextChoices):
    """From where one knows something. What is mined from an event log (F87) is a source like the others."""

    TOLD = "told", _("told by people")
    OBSERVED = "observed", _("observed")
    ASKED = "asked", _("asked")
    READ = "read", _("read")
    MINED = "mined", _("mined")


#: Which duration counts where sources differ: what was measured before what was said, and that before paper.
BELIEVED = (Source.MINED, Source.OBSERVED, Source.ASKED, Source.TOLD, Source.READ)
#: What people write down themselves; what is mined comes from a log.
BY_HAND = (Source.TOLD, Source.OBSERVED, Source.ASKED, Source.READ)


class AsIsStepQuerySet(models.QuerySet["AsIsStep"]):
    def in_order(self) -> AsIsStepQuerySet:
        """Steps as they stand, each with post and department: one query."""
        return self.select_related("post", "department").order_by("number", "pk")


def _minutes() -> models.PositiveIntegerField[int | None, int | None]:
    return models.PositiveIntegerField(null=True, blank=True, help_text="in working minutes, 480 to a working day")


def _count() -> models.PositiveIntegerField[int | None, int | None]:
    return models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])


class AsIsStep(models.Model):
    """A step as it is done today. A duration per source, each with the number of cases it rests on."""

    survey = models.ForeignKey("surveys.Survey", on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField(_("Number"))
    name_zh = models.CharField(_("Name in Chinese"), max_length=120, blank=True)
    name_en = models.CharField(_("Name in English"), max_length=120, blank=True)
    post = models.ForeignKey("organisation.Post", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_key_node = models.BooleanField(_("Core node"), default=False)
    told_minutes, told_n = _minutes(), _count()
    observed_minutes, observed_n = _minutes(), _count()
    asked_minutes, asked_n = _minutes(), _count()
    read_minutes, read_n = _minutes(), _count()
    mined_minutes, mined_n = _minutes(), _count()
    wait_minutes = _minutes()
    rework_percent = models.PositiveSmallIntegerField(
        _("Rework, %"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    rework_to = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Goes back to")
    )
    note = models.TextField(_("Note"), max_length=NOTE_MOST, blank=True)

    name = Bilingual("name")
    history = records()
    objects = AsIsStepQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = _("step as it is")
        verbose_name_plural = _("steps as they are")
        constraints = [
            models.CheckConstraint(condition=~Q(name_zh="", name_en=""), name="as_is_step_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def durations(self) -> Iterator[tuple[Source, int, int | None]]:
        """Every duration known: its source, working minutes, and n; the one that counts first."""
        for source in BELIEVED:
            minutes = getattr(self, f"{source.value}_minutes")
            if minutes is not None:
                yield source, minutes, getattr(self, f"{source.value}_n")

    @property
    def duration(self) -> tuple[Source, int, int | None] | None:
        """The duration that counts, or None."""
        return next(self.durations, None)

    @property
    def through_minutes(self) -> int:
        """What the step adds to the whole: its wait and its duration."""
        found = self.duration
        return (self.wait_minutes or 0) + (found[1] if found else 0)
