"""Pain points 痛点 with their evidence, and how each ends (H2.2.3, F08)."""

from __future__ import annotations

import re
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from surveys.models.asis import NOTE_MOST, Source


class Ending(models.TextChoices):
    """How a pain point ends (F08)."""

    OPEN = "open", _("open")
    SOLVED = "solved", _("solved")
    REJECTED = "rejected", _("rejected")


class Element(models.IntegerChoices):
    """The eight core elements of a standard (H2.3.1), one of which may solve a pain point."""

    NAME = 1, _("process name")
    SCOPE = 2, _("scope of application")
    POSTS = 3, _("responsible departments and posts")
    NODES = 4, _("key nodes")
    RULES = 5, _("operating rules")
    PUTS = 6, _("inputs and outputs")
    TIMES = 7, _("time standards")
    EXCEPTIONS = 8, _("exception handling")


class Pain(models.Model):
    """A concrete problem of the process as it is: what, how often, what it costs, and how one knows."""

    survey = models.ForeignKey("surveys.Survey", on_delete=models.CASCADE, related_name="pains")
    number = models.PositiveSmallIntegerField()
    text_zh = models.CharField(_("Pain point in Chinese"), max_length=300, blank=True)
    text_en = models.CharField(_("Pain point in English"), max_length=300, blank=True)
    evidence_zh = models.TextField(_("Evidence in Chinese"), max_length=NOTE_MOST, blank=True)
    evidence_en = models.TextField(_("Evidence in English"), max_length=NOTE_MOST, blank=True)
    source = models.CharField(_("Source"), max_length=8, choices=Source)
    times_a_month = models.DecimalField(
        _("Times a month"), max_digits=8, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    lost_minutes = models.PositiveIntegerField(
        _("Time lost each time"), null=True, blank=True, help_text="in working minutes, 480 to a working day"
    )
    cost = models.DecimalField(
        _("Money lost each time"), max_digits=12, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    steps = models.ManyToManyField("surveys.AsIsStep", blank=True, related_name="pains")
    ending = models.CharField(_("Ending"), max_length=8, choices=Ending, default=Ending.OPEN)
    solved_by = models.CharField(_("Element or step"), max_length=24, blank=True, help_text="element:7 or step:s4")
    ending_zh = models.CharField(_("In words, in Chinese"), max_length=500, blank=True)
    ending_en = models.CharField(_("In words, in English"), max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: What it became in the room of standards (H4.1), once it is carried there.
    carried = models.ForeignKey(
        "processes.PainPoint", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    text, evidence, ending_text = Bilingual("text"), Bilingual("evidence"), Bilingual("ending")
    history = records()

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = _("pain point of a survey")
        verbose_name_plural = _("pain points of a survey")
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="one_pain_per_number"),
            models.CheckConstraint(condition=~Q(text_zh="", text_en=""), name="pain_has_a_text"),
            models.CheckConstraint(
                condition=Q(ending=Ending.OPEN, ended_at=None) | (~Q(ending=Ending.OPEN) & Q(ended_at__isnull=False)),
                name="pain_ended_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"P{self.number} {self.text}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:pain-detail", args=[self.survey.number, self.number])

    @property
    def is_open(self) -> bool:
        return self.ending == Ending.OPEN

    @property
    def hours_a_month(self) -> Decimal | None:
        """Working hours lost a month, or None where frequency or time is not known."""
        if self.times_a_month is None or self.lost_minutes is None:
            return None
        return self.times_a_month * self.lost_minutes / 60

    @property
    def cost_a_month(self) -> Decimal | None:
        """Money lost a month, or None where frequency or cost is not known."""
        return None if self.times_a_month is None or self.cost is None else self.times_a_month * self.cost


class Evidence(models.Model):
    """Where a pain point was seen: a row of the survey by kind and number, and the figure quoted from it.

    By name and not by key: answers, observations and what a log gives stand in tables of their own.
    """

    pain = models.ForeignKey(Pain, on_delete=models.CASCADE, related_name="evidences")
    kind = models.CharField(_("Source"), max_length=8, choices=Source)
    number = models.CharField(_("Number"), max_length=60, blank=True)
    figure_zh = models.CharField(_("Figure or words in Chinese"), max_length=300, blank=True)
    figure_en = models.CharField(_("Figure or words in English"), max_length=300, blank=True)

    figure = Bilingual("figure")
    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidences")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}: {self.figure}"

    @property
    def observation(self) -> int | None:
        """The number of the observation that the evidence names as O1-2, or None."""
        named = re.fullmatch(r"O(\d{1,4})-\d{1,4}", self.number) if self.kind == Source.OBSERVED else None
        return int(named[1]) if named else None
