"""The team: who is in it, what it lacks (H2.1.1)."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procstd.access import Request, allow
from procstd.calendars.domain.workdays import standard_workdays
from projects.apps import READERS
from projects.domain.team import add_member, remove_member
from projects.forms.project import MemberForm, StopForm
from projects.models import Duty
from projects.queries.team import gaps_of
from projects.views.shared import GET_OR_POST, form_page, kept_or_404, project_or_404, rights


@require_safe
@allow(*READERS)
def team(request: Request, code: str) -> HttpResponse:
    """Who is in the team, by duty; who left; what is missing."""
    project = project_or_404(request, code)
    rows = list(project.members.select_related("person", "department"))
    context = {
        **rights(request, project),
        "duties": [(duty.label, [row for row in rows if row.duty == duty and row.left_at is None]) for duty in Duty],
        "gone": [row for row in rows if row.left_at is not None],
        "gaps": gaps_of([project.pk], on=standard_workdays().today(timezone.now()))[project.pk],
        "departments": project.departments.all(),
    }
    return render(request, "projects/team.html", context)


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def member_add(request: Request, code: str) -> HttpResponse:
    """Add somebody to the team."""
    project = kept_or_404(request, code)
    back = reverse("projects:team", args=[code])
    form = MemberForm(request.POST or None, initial={"duty": request.GET.get("duty", "")})
    return form_page(
        request, project, form, partial(add_member, project, by=request.user, at=timezone.now()),
        title=_("Add to the team"), done=_("The team has grown."), to=back, back=back, save=_("Add"),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
@allow(*READERS)
def member_remove(request: Request, code: str, pk: int) -> HttpResponse:
    """Let somebody leave the team."""
    project = kept_or_404(request, code)
    member = get_object_or_404(project.members.present(), pk=pk)
    back = reverse("projects:team", args=[code])
    return form_page(
        request, project, StopForm(request.POST or None),
        partial(remove_member, member, by=request.user, at=timezone.now()),
        title=_("%(person)s leaves the team") % {"person": member}, done=_("The member has left the team."),
        to=back, back=back, save=_("Let leave"),
    )  # fmt: skip
