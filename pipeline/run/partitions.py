"""Which articles are tied to which, in partitions: a task takes some bands, and of them the keys that fall into its part.

    work/articles/keys.npy ── pair_task ──▶ work/pairs/00-0000.npy …          ties: later << 32 | earlier
                                            work/pairs/00-0000.anchors.npy …  which articles are anchors of their bucket

A bucket lies in one partition as a whole, so the rule of anchors (`dedup.bands`) holds as it does for all keys at once.
The candidate pairs themselves are not kept: 200,000 reports of one form have 200 million. Those that tie what is not tied
yet are looked at, some at a time, and what is left of them is a tree; who decides a group finds its pairs again
(`candidates`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.bands import ANCHORS, agreements, candidate_pairs
from pipeline.run.inventory import ArticleFiles
from pipeline.store.rowfiles import map_array, save_array

_PAIRS_AT_ONCE = 2_000_000  # some 150 MB while they are made and weighed
_KEYS_AT_ONCE = 4_000_000  # of a band in a task, some 200 MB; and of all bands of a task where the articles are few

PackedPairs = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTask:
    """Some bands of a part of the keys."""

    first_band: int
    n_bands: int
    part: int
    n_parts: int
    articles: ArticleFiles
    min_equal: float  # slots that must agree
    folder: Path

    @property
    def path(self) -> Path:
        """The ties, written last."""
        return self.folder / f"{self.first_band:02d}-{self.part:04d}.npy"

    @property
    def anchors(self) -> Path:
        """A row of bits for each band, a bit for each article."""
        return self.path.with_suffix(".anchors.npy")


def pair_tasks(
    articles: ArticleFiles, n_articles: int, bands: int, min_equal: float, folder: Path, n_parts: int | None = None
) -> list[PairTask]:
    """Return the tasks for so many articles; `n_parts`: of the keys of a band, None: by the number of articles."""
    parts = n_parts or max(1, -(-n_articles // _KEYS_AT_ONCE))
    together = min(bands, max(1, _KEYS_AT_ONCE // max(n_articles, 1)))
    return [
        PairTask(
            first_band=first,
            n_bands=min(together, bands - first),
            part=part,
            n_parts=parts,
            articles=articles,
            min_equal=min_equal,
            folder=folder,
        )
        for first in range(0, bands, together)
        for part in range(parts)
    ]


def pair_task(task: PairTask) -> Path:
    """Write what a partition ties together, and its anchors; return the file of ties."""
    if not task.path.exists():
        signatures, members = map_array(task.articles.signatures), np.array(map_array(task.articles.members))
        asks = map_array(task.articles.articles)["has_letters"]
        labels = np.arange(members.size)
        anchors = np.zeros((task.n_bands, -(-members.size // 8)), np.uint8)
        for n in range(task.n_bands):
            keys = np.array(map_array(task.articles.keys)[task.first_band + n])
            rows = np.flatnonzero(keys % np.uint32(task.n_parts) == task.part) if task.n_parts > 1 else None
            band = _Band(keys, asks, members, rows)
            anchors[n] = np.packbits(band.all_anchors(members.size), bitorder="little")
            for pairs in band.pairs_across(labels):
                labels = _tied(labels, pairs, signatures, task.min_equal)
        save_array(task.anchors, anchors)
        later = np.flatnonzero(labels != np.arange(labels.size))
        save_array(task.path, packed(labels[later], later))
    return task.path


def packed(earlier: NDArray[np.int64], later: NDArray[np.int64]) -> PackedPairs:
    """Return pairs as one number each; sorted, they are in order of the later one."""
    pairs: PackedPairs = later.astype(np.uint64) << np.uint64(32) | earlier.astype(np.uint64)
    return pairs


def earlier_of(pairs: PackedPairs) -> NDArray[np.int64]:
    """Return the places of the earlier ones."""
    return (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)


def later_of(pairs: PackedPairs) -> NDArray[np.int64]:
    """Return the places of the later ones."""
    return (pairs >> np.uint64(32)).astype(np.int64)


def merged_ties(paths: Iterable[Path], n: int) -> PackedPairs:
    """Return the ties of all partitions among n articles as those of one tree: fewer than n, however many there were."""
    labels = np.arange(n)
    for path in paths:
        labels = components(np.load(path), n, labels)
    later = np.flatnonzero(labels != np.arange(n))
    return packed(labels[later], later)


def components(ties: PackedPairs, n: int, labels: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Return for each of n places the first place of its connected component; `labels`: what is known of them already."""
    labels = np.arange(n) if labels is None else labels.copy()
    left, right = earlier_of(ties), later_of(ties)
    while left.size:
        firsts = labels[left], labels[right]
        low = np.minimum(*firsts)
        for first in firsts:
            np.minimum.at(labels, first, low)
        while not np.array_equal(shorter := labels[labels], labels):
            labels = shorter
        open_ties = labels[left] != labels[right]
        left, right = left[open_ties], right[open_ties]
    return labels


def _tied(
    labels: NDArray[np.int64], pairs: PackedPairs, signatures: NDArray[np.uint32], min_equal: float
) -> NDArray[np.int64]:
    """Return the labels with what the pairs tie that are alike enough to be verified."""
    earlier, later = earlier_of(pairs), later_of(pairs)
    is_open = labels[earlier] != labels[later]
    earlier, later = earlier[is_open], later[is_open]
    alike = agreements(signatures, earlier, later) >= min_equal
    return components(packed(earlier[alike], later[alike]), labels.size, labels)


class _Band:
    """The articles of a partition by one band, sorted by bucket."""

    def __init__(
        self,
        keys: NDArray[np.uint32],
        asks: NDArray[np.bool_],
        members: NDArray[np.bool_],
        rows: NDArray[np.int64] | None,
    ) -> None:
        self._rows = np.arange(keys.size) if rows is None else rows
        self._keys, self._asks, is_member = keys[self._rows], asks[self._rows], members[self._rows]
        order, ordered = _sorted(self._keys)
        begins = np.concatenate((ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]))
        first = np.maximum.accumulate(np.where(begins, np.arange(order.size), 0))  # where the bucket begins
        before: NDArray[np.int64] = np.cumsum(is_member[order]) - is_member[order]
        rank = before - before[first]
        self._order = order
        self._bucket = np.cumsum(begins) - 1  # in order
        self._anchors, self._partners = np.zeros(order.size, np.bool_), np.zeros(order.size, np.int64)
        self._anchors[order] = is_member[order] & (rank < ANCHORS)
        self._partners[order] = np.where(self._asks[order], np.minimum(rank, ANCHORS), 0)

    def all_anchors(self, n: int) -> NDArray[np.bool_]:
        """Return which of n articles are anchors of their bucket."""
        found = np.zeros(n, np.bool_)
        found[self._rows[self._anchors]] = True
        return found

    def pairs_across(self, labels: NDArray[np.int64]) -> Iterator[PackedPairs]:
        """Yield the pairs of buckets that hold articles of more than one label, some at a time."""
        wanted = np.flatnonzero(self._is_mixed(labels))
        keys, asks, anchors = self._keys[wanted], self._asks[wanted], self._anchors[wanted]
        for first, end in _spans(self._partners[wanted]):
            queries = np.zeros(wanted.size, np.bool_)
            queries[first:end] = asks[first:end]
            seen = np.flatnonzero(anchors | queries)
            pairs = candidate_pairs(keys[seen, None], queries=queries[seen], members=anchors[seen])
            yield packed(self._rows[wanted[seen[pairs.earlier]]], self._rows[wanted[seen[pairs.later]]])

    def _is_mixed(self, labels: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which articles lie in a bucket that could still tie something."""
        mine = labels[self._rows[self._order]]
        starts = np.flatnonzero(np.diff(self._bucket, prepend=-1))
        if not starts.size:
            return np.zeros(0, np.bool_)
        mixed = np.minimum.reduceat(mine, starts) != np.maximum.reduceat(mine, starts)
        found = np.zeros(mine.size, np.bool_)
        found[self._order] = mixed[self._bucket]
        return found


def _sorted(keys: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return the places of the keys in order, equal ones as they come, and the keys in order.

    As numbers of which the place is the lower half they are sorted in half the time of numpy's stable sort.
    """
    both = np.sort(keys.astype(np.uint64) << np.uint64(32) | np.arange(keys.size, dtype=np.uint64))
    return (both & np.uint64(0xFFFFFFFF)).astype(np.int64), (both >> np.uint64(32)).astype(np.uint32)


def _spans(partners: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield spans of neighbours that have a bounded number of pairs together."""
    total = np.cumsum(partners)
    first = 0
    while first < partners.size and total[-1] > (done := int(total[first - 1]) if first else 0):
        end = max(first + 1, int(np.searchsorted(total, done + _PAIRS_AT_ONCE, "right")))
        yield first, end
        first = end
