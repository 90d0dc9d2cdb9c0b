"""What the security log hears of signing in and out. No names, no addresses (S10)."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import ImproperlyConfigured
from django.dispatch import receiver
from django.utils import timezone

from procstd.headers import client_ip
from procstd.logs import security_log
from procstd.organisation.models import User

# It saves the person, and the history would tell of a change at each sign-in.
if not user_logged_in.disconnect(dispatch_uid="update_last_login"):
    raise ImproperlyConfigured("INSTALLED_APPS must name django.contrib.auth before procstd.organisation.")


@receiver(user_logged_in)
def signed_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    request.session["device"] = request.headers.get("User-Agent", "")[:200]
    request.session["address"] = client_ip(request)
    request.session["started_at"] = timezone.now().isoformat()
    request.session["reauthenticated_at"] = timezone.now().isoformat()
    # Not by save(): a sign-in is no change of the person and has no place in the history.
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    security_log.info("signed_in", user=user.pk)


@receiver(user_logged_out)
def signed_out(sender: Any, user: Any, **kwargs: Any) -> None:
    security_log.info("signed_out", user=getattr(user, "pk", None))


@receiver(user_login_failed)
def sign_in_failed(sender: Any, **kwargs: Any) -> None:
    security_log.warning("sign_in_failed")


@receiver(user_locked_out)
def account_locked(sender: Any, **kwargs: Any) -> None:
    security_log.warning("sign_in_locked")
