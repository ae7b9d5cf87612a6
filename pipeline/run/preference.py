"""Which of several copies stays: the one that comes first in the order of preference."""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from pipeline.model import Record

Prefer: TypeAlias = Literal["first", "earliest", "longest"]


def _earliest(record: Record) -> tuple[bool, float, str]:
    """Sort as a crawl does: by date, the undated last, then by address, so that the order of the input does not matter."""
    at = record.published_at
    return (at is None, 0.0 if at is None else at.timestamp(), record.url or record.id)


ORDERS: dict[Prefer, Callable[[Record], Any]] = {
    "first": lambda _: 0,  # sorting is stable: the order of the input
    "earliest": _earliest,
    "longest": lambda record: -len(record.text),
}
