"""Working time: the worked examples of the rules, and a second-by-second twin (R1–R5, R7, R9, R13)."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from procstd.worktime import WEEKDAYS, BeyondHorizon, Calendar, PlanError, elapsed

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY_WINDOWS = [["09:00", "12:00"], ["13:30", "18:00"]]
WEEK = dict.fromkeys(WEEKDAYS[:5], DAY_WINDOWS)


def _days(first: str, last: str) -> list[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(start + timedelta(days=number)).isoformat() for number in range((end - start).days + 1)]


#: 2026 as the State Council announced it.
HOLIDAYS_2026 = [
    *_days("2026-01-01", "2026-01-03"), *_days("2026-02-15", "2026-02-23"), *_days("2026-04-04", "2026-04-06"),
    *_days("2026-05-01", "2026-05-05"), *_days("2026-06-19", "2026-06-21"), *_days("2026-09-25", "2026-09-27"),
    *_days("2026-10-01", "2026-10-07"),
]  # fmt: skip
MADE_UP_2026 = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
CHINA = Calendar.from_plan(
    tz="Asia/Shanghai", weekly=WEEK, holidays=HOLIDAYS_2026, extra_workdays=dict.fromkeys(MADE_UP_2026, DAY_WINDOWS)
)


def at(text: str, zone: Any = SHANGHAI, year: int = 2026) -> datetime:
    """Return a moment written as “11-20 17:00” or “11-26 09:00:01”."""
    return datetime.fromisoformat(f"{year}-{text}").replace(tzinfo=zone)


HOUR = 3600


@pytest.mark.parametrize(
    ("start", "seconds", "pauses", "due"),
    [
        ("11-20 17:00", 24 * HOUR, [], "11-21 17:00"),
        ("11-21 23:40", HOUR, [], "11-22 00:40"),
        ("11-20 17:00", 0, [], "11-20 17:00"),
        ("11-20 17:00", 24 * HOUR, [("11-21 00:00", "11-21 12:00")], "11-22 05:00"),
        ("11-20 17:00", 24 * HOUR, [("11-21 17:00", "11-22 12:00")], "11-21 17:00"),  # begins when it is due
        ("11-20 17:00", HOUR, [("11-20 17:10", "11-20 17:40"), ("11-20 17:30", "11-20 18:00")], "11-20 18:50"),
        ("11-20 17:00", 0, [("11-20 16:00", "11-20 18:00")], "11-20 17:00"),
    ],
)
def test_around_the_clock(start: str, seconds: int, pauses: list[tuple[str, str]], due: str) -> None:
    found = elapsed(at(start), seconds, [(at(begin), at(end)) for begin, end in pauses])

    assert (found, found.tzinfo) == (at(due), UTC)


@pytest.mark.parametrize(
    ("start", "seconds", "pauses", "due"),
    [
        ("11-21 23:40", HOUR, [], "11-23 10:00"),
        ("02-14 08:00", 3 * HOUR, [], "02-14 12:00"),  # a make-up Saturday; closing time, not the next opening
        ("11-20 17:00", HOUR, [], "11-20 18:00"),
        ("11-20 17:00", HOUR + 1, [], "11-23 09:00:01"),
        ("11-22 03:00", 0, [], "11-23 09:00"),
        ("11-23 10:00", 0, [], "11-23 10:00"),
        ("11-23 12:00", 0, [], "11-23 13:30"),
        ("11-23 10:00", 0, [("11-23 09:30", "11-23 12:15")], "11-23 13:30"),
        ("11-23 10:00", 2 * HOUR, [("11-23 11:00", "11-23 14:00")], "11-23 15:00"),
        ("11-23 10:00", 2 * HOUR, [("11-23 12:00", "11-23 13:30")], "11-23 12:00"),  # wholly outside working hours
        ("11-23 10:00", 2 * HOUR, [("11-23 15:00", "11-23 16:00")], "11-23 12:00"),  # after it was due
        ("12-31 17:00", 2 * HOUR, [], "2027-01-01 10:00"),
    ],
)
def test_working_seconds(start: str, seconds: int, pauses: list[tuple[str, str]], due: str) -> None:
    found = CHINA.add(at(start), seconds, [(at(begin), at(end)) for begin, end in pauses])

    expected = at(due) if len(due) < 16 else datetime.fromisoformat(due).replace(tzinfo=SHANGHAI)
    assert (found, found.tzinfo) == (expected, UTC)


@pytest.mark.parametrize(
    ("start", "days", "pauses", "due"),
    [
        ("09-24 10:00", 3, [], "09-30 18:00"),
        ("09-24 10:00", 5, [], "10-09 18:00"),
        ("11-21 10:00", 3, [], "11-25 18:00"),
        ("02-12 16:00", 3, [], "02-24 18:00"),
        ("11-20 10:00", 0, [], "11-20 18:00"),
        ("11-20 18:00", 0, [], "11-23 18:00"),
        ("10-03 10:00", 0, [], "10-08 18:00"),
        ("09-24 10:00", 5, [("09-24 15:00", "09-29 14:00")], "10-12 17:00"),
        ("11-21 10:00", 3, [("11-23 10:00:00", "11-23 10:00:01")], "11-26 09:00:01"),
        ("11-21 10:00", 3, [("11-21 12:00", "11-23 09:00")], "11-25 18:00"),  # wholly outside working hours
        ("11-21 10:00", 3, [("11-25 18:00", "11-27 18:00")], "11-25 18:00"),  # from when it was due
    ],
)
def test_working_days(start: str, days: int, pauses: list[tuple[str, str]], due: str) -> None:
    found = CHINA.nth_close(at(start), days, [(at(begin), at(end)) for begin, end in pauses])

    assert (found, found.tzinfo) == (at(due), UTC)


def test_nothing_of_a_day_limit_depends_on_the_hour_of_receipt() -> None:
    dues = {CHINA.nth_close(at(f"09-24 {hour:02}:00"), 5) for hour in range(24)}

    assert dues == {at("10-09 18:00")}


def test_what_is_left_is_the_budget_less_the_open_time() -> None:
    start = at("09-24 10:00")
    budget = CHINA.between(start, CHINA.nth_close(start, 5))

    assert budget - CHINA.between(start, at("09-28 10:00")) == 36.5 * HOUR
    assert 2 * HOUR - CHINA.between(at("11-23 09:00"), at("11-23 15:00")) == -2.5 * HOUR
    assert CHINA.between(start, at("09-29 14:00"), [(at("09-24 15:00"), at("09-29 14:00"))]) == 3.5 * HOUR


@pytest.mark.parametrize(("day", "hours"), [("03-29", 23), ("10-25", 25), ("06-01", 24)])
def test_a_skipped_hour_holds_no_time_and_a_repeated_one_counts_twice(day: str, hours: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    around = Calendar.from_plan(tz="Europe/Berlin", weekly={key: [["00:00", "24:00"]] for key in WEEKDAYS})

    start = at(f"{day} 00:00", berlin)
    assert around.between(start, start + timedelta(days=1)) == hours * HOUR
    assert around.nth_close(start, 0) == start + timedelta(days=1)


def test_a_date_that_the_zone_skipped_is_no_working_day() -> None:
    apia = Calendar.from_plan(tz="Pacific/Apia", weekly={key: [["09:00", "17:00"]] for key in WEEKDAYS})
    zone = ZoneInfo("Pacific/Apia")

    assert [apia.is_working_day(date(2011, 12, day)) for day in (29, 30, 31)] == [True, False, True]
    assert apia.nth_close(at("12-29 10:00", zone, 2011), 1) == at("12-31 17:00", zone, 2011)


def test_around_new_year_the_zone_decides_and_not_utc() -> None:
    for name in ("America/New_York", "Pacific/Kiritimati", "Asia/Shanghai"):
        zone = ZoneInfo(name)
        calendar = Calendar.from_plan(tz=name, weekly={key: [["00:00", "24:00"]] for key in WEEKDAYS})
        begin = at("12-31 23:59:59", zone)
        # Asked the other way round first: earlier years are worked out later.
        assert calendar.between(at("01-01 00:00", zone, 2027), at("01-01 00:00:01", zone, 2027)) == 1
        assert calendar.between(begin, begin + timedelta(seconds=2)) == 2
        assert calendar.add(begin, 2) == begin + timedelta(seconds=2)
        assert calendar.nth_close(begin, 1) == at("01-02 00:00", zone, 2027)


def test_open_intervals_are_clipped_and_in_order() -> None:
    found = CHINA.open_intervals(at("11-20 17:00"), at("11-23 14:00"))

    assert found == [
        (at("11-20 17:00"), at("11-20 18:00")),
        (at("11-23 09:00"), at("11-23 12:00")),
        (at("11-23 13:30"), at("11-23 14:00")),
    ]


BAD_PLANS: list[tuple[dict[str, Any], str]] = [
    ({"tz": "Mars/Olympus"}, "Mars/Olympus"),
    ({"weekly": {"Monday": DAY_WINDOWS}}, "Monday"),
    ({"weekly": {"mon": [["9", "12:00"]]}}, "'9'"),
    ({"weekly": {"mon": [["09:00", "24:01"]]}}, "24:01"),
    ({"weekly": {"mon": [["12:00", "09:00"]]}}, "12:00–09:00"),
    ({"weekly": {"mon": [["09:00", "09:00"]]}}, "09:00–09:00"),
    ({"weekly": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "overlap at 11:00"),
    ({"weekly": {"mon": [["09:00"]]}}, "09:00"),
    ({"weekly": {"mon": 7}}, "7"),
    ({"weekly": {}}, "no working hours"),
    ({"holidays": ["2026-02-30"]}, "2026-02-30"),
    ({"extra_workdays": {"2026-13-01": DAY_WINDOWS}}, "2026-13-01"),
    ({"extra_workdays": {"2026-10-10": [["9:00", "12:00"]]}}, "9:00"),
    ({"first": "2027-01-01", "last": "2026-01-01"}, "2026-01-01"),
]


@pytest.mark.parametrize(("change", "named"), BAD_PLANS, ids=[named for _change, named in BAD_PLANS])
def test_a_plan_that_cannot_be_right_is_refused_and_the_value_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(PlanError) as refusal:
        Calendar.from_plan(**{"tz": "Asia/Shanghai", "weekly": WEEK, **change})

    assert named in str(refusal.value)


def test_a_question_that_cannot_be_right_is_refused_and_the_value_named() -> None:
    start, naive = at("11-20 10:00"), datetime(2026, 11, 20, 10)  # noqa: DTZ001
    for ask, named in (
        (lambda: CHINA.add(naive, 1), "2026, 11, 20, 10"),
        (lambda: CHINA.add(start, -1), "-1"),
        (lambda: CHINA.add(start, 1.5), "1.5"),  # type: ignore[arg-type]
        (lambda: CHINA.nth_close(start, -2), "-2"),
        (lambda: CHINA.between(start, start - timedelta(days=1)), "2026-11-19"),
        (lambda: CHINA.add(start, 1, [(start, start - timedelta(days=1))]), "2026-11-19"),
        (lambda: elapsed(naive, 1), "2026, 11, 20, 10"),
    ):
        with pytest.raises(ValueError) as refusal:  # noqa: PT011
            ask()
        assert named in str(refusal.value)


def test_behind_the_horizon_nothing_is_guessed() -> None:
    short = Calendar.from_plan(tz="Asia/Shanghai", weekly=WEEK, first="2026-01-01", last="2026-12-31")
    late = at("12-31 17:00")

    assert short.add(late, HOUR) == at("12-31 18:00")
    for ask in (
        lambda: short.add(late, HOUR + 1),
        lambda: short.add(late, 10**12),
        lambda: short.add(at("12-31 18:00"), 0),
        lambda: short.nth_close(late, 1),
        lambda: short.nth_close(late, 10**9),
        lambda: short.nth_close(at("12-31 18:00"), 0),
        lambda: short.between(late, late + timedelta(days=1)),
        lambda: short.add(at("12-31 17:00", year=2025), 1),
        lambda: short.is_working_day(date(2027, 1, 1)),
    ):
        with pytest.raises(BeyondHorizon, match="not within 2026-01-01 to 2026-12-31"):
            ask()
    assert short.add(late, HOUR // 2, [(late + timedelta(hours=5), late + timedelta(days=999))]) == at("12-31 17:30")


class Interrupted(Calendar):
    """Somebody else asks about another year just before each step of working out years: a race, without chance."""

    others: Iterator[int] = iter(())

    def _compiled_to(self, first: int, last: int) -> Any:
        year = next(self.others, None)
        if year is not None:
            super()._compiled_to(year, year)
        return super()._compiled_to(first, last)


@pytest.mark.parametrize("ahead", range(4))
def test_years_worked_out_for_somebody_else_in_between_change_no_answer(ahead: int) -> None:
    start, seconds = at("06-01 10:00"), 10_000_000  # into the next year
    alone = Calendar(SHANGHAI, CHINA.weekly)
    for ask in (
        lambda calendar: calendar.add(start, seconds),
        lambda calendar: calendar.add(start, seconds, [(start, start + timedelta(days=300))]),
        lambda calendar: calendar.add(at("12-31 18:00"), 0),
        lambda calendar: calendar.nth_close(start, 250),
        lambda calendar: calendar.nth_close(at("12-31 18:00"), 0),
        lambda calendar: calendar.between(start, start + timedelta(days=500)),
        lambda calendar: calendar.open_intervals(start, start + timedelta(days=300)),
        lambda calendar: calendar.is_working_day(date(2027, 1, 4)),
    ):
        shared = Interrupted(SHANGHAI, CHINA.weekly)
        # Some asks are left alone first, then each meets an earlier year, or a later one.
        shared.others = iter([2026] * ahead + [2020, 2018, 2030, 2016])
        assert ask(shared) == ask(alone)


def test_many_who_ask_at_once_get_the_same_answers() -> None:
    expected = {
        year: Calendar(SHANGHAI, CHINA.weekly).add(at("06-01 10:00", year=year), 10_000_000)
        for year in range(2020, 2024)
    }
    wrong: list[int] = []

    def ask(shared: Calendar, seed: int, begin: threading.Barrier) -> None:
        years = list(expected)
        random.Random(seed).shuffle(years)  # noqa: S311
        begin.wait()
        wrong.extend(year for year in years if shared.add(at("06-01 10:00", year=year), 10_000_000) != expected[year])

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        # Years are worked out only once: a new calendar for each round is what makes them meet.
        for number in range(20):
            shared, begin = Calendar(SHANGHAI, CHINA.weekly), threading.Barrier(4)
            threads = [threading.Thread(target=ask, args=(shared, 4 * number + seed, begin)) for seed in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(before)
    assert wrong == []


# --- the twin ----------------------------------------------------------------------------------------

ZONES = (
    "Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata",
    "Africa/Casablanca", "America/Sao_Paulo", "Asia/Beirut", "America/Santiago", "Antarctica/Troll", "UTC",
)  # fmt: skip
#: Days on or about which some of these zones set their clocks.
EVENTFUL = (
    date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4), date(2026, 10, 25), date(2026, 11, 1),
    date(2018, 11, 4), date(2018, 2, 18), date(2026, 2, 15), date(2026, 3, 22), date(2026, 9, 6), date(2026, 12, 31),
)  # fmt: skip
QUARTER = 900


class Twin:
    """Knows of every second whether it is open, by asking the wall clock; and counts."""

    def __init__(self, zone: ZoneInfo, plan: dict[date, list[tuple[int, int]]], first: datetime, seconds: int) -> None:
        self.first = first
        self.open = bytearray(seconds)
        self.days: list[date] = []
        for begin in range(0, seconds, QUARTER):  # no zone sets its clock within a quarter of an hour
            wall = (first + timedelta(seconds=begin)).astimezone(zone)
            self.days.append(wall.date())
            since = wall.hour * HOUR + wall.minute * 60 + wall.second
            for opening, closing in plan.get(wall.date(), ()):
                from_, until = max(opening - since, 0), min(closing - since, QUARTER)
                if from_ < until:
                    self.open[begin + from_ : begin + until] = b"\x01" * (until - from_)

    def place(self, moment: datetime) -> int:
        return int((moment - self.first).total_seconds())

    def _working(self, pauses: list[tuple[datetime, datetime]]) -> bytearray:
        flags = self.open[:]
        for begin, end in pauses:
            from_, until = max(self.place(begin), 0), min(self.place(end), len(flags))
            if from_ < until:
                flags[from_:until] = bytes(until - from_)
        return flags

    def between(self, start: datetime, end: datetime, pauses: list[Any]) -> int:
        return self._working(pauses)[self.place(start) : self.place(end)].count(1)

    def add(self, start: datetime, seconds: int, pauses: list[Any]) -> datetime | None:
        flags, at_ = self._working(pauses), self.place(start)
        if seconds == 0:
            at_ = flags.find(1, at_)
            return None if at_ < 0 else self.first + timedelta(seconds=at_)
        while (some := flags.count(1, at_, at_ + QUARTER)) < seconds:
            seconds, at_ = seconds - some, at_ + QUARTER
            if at_ >= len(flags):
                return None
        for _each in range(seconds):
            at_ = flags.find(1, at_) + 1
        return self.first + timedelta(seconds=at_)

    def nth_close(self, start: datetime, days: int, pauses: list[Any], zone: ZoneInfo) -> datetime | None:
        closes: dict[date, int] = {}
        for number, day in enumerate(self.days):
            last = self.open.rfind(1, number * QUARTER, (number + 1) * QUARTER)
            if last >= 0:
                closes[day] = max(closes.get(day, 0), last + 1)
        begin, today = self.place(start), start.astimezone(zone).date()
        if days:
            found = [close for day, close in sorted(closes.items()) if day > today][days - 1 : days]
        else:
            found = [close for day, close in sorted(closes.items()) if day >= today and close > begin][:1]
        if not found:
            return None
        return self.add(start, self.open[begin : found[0]].count(1), pauses)


def _windows(lots: random.Random) -> list[tuple[int, int]]:
    kind = lots.random()
    if kind < 0.25:
        return []
    if kind < 0.35:
        return [(0, 86_400)]
    edges = sorted(lots.sample(range(0, 86_401, lots.choice([1, 60, 1800])), 2 * lots.randint(1, 3)))
    return list(zip(edges[::2], edges[1::2], strict=True))


def _text(windows: list[tuple[int, int]]) -> list[list[str]]:
    def clock(second: int) -> str:
        return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"

    return [[clock(opening), clock(closing)] for opening, closing in windows]


@pytest.mark.pure
@pytest.mark.parametrize("share", range(20))
def test_the_arithmetic_is_that_of_a_walk_second_by_second(share: int) -> None:
    """Five thousand random calendars, most of them about a day on which clocks are set."""
    for seed in range(share * 250, (share + 1) * 250):
        lots = random.Random(seed)  # noqa: S311
        zone = ZoneInfo(lots.choice(ZONES))
        middle = lots.choice(EVENTFUL)
        days = [middle + timedelta(days=number) for number in range(-3, 4)]
        weekly = {name: _windows(lots) for name in WEEKDAYS}
        weekly[lots.choice(WEEKDAYS)] = [(9 * HOUR, 17 * HOUR)]
        holidays = lots.sample(days, lots.randint(0, 2))
        extra = {day: _windows(lots) for day in lots.sample(days, lots.randint(0, 2))}
        plan = {day: extra.get(day, [] if day in holidays else weekly[WEEKDAYS[day.weekday()]]) for day in days}
        calendar = Calendar.from_plan(
            tz=zone.key, weekly={name: _text(rows) for name, rows in weekly.items()}, holidays=holidays,
            extra_workdays={day: _text(rows) for day, rows in extra.items()}, first=days[0], last=days[-1],
        )  # fmt: skip
        first = datetime(middle.year, middle.month, middle.day, tzinfo=UTC) - timedelta(days=3, hours=15)
        span = 8 * 86_400 + 6 * HOUR
        twin = Twin(zone, plan, first, span)

        def moment(from_: float, until: float, lots: random.Random = lots, first: datetime = first) -> datetime:
            return first + timedelta(days=lots.uniform(from_, until)) - timedelta(microseconds=first.microsecond)

        start = moment(1.5, 5).replace(microsecond=0)
        end = (start + timedelta(seconds=lots.randrange(0, 120_000))).replace(microsecond=0)
        pauses = []
        for _each in range(lots.randint(0, 3)):
            begin = moment(1, 6).replace(microsecond=0)
            pauses.append((begin, begin + timedelta(seconds=lots.randrange(0, 40_000))))
        seconds, count = lots.choice([0, 1, lots.randrange(60, 30_000)]), lots.randint(0, 2)
        facts = (seed, zone.key, start, seconds, pauses)

        if end.astimezone(zone).date() <= days[-1]:
            assert calendar.between(start, end, pauses) == twin.between(start, end, pauses), facts
        for ask, expected in (
            (lambda: calendar.add(start, seconds, pauses), twin.add(start, seconds, pauses)),  # noqa: B023
            (lambda: calendar.nth_close(start, count, pauses), twin.nth_close(start, count, pauses, zone)),  # noqa: B023
        ):
            if expected is None:
                with pytest.raises(BeyondHorizon):
                    ask()
            else:
                assert ask() == expected, facts
