"""Forms of one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm
from procstd.organisation.jobs import mail_password_reset
from procstd.organisation.models import User
from procstd.organisation.models.person import Theme, time_zones
from procstd.organisation.models.token import Scope
from procstd.queueing import wake


class SignInForm(AuthenticationForm):
    """Code and password. One refusal for everything that can be wrong (S4)."""

    error_messages = {
        "invalid_login": _("Code and password do not match. Mind capital letters; after several tries you must wait."),
        "inactive": _("Code and password do not match. Mind capital letters; after several tries you must wait."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Sign-in name")

    def clean_username(self) -> str:
        return self.cleaned_data["username"].strip().lower()


class ForgottenPasswordForm(PasswordResetForm):
    """Asks for an address and mails a link from the worker: the answer takes equally long for every address."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        for person in User.objects.active().filter(email__iexact=self.cleaned_data["email"]):
            wake(mail_password_reset, person.pk)


class PasswordAgainForm(forms.Form):
    """The own password once more, before something powerful."""

    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


def time_zone_choices() -> list[tuple[str, str]]:
    """The zones of the world, the Chinese one first."""
    zones = sorted(zone for zone in time_zones() if "/" in zone and not zone.startswith(("Etc/", "posix")))
    return [("Asia/Shanghai", "Asia/Shanghai"), *((zone, zone) for zone in zones if zone != "Asia/Shanghai")]


class ProfileForm(ActForm):
    """What one may change about oneself."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zone_choices, help_text=_("All times are shown in it.")
    )
    theme = forms.ChoiceField(label=_("Appearance"), choices=Theme)


class TokenForm(ActForm):
    """A new API token."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What will use it, as “warehouse system”."))
    scopes = forms.MultipleChoiceField(label=_("Permissions"), choices=Scope, widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
    )
