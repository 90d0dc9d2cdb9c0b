"""Tokens for the API: random, so a fast hash is enough; scoped; revocable (S5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from procstd.organisation.models.person import User


class Scope(models.TextChoices):
    """What a token is good for."""

    PROFILE = "profile", _("Read my own profile")
    DIRECTORY = "directory", _("Read people, departments and posts")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> ApiTokenQuerySet:
        return self.filter(person=user)


class ApiToken(models.Model):
    """A token of one person. Only its SHA-256 is kept; the token itself is shown once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("Name"), max_length=80, help_text=_("What will use it, as “warehouse system”."))
    start = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("Scopes"), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("Expires"))
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def scope_labels(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]
