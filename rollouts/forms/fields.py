"""Fields that several forms of this room have."""

from __future__ import annotations

from typing import Any

from django import forms

from processes.models import Definition
from procstd.organisation.models import Department, Post


class DefinitionChoice(forms.ModelChoiceField):
    """A released version of a process in use."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Definition.objects.filter(revision__process__is_active=True).order_by("revision__process__code", "-pk")
        rows = rows.select_related("revision__process").defer("content")
        super().__init__(rows, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.revision.process} {obj.revision}"


class DepartmentsField(forms.ModelMultipleChoiceField):
    """Some of the departments at work."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Department.objects.without_tree_fields().filter(is_active=True)
        super().__init__(rows, widget=forms.CheckboxSelectMultiple, **kwargs)


class PostsField(forms.ModelMultipleChoiceField):
    """Some of the posts in use."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Post.objects.filter(is_active=True), widget=forms.CheckboxSelectMultiple, **kwargs)


class MomentField(forms.DateTimeField):
    """A moment, by the browser's own calendar and clock."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)
