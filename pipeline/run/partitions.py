"""Candidate pairs in partitions: a task takes some bands, and of them the keys that fall into its part of all keys.

    work/decide/keys.npy ── pair_task ──▶ work/pairs/00-000.npy …   later << 32 | earlier, sorted, each once

A bucket lies in one partition as a whole, so the rule of anchors (`dedup.bands`) holds as it does for all keys at once, and
the pairs are the same however many partitions there are. What is held at a time is bounded: a form report with 200,000 pages
in one bucket has 13 million pairs, which are made and weighed some at a time.
"""

from collections.abc import Iterator
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
        return self.folder / f"{self.first_band:02d}-{self.part:04d}.npy"


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
    """Write the candidate pairs of a partition that are alike enough to be verified; return the file."""
    if not task.path.exists():
        found = [np.empty(0, np.uint64)]
        signatures, members = map_array(task.articles.signatures), map_array(task.articles.members)
        asks = map_array(task.articles.articles)["has_letters"]
        for band in range(task.first_band, task.first_band + task.n_bands):
            keys = np.array(map_array(task.articles.keys)[band])
            rows = np.flatnonzero(keys % np.uint32(task.n_parts) == task.part) if task.n_parts > 1 else None
            for pairs in _band_pairs(keys, asks, members, rows):
                alike = agreements(signatures, earlier_of(pairs), later_of(pairs)) >= task.min_equal
                found.append(pairs[alike])
            found = [np.unique(np.concatenate(found))]
        save_array(task.path, found[0])
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


def _band_pairs(
    keys: NDArray[np.uint32],
    asks: NDArray[np.bool_],
    members: NDArray[np.bool_],
    rows: NDArray[np.int64] | None,
) -> Iterator[PackedPairs]:
    """Yield the pairs of one band, some at a time; `rows`: of these articles only."""
    rows = np.arange(keys.size) if rows is None else rows
    keys, asks, members = keys[rows], asks[rows], members[rows]
    anchors, partners = _anchors(keys, asks, members)
    for first, end in _spans(partners):
        queries = np.zeros(keys.size, np.bool_)
        queries[first:end] = asks[first:end]
        seen = np.flatnonzero(anchors | queries)
        pairs = candidate_pairs(keys[seen, None], queries=queries[seen], members=anchors[seen])
        yield packed(rows[seen[pairs.earlier]], rows[seen[pairs.later]])


def _anchors(
    keys: NDArray[np.uint32], asks: NDArray[np.bool_], members: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which rows are anchors of their bucket, and with how many of them each row is paired."""
    order = np.argsort(keys, kind="stable")
    is_member = members[order]
    before: NDArray[np.int64] = np.cumsum(is_member) - is_member
    first = np.searchsorted(keys[order], keys[order])  # where the bucket begins
    rank: NDArray[np.int64] = before - before[first]
    anchors, partners = np.zeros(keys.size, np.bool_), np.zeros(keys.size, np.int64)
    anchors[order] = is_member & (rank < ANCHORS)
    partners[order] = np.where(asks[order], np.minimum(rank, ANCHORS), 0)
    return anchors, partners


def _spans(partners: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield spans of neighbours that have a bounded number of pairs together."""
    total = np.cumsum(partners)
    first = 0
    while first < partners.size and total[-1] > (done := int(total[first - 1]) if first else 0):
        end = max(first + 1, int(np.searchsorted(total, done + _PAIRS_AT_ONCE, "right")))
        yield first, end
        first = end
