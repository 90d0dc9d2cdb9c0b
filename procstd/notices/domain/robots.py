"""Acts on robots: add, change, remove, try."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from procstd import history
from procstd.errors import DomainError
from procstd.logs import security_log
from procstd.notices.domain.channels import send_test
from procstd.notices.domain.outside import checked_address
from procstd.notices.domain.speaking import speaker_of
from procstd.notices.models import Kind, Robot
from procstd.organisation.models import User


@transaction.atomic
def add_robot(*, by: User | None, reason: str, **facts: Any) -> Robot:
    """Add a robot. Its address is checked, not called."""
    robot = Robot(**facts)
    if Robot.objects.filter(name=robot.name).exists():
        raise DomainError(gettext_lazy("Another robot has this name."), field="name")
    _refuse_wrong_address(robot)
    history.save(robot, by=by, reason=reason)
    security_log.warning("robot_added", robot=robot.pk, kind=robot.kind, by=by.pk if by else None)
    return robot


@transaction.atomic
def change_robot(
    robot: Robot, *, by: User, reason: str, seen: int | None = None, address: str = "", secret: str = "", **facts: Any
) -> Robot:
    """Change a robot. An empty *address* or *secret* keeps the one it has, which nobody is shown."""
    robot = Robot.objects.select_for_update().get(pk=robot.pk)
    history.refuse_if_changed_since(robot, seen)
    if Robot.objects.filter(name=facts.get("name")).exclude(pk=robot.pk).exists():
        raise DomainError(gettext_lazy("Another robot has this name."), field="name")
    if facts.get("kind", robot.kind) != robot.kind and not address:
        raise DomainError(gettext_lazy("Another kind of robot has another address: enter it."), field="address")
    for name, value in facts.items():
        setattr(robot, name, value)
    if address:
        # The secret belongs to the address: it must not be sent along to another one.
        robot.address, robot.secret = address, secret
        security_log.warning("robot_address_changed", robot=robot.pk, by=by.pk)
    elif secret:
        robot.secret = secret
    _refuse_wrong_address(robot)
    return history.save(robot, by=by, reason=reason)


@transaction.atomic
def remove_robot(robot: Robot, *, by: User, reason: str) -> None:
    """Remove a robot and what waits for it. Its history stays."""
    robot = Robot.objects.select_for_update().get(pk=robot.pk)
    security_log.warning("robot_removed", robot=robot.pk, by=by.pk)
    history.delete(robot, by=by, reason=reason)


def try_robot(robot: Robot, *, by: User) -> None:
    """Say a few words through a robot now. Raises Failure, a DomainError, when they are not accepted."""
    security_log.info("robot_tried", robot=robot.pk, by=by.pk)
    with override(robot.language):
        send_test(
            robot,
            title=_("A test from procstd"),
            body=_("%(who)s tries the robot “%(name)s”.") % {"who": by.name, "name": robot.name},
        )


def _refuse_wrong_address(robot: Robot) -> None:
    if robot.kind == Kind.WEBHOOK:
        checked_address(robot.address)
    else:
        speaker_of(Kind(robot.kind), robot.address, robot.secret)
