"""Articles that can influence each other's decisions, put together; groups are decided apart from each other.

    ties, equal texts, equal addresses ── find_groups ──▶ groups ── resolve_task ──▶ work/resolve/00000.jsonl, .npy

A decision depends on an article's candidates, on theirs, and so on, and on nothing else: a connected component of that graph
is decided as it would be among all articles. Most articles have no candidate at all; their texts are never read again.
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.packed import chunks
from pipeline.run.inventory import order_of
from pipeline.run.partitions import PackedPairs, components, earlier_of, later_of, packed

_GROUP_CHARS = 1_000_000  # texts decided in one task: 10,000 articles make two or three, so that no process waits


def find_groups(ties: PackedPairs, articles: NDArray[np.void]) -> list[NDArray[np.int64]]:
    """Return the places of the articles of each group, ascending; articles that are tied to none are in none.

    `articles`: of dtype ROWS, in the order of preference.
    """
    ties = np.concatenate(
        (ties, _equal(articles["content"], ~articles["is_blank"]), _equal(articles["url"], _known(articles["url"])))
    )
    labels = components(ties, articles.size)
    tied = np.unique(np.concatenate((earlier_of(ties), later_of(ties))))
    tied = tied[np.lexsort((tied, labels[tied]))]
    number = _numbered(labels[tied], articles["chars"][tied])
    n_groups = int(number[-1]) + 1 if number.size else 0
    bounds = np.searchsorted(number, np.arange(n_groups + 1))
    return [np.sort(tied[bounds[n] : bounds[n + 1]]) for n in range(n_groups)]


def _numbered(labels: NDArray[np.int64], chars: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the number of the group of each article; whole components, some megabytes of text together."""
    starts = np.flatnonzero(np.diff(labels, prepend=-1))
    sizes = np.add.reduceat(chars.astype(np.int64), starts) if starts.size else np.empty(0, np.int64)
    number = np.zeros(labels.size, np.int64)
    for n, (first, _) in enumerate(chunks(sizes.tolist(), _GROUP_CHARS)):
        number[starts[first] :] = n
    return number


def _equal(digests: NDArray[np.void], wanted: NDArray[np.bool_]) -> PackedPairs:
    """Return neighbours among those with an equal digest as pairs."""
    places = np.flatnonzero(wanted)
    places = places[order_of(digests[places])]
    same = digests[places[1:]] == digests[places[:-1]]
    return packed(places[:-1][same], places[1:][same])


def _known(digests: NDArray[np.void]) -> NDArray[np.bool_]:
    known: NDArray[np.bool_] = (digests["high"] != 0) | (digests["low"] != 0)
    return known
