"""Lots are what sorting everything would give, however the list is passed over (F70)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audits.domain.lots import Line, Lots, Ranked, draw_lots
from audits.queries.population import lines_in

NAMES = ["quality/normal", "quality/urgent", "sales/-", "服务/紧急"]


def listed(strata: list[str]) -> bytes:
    """Return a list of cases, one of each of *strata*."""
    return "".join(
        f"C-{case:06d},{hashlib.sha256(str(case).encode()).hexdigest()},{name}\n"
        for case, name in enumerate(strata, 999_000)  # numbers of six digits, then of seven
    ).encode()


def by_sorting(content: bytes, seed: str, sizes: Mapping[str, int], taken: set[int]) -> dict[str, list[Ranked]]:
    """Draw as the script of the sheet does: sort the cases of each stratum that are left, take the first."""
    rows: dict[str, list[Ranked]] = {name: [] for name, size in sizes.items() if size}
    for line in content.decode().splitlines():
        number, head, stratum = line.split(",")
        if stratum in rows and int(number[2:]) not in taken:
            rows[stratum].append((hashlib.sha256(f"{seed}:{number}".encode()).hexdigest(), int(number[2:]), head))
    return {name: sorted(found)[: sizes[name]] for name, found in rows.items()}


class Reading:
    """A list in parts that counts how often it is read."""

    def __init__(self, content: bytes, cut: int) -> None:
        lines = content.splitlines(keepends=True)
        self._parts = [b"".join(lines[:cut]), b"".join(lines[cut:])]
        self.times = 0

    def __call__(self) -> list[Line]:
        self.times += 1
        return list(lines_in(part for part in self._parts if part))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    chance=st.randoms(use_true_random=False), cases=st.integers(0, 400), most=st.sampled_from([3, 60, 500]),
    known=st.sampled_from(["right", "none", "wrong"]),
)  # fmt: skip
def test_what_is_drawn_is_the_first_of_each_stratum_whatever_the_counts_say(
    chance: Random, cases: int, known: str, most: int
) -> None:
    strata = chance.choices(NAMES, [9, 3, 3, 1], k=cases)
    content, seed = listed(strata), f"{chance.getrandbits(256):064x}"
    sizes = {name: chance.randint(0, most) for name in chance.sample(NAMES, 3)}
    taken = {number for number in range(999_000, 999_400) if chance.random() < 0.2}
    right = dict(Counter(name for case, name in enumerate(strata, 999_000) if case not in taken))
    wrong = {name: chance.choice([-5, 0, 1, 60, 5_000, 10**9]) for name in NAMES}
    counts = {"right": right, "none": None, "wrong": wrong}[known]

    drawn = draw_lots(seed, sizes, Reading(content, cases // 3), taken=taken, counts=counts)

    assert drawn == by_sorting(content, seed, sizes, taken)


@pytest.mark.parametrize("size", [0, 1, 7, 300, 2_999, 3_000, 3_500])
def test_a_large_stratum_is_read_once_and_most_of_it_passed_over(size: int) -> None:
    content = listed([NAMES[0]] * 3_000)
    reading = Reading(content, 1_234)
    sizes = {NAMES[0]: size}

    drawn = draw_lots("5" * 64, sizes, reading, counts={NAMES[0]: 3_000})

    assert drawn == by_sorting(content, "5" * 64, sizes, set())
    assert reading.times == 1


def test_a_list_is_read_again_where_too_little_lies_before_the_first_cutoff() -> None:
    content = listed([NAMES[0]] * 500 + [NAMES[1]] * 20)
    reading = Reading(content, 100)
    sizes = {NAMES[0]: 40, NAMES[1]: 5}

    drawn = draw_lots("5" * 64, sizes, reading, counts={NAMES[0]: 500, NAMES[1]: 10**6})

    assert drawn == by_sorting(content, "5" * 64, sizes, set())
    assert reading.times == 2


def test_no_more_is_held_than_twice_what_is_drawn() -> None:
    lots = Lots("5" * 64, {NAMES[0]: 10})

    lots.see(lines_in([listed([NAMES[0]] * 5_000)]))

    assert max(len(rows) for rows in lots._found.values()) < 2 * 10 + 100
