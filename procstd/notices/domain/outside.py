"""Requests to addresses that an administrator typed (SSRF).

HTTPS to public addresses only, no redirects, seconds instead of minutes, little read. Inside hosts,
and plain HTTP to them, are allowed by name in PROCSTD_WEBHOOK_HOSTS. The name is looked up right
before the request; if it then leads elsewhere, what stands there has no certificate for the name,
so nothing is said to it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
import urllib3
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled
from procstd.errors import DomainError
from procstd.notices.domain.failures import Broken, Failure, Hopeless, brief

#: Seconds to connect, and to wait for each part of the answer.
PATIENCE = (4, 6)
_MOST_READ = 64 * 1024
_NAT64 = ip_network("64:ff9b::/96")


def checked_address(address: str) -> SplitResult:
    """Return the parts of an address that may be called. Refuses in words what may not."""
    try:
        parts = urlsplit(address.strip())
        host, _port = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or not address.isprintable() or " " in address.strip():
        raise DomainError(_("This is not an address such as https://example.com/hook."), field="address")
    if parts.username or parts.password:
        raise DomainError(
            _("Leave name and password out of the address; a signing secret is more secure."), field="address"
        )
    if is_allowed_inside(host):
        if parts.scheme not in ("http", "https"):
            raise DomainError(_("The address must begin with https:// or http://."), field="address")
    elif parts.scheme != "https":
        raise DomainError(_("The address must begin with https://."), field="address")
    return parts


def is_allowed_inside(host: str) -> bool:
    """Tell whether the operators allow *host* even where it is not a public address."""
    return host.lower() in {name.lower() for name in settings.WEBHOOK_HOSTS}


def post_json(
    address: str,
    payload: Mapping[str, Any],
    *,
    key: str = "",
    secret: str = "",
    params: Mapping[str, str] | None = None,
) -> Any:
    """Post *payload* and return what was answered, decoded where it is JSON. Raises Failure for anything but 2xx.

    The *key* of a delivery goes along as Idempotency-Key; with a *secret* the body is signed by HMAC-SHA-256.
    """
    try:
        parts = checked_address(address)
    except DomainError as refusal:
        raise Hopeless(refusal.message) from refusal
    if not is_allowed_inside(str(parts.hostname)):
        _refuse_inside(str(parts.hostname), parts.port or 443)
    text = json.dumps(payload, ensure_ascii=False).encode()
    headers = {"User-Agent": "procstd", "Content-Type": "application/json; charset=utf-8"}
    if key:
        headers["Idempotency-Key"] = key
    if secret:
        headers["X-Procstd-Signature"] = "sha256=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    try:
        with requests.post(
            address,
            params=params,
            data=text,
            headers=headers,
            timeout=PATIENCE,
            allow_redirects=False,
            stream=True,
        ) as answer:
            body = answer.raw.read(_MOST_READ, decode_content=True)
            status = answer.status_code
    except (requests.RequestException, OSError, urllib3.exceptions.HTTPError) as error:
        # Its words hold the address, and with it the secret: only the kind is kept.
        raise Broken(filled(_("No answer: %(what)s."), what=type(error).__name__)) from None
    if status == 410:
        raise Hopeless(_("The address is gone (HTTP 410)."))
    if not 200 <= status < 300:
        raise Failure(filled(_("The other side answered HTTP %(status)s."), status=status))
    try:
        return json.loads(body)
    except ValueError:
        return brief(body)


def _refuse_inside(host: str, port: int) -> None:
    """Refuse a name that leads to an address which is not public, even if only one of several."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Broken(filled(_("The name %(host)s is not known."), host=host)) from error
    for *_rest, where in found:
        if not is_public(str(where[0])):
            raise Hopeless(
                filled(
                    _("%(host)s is inside the house; the operators can allow it by PROCSTD_WEBHOOK_HOSTS."), host=host
                )
            )


def is_public(text: str) -> bool:
    """Tell whether an address is one of the public internet, also when it is wrapped in another one."""
    address: IPv4Address | IPv6Address = ip_address(text.split("%", 1)[0])
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
    return address.is_global and not address.is_multicast
