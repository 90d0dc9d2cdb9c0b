"""Robots 机器人: a group chat, or another program, that is told what happens."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procstd.history import records


class Kind(models.TextChoices):
    """What stands at the other end."""

    DINGTALK = "dingtalk", _("DingTalk group robot")
    WECOM = "wecom", _("WeCom group robot")
    FEISHU = "feishu", _("Feishu group robot")
    WEBHOOK = "webhook", _("Another program (webhook)")


class Robot(models.Model):
    """Where to send what. Who knows the address can write there: it is shown to nobody again and never logged."""

    name = models.CharField(_("Name"), max_length=80, unique=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    address = models.CharField(_("Address"), max_length=500)
    secret = models.CharField(_("Signing secret"), max_length=200, blank=True)
    rules = models.JSONField(_("Tells about"), default=list)
    department = models.ForeignKey(
        "organisation.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Department"),
    )
    language = models.CharField(_("Language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    is_active = models.BooleanField(_("Active"), default=True)

    history = records(excluded_fields=["address", "secret"])

    class Meta:
        ordering = ["name"]
        verbose_name = _("robot")
        verbose_name_plural = _("robots")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("notices:robot-change", args=[self.pk])

    @property
    def host(self) -> str:
        """The host alone: enough to recognise the address by."""
        return urlsplit(self.address).hostname or "…"

    @property
    def rule_titles(self) -> list[Any]:
        from procstd.notices.rules import rule_named

        return [found.title if (found := rule_named(name)) else name for name in self.rules]
