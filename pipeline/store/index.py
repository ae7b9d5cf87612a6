"""The near-duplicate index on disk: which earlier articles share a bucket with a new one.

    index/
    ├── manifest.sqlite   spec, how many rows count, the runs, tombstones: changed in one transaction
    ├── ordinals.u32      row → the caller's number of the article     ┐ only ever appended to; what lies behind
    ├── signatures.u32    row → signature                              ┘ the manifest's count was never committed
    └── run-….u32         sorted runs of band keys, see sorted_runs

Rows are counted in order of arrival. The last rows, fewer than 4096, are in no run: their band keys are made from
their signatures in memory. Eight runs of one level are merged into one of the next. Runs can be made again from the
signatures, and the signatures from the texts: nothing here is the only copy of anything.

One process at a time may write; the caller holds the lock of the state folder.
"""

import json
import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.bands import ANCHORS, Pairs, band_keys
from pipeline.dedup.signature import SignatureSpec
from pipeline.errors import StateError
from pipeline.store.database import Database
from pipeline.store.files import cannot_write, remove_partial
from pipeline.store.sorted_runs import (
    WORD,
    MappedFile,
    Run,
    RunEntry,
    anchors_of_band,
    bands_of,
    checksum_of,
    merged_bands,
    open_run,
    run_in_memory,
    write_run,
)

TAIL_ROWS = 4096  # rows that make a run; fewer are sorted in memory, 10 ms once after opening
MERGE_FACTOR = 8  # runs of one level that become one of the next

# Pairs whose signatures are compared together. Each brings up to a megabyte of the file into memory, whatever is asked for
# of it: Linux maps what lies around it, too. A thousand at once held 900 MB of ten million rows.
_PAIRS_AT_ONCE: Final = 64
_FORMAT: Final = 1
_LOW: Final = np.uint64(0xFFFFFFFF)
_MANIFEST: Final = "manifest.sqlite"
_MIGRATIONS: Final = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE runs (name TEXT PRIMARY KEY, level INTEGER NOT NULL, first_row INTEGER NOT NULL,
                       count INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE appended (first_row INTEGER PRIMARY KEY, count INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;
    CREATE TABLE tombstones (ordinal INTEGER PRIMARY KEY) STRICT;
    """,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Earlier articles that may be the same as some new ones."""

    queries: NDArray[np.int64]  # places of the new ones, ascending
    ordinals: NDArray[np.int64]  # the caller's numbers of earlier ones, ascending for each query
    taken: NDArray[np.int64]  # shape (new, bands): members that each bucket has already, up to the number of anchors

    def pairs(self, places: Mapping[int, int]) -> Pairs:
        """Return candidate pairs, given where the caller put the earlier records; those without a place are left out."""
        known = np.array([ordinal in places for ordinal in self.ordinals.tolist()], np.bool_)
        earlier = np.array([places[ordinal] for ordinal in self.ordinals[known].tolist()], np.int64)
        return Pairs(earlier, self.queries[known])


class NearDuplicateIndex:
    """An open index; used by one thread, closed by `with`."""

    def __init__(self, folder: Path, spec: SignatureSpec, manifest: Database) -> None:
        self.folder = folder
        self.spec = spec
        self._manifest = manifest
        self._runs: list[Run] = []
        self._tail: Run | None = None
        self._load()

    @classmethod
    def open(cls, folder: Path, spec: SignatureSpec) -> Self:
        """Open the index in a folder, or make an empty one.

        Raises StateError when it was made with another spec or signatures are missing.
        """
        folder.mkdir(parents=True, exist_ok=True)
        remove_partial(folder)
        manifest = Database(folder / _MANIFEST, _MIGRATIONS)
        try:
            _check_spec(manifest, folder, spec)
            return cls(folder, spec, manifest)
        except BaseException:
            manifest.close()
            raise

    def __len__(self) -> int:
        return self._count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def last_ordinal(self) -> int | None:
        """The number of the article that was added last; None: the index is empty."""
        return int(self._ordinals[-1]) if self._count else None

    def close(self) -> None:
        """Close the files; what was added stands."""
        self._runs, self._tail = [], None
        self._manifest.close()

    def candidates(self, signatures: NDArray[np.uint32], min_estimate: float = 0.0) -> Found:
        """Return the anchors of the buckets that the signatures fall into, see `pipeline.dedup.bands`.

        `min_estimate`: share of slots that must be equal, so that nobody has to read the text of a stranger.
        """
        keys = band_keys(signatures, self.spec)
        taken = np.zeros(keys.shape, np.int64)
        runs = [*self._runs, self._open_tail()]
        found = [anchors_of_band(runs, band, keys[:, band], taken) for band in range(self.spec.bands)]
        merged = np.unique(np.concatenate(found))
        queries, rows = (merged >> np.uint64(32)).astype(np.int64), (merged & _LOW).astype(np.int64)
        wanted = ~np.isin(self._ordinals[rows], self._tombstones)
        queries, rows = queries[wanted], rows[wanted]
        close = self._equal_slots(signatures, queries, rows) >= min_estimate * self.spec.num_perm
        return Found(queries[close], self._ordinals[rows[close]].astype(np.int64), np.minimum(taken, ANCHORS))

    def add(self, ordinals: Sequence[int], signatures: NDArray[np.uint32]) -> None:
        """Append articles in order of arrival; ordinals ascend, over all calls. When it returns they are on the disk."""
        numbers = np.asarray(ordinals, np.uint32)
        if not numbers.size:
            return
        self._refuse_disorder(numbers, signatures)
        rows = np.ascontiguousarray(signatures, "<u4").tobytes()
        _append(self.folder / "ordinals.u32", self._count * WORD, numbers.astype("<u4").tobytes())
        _append(self.folder / "signatures.u32", self._count * WORD * self.spec.num_perm, rows)
        with self._manifest.transaction():
            self._manifest.run(
                "INSERT OR REPLACE INTO appended VALUES (?, ?, ?)", (self._count, numbers.size, zlib.crc32(rows))
            )
            self._write_count(self._count + numbers.size)
        self._load_rows()
        self._make_runs()

    def remove(self, ordinals: Iterable[int]) -> None:
        """Forget articles: they are no longer found, but keep their places in their buckets."""
        with self._manifest.transaction():
            self._manifest.run_many("INSERT OR IGNORE INTO tombstones VALUES (?)", ((number,) for number in ordinals))
        self._load_tombstones()

    def verify(self, *, repair: bool = True) -> list[str]:
        """Return what is wrong with the files, by checksum. Damaged runs are made again unless told otherwise.

        Raises StateError when signatures are damaged: those only the caller can make again.
        """
        self._verify_signatures()
        damaged = [run for run in self._runs if checksum_of(self.folder / run.entry.name) != run.entry.checksum]
        for run in damaged if repair else ():
            self._runs[self._runs.index(run)] = self._made_again(run.entry)
        return [f"{self.folder / run.entry.name}: damaged" for run in damaged]

    def rebuild(self, batches: Iterable[tuple[Sequence[int], NDArray[np.uint32]]]) -> None:
        """Forget everything and add the batches: ordinals and signatures, in order of arrival."""
        with self._manifest.transaction():
            for table in ("runs", "appended", "tombstones"):
                self._manifest.run(f"DELETE FROM {table}")  # noqa: S608 - three names from the line above
            self._write_count(0)
        self._load()
        for ordinals, signatures in batches:
            self.add(ordinals, signatures)

    def _equal_slots(
        self, signatures: NDArray[np.uint32], queries: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        equal = np.empty(rows.size, np.int64)
        for first in range(0, rows.size, _PAIRS_AT_ONCE):
            some = slice(first, first + _PAIRS_AT_ONCE)
            equal[some] = np.count_nonzero(signatures[queries[some]] == self._signatures[rows[some]], axis=1)
            if self._mapped is not None:
                self._mapped.release()
        return equal

    def _load(self) -> None:
        self._load_tombstones()
        self._load_rows()
        entries = [
            RunEntry(name=name, level=level, first_row=first_row, count=count, checksum=checksum)
            for name, level, first_row, count, checksum in self._manifest.rows("SELECT * FROM runs ORDER BY first_row")
        ]
        self._runs = [open_run(self.folder, e, self.spec.bands) or self._made_again(e) for e in entries]
        self._remove_orphans()

    def _load_tombstones(self) -> None:
        self._tombstones = np.fromiter(
            (row[0] for row in self._manifest.rows("SELECT ordinal FROM tombstones")), np.int64
        )

    def _load_rows(self) -> None:
        """Map what is committed of the appended files; what a crash left behind that is not seen."""
        self._count = int(self._manifest.value("SELECT value FROM meta WHERE key = 'count'"))
        self._tail = None
        self._mapped: MappedFile | None = None
        self._ordinals = np.empty(0, np.uint32)
        self._signatures = np.empty((0, self.spec.num_perm), np.uint32)
        if self._count:
            self._ordinals = self._opened("ordinals.u32", (self._count,)).words
            self._mapped = self._opened("signatures.u32", (self._count, self.spec.num_perm))
            self._signatures = self._mapped.words

    def _opened(self, name: str, shape: tuple[int, ...]) -> MappedFile:
        path = self.folder / name
        if not path.is_file() or path.stat().st_size < WORD * int(np.prod(shape)):
            raise StateError(
                f"{path}: {self._count} signatures expected, some are missing. Run: zhnews dedup --rebuild"
            )
        return MappedFile(path, shape)

    def _open_tail(self) -> Run:
        if self._tail is None:
            first = self._rows_in_runs
            self._tail = run_in_memory(band_keys(np.asarray(self._signatures[first:]), self.spec), first)
        return self._tail

    @property
    def _rows_in_runs(self) -> int:
        return self._runs[-1].entry.first_row + self._runs[-1].entry.count if self._runs else 0

    def _make_runs(self) -> None:
        """Write the tail as a run when it is long enough, and merge what has become too many."""
        if self._count - self._rows_in_runs < TAIL_ROWS:
            return
        first = self._rows_in_runs
        level = 0
        while self._count - first >= TAIL_ROWS * MERGE_FACTOR ** (level + 1):
            level += 1  # a large batch begins where merging would have brought it
        self._replace_runs([], RunEntry(name="", level=level, first_row=first, count=self._count - first, checksum=0))
        while len(last := self._last_of_one_level()) >= MERGE_FACTOR:
            count = sum(run.entry.count for run in last)
            first, level = last[0].entry.first_row, last[0].entry.level + 1
            self._replace_runs(last, RunEntry(name="", level=level, first_row=first, count=count, checksum=0))

    def _last_of_one_level(self) -> list[Run]:
        last: list[Run] = []
        for run in reversed(self._runs):
            if run.entry.level > self._runs[-1].entry.level:
                break
            last.insert(0, run)
        return last

    def _replace_runs(self, old: Sequence[Run], entry: RunEntry) -> None:
        """Write a run that stands for the old ones, or for the tail when there are none; then swap the lists."""
        bands = merged_bands(old or [self._open_tail()], self.spec.bands)
        name = f"run-{entry.first_row:010}-{entry.first_row + entry.count:010}.u32"
        written = write_run(self.folder, name, entry, bands)
        with self._manifest.transaction():
            self._manifest.run_many("DELETE FROM runs WHERE name = ?", ((run.entry.name,) for run in old))
            self._manifest.run(
                "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)",
                (written.name, written.level, written.first_row, written.count, written.checksum),
            )
        self._tail = None
        self._load()

    def _made_again(self, entry: RunEntry) -> Run:
        """Write a run again from the signatures: the same rows give the same bytes."""
        rows = self._signatures[entry.first_row : entry.first_row + entry.count]
        write_run(self.folder, entry.name, entry, bands_of(rows, self.spec, entry.first_row))
        found = open_run(self.folder, entry, self.spec.bands)
        assert found is not None
        return found

    def _verify_signatures(self) -> None:
        path, width = self.folder / "signatures.u32", WORD * self.spec.num_perm
        for first, count, checksum in self._manifest.rows("SELECT * FROM appended WHERE first_row < ?", (self._count,)):
            if checksum_of(path, start=first * width, size=count * width) != checksum:
                raise StateError(
                    f"{path}: signatures of rows {first} to {first + count} are damaged. Run: zhnews dedup --rebuild"
                )

    def _refuse_disorder(self, ordinals: NDArray[np.uint32], signatures: NDArray[np.uint32]) -> None:
        last = self.last_ordinal
        ascending = bool(np.all(ordinals[1:] > ordinals[:-1])) and (last is None or int(ordinals[0]) > last)
        if not ascending or signatures.shape != (ordinals.size, self.spec.num_perm):
            message = f"{self.folder}: ordinals must ascend from {last} and each needs a signature of {self.spec.num_perm} slots"
            raise ValueError(message)

    def _remove_orphans(self) -> None:
        """Remove runs that the manifest does not name: a crash came before the swap, or behind it."""
        named = {run.entry.name for run in self._runs}
        for path in self.folder.glob("run-*.u32"):
            if path.name not in named:
                path.unlink(missing_ok=True)

    def _write_count(self, count: int) -> None:
        self._manifest.run("INSERT OR REPLACE INTO meta VALUES ('count', ?)", (str(count),))


def _check_spec(manifest: Database, folder: Path, spec: SignatureSpec) -> None:
    """Write the spec into a new manifest; refuse an old one that has another."""
    wanted = {"format": _FORMAT, **asdict(spec)}
    stored = {row[0]: row[1] for row in manifest.rows("SELECT key, value FROM meta")}
    if not stored:
        with manifest.transaction():
            manifest.run("INSERT INTO meta VALUES ('spec', ?)", (json.dumps(wanted),))
            manifest.run("INSERT INTO meta VALUES ('count', '0')")
        return
    made_with = json.loads(stored["spec"])
    if made_with != wanted:
        names = [name for name in {**wanted, **made_with} if made_with.get(name) != wanted.get(name)]
        was = ", ".join(f"{name} {made_with.get(name)}" for name in names)
        now = ", ".join(f"{name} {wanted.get(name)}" for name in names)
        raise StateError(
            f"{folder} was built with {was}, this run uses {now}. Use the same settings, or: zhnews dedup --rebuild"
        )


def _append(path: Path, at: int, content: bytes) -> None:
    """Write at a place, over what a crash may have left there, and wait for the disk."""
    try:
        path.touch()
        with path.open("r+b") as stream:
            stream.seek(at)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as exc:
        raise cannot_write(path, exc) from exc
