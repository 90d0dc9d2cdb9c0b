"""People: the custom user model."""

from __future__ import annotations

from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import Bilingual
from procstd.history import records
from procstd.organisation.codes import code_validator
from procstd.roles import Role

if TYPE_CHECKING:
    from procstd.organisation.models.post import PostHolding


class Theme(models.TextChoices):
    """How the pages look."""

    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all time zones; read once, since looking them up walks through files."""
    return frozenset(available_timezones())


def known_time_zone(name: str) -> None:
    """Refuse a time zone that the zone database does not have."""
    if name not in time_zones():
        raise ValidationError(_("“%(name)s” is not a time zone; for example “Asia/Shanghai”.") % {"name": name})


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, user: User) -> UserQuerySet:
        """Everybody signed in sees the directory of active people; staff see those who left."""
        return self if user.is_staff else self.active()

    def search(self, text: str) -> UserQuerySet:
        """People whose code, name or address contains *text*."""
        return self.filter(
            models.Q(username__icontains=text)
            | models.Q(name_zh__icontains=text)
            | models.Q(name_en__icontains=text)
            | models.Q(email__icontains=text)
        )


class UserManager(BaseUserManager["User"]):
    def create_superuser(self, username: str, password: str, **fields: Any) -> User:
        """Create an administrator, for `manage.py createsuperuser`."""
        fields.setdefault("name_zh", username)
        fields.setdefault("name_en", username)
        user = self.model(username=username, is_staff=True, is_superuser=True, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. ``username`` is the person's code: Excel files and links use it."""

    username = models.CharField(
        _("Code"),
        max_length=32,
        unique=True,
        validators=[code_validator],
        help_text=_("Signs in with it; for example the personnel number or “chen.jing”."),
    )
    name_zh = models.CharField(_("Full name in Chinese"), max_length=80)
    name_en = models.CharField(_("Full name in English"), max_length=80)
    email = models.EmailField(_("E-mail"), blank=True)
    department = models.ForeignKey(
        "organisation.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("Department"),
    )
    language = models.CharField(_("Language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    time_zone = models.CharField(_("Time zone"), max_length=64, default="Asia/Shanghai", validators=[known_time_zone])
    theme = models.CharField(_("Appearance"), max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(_("Active"), default=True)
    is_staff = models.BooleanField(
        _("Administrator"), default=False, help_text=_("Manages people, departments and posts.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    name = Bilingual("name")
    history = records(excluded_fields=["password", "last_login", "theme"])
    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name_zh", "name_en"]

    class Meta:
        ordering = ["username"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:person-detail", args=[self.username])

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @cached_property
    def today(self) -> date:
        """The day it is where the person works: what decides which posts are held now."""
        return timezone.localdate(timezone=self.zone)

    @cached_property
    def duties(self) -> list[PostHolding]:
        """The posts the person acts in today: held, or stood in for (``.substituting``). One query.

        Read once per request: the user object lives no longer, so a post taken away is gone at
        the next request (A3).
        """
        from procstd.organisation.models.post import ACTED_IN

        if not self.is_active:
            return []
        duties = sorted(
            ACTED_IN.rows(user=self.pk, on=self.today),
            key=lambda duty: (duty.post.code, duty.department.code, duty.pk),
        )
        for duty in duties:
            duty.is_substituting = duty.person_id != self.pk
        return duties

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles of H0 that today's posts carry."""
        return frozenset(duty.post.role for duty in self.duties)

    def departments_as(self, role: Role) -> frozenset[int]:
        """The ids of the departments in which the person acts in *role* today."""
        return frozenset(duty.department_id for duty in self.duties if duty.post.role == role)
