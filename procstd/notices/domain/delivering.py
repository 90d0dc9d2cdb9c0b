"""Send what is due: claim, send outside of any transaction, mark. At least once, always with the same key.

A worker holds a batch by a lease that it renews before each row. If it is killed the lease runs out
and another one takes the rows up; what was accepted outside but not marked is sent again, with the
key it had. What fails backs off by itself; after MOST_ATTEMPTS it is parked and shown.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procstd.bilingual import filled, in_each_language
from procstd.calendars.domain.current import snapshot
from procstd.logs import log
from procstd.notices.domain.channels import send
from procstd.notices.domain.failures import Broken, Failure, Hopeless, Later
from procstd.notices.domain.mailing import Postman
from procstd.notices.domain.telling import Note, digest_for, tell
from procstd.notices.models import Channel, Delivery, DeliveryState, Rhythm
from procstd.notices.rules import PARKED
from procstd.organisation.models import User

BATCH = 20
#: Longer than any single attempt: connecting, each answer of a mail server and a robot have limits of their own.
LEASE = timedelta(minutes=3)
#: About a day: a mail server that is away over night loses nothing.
MOST_ATTEMPTS = 12
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
Clock = Callable[[], datetime]


def wait_after(attempts: int) -> timedelta:
    """Return how long a delivery rests after its *attempts*-th failure: 1 minute, doubled up to 6 hours."""
    return min(_FIRST_WAIT * 2 ** min(attempts - 1, 20), _LONGEST_WAIT)


def deliver_due(*, now: Clock = timezone.now, until: datetime) -> int:
    """Send batch after batch until nothing is due or the moment *until*; tell how many were sent."""
    sent = 0
    gather_late(at=now())
    while now() < until:
        batch = claim(at=now())
        if not batch:
            break
        sent += _Round(now).send(batch)
    return sent


def claim(*, at: datetime) -> list[Delivery]:
    """Take the next rows that nobody holds; two workers never get the same ones."""
    lease = secrets.token_hex(16)
    with transaction.atomic():
        keys = list(Delivery.objects.due(at).select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        Delivery.objects.filter(pk__in=keys).update(lease=lease, leased_until=at + LEASE)
    rows = Delivery.objects.filter(pk__in=keys, lease=lease).select_related("notice", "person", "robot")
    return sorted(rows, key=lambda row: keys.index(row.pk))


@dataclass
class _Round:
    """One batch: a mail server or a robot that does not answer fails the rest of its rows without a try."""

    now: Clock
    postman: Postman = field(default_factory=Postman)
    broken: dict[str, Broken] = field(default_factory=dict)

    def send(self, batch: list[Delivery]) -> int:
        try:
            return sum(self._send_one(row) for row in batch)
        finally:
            self.postman.close()

    def _send_one(self, row: Delivery) -> bool:
        if not self._renew(row):
            log.warning("delivery_lost_to_another_worker", delivery=row.pk)
            return False
        if row.attempts > MOST_ATTEMPTS:
            # The worker did not survive the last attempts: it is the row that kills it.
            self._end(row, DeliveryState.PARKED, Failure(_("The worker ended while sending, again and again.")))
            return False
        target = f"robot:{row.robot_id}" if row.channel == Channel.ROBOT else "mail"
        try:
            if target in self.broken:
                raise self.broken[target]
            taken_along = send(row, self.postman)
        except Later as wish:
            self._postpone(row, wish)
        except Failure as failure:
            if isinstance(failure, Broken):
                self.broken[target] = failure
            self._fail(row, failure)
        except Exception as problem:  # a poison row must not stop the batch: it backs off like any other
            log.exception("delivery_failed", delivery=row.pk)
            words = _("%(what)s; the log has details under delivery %(number)d.")
            self._fail(row, Failure(filled(words, what=type(problem).__name__, number=row.pk)))
        else:
            return self._sent(row, taken_along)
        return False

    def _renew(self, row: Delivery) -> bool:
        """Count the attempt and hold the row for as long as it may take. False if another worker has it."""
        row.attempts += 1
        mine = Delivery.objects.filter(pk=row.pk, lease=row.lease, state=DeliveryState.WAITING)
        return bool(mine.update(attempts=F("attempts") + 1, leased_until=self.now() + LEASE))

    def _sent(self, row: Delivery, taken_along: list[int] | None) -> bool:
        if taken_along is None:
            self._drop(row)
            return False
        with transaction.atomic():
            Delivery.objects.filter(pk__in=taken_along, state=DeliveryState.WAITING).update(
                state=DeliveryState.SENT, ended_at=self.now()
            )
            return self._end(row, DeliveryState.SENT)

    def _drop(self, row: Delivery) -> None:
        """End what nobody needs: the person has left or has no address, the robot is switched off."""
        with transaction.atomic():
            if row.channel == Channel.DIGEST:
                Delivery.objects.filter(digest_key=row.key, state=DeliveryState.WAITING).update(
                    state=DeliveryState.DROPPED, ended_at=self.now()
                )
            self._end(row, DeliveryState.DROPPED)

    def _postpone(self, row: Delivery, wish: Later) -> None:
        self._write(row, next_at=self.now() + wish.wait, attempts=F("attempts") - 1)

    def _fail(self, row: Delivery, failure: Failure) -> None:
        log.warning("delivery_not_sent", delivery=row.pk, channel=row.channel, attempts=row.attempts)
        if isinstance(failure, Hopeless) or row.attempts >= MOST_ATTEMPTS:
            self._end(row, DeliveryState.PARKED, failure)
        else:
            self._write(row, next_at=self.now() + wait_after(row.attempts), **_told(failure))

    def _end(self, row: Delivery, state: DeliveryState, failure: Failure | None = None) -> bool:
        with transaction.atomic():
            ended = self._write(row, state=state, ended_at=self.now(), **_told(failure))
            if ended and state == DeliveryState.PARKED:
                report_parked(row, at=self.now())
        return ended

    def _write(self, row: Delivery, **columns: object) -> bool:
        mine = Delivery.objects.filter(pk=row.pk, lease=row.lease, state=DeliveryState.WAITING)
        return bool(mine.update(lease="", leased_until=None, **columns))


def _told(failure: Failure | None) -> dict[str, str]:
    """Return why, as it is kept in both languages."""
    texts = in_each_language(failure.message) if failure else {"zh": "", "en": ""}
    return {f"error_{column}": text[:300] for column, text in texts.items()}


def report_parked(row: Delivery, *, at: datetime) -> None:
    """Tell the administrators that a delivery was given up: in their lists, since mail may be what is broken."""
    title = in_each_language(_("A delivery was given up"))
    body = in_each_language(_("The page “Deliveries” says why. Put it right, then press “Try again”."))
    tell(
        [
            Note(
                person_id=pk,
                rule=PARKED.name,
                key=f"parked:{row.pk}:{int(at.timestamp())}",
                title_zh=title["zh"],
                title_en=title["en"],
                body_zh=body["zh"],
                body_en=body["en"],
                url=reverse("notices:delivery-list") + "?state=parked",
            )
            for pk in User.objects.active().filter(is_staff=True).values_list("pk", flat=True)
        ],
        at=at,
    )


def gather_late(*, at: datetime) -> int:
    """Move what came too late for its digest to the next one; tell how many were moved.

    A transaction that began before a digest was sent can end after it: its rows name a digest that is gone.
    """
    gone = Delivery.objects.filter(key=OuterRef("digest_key"), state__in=[DeliveryState.SENT, DeliveryState.DROPPED])
    with transaction.atomic():
        late = list(
            Delivery.objects.filter(Exists(gone), state=DeliveryState.WAITING)
            .exclude(digest_key="")
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("person")[:BATCH]
        )
        if not late:
            return 0
        calendars = snapshot()
        rhythms = {row.person_id: row for row in Rhythm.objects.filter(person__in=[row.person_id for row in late])}
        digests = {}
        for row in late:
            if row.person is not None:
                digest = digest_for(row.person, rhythms.get(row.person.pk), calendars, at)
                digests[digest.key] = digest
                row.digest_key, row.next_at = digest.key, digest.next_at
        Delivery.objects.bulk_create(digests.values(), ignore_conflicts=True)
        Delivery.objects.bulk_update(late, ["digest_key", "next_at"])
        return len(late)
