"""Substitutes: hand posts over for an absence, take them back; the home panel of my posts."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procstd.access import SIGNED_IN, Request, allow
from procstd.look.paging import page_of
from procstd.organisation.domain.substitution import hand_over, take_back
from procstd.organisation.forms.directory import HandOverForm, ReasonForm
from procstd.organisation.models import PostHolding, Substitution
from procstd.organisation.views.people import GET_OR_POST


@require_safe
@allow(SIGNED_IN)
def substitution_list(request: Request) -> HttpResponse:
    """Substitutions I gave or was given; for heads, those of the department too."""
    rows = Substitution.objects.visible_to(request.user).select_related(
        "substitute", "holding__person", "holding__post", "holding__department"
    )
    manageable = set(PostHolding.objects.manageable_by(request.user).values_list("pk", flat=True))
    context = {"page": page_of(request, rows), "manageable": manageable, "on": request.user.today}
    return render(request, "organisation/substitution_list.html", context)


@require_http_methods(GET_OR_POST)
@allow(SIGNED_IN)
def substitution_add(request: Request) -> HttpResponse:
    """Hand one's own posts to a substitute, or those of ``?person=``."""
    today = request.user.today
    holdings = (
        PostHolding.objects.manageable_by(request.user)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=today), person__is_active=True)
        .filter(person__username=request.GET.get("person", request.user.username))
        .select_related("person", "post", "department")
        .order_by("post__code", "department__code")
    )
    initial = {"valid_from": today, "holdings": [holding.pk for holding in holdings]}
    form = HandOverForm(request.POST or None, holdings=holdings, initial=initial)
    if request.method == "POST" and form.carry_out(hand_over, by=request.user, on=today):
        messages.success(
            request,
            _("%(person)s is substitute from %(start)s.")
            % {"person": form.cleaned_data["substitute"], "start": date_format(form.cleaned_data["valid_from"])},
        )
        return redirect("organisation:substitution-list")
    return render(request, "organisation/substitution_form.html", {"form": form, "holdings": holdings})


@require_http_methods(GET_OR_POST)
@allow(SIGNED_IN)
def substitution_end(request: Request, pk: int) -> HttpResponse:
    """Take posts back before the end of the absence."""
    manageable = PostHolding.objects.manageable_by(request.user)
    substitution = get_object_or_404(
        Substitution.objects.filter(holding__in=manageable.values("pk")).select_related(
            "substitute", "holding__post", "holding__department"
        ),
        pk=pk,
    )
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.carry_out(take_back, substitution, by=request.user, on=request.user.today):
        messages.success(request, _("The post is taken back."))
        return redirect("organisation:substitution-list")
    context = {
        "form": form,
        "title": _("Take back “%(what)s”") % {"what": substitution.holding},
        "advice": _("From today on %(person)s no longer acts in this post.") % {"person": substitution.substitute},
        "kind": "substitution",
    }
    return render(request, "organisation/form_page.html", context)


@require_safe
@allow(SIGNED_IN)
def panel_duties(request: Request) -> HttpResponse:
    """The home panel: the posts I act in today, and for whom."""
    return render(request, "organisation/panel_duties.html", {"duties": request.user.duties})
