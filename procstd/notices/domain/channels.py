"""The ways out: which one a delivery takes, and what it says there."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone, translation

from procstd.notices.domain.failures import Later
from procstd.notices.domain.mailing import Postman, digest_mail, letter_mail, notice_mail
from procstd.notices.domain.speaking import speak
from procstd.notices.letters import letter_named
from procstd.notices.models import Channel, Delivery, DeliveryState, Kind, Robot
from procstd.ratelimits import RateLimit

#: DingTalk and WeCom take 20 a minute and lock out who sends more; a fixed window lets through twice its number.
_PACE = RateLimit("robot", times=10, seconds=60)


def send(row: Delivery, postman: Postman) -> list[int] | None:
    """Send a delivery; return the gathered ones that it took along, or None if nobody needs it any more.

    Raises Failure when it was not accepted, Later when it must wait. No transaction is open meanwhile.
    """
    if row.channel == Channel.ROBOT:
        return _send_to_robot(row)
    if row.channel == Channel.LETTER:
        return _send_letter(row, postman)
    person = row.person
    if person is None or not person.is_active or not person.email:
        return None
    if row.channel == Channel.MAIL:
        if row.notice is None:
            return None
        postman.send(notice_mail(row.notice, person, key=row.key))
        return []
    gathered = list(
        Delivery.objects.filter(digest_key=row.key, state=DeliveryState.WAITING).select_related("notice").order_by("pk")
    )
    notices = [child.notice for child in gathered if child.notice is not None]
    if not notices:
        return None
    postman.send(digest_mail(notices, person, key=row.key))
    return [child.pk for child in gathered]


def _send_letter(row: Delivery, postman: Postman) -> list[int] | None:
    kind = letter_named(row.letter)
    letter = kind.write(row.about) if kind else None
    if letter is None:
        return None
    postman.send(letter_mail(letter, key=row.key))
    return []


def _send_to_robot(row: Delivery) -> list[int] | None:
    robot, notice = row.robot, row.notice
    if robot is None or not robot.is_active or notice is None:
        return None
    if robot.kind != Kind.WEBHOOK and not _PACE.hit(str(robot.pk)):
        raise Later(timedelta(seconds=60))
    with translation.override(robot.language):
        speak(
            robot,
            key=row.key,
            rule=notice.rule,
            title=str(notice.title),
            body=str(notice.body),
            url=settings.PUBLIC_URL + notice.url if notice.url else "",
            at=notice.created_at,
        )
    return []


def send_test(robot: Robot, *, title: str, body: str) -> None:
    """Say a few words to a robot now. Raises Failure when they were not accepted."""
    now = timezone.now()
    speak(
        robot,
        key=f"test:{robot.pk}:{now.timestamp():.0f}",
        rule="test",
        title=title,
        body=body,
        url=settings.PUBLIC_URL + "/",
        at=now,
    )
