"""The last stage of a build: what became of every input, as files, each kind sorted by id.

    inventory + decisions ── entries_of, rows_by_kind ──▶ who is written where ── write_task ──▶ one file, and its tally

The rows of JSON Lines are copied as they stand in the files of `process`; nothing is made twice.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.run.inventory import Inventory
from pipeline.run.stages import ARTICLE, FAILED, REJECTED
from pipeline.run.tally import DEDUP_RULE, Fate, Tally, dedup_rule
from pipeline.store.files import json_line, write_text_whole
from pipeline.store.records import Json, decision_from_json
from pipeline.store.rowfiles import PLACE, RowFiles
from pipeline.store.shards import write_lines, write_parquet

Kind: TypeAlias = Literal["corpus", "duplicates", "rejected", "failed"]
KINDS: tuple[Kind, ...] = ("corpus", "duplicates", "rejected", "failed")
Copies: TypeAlias = Literal["drop", "annotate"]

# A row to write: where it stands, whether its id was taken already, and where the decision that dropped it stands.
ENTRY = np.dtype([("row", PLACE), ("is_repeat", "?"), ("is_copy", "?"), ("decision", PLACE)])
ANNOTATIONS = ("duplicate_of", "relation")


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
                write_lines(task.target, lines)
        write_text_whole(task.path, json.dumps(lines.tally.as_json()))
    return Tally.from_json(json.loads(task.path.read_text(encoding="utf-8")))


class _Lines:
    """The lines of a file, counted while they are written. What was removed is known without reading them."""

    def __init__(self, task: WriteTask, processed: RowFiles, resolved: RowFiles) -> None:
        self._task, self._processed, self._resolved = task, processed, resolved
        self._fates: Counter[Fate] = Counter()
        self._rules: Counter[str] = Counter()

    @property
    def tally(self) -> Tally:
        return Tally(
            seen=self._fates.total(),
            kept=self._fates["kept"],
            rejected=self._fates["rejected"],
            failed=self._fates["failed"],
            duplicates=sum(n for rule, n in self._rules.items() if rule.startswith(DEDUP_RULE)),
            rules=dict(self._rules),
        )

    def __iter__(self) -> Iterator[bytes]:
        made = {
            "corpus": self._annotated if self._task.annotate else self._kept,
            "duplicates": self._copy,
            "rejected": self._rejected,
            "failed": self._failed,
        }[self._task.kind]
        for entry in self._task.entries:
            yield made(entry, self._processed.line(entry["row"]))

    def _kept(self, _: np.void, line: bytes) -> bytes:
        self._count("kept")
        return line

    def _annotated(self, entry: np.void, line: bytes) -> bytes:
        self._count("kept")
        decision = self._resolved.row(entry["decision"]) if entry["is_copy"] else {"kept": None, "relation": None}
        return json_line({**json.loads(line), "duplicate_of": decision["kept"], "relation": decision["relation"]})

    def _copy(self, entry: np.void, line: bytes) -> bytes:
        row = self._resolved.row(entry["decision"])
        if not self._task.annotate:
            self._count("rejected", dedup_rule(decision_from_json(row)))
        return json_line({**row, "article": json.loads(line)})

    def _rejected(self, entry: np.void, line: bytes) -> bytes:
        row = _repeated(json.loads(line)) if entry["is_repeat"] else None
        self._count("rejected", (row or json.loads(line))["rule"])
        return line if row is None else json_line(row)

    def _failed(self, _: np.void, line: bytes) -> bytes:
        self._count("failed")
        return line

    def _count(self, fate: Fate, rule: str | None = None) -> None:
        self._fates[fate] += 1
        if rule is not None:
            self._rules[rule] += 1


def _repeated(row: Json) -> Json:
    return {
        "id": row["id"],
        "url": row.get("url"),
        "source": row.get("source", ""),
        "rule": "run.stages.repeated_id",
        "detail": "an earlier input has the same id or url; that one was taken",
    }
