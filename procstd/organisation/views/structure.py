"""Departments and posts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procstd.access import SIGNED_IN, STAFF, Request, allow
from procstd.acts import fragment
from procstd.history import story, version_of
from procstd.look.tables import listing
from procstd.organisation.domain import departments, posts
from procstd.organisation.forms.directory import DepartmentChangeForm, DepartmentForm, PostChangeForm, PostForm
from procstd.organisation.models import Department, Post
from procstd.organisation.queries.duties import holders
from procstd.organisation.tables import PostFilter, PostTable
from procstd.organisation.views.people import GET_OR_POST
from procstd.periods import in_force


@require_safe
@allow(SIGNED_IN)
def department_list(request: Request) -> HttpResponse:
    """The organisation chart as a tree."""
    rows = (
        Department.objects.visible_to(request.user)
        .as_tree()
        .annotate(people_count=Count("people", filter=Q(people__is_active=True)))
    )
    return render(request, "organisation/department_list.html", {"departments": rows})


@require_safe
@allow(SIGNED_IN)
def department_detail(request: Request, code: str) -> HttpResponse:
    """One department: what is under it, who belongs to it, who holds which post."""
    department = get_object_or_404(
        Department.objects.without_tree_fields().visible_to(request.user).select_related("parent"), code=code
    )
    context = {
        "department": department,
        "children": department.children.without_tree_fields().visible_to(request.user),
        "holdings": holders(on=request.user.today, department=department),
        "people": department.people.visible_to(request.user),
        "story": story(department) if request.user.is_staff else None,
    }
    return render(request, "organisation/department_detail.html", context)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def department_add(request: Request) -> HttpResponse:
    """Add a department."""
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.carry_out(departments.add_department, by=request.user):
        messages.success(request, _("“%(what)s” is added.") % {"what": form.result})
        return redirect(form.result)
    context = {"form": form, "title": _("Add a department"), "kind": "department"}
    return render(request, "organisation/form_page.html", context)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def department_change(request: Request, code: str) -> HttpResponse:
    """Change a department."""
    department = get_object_or_404(Department.objects.without_tree_fields(), code=code)
    initial: dict[str, Any] = {
        "name_zh": department.name_zh,
        "name_en": department.name_en,
        "parent": department.parent_id,
        "is_active": department.is_active,
        "seen": version_of(department),
    }
    form = DepartmentChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(departments.change_department, department, by=request.user):
        messages.success(request, _("“%(what)s” is changed.") % {"what": form.result})
        return redirect(form.result)
    context = {
        "form": form, "title": _("Change %(what)s") % {"what": department}, "object": department, "kind": "department",
    }  # fmt: skip
    return render(request, "organisation/form_page.html", context)


@require_safe
@allow(SIGNED_IN)
def post_list(request: Request) -> HttpResponse:
    """All posts with the number of their holders today."""
    today = in_force(request.user.today, "holdings__") & Q(holdings__person__is_active=True)
    rows = Post.objects.visible_to(request.user).annotate(holder_count=Count("holdings", filter=today))
    context = {"listing": listing(request, PostTable, rows, PostFilter)}
    return render(request, fragment(request, "organisation/post_list.html", "list"), context)


@require_safe
@allow(SIGNED_IN)
def post_detail(request: Request, code: str) -> HttpResponse:
    """One post and who holds it where."""
    post = get_object_or_404(Post.objects.visible_to(request.user), code=code)
    context = {
        "post": post,
        "holdings": holders(on=request.user.today, post=post),
        "story": story(post) if request.user.is_staff else None,
    }
    return render(request, "organisation/post_detail.html", context)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def post_add(request: Request) -> HttpResponse:
    """Add a post."""
    form = PostForm(request.POST or None)
    if request.method == "POST" and form.carry_out(posts.add_post, by=request.user):
        messages.success(request, _("“%(what)s” is added.") % {"what": form.result})
        return redirect(form.result)
    return render(request, "organisation/form_page.html", {"form": form, "title": _("Add a post"), "kind": "post"})


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def post_change(request: Request, code: str) -> HttpResponse:
    """Change a post."""
    post = get_object_or_404(Post, code=code)
    initial: dict[str, Any] = {name: getattr(post, name) for name in ("name_zh", "name_en", "role", "is_active")}
    initial["seen"] = version_of(post)
    form = PostChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(posts.change_post, post, by=request.user):
        messages.success(request, _("“%(what)s” is changed.") % {"what": form.result})
        return redirect(form.result)
    context = {"form": form, "title": _("Change %(what)s") % {"what": post}, "object": post, "kind": "post"}
    return render(request, "organisation/form_page.html", context)
