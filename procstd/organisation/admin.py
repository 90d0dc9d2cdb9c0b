"""The admin: a place to look things up. People are managed on the proper pages, by acts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from procstd.organisation.models import Department, Post, PostHolding, Substitution, User

# Rights hang on posts and their roles; groups would be a second way that nothing reads.
admin.site.unregister(Group)


class ReadOnlyAdmin(SimpleHistoryAdmin):
    """Shows rows and their history. No row is changed behind the acts' back."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["username", "name_zh", "name_en", "department", "is_active", "is_staff"]
    list_select_related = ["department"]
    search_fields = ["username", "name_zh", "name_en"]
    exclude = ["password"]


@admin.register(Department)
class DepartmentAdmin(ReadOnlyAdmin):
    list_display = ["code", "name_zh", "name_en", "parent", "is_active"]
    list_select_related = ["parent"]


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = ["code", "name_zh", "name_en", "role", "is_active"]


@admin.register(PostHolding)
class PostHoldingAdmin(ReadOnlyAdmin):
    list_display = ["person", "post", "department", "valid_from", "valid_until"]
    list_select_related = ["person", "post", "department"]


@admin.register(Substitution)
class SubstitutionAdmin(ReadOnlyAdmin):
    list_display = ["holding", "substitute", "valid_from", "valid_until"]
    list_select_related = ["holding__post", "holding__department", "substitute"]
