"""The forms of a standard, field by field (H4.3: a field says what it must contain)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procstd.bilingual import Bilingual
from procstd.history import records


class Kind(models.TextChoices):
    """What a field holds (F17)."""

    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", pgettext_lazy("kind of field", "Number")
    MONEY = "money", _("Amount of money")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")
    CHOICES = "choices", _("Several choices")
    PERSON = "person", _("Person")
    DEPARTMENT = "department", _("Department")
    FILE = "file", _("File")
    PHOTO = "photo", _("Photo")
    RATING = "rating", _("Rating from 1 to 5")
    YES_NO = "yes_no", _("Yes or no")


class Form(models.Model):
    """A form 表单, filled in at one or more steps."""

    revision = models.ForeignKey("processes.Revision", on_delete=models.CASCADE, related_name="forms")
    key = models.SlugField(_("Key"), max_length=32)
    name_zh = models.CharField(_("Name in Chinese"), max_length=80)
    name_en = models.CharField(_("Name in English"), max_length=80)

    name = Bilingual("name")
    history = records()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        constraints = [models.UniqueConstraint(fields=["revision", "key"], name="one_form_per_key")]

    def __str__(self) -> str:
        return self.name


class Field(models.Model):
    """A field of a form. ``options`` of a choice: ``[{"key": "normal", "zh": "一般", "en": "Normal"}, …]``."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="fields")
    key = models.SlugField(_("Key"), max_length=32)
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind)
    label_zh = models.CharField(_("Label in Chinese"), max_length=80)
    label_en = models.CharField(_("Label in English"), max_length=80)
    help_zh = models.CharField(_("Help in Chinese"), max_length=300, blank=True)
    help_en = models.CharField(_("Help in English"), max_length=300, blank=True)
    is_required = models.BooleanField(_("Required"), default=True)
    is_personal = models.BooleanField(_("Personal data"), default=False, help_text=_("Hidden from those without need."))
    is_public = models.BooleanField(
        _("Filled in by customers"),
        default=False,
        help_text=_("On the public page, if it is in the first step’s form."),
    )
    options = models.JSONField(default=list, blank=True)
    visible_field = models.CharField(
        _("Shown only if"), max_length=32, blank=True, help_text=_("Another field of this form; empty: always shown.")
    )
    visible_value = models.CharField(_("has the value"), max_length=80, blank=True)

    label, help = Bilingual("label"), Bilingual("help")
    history = records()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["form", "key"], name="one_field_per_key")]

    def __str__(self) -> str:
        return self.label
