"""Rows of record files: JSON Lines, JSON and Parquet, each with its place, the broken ones as faults."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pipeline.errors import InputError

TABLE_ENDINGS = frozenset({".parquet"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record, or what is wrong with it."""

    line: int  # from 1; of a table: the row
    fields: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    remedy: str = ""


def jsonl_rows(stream: IO[bytes], max_bytes: int, *, first_line: int = 1) -> Iterator[Row]:
    """Yield a row for each line that is not blank; a line longer than `max_bytes` is passed over unread."""
    number = first_line - 1
    while line := stream.readline(max_bytes + 1):
        number += 1
        if len(line) > max_bytes and not line.endswith(b"\n"):
            _skip_line(stream)
            yield _fault(
                number, f"the line is longer than {max_bytes // 2**20} MB", "Split the record, or raise --max-mb"
            )
        elif line.strip():
            yield _row(number, line)


def json_rows(stream: IO[bytes], max_bytes: int) -> Iterator[Row]:
    """Yield the rows of a JSON file: one object, a list of objects, or one object a line."""
    data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        yield _fault(1, f"larger than {max_bytes // 2**20} MB", "Write it as JSON Lines (.jsonl), or raise --max-mb")
        return
    try:
        value = json.loads(data)
    except ValueError:
        yield from (_row(n, line) for n, line in enumerate(data.splitlines(), 1) if line.strip())
        return
    for number, fields in enumerate(value if isinstance(value, list) else [value], 1):
        yield _row_of(number, fields)


def parquet_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a Parquet file, a batch at a time. Raises InputError without the extra, or on a broken file."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as exc:
        raise InputError(f"{path}: Parquet needs the extra: pip install 'zhnews[parquet]'") from exc
    number = 0
    try:
        for batch in pq.ParquetFile(path).iter_batches(batch_size=1000):
            for fields in batch.to_pylist():
                number += 1
                yield Row(line=number, fields=fields)
    except pa.ArrowException as exc:
        raise InputError(f"{path}: not readable as Parquet after row {number} ({exc}). Get the file again") from exc


def _row(number: int, line: bytes) -> Row:
    try:
        fields = json.loads(line)
    except ValueError as exc:
        return _fault(number, f"not valid JSON ({exc})", "Correct or remove the line; the others are read")
    except RecursionError:
        return _fault(number, "JSON nested too deeply", "Correct or remove the line; the others are read")
    return _row_of(number, fields)


def _row_of(number: int, fields: object) -> Row:
    if isinstance(fields, dict):
        return Row(line=number, fields=fields)
    return _fault(number, f"expected an object with fields, got {type(fields).__name__}", 'Write it as {"text": "…"}')


def _fault(number: int, what: str, remedy: str) -> Row:
    return Row(line=number, fault=what, remedy=remedy)


def _skip_line(stream: IO[bytes]) -> None:
    while (rest := stream.readline(2**20)) and not rest.endswith(b"\n"):
        pass
