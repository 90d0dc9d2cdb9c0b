"""Posts as permissions: ``role.<post code>`` for whoever acts in the post today."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.contrib.auth.backends import BaseBackend, ModelBackend

#: The person read with the session of the request under way (session_store.py); taken once.
_read_with_session: ContextVar[Any] = ContextVar("person_read_with_session", default=None)


def remember(person: Any) -> None:
    """Let the sign-in check of this request take *person* instead of reading the same row again."""
    _read_with_session.set(person)


class PersonBackend(ModelBackend):
    """Django's own sign-in by name and password."""

    def get_user(self, user_id: Any) -> Any:
        person = _read_with_session.get()
        _read_with_session.set(None)
        if person is not None and person.pk == int(user_id):
            return person if self.user_can_authenticate(person) else None
        return super().get_user(user_id)


class PostBackend(BaseBackend):
    """Answers ``user.has_perm("role.service-agent")``, in a department when one is given as *obj*."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous:
            return set()
        return {f"role.{duty.post.code}" for duty in user_obj.duties if obj is None or duty.department == obj}

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return perm.startswith("role.") and perm in self.get_all_permissions(user_obj, obj)
