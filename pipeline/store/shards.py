"""Files of a corpus: JSON Lines or Parquet, and their rows back.

A shard's rows are records as JSON (`store.records`). In Parquet what is no text and no list of texts is written as JSON
text (edits, flags, relevance), signals of quality have a column each, and the text stands beside its paragraphs for those
who only want to read it.
"""

import errno
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, TypeAlias

from pipeline.model import Article, Decision
from pipeline.store.arrow import ROWS_AT_ONCE, arrow_schema, encodable_values, load_arrow, write_table
from pipeline.store.files import open_whole, read_jsonl
from pipeline.store.records import Json, article_fields, article_from_json, decision_from_json
from pipeline.store.signal_columns import SIGNALS, gather_signals, spread_signals

Form: TypeAlias = Literal["jsonl", "parquet"]

_LISTS = frozenset({"authors", "tags", "keywords", "paragraphs"})
_AS_JSON = frozenset({"edits", "flags", "relevance"})
_COPIED_AT_ONCE = 2**26
# What the system says where it copies no files, or none between these two file systems.
_CANNOT_COPY = frozenset({errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM, errno.EBADF})
_PIECE_BYTES = 8 * 2**20  # about 3,000 articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Consecutive rows of a file."""

    path: Path
    start: int  # a byte of JSON Lines, a row group of Parquet
    stop: int
    first: int  # number of the first row among all of the kind
    rows: int


def shard_paths(folder: Path, kind: str) -> list[Path]:
    """Return the files of a kind ("corpus", "duplicates" …) in a build's folder, in order."""
    found = [p for p in folder.glob(f"{kind}*") if p.name.partition(".")[0].rstrip("-0123456789") == kind]
    return sorted(p for p in found if p.suffix in (".jsonl", ".parquet"))


def read_rows(folder: Path, kind: str) -> Iterator[Json]:
    """Yield the records of a kind in a build's folder, whatever the form of its files."""
    for path in shard_paths(folder, kind):
        yield from _read_parquet(path) if path.suffix == ".parquet" else read_jsonl(path)


def read_copies(folder: Path) -> Iterator[tuple[Json, Decision]]:
    """Yield the record of each near-duplicate in a build's folder, and what was decided of it."""
    for row in read_rows(folder, "duplicates"):
        yield row["article"], _decision(row)


def copy_from_json(row: Json) -> tuple[Article, Decision]:
    """Return a near-duplicate, and what was decided of it."""
    return article_from_json(row["article"]), _decision(row)


def cut_rows(folder: Path, kind: str) -> list[Piece]:
    """Return the rows of a kind in pieces that are read one by one, by anyone; in order, none of them empty."""
    pieces: list[Piece] = []
    first = 0
    for path in shard_paths(folder, kind):
        for start, stop, rows in _groups_of(path) if path.suffix == ".parquet" else _lines_of(path):
            pieces.append(Piece(path=path, start=start, stop=stop, first=first, rows=rows))
            first += rows
    return pieces


def read_piece(piece: Piece) -> Iterator[Json]:
    """Yield the records of a piece."""
    if piece.path.suffix == ".parquet":
        return _read_parquet(piece.path, list(range(piece.start, piece.stop)))
    return _read_lines(piece)


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Write records that are lines of JSON already."""
    with open_whole(path) as stream:
        stream.writelines(lines)


def write_parquet(path: Path, rows: Iterable[Json], extra: Sequence[str] = (), *, signals: bool = False) -> None:
    """Write articles' records as Parquet; `extra`: further columns of text, `signals`: the records have them.

    Raises InputError without the extra.
    """
    pa, _ = load_arrow()
    names = (*article_fields(), "text", *extra)
    columns = [(name, pa.list_(pa.string()) if name in _LISTS else pa.string()) for name in names]
    more = arrow_schema(pa, (SIGNALS,)) if signals else ()
    with open_whole(path) as stream:
        write_table(stream, map(_cells, rows), pa.schema([*columns, *more]))


def join_files(parts: Sequence[Path], target: Path) -> None:
    """Write the parts one behind the other."""
    with open_whole(target, is_packed=True) as stream:
        for part in parts:
            _copy(part, stream)


def _copy(part: Path, stream: IO[bytes]) -> None:
    """Copy a file to a stream that nothing waits in: by the system where it can, which takes a third of the time."""
    with part.open("rb") as read:
        try:
            while _copy_range(read.fileno(), stream.fileno(), _COPIED_AT_ONCE):
                pass
        except OSError as exc:
            if exc.errno not in _CANNOT_COPY:
                raise
        shutil.copyfileobj(read, stream, 2**20)  # what the system did not
        stream.flush()


def _cannot_copy(*_: int) -> int:
    """Stand for the system's copying where it has none."""
    return 0


_copy_range = getattr(os, "copy_file_range", _cannot_copy)


def _cells(row: Json) -> Json:
    cells = {name: json.dumps(value, ensure_ascii=False) if name in _AS_JSON else value for name, value in row.items()}
    encodable: Json = encodable_values({**spread_signals(cells), "text": "\n".join(row["paragraphs"])})
    return encodable


def _decision(row: Json) -> Decision:
    return decision_from_json({name: value for name, value in row.items() if name != "article"})


def _lines_of(path: Path) -> Iterator[tuple[int, int, int]]:
    """Yield where pieces of a file begin and end, and how many lines they have."""
    at = 0
    with path.open("rb") as stream:
        while read := stream.read(_PIECE_BYTES):
            rest = stream.readline()
            start, at = at, at + len(read) + len(rest)
            yield start, at, read.count(b"\n") + (not read.endswith(b"\n") or bool(rest))


def _groups_of(path: Path) -> Iterator[tuple[int, int, int]]:
    """Yield the same of row groups."""
    _, pq = load_arrow()
    about = pq.read_metadata(path)
    start = size = rows = 0
    for number in range(about.num_row_groups):
        group = about.row_group(number)
        size, rows = size + group.total_byte_size, rows + group.num_rows
        if rows and (size >= _PIECE_BYTES or number + 1 == about.num_row_groups):
            yield start, number + 1, rows
            start, size, rows = number + 1, 0, 0


def _read_lines(piece: Piece) -> Iterator[Json]:
    with piece.path.open("rb") as stream:
        stream.seek(piece.start)
        lines = stream.read(piece.stop - piece.start).splitlines()
    yield from map(json.loads, lines)


def _read_parquet(path: Path, groups: Sequence[int] | None = None) -> Iterator[Json]:
    _, pq = load_arrow()
    for batch in pq.ParquetFile(path).iter_batches(batch_size=ROWS_AT_ONCE, row_groups=groups):
        for row in batch.to_pylist():
            cells = {name: value for name, value in row.items() if name != "text"}
            yield gather_signals(
                {name: json.loads(value) if name in _AS_JSON else value for name, value in cells.items()}
            )
