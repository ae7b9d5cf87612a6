"""The last stage of a build: what became of every input, as files, each kind sorted by id.

    inventory + decisions ── entries_of, rows_by_kind ──▶ who is written where ── write_task ──▶ one file, and its tally

The rows of JSON Lines are copied as they stand in the files of `process`, the neighbours among them as one; nothing is
read that was written before.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.run.inventory import Inventory
from pipeline.run.stages import ARTICLE, FAILED, REJECTED
from pipeline.run.tally import Tally, dedup_rule
from pipeline.store.files import json_line, write_text_whole
from pipeline.store.records import Json
from pipeline.store.rowfiles import PLACE, Places, RowFiles, text_field
from pipeline.store.shards import write_lines, write_parquet

Kind: TypeAlias = Literal["corpus", "duplicates", "rejected", "failed"]
KINDS: tuple[Kind, ...] = ("corpus", "duplicates", "rejected", "failed")
Copies: TypeAlias = Literal["drop", "annotate"]

# A row to write: where it stands, whether its id was taken already, and where the decision that dropped it stands.
ENTRY = np.dtype([("row", PLACE), ("is_repeat", "?"), ("is_copy", "?"), ("decision", PLACE)])
ANNOTATIONS = ("duplicate_of", "relation")
_SURROGATE = b"\\ud"  # what the escape of a lone one begins with
_ENTRIES_AT_ONCE = 10_000  # of which Python's own numbers are made
_BYTES_AT_ONCE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The row files that entries speak of, by number."""

    processed: tuple[Path, ...]
    resolved: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTask:
    """One file to write."""

    kind: Kind
    entries: NDArray[np.void]  # of dtype ENTRY
    sources: Sources
    target: Path
    annotate: bool  # corpus: copies are among the entries, and each record says what it is a copy of
    signals: bool  # the records have signals of quality

    @property
    def path(self) -> Path:
        """The tally of the file, written last."""
        return self.target.with_name(f".{self.target.name}.tally")


def entries_of(inventory: Inventory, order: NDArray[np.int64], resolved: Sequence[Path]) -> NDArray[np.void]:
    """Return an entry for each row, in order of the input.

    `order`: the articles' row numbers in the order of preference; `resolved`: who is dropped, by group.
    """
    entries = np.zeros(inventory.rows.size, ENTRY)
    for name in ("file", "start", "size"):
        entries["row"][name] = inventory.rows[name]
    entries["is_repeat"] = inventory.is_repeat
    for number, path in enumerate(resolved):
        dropped = np.load(path)
        rows = order[dropped["place"]]
        entries["is_copy"][rows] = True
        decisions = np.zeros(dropped.size, PLACE)
        decisions["file"], decisions["start"], decisions["size"] = number, dropped["start"], dropped["size"]
        entries["decision"][rows] = decisions
    return entries


def rows_by_kind(inventory: Inventory, entries: NDArray[np.void], copies: Copies) -> dict[Kind, NDArray[np.bool_]]:
    """Return which rows are written where."""
    fates, is_copy = inventory.fates, entries["is_copy"]
    return {
        "corpus": (fates == ARTICLE) & (~is_copy | (copies == "annotate")),
        "duplicates": is_copy,
        "rejected": fates == REJECTED,
        "failed": fates == FAILED,
    }


def sorted_entries(inventory: Inventory, entries: NDArray[np.void], chosen: NDArray[np.bool_]) -> NDArray[np.void]:
    """Return the chosen entries sorted by id, equal ones in order of the input."""
    rows = np.flatnonzero(chosen)
    return entries[rows[np.argsort(inventory.names[rows], kind="stable")]]


def split_entries(entries: NDArray[np.void], at_most: int) -> list[NDArray[np.void]]:
    """Return the entries in parts of so many bytes of rows; at least one part."""
    sizes = entries["row"]["size"].astype(np.int64)
    total = np.cumsum(sizes)
    parts: list[NDArray[np.void]] = []
    first = 0
    while first < entries.size:
        begun = int(total[first - 1]) if first else 0
        end = max(first + 1, int(np.searchsorted(total, begun + at_most, "right")))
        parts.append(entries[first:end])
        first = end
    return parts or [entries]


def write_task(task: WriteTask) -> Tally:
    """Write a file; return the tally of what is in it."""
    if not task.path.exists():
        with RowFiles(task.sources.processed) as processed, RowFiles(task.sources.resolved) as resolved:
            lines = _Lines(task, processed, resolved)
            if task.target.suffix == ".parquet":
                extra = ANNOTATIONS if task.annotate else ()
                write_parquet(task.target, map(json.loads, lines), extra, signals=task.signals)
            else:
                write_lines(task.target, lines.blocks())
        write_text_whole(task.path, json.dumps(lines.tally.as_json()))
    return Tally.from_json(json.loads(task.path.read_text(encoding="utf-8")))


class _Lines:
    """The lines of a file, counted while they are written. What was removed is known without reading them."""

    def __init__(self, task: WriteTask, processed: RowFiles, resolved: RowFiles) -> None:
        self._task, self._processed, self._resolved = task, processed, resolved
        self._rules: Counter[str] = Counter()

    @property
    def tally(self) -> Tally:
        """Complete when all lines were asked for. A copy that is annotated in the corpus is counted there."""
        n, kind = self._task.entries.size, self._task.kind
        if kind == "duplicates" and self._task.annotate:
            return Tally()
        return Tally(
            seen=n,
            kept=n if kind == "corpus" else 0,
            rejected=n if kind in ("duplicates", "rejected") else 0,
            failed=n if kind == "failed" else 0,
            duplicates=n if kind == "duplicates" else 0,
            rules=dict(self._rules),
        )

    def __iter__(self) -> Iterator[bytes]:
        made: dict[Kind, Callable[[NDArray[np.void]], Iterator[bytes]]] = {
            "corpus": self._annotated if self._task.annotate else self._as_they_stand,
            "duplicates": self._copies,
            "rejected": self._rejected,
            "failed": self._as_they_stand,
        }
        yield from self._in_pieces(made[self._task.kind])

    def blocks(self) -> Iterator[bytes]:
        """Yield the same, lines that stand behind one another in a file and need no look at once."""
        bare = self._task.kind == "failed" or (self._task.kind == "corpus" and not self._task.annotate)
        return self._in_pieces(self._blocks) if bare else iter(self)

    def _in_pieces(self, made: Callable[[NDArray[np.void]], Iterator[bytes]]) -> Iterator[bytes]:
        entries = self._task.entries
        for first in range(0, entries.size, _ENTRIES_AT_ONCE):
            yield from made(entries[first : first + _ENTRIES_AT_ONCE])

    def _as_they_stand(self, entries: NDArray[np.void]) -> Iterator[bytes]:
        return starmap(self._processed.span, spans_of(entries["row"]))

    def _blocks(self, entries: NDArray[np.void]) -> Iterator[bytes]:
        return starmap(self._processed.span, joined_spans(entries["row"]))

    def _annotated(self, entries: NDArray[np.void]) -> Iterator[bytes]:
        decisions = starmap(self._resolved.span, spans_of(entries["decision"]))  # of no bytes where there is none
        for line, decision in zip(self._as_they_stand(entries), decisions, strict=True):
            row = json.loads(decision) if decision else {"kept": None, "relation": None}
            yield _extended(line, json_line({"duplicate_of": row["kept"], "relation": row["relation"]}))

    def _copies(self, entries: NDArray[np.void]) -> Iterator[bytes]:
        decisions = starmap(self._resolved.span, spans_of(entries["decision"]))
        for line, decision in zip(self._as_they_stand(entries), decisions, strict=True):
            if not self._task.annotate:
                self._rules[dedup_rule(text_field(decision, "relation"))] += 1
            yield _extended(decision, b'{"article": ' + line[:-1] + b"}\n")

    def _rejected(self, entries: NDArray[np.void]) -> Iterator[bytes]:
        for line, is_repeat in zip(self._as_they_stand(entries), entries["is_repeat"].tolist(), strict=True):
            made = json_line(_repeated(json.loads(line))) if is_repeat else line
            self._rules[text_field(made, "rule") or json.loads(made)["rule"]] += 1
            yield made


def spans_of(places: Places) -> Iterator[tuple[int, int, int]]:
    """Yield file, first byte and length of each place."""
    return zip(*(places[name].tolist() for name in ("file", "start", "size")), strict=True)


def joined_spans(places: Places) -> Iterator[tuple[int, int, int]]:
    """Yield the same, rows that stand behind one another as one span of about a megabyte at most."""
    if not places.size:
        return iter(())
    files, starts, sizes = (places[name].astype(np.int64) for name in ("file", "start", "size"))
    total = np.cumsum(sizes)
    goes_on = (files[1:] == files[:-1]) & (starts[1:] == starts[:-1] + sizes[:-1])
    goes_on &= total[1:] // _BYTES_AT_ONCE == total[:-1] // _BYTES_AT_ONCE
    first = np.flatnonzero(np.concatenate(([True], ~goes_on)))
    lengths = np.add.reduceat(sizes, first)
    return zip(files[first].tolist(), starts[first].tolist(), lengths.tolist(), strict=True)


def _extended(row: bytes, more: bytes) -> bytes:
    """Return a row with the fields of another one behind its own, as `json_line` would write them.

    A row in which a lone surrogate is escaped has escapes for all that is not ASCII, so it is made anew.
    """
    if _SURROGATE in row or _SURROGATE in more:
        return json_line({**json.loads(row), **json.loads(more)})
    return row[:-2] + b", " + more[1:]


def _repeated(row: Json) -> Json:
    return {
        "id": row["id"],
        "url": row.get("url"),
        "source": row.get("source", ""),
        "rule": "run.stages.repeated_id",
        "detail": "an earlier input has the same id or url; that one was taken",
    }
