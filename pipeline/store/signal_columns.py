"""Signals of quality in tables: a column each, so that `WHERE quality_han_share > 0.6` works wherever tables are read.

{"signals": {"chars": 812, "removed": {"nav": 0.1}}} ◀─ gather ─ ─ spread ─▶ {"quality_chars": 812, "quality_removed": [{"name": "nav", "value": 0.1}]}
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final, get_origin, get_type_hints

from pipeline.model import Signals
from pipeline.store.records import Json

SIGNALS: Final = "signals"  # the key in a record
PREFIX: Final = "quality_"


@cache
def signal_types() -> Mapping[str, Any]:
    """Return the type of each column, by name, in the order of the signals."""
    return MappingProxyType({f"{PREFIX}{name}": kind for name, kind in get_type_hints(Signals).items()})


def spread_signals(row: Json, *, paired: bool = True) -> Json:
    """Return a record with a column for each signal.

    `paired`: a family of signals (removed, listed) becomes a list of names and values; else it stays a mapping.
    """
    if SIGNALS not in row:
        return row
    said = row[SIGNALS] or {}
    columns = {name: said.get(name.removeprefix(PREFIX)) for name in signal_types()}
    rest = {name: value for name, value in row.items() if name != SIGNALS}
    return rest | {
        name: _pairs(value) if paired and isinstance(value, dict) else value for name, value in columns.items()
    }


def gather_signals(row: Json) -> Json:
    """Return the record that `spread_signals` was given."""
    columns = [name for name in signal_types() if name in row]
    if not columns:
        return row
    rest = {name: value for name, value in row.items() if name not in signal_types()}
    return rest | {SIGNALS: {name.removeprefix(PREFIX): _value(name, row[name]) for name in columns}}


def _pairs(values: Mapping[str, float]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in values.items()]


def _value(column: str, value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    if get_origin(signal_types()[column]) is not Mapping:
        return value
    return {pair["name"]: pair["value"] for pair in value}
