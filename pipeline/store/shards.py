"""Files of a corpus: JSON Lines or Parquet, and their rows back.

A shard's rows are records as JSON (`store.records`). In Parquet what is no text and no list of texts is written as JSON
text (edits, flags, relevance), signals of quality have a column each, and the text stands beside its paragraphs for those
who only want to read it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Literal, TypeAlias

from pipeline.model import Decision
from pipeline.store.arrow import ROWS_AT_ONCE, arrow_schema, encodable_values, load_arrow, write_table
from pipeline.store.files import open_whole, read_jsonl
from pipeline.store.records import Json, article_fields, decision_from_json
from pipeline.store.signal_columns import SIGNALS, gather_signals, spread_signals

Form: TypeAlias = Literal["jsonl", "parquet"]

_LISTS = frozenset({"authors", "tags", "keywords", "paragraphs"})
_AS_JSON = frozenset({"edits", "flags", "relevance"})


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
        yield row["article"], decision_from_json({name: value for name, value in row.items() if name != "article"})


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
    with open_whole(target) as stream:
        for part in parts:
            _copy(part, stream)


def _copy(part: Path, stream: IO[bytes]) -> None:
    with part.open("rb") as read:
        while piece := read.read(2**20):
            stream.write(piece)


def _cells(row: Json) -> Json:
    cells = {name: json.dumps(value, ensure_ascii=False) if name in _AS_JSON else value for name, value in row.items()}
    encodable: Json = encodable_values({**spread_signals(cells), "text": "\n".join(row["paragraphs"])})
    return encodable


def _read_parquet(path: Path) -> Iterator[Json]:
    _, pq = load_arrow()
    for batch in pq.ParquetFile(path).iter_batches(batch_size=ROWS_AT_ONCE):
        for row in batch.to_pylist():
            cells = {name: value for name, value in row.items() if name != "text"}
            yield gather_signals(
                {name: json.loads(value) if name in _AS_JSON else value for name, value in cells.items()}
            )
