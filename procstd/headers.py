"""Response headers of every page, and the address a request came from."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers, patch_vary_headers

_PERMISSIONS = "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class HeadersMiddleware:
    """Add what Django's own middleware does not: Permissions-Policy, and no-store on pages (S2).

    Statics are served before this middleware is reached and keep their long life.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        add_never_cache_headers(response)
        # An address answers with a whole page or with a fragment: caches must not mix them up.
        patch_vary_headers(response, ["HX-Request"])
        return response


def client_ip(request: HttpRequest) -> str:
    """Return the address of the client, as far as we can trust it.

    With TRUSTED_PROXIES=n the n-th entry of X-Forwarded-For from the right was written by our
    own outermost proxy; what stands left of it anybody can have written.
    """
    proxies = settings.TRUSTED_PROXIES
    if proxies:
        chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(chain) >= proxies:
            return chain[-proxies]
    return request.META.get("REMOTE_ADDR", "")


def client_network(request: HttpRequest) -> str:
    """Return whom a limit counts for: the address, or of IPv6 the /64 in which one household has every address."""
    address = client_ip(request)
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, 64), strict=False))
    return address
