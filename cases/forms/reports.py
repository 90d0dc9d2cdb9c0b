"""Who is told of the weekly report."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from processes.models import Process
from procstd.acts import ActForm


class SubscribeForm(ActForm):
    """One button: be told of all processes or of one."""

    process = forms.ModelChoiceField(
        label=_("Process"),
        queryset=Process.objects.filter(is_active=True),
        to_field_name="code",
        required=False,
    )
