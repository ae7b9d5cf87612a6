"""Rows of record files: JSON Lines, JSON, CSV and Parquet, each with its place, the broken ones as faults."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, cast

from pipeline.errors import InputError
from pipeline.extract.encoding import decode_text
from pipeline.store.arrow import ROWS_AT_ONCE, load_arrow

TABLE_ENDINGS = frozenset({".parquet"})
CSV_ENDINGS = {".csv": ",", ".tsv": "\t"}  # and what stands between the cells
_HEAD_BYTES = 2**16  # from which the charset of a CSV file is told


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


def csv_rows(stream: IO[bytes], max_bytes: int, delimiter: str) -> Iterator[Row]:
    """Yield a row for each record below the head line, whatever charset it is written in. Empty cells are left out."""
    buffered = cast("io.BufferedReader", stream)  # what `open_plain` gives can be looked into
    charset = decode_text(_whole_lines(buffered.peek(_HEAD_BYTES)[:_HEAD_BYTES])).encoding
    text = io.TextIOWrapper(buffered, encoding=charset, errors="replace", newline="")
    try:
        yield from _csv_rows(csv.DictReader(text, delimiter=delimiter, restkey=_SURPLUS), max_bytes)
    finally:
        text.detach()  # the stream is closed by whoever opened it


def _csv_rows(reader: "csv.DictReader[str]", max_chars: int) -> Iterator[Row]:
    number = 1  # of the line that holds the names
    while True:
        number += 1
        try:
            with _field_limit(max_chars):
                fields = next(reader, None)
        except csv.Error as exc:
            yield _fault(number, f"not readable as CSV ({exc})", "Correct the record, or raise --max-mb")
            continue
        if fields is None:
            return
        if _SURPLUS in fields:
            yield _fault(number, "more cells than the head line has names", "Put quotes around cells with a comma")
        else:
            yield Row(line=number, fields={_name(name): cell for name, cell in fields.items() if cell})


_SURPLUS = "\0surplus"  # no name of a column


@contextmanager
def _field_limit(max_chars: int) -> Iterator[None]:
    """Hold cells to `max_chars` characters here alone: the module knows only a limit of the whole process."""
    before = csv.field_size_limit(max_chars)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _name(name: str) -> str:
    return name.removeprefix("\ufeff").strip()


def _whole_lines(head: bytes) -> bytes:
    """Return the head of a file without its last line, which may end within a character."""
    return head[: head.rfind(b"\n") + 1] or head


def parquet_rows(stream: IO[bytes]) -> Iterator[Row]:
    """Yield the rows of a Parquet file, a batch at a time. Raises InputError without the extra, or on a broken file."""
    pa, pq = load_arrow()
    number = 0
    try:
        for batch in pq.ParquetFile(stream).iter_batches(batch_size=ROWS_AT_ONCE):
            for fields in batch.to_pylist():
                number += 1
                yield Row(line=number, fields=fields)
    except pa.ArrowException as exc:
        raise InputError(f"not readable as Parquet after row {number} ({exc}). Get the file again") from exc


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
