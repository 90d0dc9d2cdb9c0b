"""Who may call the API: tokens, and the scope each view names. Every resource hangs on these two classes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from procstd.organisation.domain.tokens import token_in_force
from procstd.organisation.models import User


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer pst_…``. Cookies mean nothing here (S7)."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        token = token_in_force(parts[1].decode("ascii", "replace"), at=timezone.now()) if len(parts) == 2 else None
        if token is None:
            raise AuthenticationFailed
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasScope(BasePermission):
    """The token must carry the view's ``scope``; a view without one answers nobody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        scope = getattr(view, "scope", None)
        return request.auth is not None and scope is not None and scope in request.auth.scopes
