"""The column types of Parquet, made of the classes: moments, lists and nested values as such, not as text.

Moments are told in UTC, as a column has one time zone; the offset that a page gave stands in the JSON form.
"""

import types
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pipeline.model import Article


def arrow_schema(pa: Any, names: Sequence[str]) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return the schema of a table with these fields of an article's record; `text` is one, too."""
    kinds = {**get_type_hints(Article), "text": str}
    return pa.schema([(name, _arrow_type(pa, kinds[name])) for name in names])


def arrow_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON form of an article as pyarrow takes it: moments as such, no lone surrogates."""
    at = row.get("published_at")
    made: dict[str, Any] = _encodable(row)
    return made if at is None else made | {"published_at": datetime.fromisoformat(at)}


def _arrow_type(pa: Any, kind: Any) -> Any:  # noqa: ANN401 - any type of a field
    kind = getattr(kind, "__supertype__", kind)  # of a NewType
    origin = get_origin(kind)
    if origin is tuple:
        return pa.list_(_arrow_type(pa, get_args(kind)[0]))
    if origin is Literal:
        return pa.string()
    if origin in (Union, types.UnionType):
        (inner,) = (arg for arg in get_args(kind) if arg is not types.NoneType)
        return _arrow_type(pa, inner)
    if is_dataclass(kind):
        return pa.struct([(f.name, _arrow_type(pa, get_type_hints(kind)[f.name])) for f in fields(kind)])
    if kind is datetime:
        return pa.timestamp("ms", tz="UTC")
    return {str: pa.string(), int: pa.int64(), float: pa.float64()}[kind]


def _encodable(value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: _encodable(one) for name, one in value.items()}
    return [_encodable(one) for one in value] if isinstance(value, list) else value
