"""People: directory for everybody, management for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import SIGNED_IN, STAFF, Request, allow
from procstd.acts import fragment
from procstd.errors import DomainError
from procstd.history import story, version_of
from procstd.look.tables import listing
from procstd.organisation.domain import people, posts
from procstd.organisation.forms.directory import (
    AppointForm,
    HoldingEndForm,
    PersonAddForm,
    PersonChangeForm,
    ReasonForm,
)
from procstd.organisation.models import PostHolding, User
from procstd.organisation.queries.duties import holdings_of, people_with_holdings
from procstd.organisation.tables import PersonFilter, PersonTable

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
@allow(SIGNED_IN)
def person_list(request: Request) -> HttpResponse:
    """The directory."""
    rows = people_with_holdings(User.objects.visible_to(request.user), on=request.user.today)
    context = {"listing": listing(request, PersonTable, rows, PersonFilter)}
    return render(request, fragment(request, "organisation/person_list.html", "list"), context)


@require_safe
@allow(SIGNED_IN)
def person_detail(request: Request, username: str) -> HttpResponse:
    """One person: posts and substitutes; for administrators also the history."""
    person = get_object_or_404(User.objects.visible_to(request.user).select_related("department"), username=username)
    holdings = holdings_of(person)
    manageable = PostHolding.objects.manageable_by(request.user).filter(person=person)
    context = {
        "person": person,
        "holdings": holdings,
        "may_hand_over": person.is_active and manageable.in_force(request.user.today).exists(),
        "on": request.user.today,
        "story": story(person) if request.user.is_staff else None,
    }
    return render(request, "organisation/person_detail.html", context)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def person_add(request: Request) -> HttpResponse:
    """Add a person."""
    form = PersonAddForm(request.POST or None)
    if request.method == "POST" and form.carry_out(people.add_person, by=request.user):
        messages.success(request, _("%(person)s is added.") % {"person": form.result})
        return redirect(form.result)
    return render(request, "organisation/form_page.html", {"form": form, "title": _("Add a person"), "kind": "person"})


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def person_change(request: Request, username: str) -> HttpResponse:
    """Change a person."""
    person = get_object_or_404(User, username=username)
    names = ("name_zh", "name_en", "email", "department", "language", "time_zone", "is_staff")
    initial: dict[str, Any] = {name: getattr(person, name) for name in names} | {"seen": version_of(person)}
    form = PersonChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(people.change_person, person, by=request.user):
        messages.success(request, _("%(person)s is changed.") % {"person": form.result})
        return redirect(form.result)
    context = {"form": form, "title": _("Change %(what)s") % {"what": person}, "object": person, "kind": "person"}
    return render(request, "organisation/form_page.html", context)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def person_deactivate(request: Request, username: str) -> HttpResponse:
    """Let a person go, or bring one back."""
    person = get_object_or_404(User, username=username)
    act = people.deactivate_person if person.is_active else people.reactivate_person
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.carry_out(act, person, by=request.user):
        messages.success(request, _("%(person)s is changed.") % {"person": form.result})
        return redirect(form.result)
    if person.is_active:
        title = _("Deactivate %(what)s") % {"what": person}
        advice = _(
            "From now on the person cannot sign in; sessions and tokens end at once. What the person did stays in "
            "every record, and you can bring the person back."
        )
    else:
        title = _("Bring back %(what)s") % {"what": person}
        advice = _("The person can sign in again, with the posts that are still in force.")
    context = {"form": form, "title": title, "advice": advice, "object": person, "kind": "person"}
    return render(request, "organisation/form_page.html", context)


@require_POST
@allow(STAFF)
def person_invite(request: Request, username: str) -> HttpResponse:
    """Mail a link to set a password."""
    person = get_object_or_404(User, username=username)
    try:
        people.invite_person(person, by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("An invitation is on its way to %(person)s.") % {"person": person})
    return redirect(person)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def appoint(request: Request, username: str) -> HttpResponse:
    """Give a person a post."""
    person = get_object_or_404(User.objects.active(), username=username)
    initial = {"department": person.department, "valid_from": request.user.today}
    form = AppointForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(posts.appoint, person, by=request.user):
        messages.success(
            request, _("%(person)s now has the post “%(post)s”.") % {"person": person, "post": form.result}
        )
        return redirect(person)
    context = {"form": form, "title": _("Give %(what)s a post") % {"what": person}, "object": person, "kind": "person"}
    return render(request, "organisation/form_page.html", context)


@require_http_methods(GET_OR_POST)
@allow(STAFF)
def holding_end(request: Request, pk: int) -> HttpResponse:
    """Take a post from a person."""
    holding = get_object_or_404(PostHolding.objects.select_related("person", "post", "department"), pk=pk)
    form = HoldingEndForm(request.POST or None, initial={"valid_until": request.user.today})
    if request.method == "POST" and form.carry_out(posts.end_holding, holding, by=request.user):
        messages.success(request, _("The post has been given an end."))
        return redirect(holding.person)
    context = {
        "form": form,
        "title": _("End “%(what)s”") % {"what": holding},
        "object": holding.person,
        "kind": "person",
    }
    return render(request, "organisation/form_page.html", context)
