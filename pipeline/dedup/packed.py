"""Many texts as one array of code points, and what every step of near-duplicate search reads from it.

    texts ── pack ──▶ code points ── fold_packed ──▶ keys ── shingles ──▶ hashes ── hash_sets ──▶ sorted sets

Small amounts go through numpy alone; the two limits say from when on it pays to wake numba. Once it is awake, its loops
are the faster ones for any amount; the answers are the same.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from pipeline.dedup.kernels import (
    HASH_FACTOR,
    Codes,
    Places,
    fold_loop,
    overlap_loop,
    shingle_loop,
)
from pipeline.fold import key_table, text_of
from pipeline.machine import compiled

# Characters from which on the loops are compiled. Below, numpy answers sooner than numba is imported and its cache is
# read (0.8 s, while numpy signs 2 million characters a second).
COMPILE_CHARS = 1_500_000
COMPILE_PAIRS = 3_000  # the same for loops over pairs: uncompiled they take some 0.1 ms a pair


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows of uint32 behind one another: row i is `flat[starts[i]:starts[i + 1]]`."""

    flat: Codes
    starts: Places  # one more than there are rows

    def __len__(self) -> int:
        return self.starts.size - 1

    def row(self, index: int) -> Codes:
        return self.flat[self.starts[index] : self.starts[index + 1]]

    def text(self, index: int) -> str:
        return text_of(self.row(index))

    @property
    def sizes(self) -> Places:
        return np.diff(self.starts)

    @property
    def is_large(self) -> bool:
        """Whether the loops over it are worth compiling."""
        return is_worth_compiling(self.flat.size, COMPILE_CHARS)


def is_worth_compiling(amount: int, at_least: int) -> bool:
    """Whether numba is to do it: because it is much, or because the process has paid for numba already."""
    return amount >= at_least or "numba" in sys.modules


def pack(texts: Sequence[str]) -> Packed:
    """Return the code points of the texts; lone surrogates are code points like any other."""
    starts = np.fromiter(accumulate(map(len, texts), initial=0), np.int64, len(texts) + 1)
    return Packed(np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4"), starts)


def fold_packed(points: Packed) -> Packed:
    """Return the fold keys of the texts: `pipeline.fold.fold_key` of each."""
    if points.is_large:
        folded, starts = np.empty(points.flat.size, np.uint32), np.empty(points.starts.size, np.int64)
        used = compiled(fold_loop)(points.flat, points.starts, key_table(), folded, starts)
        return Packed(folded[:used], starts)
    return _folded_by_numpy(points)


def shingles(keys: Packed, ngram: int) -> Packed:
    """Return the hash of every n-gram, in order of place; a text shorter than n is one shingle, an empty one none."""
    if keys.is_large:
        hashes, starts = np.empty(keys.flat.size, np.uint32), np.empty(keys.starts.size, np.int64)
        used = compiled(shingle_loop)(keys.flat, keys.starts, ngram, hashes, starts)
        return Packed(hashes[:used], starts)
    return _shingles_by_numpy(keys, ngram)


def hash_sets(hashes: Packed) -> Packed:
    """Return the hashes of each text sorted, each once."""
    flat = hashes.flat.copy()
    bounds = hashes.starts.tolist()
    for start, end in pairwise(bounds):  # many small sorts: each fits into the first cache, one large sort would not
        flat[start:end].sort()
    first = np.ones(flat.size, np.bool_)
    first[1:] = flat[1:] != flat[:-1]
    first[hashes.starts[:-1][hashes.sizes > 0]] = True
    kept = np.flatnonzero(first)
    return Packed(flat[kept], np.searchsorted(kept, hashes.starts))


def overlaps(sets: Packed, left: Places, right: Places, weight_mask: int = 0) -> Places:
    """Return for each pair of rows what the two share: how many values, or the sum of `value & weight_mask`."""
    if is_worth_compiling(left.size, COMPILE_PAIRS):
        shared = np.empty(left.size, np.int64)
        compiled(overlap_loop)(sets.flat, sets.starts, left, right, weight_mask, shared)
        return shared
    return _overlaps_by_numpy(sets, left, right, weight_mask)


def chunks(sizes: Sequence[int], at_most: int) -> list[tuple[int, int]]:
    """Return spans of neighbours of about equal size, not over `at_most` unless a single one is larger."""
    spans: list[tuple[int, int]] = []
    total = sum(sizes)
    enough = total / max(-(-total // at_most), 1)  # equal parts: no small rest that would not be worth compiling for
    first = held = 0
    for index, size in enumerate(sizes):
        if held and held + size > at_most:
            spans.append((first, index))
            first, held = index, 0
        held += size
        if held >= enough:
            spans.append((first, index + 1))
            first, held = index + 1, 0
    return [*spans, (first, len(sizes))] if first < len(sizes) else spans


def _folded_by_numpy(points: Packed) -> Packed:
    mapped = key_table()[points.flat]
    kept = np.flatnonzero(mapped)
    return Packed(mapped[kept], np.searchsorted(kept, points.starts))


def _overlaps_by_numpy(sets: Packed, left: Places, right: Places, weight_mask: int) -> Places:
    common = (np.intersect1d(sets.row(a), sets.row(b), assume_unique=True) for a, b in zip(left, right, strict=True))
    weights = (int((c & np.uint32(weight_mask)).sum()) if weight_mask else c.size for c in common)
    return np.fromiter(weights, np.int64, left.size)


def _shingles_by_numpy(keys: Packed, ngram: int) -> Packed:
    lengths = np.minimum(keys.sizes, ngram)  # of the n-grams of each text
    counts = np.where(keys.sizes > 0, keys.sizes - lengths + 1, 0)
    starts = np.concatenate(([0], np.cumsum(counts)))
    places = np.arange(starts[-1]) + np.repeat(keys.starts[:-1] - starts[:-1], counts)
    length = np.repeat(lengths, counts)
    hashes = np.zeros(places.size, np.uint32)
    for offset in range(ngram):
        inside = offset < length
        hashes[inside] = hashes[inside] * HASH_FACTOR + keys.flat[places[inside] + offset]
    return Packed(hashes, starts)
