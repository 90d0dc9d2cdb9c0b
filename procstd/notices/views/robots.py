"""For administrators: robots."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd import history
from procstd.access import STAFF, Request, allow
from procstd.errors import DomainError
from procstd.notices.domain.robots import add_robot, change_robot, remove_robot, try_robot
from procstd.notices.forms.robots import RobotChangeForm, RobotForm, RobotRemoveForm
from procstd.notices.models import Robot
from procstd.reauthentication import needs_recent_password


@require_safe
@allow(STAFF)
def robot_list(request: Request) -> HttpResponse:
    """The robots, each with what it tells about."""
    robots = Robot.objects.select_related("department")
    return render(request, "notices/robot_list.html", {"robots": robots})


@require_http_methods(["GET", "HEAD", "POST"])
@allow(STAFF)
@needs_recent_password
def robot_add(request: Request) -> HttpResponse:
    """Add a robot: from then on what it listens to leaves the house."""
    form = RobotForm(request.POST or None)
    if request.method == "POST" and form.carry_out(add_robot, by=request.user):
        messages.success(request, _("The robot is added. Send a test."))
        return redirect("notices:robot-list")
    return render(request, "notices/robot_form.html", {"form": form, "title": _("Add a robot")})


@require_http_methods(["GET", "HEAD", "POST"])
@allow(STAFF)
@needs_recent_password
def robot_change(request: Request, pk: int) -> HttpResponse:
    """Change a robot. Its address can be replaced, not read."""
    robot = get_object_or_404(Robot.objects.select_related("department"), pk=pk)
    names = ("name", "kind", "rules", "department", "language", "is_active")
    initial = {**{name: getattr(robot, name) for name in names}, "seen": history.version_of(robot)}
    form = RobotChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(change_robot, robot, by=request.user):
        messages.success(request, _("Saved."))
        return redirect("notices:robot-list")
    context = {"form": form, "title": robot.name, "robot": robot, "story": history.story(robot)}
    return render(request, "notices/robot_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(STAFF)
@needs_recent_password
def robot_remove(request: Request, pk: int) -> HttpResponse:
    """Remove a robot and what waits for it."""
    robot = get_object_or_404(Robot, pk=pk)
    form = RobotRemoveForm(request.POST or None)
    if request.method == "POST" and form.carry_out(remove_robot, robot, by=request.user):
        messages.success(request, _("The robot is removed."))
        return redirect("notices:robot-list")
    title = _("Remove “%(name)s”") % {"name": robot.name}
    advice = _("What waits for it will not be sent. To stop it for a while, switch it off instead.")
    return render(request, "notices/robot_form.html", {"form": form, "title": title, "advice": advice})


@require_POST
@allow(STAFF)
def robot_test(request: Request, pk: int) -> HttpResponse:
    """Say a few words through a robot and tell what it answered."""
    try:
        try_robot(get_object_or_404(Robot, pk=pk), by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The robot accepted the test: look there whether it has arrived."))
    return redirect("notices:robot-list")
