"""Sorted runs: band keys of a stretch of rows, sorted, in one file that is mapped into memory and never changed.

    file = for each band: keys (uint32, ascending), then rows (uint32; of equal keys the earlier first)

A search is one binary search in each band of each run. Runs cover neighbouring stretches, so runs in order give the
rows of a bucket in order. Merging reads and writes one band at a time, and pages of the files are given back after each
band: memory stays small at any size.
"""

import mmap
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.bands import ANCHORS, band_keys
from pipeline.dedup.kernels import Places, search_loop
from pipeline.dedup.packed import is_worth_compiling
from pipeline.dedup.signature import SignatureSpec
from pipeline.machine import compiled
from pipeline.store.files import open_whole

WORD = 4  # bytes of a key, and of a row
COMPILE_QUERIES = (
    20_000  # from which on numba is worth its start: numpy asks a million rows as many in 0.5 s, numba in 0.1
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry:
    """A run as the manifest knows it."""

    name: str
    level: int
    first_row: int
    count: int
    checksum: int  # crc32 of the file


@dataclass(frozen=True, slots=True)
class Run:
    """An open run."""

    entry: RunEntry
    bands: NDArray[np.uint32]  # shape (bands, 2, count): keys and rows
    mapped: "MappedFile | None" = None  # what holds them; None: they are in memory

    def find(self, band: int, queries: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for each query, sorted ascending, where its rows begin in the band and how many there are, up to ANCHORS."""
        keys = self.bands[band, 0]
        if is_worth_compiling(queries.size, COMPILE_QUERIES):
            starts, counts = np.empty(queries.size, np.int64), np.empty(queries.size, np.int64)
            compiled(search_loop)(keys, queries, ANCHORS, starts, counts)
            return starts, counts
        return _found_by_numpy(keys, queries)

    def rows(self, band: int, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows at places of a band."""
        found: NDArray[np.int64] = self.bands[band, 1][places].astype(np.int64)
        return found

    def release(self) -> None:
        """Give back the pages that were read; they stay in the system's cache as long as it has room."""
        if self.mapped is not None:
            self.mapped.release()


class MappedFile:
    """A file of 32-bit words that is read as if it were in memory."""

    def __init__(self, path: Path, shape: tuple[int, ...]) -> None:
        with path.open("rb") as stream:
            self._map = mmap.mmap(stream.fileno(), int(np.prod(shape)) * WORD, access=mmap.ACCESS_READ)
        self.words: NDArray[np.uint32] = np.frombuffer(self._map, "<u4").reshape(shape)

    def release(self) -> None:
        """Give back the pages that were read. Searches in ten million rows held 2.6 GB before, and are no slower now."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)


def run_in_memory(keys: NDArray[np.uint32], first_row: int) -> Run:
    """Return a run of rows that are in no file yet; `keys` has shape (rows, bands)."""
    bands = np.stack([_sorted_band(keys[:, band], first_row) for band in range(keys.shape[1])])
    return Run(RunEntry(name="", level=0, first_row=first_row, count=keys.shape[0], checksum=0), bands)


def open_run(folder: Path, entry: RunEntry, bands: int) -> Run | None:
    """Return the run mapped into memory; None when its file is missing or has another size."""
    path = folder / entry.name
    if not path.is_file() or path.stat().st_size != bands * 2 * entry.count * WORD:
        return None
    mapped = MappedFile(path, (bands, 2, entry.count))
    return Run(entry, mapped.words, mapped)


def write_run(folder: Path, name: str, entry: RunEntry, bands: Iterator[NDArray[np.uint32]]) -> RunEntry:
    """Write the bands of a run, each of shape (2, count); return the entry with its name and checksum."""
    checksum = 0
    with open_whole(folder / name) as stream:
        for band in bands:
            content = np.ascontiguousarray(band, "<u4").tobytes()
            checksum = zlib.crc32(content, checksum)
            stream.write(content)
    return replace(entry, name=name, checksum=checksum)


def bands_of(signatures: NDArray[np.uint32], spec: SignatureSpec, first_row: int) -> Iterator[NDArray[np.uint32]]:
    """Yield the bands of the signatures; one is in memory at a time."""
    alone = replace(spec, num_perm=spec.rows, bands=1)
    for band in range(spec.bands):
        slots = np.ascontiguousarray(signatures[:, band * spec.rows : (band + 1) * spec.rows])
        yield _sorted_band(band_keys(slots, alone)[:, 0], first_row)


def merged_bands(runs: Sequence[Run], bands: int) -> Iterator[NDArray[np.uint32]]:
    """Yield the bands of all runs together, sorted; the runs are in order of rows."""
    for band in range(bands):
        keys = np.concatenate([run.bands[band, 0] for run in runs])
        rows = np.concatenate([run.bands[band, 1] for run in runs])
        for run in runs:
            run.release()
        yield _sorted_pairs(keys, rows)


def anchors_of_band(
    runs: Sequence[Run], band: int, keys: NDArray[np.uint32], taken: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Return query << 32 | row of the anchors in one band; add the sizes of the buckets to `taken`."""
    both = _sorted_with_place(keys, np.arange(keys.size, dtype=np.uint32))
    order, queries = (both & np.uint64(0xFFFFFFFF)).astype(np.int64), (both >> np.uint64(32)).astype(np.uint32)
    sizes = np.zeros(order.size, np.int64)
    found = [np.empty(0, np.uint64)]
    for run in runs:
        starts, counts = run.find(band, queries)
        hit = np.flatnonzero(counts)  # few: most buckets hold nobody
        wanted = np.minimum(counts[hit], np.maximum(ANCHORS - sizes[hit], 0))
        first = np.cumsum(wanted) - wanted
        places = np.arange(int(wanted.sum())) + np.repeat(starts[hit] - first, wanted)
        asked = np.repeat(order[hit], wanted).astype(np.uint64)
        found.append(asked << np.uint64(32) | run.rows(band, places).astype(np.uint64))
        sizes[hit] += counts[hit]
        run.release()
    taken[order, band] = sizes
    return np.concatenate(found)


def checksum_of(path: Path, size: int | None = None, start: int = 0) -> int | None:
    """Return the crc32 of a file or of `size` bytes of it; None when it is too short or missing."""
    if not path.is_file():
        return None
    left = path.stat().st_size - start if size is None else size
    checksum = 0
    with path.open("rb") as stream:
        stream.seek(start)
        while left > 0:
            block = stream.read(min(left, 1 << 22))
            if not block:
                return None
            checksum = zlib.crc32(block, checksum)
            left -= len(block)
    return checksum


def _found_by_numpy(keys: NDArray[np.uint32], queries: NDArray[np.uint32]) -> tuple[Places, Places]:
    """Return the same as `search_loop`, from numpy alone."""
    starts: Places = np.searchsorted(keys, queries, side="left")
    hit = starts < keys.size
    hit[hit] = keys[starts[hit]] == queries[hit]
    counts = np.zeros(queries.size, np.int64)
    counts[hit] = np.minimum(np.searchsorted(keys, queries[hit], side="right") - starts[hit], ANCHORS)
    return starts, counts


def _sorted_with_place(keys: NDArray[np.uint32], places: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return `key << 32 | place`, ascending: one sort of numbers is ten times faster than a stable argsort."""
    return np.sort(keys.astype(np.uint64) << np.uint64(32) | places)


def _sorted_band(keys: NDArray[np.uint32], first_row: int) -> NDArray[np.uint32]:
    return _sorted_pairs(keys, np.arange(first_row, first_row + keys.size, dtype=np.uint32))


def _sorted_pairs(keys: NDArray[np.uint32], rows: NDArray[np.uint32]) -> NDArray[np.uint32]:
    both = _sorted_with_place(keys, rows)
    return np.stack(((both >> np.uint64(32)).astype(np.uint32), both.astype(np.uint32)))
