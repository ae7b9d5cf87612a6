"""Groups to decisions: which articles are dropped, and for which kept one each.

    a group ── resolve_task ──▶ work/resolve/00000.jsonl   a row a dropped article: the decision
                                work/resolve/00000.npy     its place, and where the row stands

A group may have 200,000 articles. They are decided some at a time, in their order, each lot with what stays of those before
that it could be a copy of; that gives the same decisions. Texts are read when they are needed, and few are held.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.bands import Pairs
from pipeline.dedup.decide import DedupParams, decision_of
from pipeline.dedup.packed import chunks
from pipeline.dedup.resolve import Claims, keep_first
from pipeline.model import Record
from pipeline.run.candidates import GONE, AnchorFile, Candidates, read_anchors
from pipeline.run.inventory import ArticleFiles
from pipeline.run.stages import NO_DIGEST, record_of_row
from pipeline.store.files import open_whole
from pipeline.store.records import decision_to_json
from pipeline.store.rowfiles import RowFiles, RowWriter, fields_before, map_array, save_array, text_field

_ID_BYTES = 500  # of the beginning of a row, where its id stands; few are longer
DROPPED = np.dtype([("place", "<i8"), ("start", "<u8"), ("size", "<u4")])
_LOT_CHARS = 4_000_000  # texts decided together, and in short ones
_LOT = 1000  # articles: among so many of one form there are half a million pairs
_HELD_CHARS = 30_000_000  # of texts in memory: twice what `keep_first` decides together, and what that is compared with


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveTask:
    """A group to decide."""

    number: int
    places: NDArray[np.int64]  # of its articles, ascending
    anchors: tuple[AnchorFile, ...]
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
            records = StoredRecords(rows, map_array(task.articles.articles)[task.places])
            dropped = _Resolving(task, records).decided(RowWriter(stream))
        save_array(task.path, np.array(dropped, DROPPED))
    return task.path


class StoredRecords:
    """Records of articles that are read when they are asked for; the last ones are held."""

    def __init__(self, rows: RowFiles, articles: NDArray[np.void]) -> None:
        self.articles = articles
        self.sizes = np.ascontiguousarray(articles["chars"])
        self._rows = rows
        self._files, self._starts, self._bytes = (np.ascontiguousarray(articles[n]) for n in ("file", "start", "size"))
        self._held: OrderedDict[int, Record] = OrderedDict()
        self._chars = 0

    def __getitem__(self, index: int) -> Record:
        held = self._held.get(index)
        if held is not None:
            self._held.move_to_end(index)
            return held
        return self._hold(index, record_of_row(fields_before(self._line(index), "edits")))

    def id_of(self, index: int) -> str:
        """Return the id of a record, without its text if that is not held."""
        held = self._held.get(index)
        if held is not None:
            return held.id
        found: str = text_field(self._line(index, _ID_BYTES), "id") or fields_before(self._line(index), "url")["id"]
        return found

    def _line(self, index: int, at_most: int = 2**32) -> bytes:
        size = min(self._bytes.item(index), at_most)
        return self._rows.span(self._files.item(index), self._starts.item(index), size)

    def _hold(self, index: int, record: Record) -> Record:
        self._held[index] = record
        self._chars += len(record.text)
        while self._chars > _HELD_CHARS and len(self._held) > 1:
            self._chars -= len(self._held.popitem(last=False)[1].text)
        return record


class _Lot(Sequence[Record]):
    """The records that are decided together and those that they may be copies of. Who is compared is read, and held."""

    def __init__(self, records: StoredRecords, places: Sequence[int]) -> None:
        self._records, self._places = records, places
        self._read: dict[int, Record] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, at: Any) -> Any:  # noqa: ANN401 - a sequence's; nobody asks for slices
        record = self._read.get(at)
        if record is None:
            record = self._read[at] = self._records[self._places[at]]
        return record


class _Resolving:
    """What is decided of a group so far. Places are those in the group."""

    def __init__(self, task: ResolveTask, records: StoredRecords) -> None:
        self._params = task.params
        self._min_equal = task.params.min_estimate * task.params.spec.num_perm
        self._places, self._records = task.places, records
        self._texts, self._urls = _texts(records.articles), _urls(records.articles)
        self._fates = np.zeros(task.places.size, np.uint8)
        self._holders: dict[bytes | str, int] = {}  # text or url → the first that stays and has it
        self._candidates = Candidates(
            task.places,
            map_array(task.articles.keys),
            read_anchors(task.anchors, task.params.spec.bands, task.places),
            np.array(records.articles["has_letters"]),
            map_array(task.articles.signatures),
        )

    def decided(self, rows: RowWriter) -> list[tuple[int, int, int]]:
        """Decide all of them; write the decisions of those that are dropped; return (place, start, size) of each."""
        chars = self._records.sizes.tolist()
        lots = [
            (first + low, first + high) for first, end in chunks(chars, _LOT_CHARS) for low, high in _cut(end - first)
        ]
        return [written for first, end in lots for written in self._decide(first, end, rows)]

    def _decide(self, first: int, end: int, rows: RowWriter) -> list[tuple[int, int, int]]:
        pairs = self._candidates.of(first, end, self._fates, self._min_equal, self._params.verify.max_compared)
        everyone = np.concatenate((self._needed(first, end, pairs), np.arange(first, end)))
        places = everyone.tolist()
        claims = Claims([self._texts[place] for place in places], [self._urls[place] for place in places])
        local = Pairs(np.searchsorted(everyone, pairs.earlier), np.searchsorted(everyone, pairs.later))
        n_before = len(places) - (end - first)
        sizes = self._records.sizes[everyone].tolist()
        causes = keep_first(_Lot(self._records, places), claims, local, n_before, self._params.verify, sizes)
        written = []
        for at, place in enumerate(range(first, end), n_before):
            cause = causes[at]
            if cause is None:
                self._hold(place)
            else:
                self._fates[place] = GONE
                kept = self._records.id_of(places[cause.place])
                row = decision_to_json(decision_of(self._records.id_of(place), cause, kept))
                written.append((self._places.item(place), *rows.write(row)))
        return written

    def _needed(self, first: int, end: int, pairs: Pairs) -> NDArray[np.int64]:
        """Return which of those before stay and may be named: candidates, and who has the same text or address."""
        claims = {claim for some in (self._texts, self._urls) for claim in some[first:end] if claim is not None}
        holders = [self._holders[claim] for claim in claims if claim in self._holders]
        return np.unique(np.concatenate((pairs.earlier[pairs.earlier < first], np.array(holders, np.int64))))

    def _hold(self, place: int) -> None:
        for claim in (self._texts[place], self._urls[place]):
            if claim is not None:
                self._holders.setdefault(claim, place)


def _cut(n: int) -> Iterator[tuple[int, int]]:
    """Yield spans of at most so many articles as are decided together."""
    yield from ((first, min(first + _LOT, n)) for first in range(0, n, _LOT))


def _texts(articles: NDArray[np.void]) -> list[bytes | None]:
    digests = _bytes_of(articles["content"])
    return [None if blank else one for one, blank in zip(digests, articles["is_blank"].tolist(), strict=True)]


def _urls(articles: NDArray[np.void]) -> list[str | None]:
    """Return what stands for the address of each: equal for equal ones."""
    return [None if digest == NO_DIGEST else digest.hex() for digest in _bytes_of(articles["url"])]


def _bytes_of(digests: NDArray[np.void]) -> list[bytes]:
    size = digests.dtype.itemsize
    flat = digests.tobytes()
    return [flat[at : at + size] for at in range(0, len(flat), size)]
