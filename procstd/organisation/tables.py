"""The lists of people, departments and posts."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from procstd.look.tables import Table
from procstd.organisation.models import Department, Post, User
from procstd.roles import Role


class PersonFilter(django_filters.FilterSet):
    """Find people by text, department and post."""

    q = django_filters.CharFilter(method="find", label=_("Search"))
    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.without_tree_fields().filter(is_active=True),
        label=_("Department"),
        empty_label=_("All departments"),
    )
    post = django_filters.ModelChoiceFilter(
        queryset=Post.objects.filter(is_active=True),
        method="holding",
        label=_("Post"),
        empty_label=_("All posts"),
    )

    class Meta:
        model = User
        fields: list[str] = []

    def find(self, people: Any, name: str, text: str) -> QuerySet[User]:
        return people.search(text)

    def holding(self, people: QuerySet[User], name: str, post: Post) -> QuerySet[User]:
        from procstd.organisation.models import PostHolding

        holding = PostHolding.objects.in_force(self.request.user.today).filter(post=post)
        return people.filter(pk__in=holding.values("person_id"))


class PersonTable(Table):
    name = tables.TemplateColumn(
        template_name="organisation/cells/person.html", verbose_name=_("Full name"), order_by=("name_en", "username")
    )
    username = tables.Column(verbose_name=_("Code"))
    department = tables.Column(
        accessor="department__name", verbose_name=_("Department"), order_by="department__code", linkify=False
    )
    held = tables.TemplateColumn(template_name="organisation/cells/held.html", verbose_name=_("Posts"), orderable=False)

    empty_title = _("Nobody found")
    empty_advice = _("Remove a filter, or look for part of a name in Chinese or English.")

    class Meta(Table.Meta):
        model = User
        fields = ("name", "username", "department", "held")
        sequence = fields
        order_by = "username"


class PostFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(choices=Role.choices, label=_("Role"), empty_label=_("All roles"))

    class Meta:
        model = Post
        fields: list[str] = []


class PostTable(Table):
    name = tables.Column(linkify=True, verbose_name=_("Name"), order_by=("name_en", "code"))
    code = tables.Column(verbose_name=_("Code"))
    role = tables.Column(verbose_name=_("Role"))
    holder_count = tables.Column(
        verbose_name=_("Number of holders"), attrs={"td": {"class": "text-end"}, "th": {"class": "text-end"}}
    )

    empty_title = _("No posts yet")
    empty_advice = _("Add the posts that your processes name, or import them from Excel.")

    class Meta(Table.Meta):
        model = Post
        fields = ("name", "code", "role", "holder_count")
        sequence = fields
        order_by = "code"
