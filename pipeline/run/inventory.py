"""What a build knows of all its inputs at once: some hundred bytes an input, no texts.

    work/process/*.npz    ── take_inventory ──▶ Inventory: fate, place and id of every row, in the order of the input
    work/process/*.signed ── write_articles ──▶ work/articles/*.npy: the articles alone, in the order of preference

A *place* below is the place of an article in the order of preference: the smaller one stays.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from pipeline.dedup.signature import SignatureSpec
from pipeline.run.preference import ORDERS, Prefer
from pipeline.run.stages import ARTICLE, FACTS, REJECTED, record_of_row, signed_path, signed_type
from pipeline.store.rowfiles import RowFiles, save_array

_ROWS_AT_ONCE = 20_000  # whose signatures are held: 13 MB
ROWS = np.dtype([("file", "<u4"), *FACTS.descr])  # facts, and the number of the file in which the row stands


@dataclass(frozen=True, slots=True)
class Inventory:
    """All inputs in their order, each id once: a later row of an id that was seen is rejected."""

    rows: NDArray[np.void]  # of dtype ROWS
    names: NDArray[np.bytes_]  # ids, cut
    is_repeat: NDArray[np.bool_]

    @property
    def fates(self) -> NDArray[np.uint8]:
        """The fate of each row before near-duplicates are known."""
        return np.where(self.is_repeat, np.uint8(REJECTED), self.rows["fate"])

    @property
    def articles(self) -> NDArray[np.int64]:
        """Which of the rows are articles, in the order of the input."""
        return np.flatnonzero(self.fates == ARTICLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFiles:
    """Where the articles stand in their order of preference."""

    folder: Path

    @property
    def articles(self) -> Path:
        """Of dtype ROWS."""
        return self.folder / "articles.npy"

    @property
    def signatures(self) -> Path:
        """Shape (articles, slots)."""
        return self.folder / "signatures.npy"

    @property
    def keys(self) -> Path:
        """Shape (bands, articles): a band is read without the others."""
        return self.folder / "keys.npy"

    @property
    def members(self) -> Path:
        """Which of them count in buckets: the first of each text. Written last."""
        return self.folder / "members.npy"


def take_inventory(processed: Sequence[Path]) -> Inventory:
    """Return what became of every input."""
    rows: list[NDArray[np.void]] = [np.empty(0, ROWS)]
    names: list[NDArray[np.bytes_]] = [np.empty(0, "S1")]
    for number, path in enumerate(processed):
        with np.load(path) as arrays:
            facts = arrays["facts"]
            names.append(arrays["names"])
        table = np.empty(facts.size, ROWS)
        table["file"] = number
        for name in FACTS.names or ():
            table[name] = facts[name]
        rows.append(table)
    joined = np.concatenate(rows)
    return Inventory(joined, np.concatenate(names), ~first_of_each(joined["id"]))


def first_of_each(digests: NDArray[np.void]) -> NDArray[np.bool_]:
    """Return which digests were not there before."""
    order = order_of(digests)
    first = np.ones(digests.size, np.bool_)
    first[order[1:]] = digests[order[1:]] != digests[order[:-1]]
    return first


def order_of(digests: NDArray[np.void]) -> NDArray[np.int64]:
    """Return the places sorted so that equal digests are neighbours, in their order."""
    order: NDArray[np.int64] = np.lexsort((digests["low"], digests["high"]))
    return order


def preference_order(inventory: Inventory, prefer: Prefer, rows: RowFiles) -> NDArray[np.int64]:
    """Return the articles' row numbers, those first that stay rather than others."""
    articles = inventory.articles
    if prefer == "first":
        return articles
    if prefer == "longest":
        return articles[np.argsort(-inventory.rows["chars"][articles].astype(np.int64), kind="stable")]
    keys = [ORDERS[prefer](record_of_row(rows.row(inventory.rows[row]))) for row in articles.tolist()]
    return articles[sorted(range(articles.size), key=keys.__getitem__)]


def write_articles(
    inventory: Inventory, order: NDArray[np.int64], processed: Sequence[Path], spec: SignatureSpec, files: ArticleFiles
) -> None:
    """Write what near-duplicate search needs, article by article in the order given; nothing where it stands."""
    if files.members.exists():
        return
    files.folder.mkdir(parents=True, exist_ok=True)
    articles = inventory.rows[order]
    save_array(files.articles, articles)
    signatures = open_memmap(files.signatures, "w+", np.uint32, (order.size, spec.num_perm))
    keys = open_memmap(files.keys, "w+", np.uint32, (spec.bands, order.size))
    if order.size:
        for places, mine, path in _by_file(inventory, order, processed):
            signed = np.memmap(signed_path(path), signed_type(spec), "r")
            for some in chunked(mine.size):
                rows = signed[mine[some]]
                signatures[places[some]] = rows["signature"]
                keys[:, places[some]] = rows["keys"].T
    signatures.flush()
    keys.flush()
    save_array(files.members, first_of_each(articles["content"]) & articles["has_letters"])


def removed_from(inventory: Inventory, chosen: NDArray[np.bool_], processed: Sequence[Path]) -> dict[str, int]:
    """Return how many characters were taken out of the chosen rows, by kind."""
    total: Counter[str] = Counter()
    bounds = np.searchsorted(inventory.rows["file"], np.arange(len(processed) + 1))
    for number, path in enumerate(processed):
        with np.load(path) as arrays:
            removed, kinds = arrays["removed"], arrays["kinds"]
        _, kind, chars = removed[chosen[bounds[number] : bounds[number + 1]][removed[:, 0]]].T
        sums = np.bincount(kind, chars, kinds.size).astype(np.int64)
        total.update({name.decode(): n for name, n in zip(kinds.tolist(), sums.tolist(), strict=True) if n})
    return dict(total)


def chunked(n: int) -> Iterator[slice]:
    """Yield slices that cover so many rows, some at a time."""
    yield from (slice(first, first + _ROWS_AT_ONCE) for first in range(0, n, _ROWS_AT_ONCE))


def _by_file(
    inventory: Inventory, order: NDArray[np.int64], processed: Sequence[Path]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], Path]]:
    """Yield for each file the places of its articles, and which of the file's own articles these are."""
    place_of = np.full(inventory.rows.size, -1, np.int64)
    place_of[order] = np.arange(order.size)
    bounds = np.searchsorted(inventory.rows["file"], np.arange(len(processed) + 1))
    for number, path in enumerate(processed):
        span = slice(bounds[number], bounds[number + 1])
        places = place_of[span][inventory.rows["fate"][span] == ARTICLE]
        mine = np.flatnonzero(places >= 0)
        if mine.size:
            yield places[mine], mine, path
