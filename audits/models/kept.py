"""Rows that are written once. The database refuses to change or delete them as well (migration 0002)."""

from __future__ import annotations

from typing import Any

from django.db import models


class Kept(models.Model):
    """What was fixed stays as it was; who means otherwise adds a row."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError(f"A row of {self._meta.label} is written once.")
        super().save(*args, **kwargs)
