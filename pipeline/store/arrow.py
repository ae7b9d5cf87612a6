"""Parquet: how tables are written, and the column types made of the classes: moments, lists, nested values as such.

Moments are told in UTC, as a column has one time zone; the offset that a page gave stands in the JSON form.
"""

import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import IO, Any, Literal, Union, get_args, get_origin, get_type_hints

from pipeline.errors import InputError
from pipeline.model import Article
from pipeline.store.signal_columns import SIGNALS, signal_types, spread_signals

ROWS_AT_ONCE = 1000


def load_arrow() -> tuple[Any, Any]:
    """Return pyarrow and its module for Parquet. Raises InputError without the extra."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as exc:
        raise InputError("Parquet needs the extra: pip install 'zhnews[parquet]'") from exc
    return pa, pq


def write_table(stream: IO[bytes], rows: Iterable[dict[str, Any]], schema: Any) -> None:  # noqa: ANN401 - pyarrow has no types
    """Write rows as Parquet, some at a time."""
    pa, pq = load_arrow()
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def arrow_schema(pa: Any, names: Sequence[str]) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return the schema of a table with these fields of an article's record; `text` is one, too, `signals` are many."""
    kinds = {**get_type_hints(Article), "text": str, **signal_types()}
    columns = [column for name in names for column in (signal_types() if name == SIGNALS else (name,))]
    return pa.schema([(name, _arrow_type(pa, kinds[name])) for name in columns])


def arrow_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON form of an article as pyarrow takes it: moments as such, a column a signal, no lone surrogates."""
    at = row.get("published_at")
    made: dict[str, Any] = encodable_values(spread_signals(row))
    return made if at is None else made | {"published_at": datetime.fromisoformat(at)}


def _arrow_type(pa: Any, kind: Any) -> Any:  # noqa: ANN401 - any type of a field
    kind = getattr(kind, "__supertype__", kind)  # of a NewType
    origin = get_origin(kind)
    if origin in (tuple, Mapping):
        inner = _arrow_type(pa, get_args(kind)[origin is Mapping])
        # Not a map: `datasets` knows none.
        return pa.list_(inner if origin is tuple else pa.struct([("name", pa.string()), ("value", inner)]))
    if origin is Literal:
        return pa.string()
    if origin in (Union, types.UnionType):
        (inner,) = (arg for arg in get_args(kind) if arg is not types.NoneType)
        return _arrow_type(pa, inner)
    if is_dataclass(kind):
        return pa.struct([(f.name, _arrow_type(pa, get_type_hints(kind)[f.name])) for f in fields(kind)])
    if kind is datetime:
        return pa.timestamp("ms", tz="UTC")
    return {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}[kind]


def encodable_values(value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    """Return the value without lone surrogates, which Parquet cannot hold."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: encodable_values(one) for name, one in value.items()}
    return [encodable_values(one) for one in value] if isinstance(value, list) else value


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows some at a time; of none one empty batch, so that the table has its columns."""
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    yield batch
