"""Forms with which administrators manage people, departments and posts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from procstd.acts import ActForm, ReasonMixin, SeenMixin
from procstd.organisation.forms.account import time_zone_choices
from procstd.organisation.models import Department, Post, PostHolding, User
from procstd.roles import Role


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class DepartmentChoice(forms.ModelChoiceField):
    """Departments by code and name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Department.objects.without_tree_fields().filter(is_active=True), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


class PersonChoice(forms.ModelChoiceField):
    """Active people by name and code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.active(), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.username})"


class PersonForm(SeenMixin, ActForm):
    """Facts about a person, as administrators keep them."""

    username = forms.CharField(
        label=_("Code"),
        max_length=32,
        validators=User._meta.get_field("username").validators,
        help_text=_("Signs in with it; for example the personnel number or “chen.jing”."),
    )
    name_zh = forms.CharField(label=_("Full name in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Full name in English"), max_length=80)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Mails about tasks and a lost password go there.")
    )
    department = DepartmentChoice(label=_("Department"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices, initial="Asia/Shanghai")
    is_staff = forms.BooleanField(
        label=_("Administrator"), required=False, help_text=_("Manages people, departments and posts.")
    )


class PersonAddForm(ReasonMixin, PersonForm):
    invite = forms.BooleanField(
        label=_("Send an invitation"),
        required=False,
        help_text=_("Mails a link with which the person sets a password."),
    )
    seen = None  # type: ignore[assignment]  # Django's way of leaving a field out
    field_order = [
        "username", "name_zh", "name_en", "email", "department", "language", "time_zone", "is_staff",
        "invite", "reason",
    ]  # fmt: skip


class PersonChangeForm(ReasonMixin, PersonForm):
    username = None  # type: ignore[assignment]
    field_order = ["name_zh", "name_en", "email", "department", "language", "time_zone", "is_staff", "reason"]


class DepartmentForm(ReasonMixin, ActForm):
    """A department."""

    code = forms.CharField(label=_("Code"), max_length=32, validators=Department._meta.get_field("code").validators)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    parent = DepartmentChoice(
        label=_("Belongs to"), required=False, help_text=_("The department above it; empty: it stands at the top.")
    )
    field_order = ["code", "name_zh", "name_en", "parent", "is_active", "reason"]


class DepartmentChangeForm(SeenMixin, DepartmentForm):
    code = None  # type: ignore[assignment]
    is_active = forms.BooleanField(label=_("Active"), required=False)


class PostForm(ReasonMixin, ActForm):
    """A post."""

    code = forms.CharField(label=_("Code"), max_length=32, validators=Post._meta.get_field("code").validators)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role,
        help_text=_("What holders of the post may do in the software."),
    )
    field_order = ["code", "name_zh", "name_en", "role", "is_active", "reason"]


class PostChangeForm(SeenMixin, PostForm):
    code = None  # type: ignore[assignment]
    is_active = forms.BooleanField(label=_("Active"), required=False)


class ReasonForm(ReasonMixin, ActForm):
    """Only a reason: deactivate, reactivate, take back."""


class AppointForm(ReasonMixin, ActForm):
    """Give a person a post."""

    post = forms.ModelChoiceField(Post.objects.filter(is_active=True), label=_("Post"))
    department = DepartmentChoice(label=_("Department"))
    valid_from = forms.DateField(label=_("From"), widget=DayInput())
    valid_until = forms.DateField(
        label=_("Until"),
        widget=DayInput(),
        required=False,
        help_text=_("The first day on which it no longer holds; empty: open."),
    )
    field_order = ["post", "department", "valid_from", "valid_until", "reason"]


class HoldingEndForm(ReasonMixin, ActForm):
    """End a holding."""

    valid_until = forms.DateField(
        label=_("Until"), widget=DayInput(), help_text=_("The first day on which the person no longer has the post.")
    )
    field_order = ["valid_until", "reason"]


class HandOverForm(ReasonMixin, ActForm):
    """Hand posts to a substitute for an absence."""

    holdings = forms.ModelMultipleChoiceField(
        PostHolding.objects.none(), label=_("Posts"), widget=forms.CheckboxSelectMultiple
    )
    substitute = PersonChoice(label=_("Substitute"))
    valid_from = forms.DateField(label=_("From"), widget=DayInput(), help_text=_("The first day of the absence."))
    valid_until = forms.DateField(
        label=_("Until"),
        widget=DayInput(),
        help_text=_("The day of return: the substitute's last day is the one before."),
    )
    field_order = ["holdings", "substitute", "valid_from", "valid_until", "reason"]

    def __init__(self, *args: Any, holdings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holdings"].queryset = holdings  # type: ignore[attr-defined]


class SheetUploadForm(forms.Form):
    """An Excel workbook to import."""

    file = forms.FileField(
        label=_("Excel workbook"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text=_("An .xlsx with the columns of the template. Nothing is saved before you have seen what was found."),
    )
