"""Signatures to band keys, and band keys to candidate pairs.

Two texts are candidates when a band of their signatures is equal: they lie in one bucket. A bucket of a form report can
hold thousands, so not all pairs of it are compared. The rule of anchors: **of a bucket only the first 64 members are
compared with those that come later.** It counts all members, kept or dropped, so it depends on the input alone: a
stream, one machine and a cluster find the same pairs. A text with ten thousand copies still falls to one, since its
first copy is an anchor. Copies with equal text are no members: the first of them stands for all.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.kernels import HASH_FACTOR, MIX_1, Places, agreement_loop
from pipeline.dedup.packed import COMPILE_CHARS, is_worth_compiling
from pipeline.dedup.signature import SignatureSpec
from pipeline.machine import compiled

ANCHORS = 64  # members of a bucket that later texts are compared with; part of what a decision depends on
_BLOCK = 4096  # pairs that numpy compares at once: 2 MB of signatures a side

BandKeys: TypeAlias = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs by place in the input, `earlier[i] < later[i]`; sorted by later, then earlier; each once."""

    earlier: Places
    later: Places

    def __len__(self) -> int:
        return self.earlier.size


def band_keys(signatures: NDArray[np.uint32], spec: SignatureSpec) -> BandKeys:
    """Return a 32-bit hash of each band of each signature: uint32, shape (texts, bands).

    Keys are comparable within a band, not between bands. Of 10 million articles one meets 0.07 strangers by chance.
    """
    slots = signatures[:, : spec.bands * spec.rows].reshape(-1, spec.bands, spec.rows)
    keys = np.zeros(slots.shape[:2], np.uint32)
    for row in range(spec.rows):
        keys = (keys ^ slots[:, :, row]) * HASH_FACTOR
        keys ^= keys >> np.uint32(15)
    keys *= MIX_1
    mixed: BandKeys = keys ^ (keys >> np.uint32(13))
    return mixed


def candidate_pairs(
    keys: BandKeys,
    *,
    queries: NDArray[np.bool_] | None = None,
    members: NDArray[np.bool_] | None = None,
    taken: NDArray[np.integer] | None = None,
) -> Pairs:
    """Return the pairs that share a bucket and whose earlier one is an anchor of it.

    `queries`: which rows look for earlier ones; `members`: which rows can be found; None: all.
    `taken` (shape of `keys`): how many members a bucket has already that are not among these rows.
    """
    count = keys.shape[0]
    asks = np.ones(count, np.bool_) if queries is None else queries
    counted = np.ones(count, np.bool_) if members is None else members
    found = [
        _pairs_of_band(keys[:, band], asks, counted, None if taken is None else taken[:, band])
        for band in range(keys.shape[1])
    ]
    merged = np.unique(np.concatenate(found)) if found else np.empty(0, np.uint64)
    return Pairs((merged & np.uint64(0xFFFFFFFF)).astype(np.int64), (merged >> np.uint64(32)).astype(np.int64))


def agreements(signatures: NDArray[np.uint32], left: Places, right: Places) -> Places:
    """Return for each pair of rows how many slots are equal; divided by the slots, an estimate of the Jaccard."""
    if is_worth_compiling(left.size * signatures.shape[1], COMPILE_CHARS):
        equal = np.empty(left.size, np.int64)
        compiled(agreement_loop)(signatures, left, right, equal)
        return equal
    return _agreements_by_numpy(signatures, left, right)


def _agreements_by_numpy(signatures: NDArray[np.uint32], left: Places, right: Places) -> Places:
    equal = np.empty(left.size, np.int64)
    for first in range(0, left.size, _BLOCK):
        rows = slice(first, first + _BLOCK)
        equal[rows] = np.count_nonzero(signatures[left[rows]] == signatures[right[rows]], axis=1)
    return equal


def _pairs_of_band(
    keys: NDArray[np.uint32],
    asks: NDArray[np.bool_],
    counted: NDArray[np.bool_],
    taken: NDArray[np.integer] | None,
) -> NDArray[np.uint64]:
    """Return the pairs of one band as later << 32 | earlier."""
    order = _shared_buckets(keys, asks | counted)
    if not order.size:
        return np.empty(0, np.uint64)
    bucket = np.concatenate(([0], np.cumsum(keys[order[1:]] != keys[order[:-1]])))
    is_member = counted[order]
    before: Places = np.cumsum(is_member) - is_member  # members before this place, over all buckets
    first = np.searchsorted(bucket, bucket)  # where the bucket of this place begins
    rank: Places = before - before[first]
    room = ANCHORS if taken is None else np.maximum(ANCHORS - taken[order].astype(np.int64), 0)
    partners = np.where(asks[order], np.minimum(rank, room), 0)
    anchors = order[is_member]
    starts = np.cumsum(partners) - partners
    places = np.arange(partners.sum()) + np.repeat(before[first] - starts, partners)
    later = np.repeat(order, partners).astype(np.uint64)
    pairs: NDArray[np.uint64] = later << np.uint64(32) | anchors[places].astype(np.uint64)
    return pairs


def _shared_buckets(keys: NDArray[np.uint32], wanted: NDArray[np.bool_]) -> Places:
    """Return the wanted rows that are not alone in their bucket, sorted by bucket, in order within one."""
    rows = np.flatnonzero(wanted)
    both = np.sort(keys[rows].astype(np.uint64) << np.uint64(32) | rows.astype(np.uint64))
    same = both[1:] >> np.uint64(32) == both[:-1] >> np.uint64(32)
    shared = np.zeros(both.size, np.bool_)
    shared[1:] |= same
    shared[:-1] |= same
    return (both[shared] & np.uint64(0xFFFFFFFF)).astype(np.int64)
