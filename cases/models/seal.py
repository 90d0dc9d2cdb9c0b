"""A seal: the heads of the chains of a day, in a file outside of the database (S9)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Seal(models.Model):
    """What the file of a seal says of itself. Each seal holds the hash of the one before it.

    Whoever can change the database cannot change the files unseen, and the other way round. The database
    refuses to change or delete a seal.
    """

    number = models.PositiveIntegerField(_("Number"), unique=True, help_text="1, 2, 3 … without a gap")
    at = models.DateTimeField(_("Sealed"))
    cases = models.PositiveIntegerField(_("Cases"), help_text="that had new events since the seal before")
    file = models.CharField(max_length=80, help_text="its name in the folder of seals")
    sha256 = models.CharField(max_length=64, unique=True, help_text="of the file")

    class Meta:
        ordering = ["-number"]
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"{self.number} {self.sha256[:12]}"
