"""Working time: how long something takes on a calendar of working hours, and when it is due.

The arithmetic of the limits (rules R1 to R5, R7, R9, R13): plain Python, no Django, no clock.
Aware datetimes come in, UTC goes out, both cut to whole seconds; a period and a pause are
half-open. A calendar is asked in O(log n) of its windows; what lies behind its horizon is
refused, never guessed. ``sla.md``'s words: W(a, b) is the open, unpaused time in [a, b).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = 86_400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Calendars without a horizon of their own end here: far enough for every case, near enough to be worked out.
FIRST, LAST = date(1970, 1, 1), date(2099, 12, 31)
_EPOCH = date(1970, 1, 1).toordinal()

#: Windows of a day in seconds since its midnight, as the clock on the wall reads: ``((32400, 43200), …)``.
Windows = tuple[tuple[int, int], ...]
Pauses = Iterable[tuple[datetime, datetime]]


class PlanError(ValueError):
    """A plan of working hours that cannot be right; the message names the value."""


class BeyondHorizon(ValueError):
    """A time that the calendar does not reach; the message names it."""


def elapsed(start: datetime, seconds: int, pauses: Pauses = ()) -> datetime:
    """Return when *seconds* have passed around the clock since *start*, outside of *pauses* (R1, R5, R7)."""
    need = _amount(seconds, "seconds")
    at = _second(start)
    for begin, end in _merged(pauses, at):
        if begin - at >= need:
            break
        need -= begin - at
        at = end
    return _moment(at + need)


@dataclass
class _Compiled:
    """A stretch of years worked out: the windows in UTC seconds, what is open before each, the working days."""

    first: int  # years
    last: int
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    days: list[int] = field(default_factory=list)  # ordinals of dates with open time
    closes: list[int] = field(default_factory=list)
    total: int = 0

    def open_before(self, at: int) -> int:
        """F: the open seconds before *at*, counted from the first year worked out."""
        place = bisect_right(self.starts, at) - 1
        return self.before[place] + min(at, self.ends[place]) - self.starts[place] if place >= 0 else 0

    def copied(self) -> _Compiled:
        """Return the same, to be added to."""
        lists = (self.starts[:], self.ends[:], self.before[:])
        return _Compiled(self.first, self.last, *lists, self.days[:], self.closes[:], self.total)


class Calendar:
    """Working hours in a time zone: windows by weekday, holidays, and days that have windows of their own."""

    def __init__(
        self,
        zone: ZoneInfo,
        weekly: Sequence[Windows],
        *,
        holidays: Iterable[date] = (),
        overrides: Mapping[date, Windows] | None = None,
        first: date = FIRST,
        last: date = LAST,
    ) -> None:
        self.zone, self.weekly = zone, tuple(weekly)
        self.holidays, self.overrides = frozenset(holidays), dict(overrides or {})
        self.first, self.last = first, last
        if not any(self.weekly) and not any(self.overrides.values()):
            raise PlanError("The plan has no working hours at all: weekly={} and no extra working day.")
        if first > last:
            raise PlanError(f"The horizon ends ({last}) before it begins ({first}).")
        self._done: _Compiled | None = None

    @classmethod
    def from_plan(
        cls,
        *,
        tz: str,
        weekly: Mapping[str, Sequence[Sequence[str]]],
        holidays: Iterable[str | date] = (),
        extra_workdays: Mapping[str | date, Sequence[Sequence[str]]] | None = None,
        first: str | date = FIRST,
        last: str | date = LAST,
    ) -> Calendar:
        """Return the calendar of a plan as people write it: ``weekly={"mon": [["09:00", "12:00"]]}``.

        A day of *extra_workdays* has its own windows, whatever weekday or holiday it is. A window
        lies in one day: a night shift is two. Raises PlanError, which names the wrong value.
        """
        unknown = set(weekly) - set(WEEKDAYS)
        if unknown:
            raise PlanError(f"Weekdays are {', '.join(WEEKDAYS)}, not {', '.join(sorted(map(repr, unknown)))}.")
        try:
            zone = ZoneInfo(tz)
        except (ZoneInfoNotFoundError, ValueError, OSError, TypeError) as error:
            raise PlanError(f"There is no time zone {tz!r}.") from error
        return cls(
            zone,
            [_windows(weekly.get(name, ()), f"weekly[{name!r}]") for name in WEEKDAYS],
            holidays=[_date(day) for day in holidays],
            overrides={
                _date(day): _windows(rows, f"extra_workdays[{str(day)!r}]")
                for day, rows in (extra_workdays or {}).items()
            },
            first=_date(first),
            last=_date(last),
        )

    # --- what is asked ---------------------------------------------------------------------------

    def add(self, start: datetime, seconds: int, pauses: Pauses = ()) -> datetime:
        """Return the earliest moment at which *seconds* of W have passed since *start* (R2, R7).

        That is closing time rather than the next opening. Of 0 seconds it is the first open moment (R5).
        """
        need = _amount(seconds, "seconds")
        at = self._known(start)
        stopped = _merged(pauses, at, self._end)
        done = self._around(at, stopped[-1][1] if stopped else at)
        for begin, end in stopped:
            if need == 0:
                opening = self._opening(done, at)
                if opening < begin:
                    return _moment(opening)
            else:
                open_until_pause = done.open_before(begin) - done.open_before(at)
                if open_until_pause >= need:
                    break
                need -= open_until_pause
            at = end
        return _moment(self._opening(done, at) if need == 0 else self._after(done, at, need))

    def between(self, start: datetime, end: datetime, pauses: Pauses = ()) -> int:
        """Return W: the open seconds from *start* to *end* outside of *pauses*. Raises ValueError if end is first."""
        begin, until = self._known(start), self._known(end)
        if until < begin:
            raise ValueError(f"The end {end.isoformat()} is before the start {start.isoformat()}.")
        done = self._around(begin, until)
        paused = sum(
            done.open_before(pause_end) - done.open_before(pause) for pause, pause_end in _merged(pauses, begin, until)
        )
        return done.open_before(until) - done.open_before(begin) - paused

    def nth_close(self, start: datetime, days: int, pauses: Pauses = ()) -> datetime:
        """Return the close of the *days*-th working day after the day of *start* (R3).

        Of 0 days it is the first close after *start* (R4). Pauses count in seconds, not in days (R9):
        the open time from *start* to that close is the budget, and runs on after the pauses.
        """
        count, pauses = _amount(days, "days"), list(pauses)
        at = self._known(start)
        due = self._close_after(at, count, start.astimezone(self.zone).date())
        stopped = _merged(pauses, at, self._end)
        if not stopped or stopped[0][0] >= due:
            return _moment(due)
        done = self._around(at, due)
        return self.add(_moment(at), done.open_before(due) - done.open_before(at), pauses)

    def windows_on(self, day: date) -> Windows:
        """Return the plan of *day*: its own windows, none on a holiday, else those of its weekday."""
        found = self.overrides.get(day)
        if found is not None:
            return found
        return () if day in self.holidays else self.weekly[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        """Tell whether *day* has open time (R3, R13). Refuses a day behind the horizon."""
        if not self.first <= day <= self.last:
            raise BeyondHorizon(f"{day.isoformat()} is not within {self.first} to {self.last}.")
        done = self._compiled_to(day.year, day.year)
        place = bisect_left(done.days, day.toordinal())
        return place < len(done.days) and done.days[place] == day.toordinal()

    def open_intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Return the open stretches in [start, end), in order."""
        begin, until = self._known(start), self._known(end)
        done = self._around(begin, until)
        first = max(bisect_right(done.starts, begin) - 1, 0)
        stretches = zip(done.starts[first:], done.ends[first:], strict=True)
        found = []
        for opening, closing in stretches:
            if opening >= until:
                break
            if closing > begin:
                found.append((_moment(max(opening, begin)), _moment(min(closing, until))))
        return found

    # --- arithmetic in UTC seconds ----------------------------------------------------------------

    def _after(self, done: _Compiled, at: int, need: int) -> int:
        """Return the earliest moment with *need* (1 or more) open seconds since *at*."""
        if at + need > self._end:
            raise self._beyond(at + need)  # before working out every year up to the horizon
        while done.total - done.open_before(at) < need:
            done = self._extended(done, at)
        wanted = done.open_before(at) + need  # counted by the last: what is extended may begin in an earlier year
        place = bisect_left(done.before, wanted) - 1
        return done.starts[place] + wanted - done.before[place]

    def _opening(self, done: _Compiled, at: int) -> int:
        """Return the first open moment from *at* on."""
        while True:
            place = bisect_right(done.starts, at) - 1
            if place >= 0 and at < done.ends[place]:
                return at
            if place + 1 < len(done.starts):
                return done.starts[place + 1]
            done = self._extended(done, at)

    def _close_after(self, at: int, count: int, day: date) -> int:
        """Return the *count*-th close after *day*; of 0 the first close after the moment *at*."""
        if count > (self.last - day).days:
            raise self._beyond(at + count * DAY)
        done = self._around(at, at)
        while True:
            place = bisect_right(done.days, day.toordinal()) + count - 1
            if count == 0:
                place = bisect_left(done.days, day.toordinal())
                while place < len(done.days) and done.closes[place] <= at:
                    place += 1
            if place < len(done.closes):
                return done.closes[place]
            done = self._extended(done, at)

    # --- working out years ------------------------------------------------------------------------

    def _around(self, begin: int, until: int) -> _Compiled:
        """Return the years worked out, with those from *begin* to *until*: in the zone, which is not UTC's."""
        return self._compiled_to(_year_of(begin - 2 * DAY), _year_of(until + 2 * DAY))

    def _extended(self, done: _Compiled, at: int) -> _Compiled:
        """Return *done* with one more year. Raises BeyondHorizon when there is none.

        It may have got earlier years too, if somebody asked for them meanwhile: places in *done* and
        sums counted from its first year say nothing about what is returned.
        """
        if done.last >= self.last.year:
            raise self._beyond(at)
        return self._compiled_to(done.first, done.last + 1)

    def _compiled_to(self, first: int, last: int) -> _Compiled:
        """Return the years worked out so far, with those from *first* to *last* among them.

        Built aside and published in one assignment, never changed afterwards: nobody waits, nobody sees
        half a year. Of two who extend at once the last one's stays; what it lacks is worked out again.
        """
        first, last = max(first, self.first.year), min(last, self.last.year)
        done = self._done
        if done is not None and done.first <= first and last <= done.last:
            return done
        if done is None or first < done.first:  # earlier years come seldom: all is worked out anew
            made, last = _Compiled(first, first - 1), max(last, done.last if done else first)
        else:
            made = done.copied()
        for year in range(made.last + 1, last + 1):
            self._append_year(made, year)
        self._done = made
        return made

    def _append_year(self, made: _Compiled, year: int) -> None:
        begin, end = max(date(year, 1, 1), self.first), min(date(year, 12, 31), self.last)
        pieces = _pieces(self.zone, begin, end)
        found: list[tuple[int, int]] = []
        place = 0
        for ordinal in range(begin.toordinal(), end.toordinal() + 1):
            windows = self.windows_on(date.fromordinal(ordinal))
            midnight = (ordinal - _EPOCH) * DAY
            while place + 1 < len(pieces) and pieces[place][1] + pieces[place][2] <= midnight:
                place += 1
            close = 0
            for piece_start, piece_end, offset in pieces[place : place + 3]:
                for opening, closing in windows:
                    from_, until = midnight + opening - offset, midnight + closing - offset
                    from_, until = max(from_, piece_start), min(until, piece_end)
                    if from_ < until:
                        found.append((from_, until))
                        close = max(close, until)
            if close:
                made.days.append(ordinal)
                made.closes.append(close)
        # A clock that is set back over midnight lets two dates take turns.
        for opening, closing in sorted(found):
            made.starts.append(opening)
            made.ends.append(closing)
            made.before.append(made.total)
            made.total += closing - opening
        made.last = year

    # --- the horizon ------------------------------------------------------------------------------

    @property
    def _end(self) -> int:
        """The horizon in UTC seconds, in every zone."""
        return (self.last.toordinal() + 2 - _EPOCH) * DAY

    def _known(self, moment: datetime) -> int:
        """Return an aware moment in UTC seconds. Refuses what lies behind the horizon."""
        at = _second(moment)
        if not self.first <= moment.astimezone(self.zone).date() <= self.last:
            raise self._beyond(at)
        return at

    def _beyond(self, at: int) -> BeyondHorizon:
        try:
            words = _moment(at).isoformat()
        except (OverflowError, ValueError):
            words = f"{at} s after 1970"
        return BeyondHorizon(f"What is asked from {words} on is not within {self.first} to {self.last}.")


# --- reading and writing ---------------------------------------------------------------------------


def _second(moment: datetime) -> int:
    if not isinstance(moment, datetime) or moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"A moment needs its time zone: {moment!r}.")
    since: timedelta = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return since.days * DAY + since.seconds


def _moment(second: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)


def _year_of(second: int) -> int:
    return _moment(second).year


def _amount(value: int, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} must be a whole number from 0 on, not {value!r}.")
    return value


def _merged(pauses: Pauses, since: int, until: int | None = None) -> list[tuple[int, int]]:
    """Return the pauses within [since, until), in order, without overlaps or empty ones (R7)."""
    found = []
    for pair in pauses:
        begin, end = _second(pair[0]), _second(pair[1])
        if end < begin:
            raise ValueError(f"A pause ends ({pair[1].isoformat()}) before it begins ({pair[0].isoformat()}).")
        begin, end = max(begin, since), end if until is None else min(end, until)
        if begin < end:
            found.append((begin, end))
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _date(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise PlanError(f"{value!r} is no date; write 2026-10-01.") from error


def _windows(rows: Any, where: str) -> Windows:
    """Return the windows of a day, in order. Refuses what is no time, empty, upside down or overlapping."""
    found: list[tuple[int, int]] = []
    try:
        pairs = [(_clock(opening, where), _clock(closing, where)) for opening, closing in rows]
    except (TypeError, ValueError) as error:
        if isinstance(error, PlanError):
            raise
        raise PlanError(f"{where}: {rows!r} are no pairs of times.") from error
    for opening, closing in sorted(pairs):
        if opening >= closing:
            raise PlanError(f"{where}: a window must end after it begins: {_words(opening)}–{_words(closing)}.")
        if found and opening < found[-1][1]:
            raise PlanError(f"{where}: two windows overlap at {_words(opening)}.")
        found.append((opening, closing))
    return tuple(found)


def _clock(text: Any, where: str) -> int:
    """Return the seconds since midnight of “09:00”, “09:00:30” or, for the end of a day, “24:00”."""
    parts = text.split(":") if isinstance(text, str) else []
    if len(parts) in (2, 3) and all(len(part) == 2 and part.isascii() and part.isdigit() for part in parts):
        hours, minutes, seconds = (*map(int, parts), 0)[:3]
        total = hours * 3600 + minutes * 60 + seconds
        if minutes < 60 and seconds < 60 and total <= DAY:
            return total
    raise PlanError(f"{where}: {text!r} is no time from 00:00 to 24:00.")


def _words(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


def _pieces(zone: ZoneInfo, first: date, last: date) -> list[tuple[int, int, int]]:
    """Return the stretches of constant offset from UTC around the days *first* to *last*: from, until, offset (R13)."""
    at = (first.toordinal() - _EPOCH - 1) * DAY
    until = (last.toordinal() - _EPOCH + 2) * DAY
    step = DAY // 4  # no zone changes its offset twice in six hours
    pieces, begin, offset = [], at, _offset(zone, at)
    while at < until:
        following = _offset(zone, at + step)
        if following != offset:
            low, high = at, at + step
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
            pieces.append((begin, high, offset))
            begin, offset = high, following
        at += step
    pieces.append((begin, at, offset))
    return pieces


def _offset(zone: ZoneInfo, second: int) -> int:
    offset = _moment(second).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
