"""Files of a corpus: JSON Lines or Parquet, and their rows back.

A shard's rows are records as JSON (`store.records`). In Parquet what is no text and no list of texts is written as JSON
text (edits, flags, relevance), and the text stands beside its paragraphs for those who only want to read it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias

from pipeline.errors import InputError
from pipeline.store.files import open_whole, read_jsonl
from pipeline.store.records import Json, article_fields

Form: TypeAlias = Literal["jsonl", "parquet"]

_LISTS = frozenset({"authors", "tags", "keywords", "paragraphs"})
_AS_JSON = frozenset({"edits", "flags", "relevance"})
_ROWS_AT_ONCE = 1000


def shard_paths(folder: Path, kind: str) -> list[Path]:
    """Return the files of a kind ("corpus", "duplicates" …) in a build's folder, in order."""
    found = [p for p in folder.glob(f"{kind}*") if p.name.partition(".")[0].rstrip("-0123456789") == kind]
    return sorted(p for p in found if p.suffix in (".jsonl", ".parquet"))


def read_rows(folder: Path, kind: str) -> Iterator[Json]:
    """Yield the records of a kind in a build's folder, whatever the form of its files."""
    for path in shard_paths(folder, kind):
        yield from _read_parquet(path) if path.suffix == ".parquet" else read_jsonl(path)


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Write records that are lines of JSON already."""
    with open_whole(path) as stream:
        stream.writelines(lines)


def write_parquet(path: Path, rows: Iterable[Json], extra: Sequence[str] = ()) -> None:
    """Write articles' records as Parquet; `extra`: further columns of text. Raises InputError without the extra."""
    pa, pq = _pyarrow()
    names = (*article_fields(), "text", *extra)
    schema = pa.schema([(name, pa.list_(pa.string()) if name in _LISTS else pa.string()) for name in names])
    with open_whole(path) as stream, pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            writer.write_table(pa.Table.from_pylist([_cells(row) for row in batch], schema=schema))


def join_files(parts: Sequence[Path], target: Path) -> None:
    """Write the parts one behind the other."""
    with open_whole(target) as stream:
        for part in parts:
            _copy(part, stream)


def require_parquet() -> None:
    """Raise InputError when Parquet cannot be written."""
    _pyarrow()


def _copy(part: Path, stream: IO[bytes]) -> None:
    with part.open("rb") as read:
        while piece := read.read(2**20):
            stream.write(piece)


def _batches(rows: Iterable[Json]) -> Iterator[list[Json]]:
    batch: list[Json] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _ROWS_AT_ONCE:
            yield batch
            batch = []
    yield batch


def _cells(row: Json) -> Json:
    cells = {name: json.dumps(value, ensure_ascii=False) if name in _AS_JSON else value for name, value in row.items()}
    encodable: Json = _encodable({**cells, "text": "\n".join(row["paragraphs"])})
    return encodable


def _encodable(value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    """Return the value without lone surrogates, which Parquet cannot hold."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: _encodable(one) for name, one in value.items()}
    return [_encodable(one) for one in value] if isinstance(value, list) else value


def _read_parquet(path: Path) -> Iterator[Json]:
    _, pq = _pyarrow()
    for batch in pq.ParquetFile(path).iter_batches(batch_size=_ROWS_AT_ONCE):
        for row in batch.to_pylist():
            yield {
                name: json.loads(value) if name in _AS_JSON else value for name, value in row.items() if name != "text"
            }


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as exc:
        raise InputError("Parquet needs the extra: pip install 'zhnews[parquet]'") from exc
    return pa, pq
