"""Lots: rank every case by the SHA-256 of the seed and its number, and take the first of each stratum (F70).

A million cases are ranked in about a second. Most lie so far behind what is drawn that they are passed over at once.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Iterable, Mapping

from audits.queries.population import number_of

#: Rank in hexadecimal digits, case, head.
Ranked = tuple[str, int, str]
#: Number, head and stratum of a case as the list has them.
Line = tuple[bytes, bytes, bytes]
#: Greater than every rank.
_ABOVE_ALL = b"\xff" * 33


def draw_lots(
    seed: str, sizes: Mapping[str, int], read: Callable[[], Iterable[Line]], *, taken: Collection[int] = (),
    counts: Mapping[str, int] | None = None,
) -> dict[str, list[Ranked]]:  # fmt: skip
    """Return the first of each stratum by rank; cases in *taken* are none of them.

    *read* gives the list. *counts* are how many cases of a stratum can be drawn, as far as is known: they only make
    it quicker. Where they are wrong, or once in many millions of draws by chance, the list is read a second time.
    """
    lots = Lots(seed, sizes, counts)
    lots.see(read(), taken)
    if lots.is_short:
        lots = Lots(seed, sizes)
        lots.see(read(), taken)
    return lots.drawn()


class Lots:
    """The first of each stratum by rank, found in one pass that holds little more than it returns."""

    def __init__(self, seed: str, sizes: Mapping[str, int], counts: Mapping[str, int] | None = None) -> None:
        self.seed = seed
        self._sizes = {name.encode(): size for name, size in sizes.items() if size}
        self._found: dict[bytes, list[tuple[bytes, bytes, bytes]]] = {name: [] for name in self._sizes}
        known = counts or {}
        self._first = {name: _cutoff(size, known.get(name.decode())) for name, size in self._sizes.items()}
        # At or above this rank nothing of the stratum can be among the first any more.
        self._most = dict(self._first)

    def see(self, lines: Iterable[Line], taken: Collection[int] = ()) -> None:
        """Look at cases; those in *taken* were drawn before."""
        found, most, sizes = self._found, self._most, self._sizes
        drawn = {number_of(case).encode() for case in taken}
        begun = hashlib.sha256(f"{self.seed}:".encode()).copy  # what all ranks begin with is hashed once
        for number, head, stratum in lines:
            hashed = begun()
            hashed.update(number)
            rank = hashed.digest()  # bytes come in the same order as their digits
            if rank >= most.get(stratum, b"") or number in drawn:
                continue
            rows = found[stratum]
            rows.append((rank, number, head))
            if len(rows) >= 2 * sizes[stratum] + 100:
                rows.sort()
                del rows[sizes[stratum] :]
                most[stratum] = rows[-1][0]

    @property
    def is_short(self) -> bool:
        """Tell whether a first cutoff passed over what may be among the first."""
        return any(
            len(self._found[name]) < size and self._first[name] < _ABOVE_ALL for name, size in self._sizes.items()
        )

    def drawn(self) -> dict[str, list[Ranked]]:
        """Return the first of each stratum, in order."""
        return {
            name.decode(): [
                (rank.hex(), int(number[2:]), head.decode()) for rank, number, head in sorted(rows)[: self._sizes[name]]
            ]
            for name, rows in sorted(self._found.items())
        }


def _cutoff(size: int, count: int | None) -> bytes:
    """Return the rank below which *size* of *count* cases lie almost surely: six deviations more are awaited there."""
    if count is None or count <= 0 or (share := (size + 6 * math.sqrt(size) + 10) / count) >= 1:
        return _ABOVE_ALL
    return int(share * 2**64).to_bytes(8, "big")
