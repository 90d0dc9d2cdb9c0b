"""What a page says once after a redirect: kept in a cookie that is bound to this host, as all of ours are (S2)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class BoundCookieStorage(CookieStorage):
    """Django's own cookie, under a name that no other host can set."""

    cookie_name = settings.MESSAGES_COOKIE_NAME


class ToastStorage(FallbackStorage):
    """In the cookie; what does not fit, in the session."""

    storage_classes = (BoundCookieStorage, SessionStorage)
