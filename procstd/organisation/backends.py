"""Posts as permissions: ``role.<post code>`` for whoever acts in the post today."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend


class PostBackend(BaseBackend):
    """Answers ``user.has_perm("role.service-agent")``, in a department when one is given as *obj*."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous:
            return set()
        return {f"role.{duty.post.code}" for duty in user_obj.duties if obj is None or duty.department == obj}

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return perm.startswith("role.") and perm in self.get_all_permissions(user_obj, obj)
