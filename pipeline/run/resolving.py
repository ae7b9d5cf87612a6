"""Groups to decisions: which articles are dropped, and for which kept one each.

    Group ── resolve_task ──▶ work/resolve/00000.jsonl   a row a dropped article: the decision
                              work/resolve/00000.npy     its place, and where the row stands

Texts are read from the rows of the articles when they are needed, and few are held: a group may have 200,000 of them.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.bands import Pairs, agreements
from pipeline.dedup.decide import DedupParams, decision_of
from pipeline.dedup.resolve import Claims, keep_first
from pipeline.model import Record
from pipeline.run.groups import Group
from pipeline.run.inventory import ArticleFiles
from pipeline.run.partitions import earlier_of, later_of
from pipeline.run.stages import record_of_row
from pipeline.store.files import open_whole
from pipeline.store.records import decision_to_json
from pipeline.store.rowfiles import RowFiles, RowWriter, map_array, save_array

DROPPED = np.dtype([("place", "<i8"), ("start", "<u8"), ("size", "<u4")])
_HELD_CHARS = 30_000_000  # of texts in memory: twice what `keep_first` decides together, and what that is compared with


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveTask:
    """A group to decide."""

    number: int
    group: Group
    articles: ArticleFiles
    processed: tuple[Path, ...]  # row files, by number
    params: DedupParams
    folder: Path

    @property
    def rows(self) -> Path:
        return self.folder / f"{self.number:05d}.jsonl"

    @property
    def path(self) -> Path:
        """The file that is written last."""
        return self.folder / f"{self.number:05d}.npy"


def resolve_task(task: ResolveTask) -> Path:
    """Write the decisions about the articles of a group that are dropped; return the file that tells where they stand."""
    if not task.path.exists():
        with RowFiles(task.processed) as rows, open_whole(task.rows) as stream:
            records = StoredRecords(rows, map_array(task.articles.articles)[task.group.places])
            dropped = _resolved(task, records, RowWriter(stream))
        save_array(task.path, np.array(dropped, DROPPED))
    return task.path


class StoredRecords(Sequence[Record]):
    """Records of articles that are read when they are asked for; the last ones are held."""

    def __init__(self, rows: RowFiles, articles: NDArray[np.void]) -> None:
        self.articles = articles
        self._rows = rows
        self._held: OrderedDict[int, Record] = OrderedDict()
        self._chars = 0

    def __len__(self) -> int:
        return self.articles.size

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> "StoredRecords": ...
    def __getitem__(self, index: int | slice) -> "Record | StoredRecords":
        if isinstance(index, slice):
            is_whole = index.indices(len(self)) == (0, len(self), 1)
            return self if is_whole else StoredRecords(self._rows, self.articles[index])
        held = self._held.get(index)
        if held is not None:
            self._held.move_to_end(index)
            return held
        return self._hold(index, record_of_row(self._rows.row(self.articles[index])))

    def _hold(self, index: int, record: Record) -> Record:
        self._held[index] = record
        self._chars += len(record.text)
        while self._chars > _HELD_CHARS and len(self._held) > 1:
            self._chars -= len(self._held.popitem(last=False)[1].text)
        return record


def _resolved(task: ResolveTask, records: StoredRecords, rows: RowWriter) -> list[tuple[int, int, int]]:
    """Write the decisions of those that are dropped; return (place, start, size) of each."""
    claims = Claims(_texts(records.articles), _urls(records.articles))
    causes = keep_first(records, claims, _candidates(task), 0, task.params.verify)
    return [
        (place, *rows.write(decision_to_json(decision_of(records[at], cause, records))))
        for at, (place, cause) in enumerate(zip(task.group.places.tolist(), causes, strict=True))
        if cause is not None
    ]


def _candidates(task: ResolveTask) -> Pairs:
    """Return the pairs by place in the group: in order of the later one, those with the likest signatures first."""
    places, pairs = task.group.places, task.group.pairs
    earlier, later = earlier_of(pairs), later_of(pairs)
    agreeing = agreements(map_array(task.articles.signatures), earlier, later)
    order = np.lexsort((earlier, -agreeing, later))
    return Pairs(np.searchsorted(places, earlier[order]), np.searchsorted(places, later[order]))


def _texts(articles: NDArray[np.void]) -> list[bytes | None]:
    return [
        None if is_blank else digest.tobytes()
        for digest, is_blank in zip(articles["content"], articles["is_blank"].tolist(), strict=True)
    ]


def _urls(articles: NDArray[np.void]) -> list[str | None]:
    """Return what stands for the address of each: equal for equal ones."""
    return [digest.tobytes().hex() if any(digest) else None for digest in articles["url"]]
