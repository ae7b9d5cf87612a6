"""Whom an article may be a copy of, found again for those of one group, some articles at a time.

    band keys, anchors, signatures of a group ── Candidates.of ──▶ pairs of the articles asked for, the likest first

An article of a common form has a thousand candidates, of which the eight likest that stay are looked at (`verify`). Which of
the earlier ones stay is known when it is asked for. So of those before the articles asked for, only as many as will be
looked at are given, of each other all: what is decided is the same, and a group of 200,000 forms needs no 200 million pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.bands import Pairs
from pipeline.dedup.packed import is_worth_compiling
from pipeline.machine import compiled
from pipeline.store.rowfiles import map_array

_COMPILE_PAIRS = 20_000  # in one lot: uncompiled they take 20 µs each, and numba takes 0.7 s and 70 MB to begin
GONE = 1  # the fate of an article that is nobody's candidate any more


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorFile:
    """The anchors of some bands, of a part of all keys."""

    path: Path
    first_band: int


class Candidates:
    """The candidates among the articles of a group. Places are those in the group."""

    def __init__(
        self,
        places: NDArray[np.int64],  # of the articles among all, ascending
        keys: NDArray[np.uint32],  # of all articles: (bands, articles)
        anchors: NDArray[np.bool_],  # of the group: (bands, places)
        asks: NDArray[np.bool_],  # which of the group look for earlier ones
        signatures: NDArray[np.uint32],  # of all articles
    ) -> None:
        self._rows, self._asks, self._signatures = places, asks, signatures
        self._keys = np.ascontiguousarray(keys[:, places])
        both = [np.sort(_packed(mine, np.flatnonzero(are))) for mine, are in zip(self._keys, anchors, strict=True)]
        self._sorted_anchors = both  # of each band, key << 32 | place
        self._anchors = (np.concatenate([np.empty(0, np.uint64), *both]) & np.uint64(0xFFFFFFFF)).astype(np.int64)
        sizes = [some.size for some in both]
        self._offsets = np.cumsum(sizes) - sizes
        self._seen = np.full(places.size, -1, np.int64)

    def of(self, first: int, end: int, fates: NDArray[np.uint8], min_equal: float, n_before: int) -> Pairs:
        """Return the pairs of the articles from `first` to `end`: by the later one, those with the likest signatures first.

        `fates`: of those before `first`. `n_before`: how many of these are given of each, at most.
        """
        low, high = self._buckets(first, end)
        most = (end - first) * n_before + (end - first) ** 2 // 2
        found = np.empty((most, 3), np.int64)
        loop = compiled(nominate_loop) if is_worth_compiling(int((high - low).sum()), _COMPILE_PAIRS) else nominate_loop
        n = loop(
            first, low, high, self._anchors, fates, self._seen, self._rows, self._signatures, min_equal, n_before, found
        )  # fmt: skip
        later, earlier, equal = found[:n].T
        order = np.lexsort((earlier, -equal, later))
        return Pairs(earlier[order], later[order])

    def _buckets(self, first: int, end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the anchors before each article begin and end in its buckets: (articles, bands)."""
        low = np.empty((end - first, len(self._sorted_anchors)), np.int64)
        high = np.empty_like(low)
        for band, anchors in enumerate(self._sorted_anchors):
            mine = _packed(self._keys[band], np.arange(first, end))
            low[:, band] = np.searchsorted(anchors, mine & np.uint64(0xFFFFFFFF00000000)) + self._offsets[band]
            high[:, band] = np.searchsorted(anchors, mine) + self._offsets[band]
        return low, np.where(self._asks[first:end, None], high, low)  # who asks nobody has none


def _packed(keys: NDArray[np.uint32], places: NDArray[np.int64]) -> NDArray[np.uint64]:
    both: NDArray[np.uint64] = keys[places].astype(np.uint64) << np.uint64(32) | places.astype(np.uint64)
    return both


def nominate_loop(  # noqa: C901, PLR0913, PLR0917 - one loop, as numba wants it
    first: int,
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    anchors: NDArray[np.int64],
    fates: NDArray[np.uint8],
    seen: NDArray[np.int64],
    rows: NDArray[np.int64],
    signatures: NDArray[np.uint32],
    min_equal: float,
    n_before: int,
    found: NDArray[np.int64],
) -> int:
    """Write (later, earlier, equal slots) of each article's candidates; return how many.

    Of those before `first` the `n_before` likest are kept in order while they are found, of equal ones the earlier.
    """
    at = 0
    for n in range(low.shape[0]):
        place = first + n
        start, n_best = at, 0
        mine = signatures[rows[place]]
        for band in range(low.shape[1]):
            for anchor in range(low[n, band], high[n, band]):
                other = anchors[anchor]
                if seen[other] == place or (other < first and fates[other] == GONE):
                    continue
                seen[other] = place
                theirs = signatures[rows[other]]
                equal = 0
                for slot in range(mine.size):
                    equal += mine[slot] == theirs[slot]
                if equal < min_equal:
                    continue
                if other >= first:
                    found[at, 0], found[at, 1], found[at, 2] = place, other, equal
                    at += 1
                    continue
                # Behind the best ones found so far, which stand first; the least of them makes room.
                if n_best == n_before:
                    last = start + n_best - 1
                    if equal < found[last, 2] or (equal == found[last, 2] and other > found[last, 1]):
                        continue
                else:
                    found[at, 0], found[at, 1], found[at, 2] = (
                        found[start + n_best, 0], found[start + n_best, 1], found[start + n_best, 2],
                    )  # fmt: skip
                    at += 1
                    n_best += 1
                to = start + n_best - 1
                while to > start and (
                    equal > found[to - 1, 2] or (equal == found[to - 1, 2] and other < found[to - 1, 1])
                ):
                    found[to, 0], found[to, 1], found[to, 2] = found[to - 1, 0], found[to - 1, 1], found[to - 1, 2]
                    to -= 1
                found[to, 0], found[to, 1], found[to, 2] = place, other, equal
    return at


def read_anchors(files: Sequence[AnchorFile], bands: int, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return of which bands the articles of these places are anchors: (bands, places)."""
    found = np.zeros((bands, places.size), np.bool_)
    for file in files:
        bits = map_array(file.path)
        span = slice(file.first_band, file.first_band + bits.shape[0])
        found[span] |= (bits[:, places >> 3] >> (places & 7).astype(np.uint8) & 1).astype(np.bool_)
    return found
