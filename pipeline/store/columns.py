"""How values stand in a column: moments, JSON, text that SQLite can hold.

Moments are UTC, ISO 8601, milliseconds, always of one width: sorting the text sorts the time.
"""

from datetime import UTC, datetime

from pipeline.store.files import json_line


def to_instant(moment: datetime) -> str:
    """Return an aware datetime as "2026-11-22T03:04:05.678Z"."""
    assert moment.tzinfo is not None, "a moment without a zone is no moment"
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def to_instant_or_none(moment: datetime | None) -> str | None:
    """Return the same of a moment that may not be known."""
    return None if moment is None else to_instant(moment)


def from_instant(text: str) -> datetime:
    """Return the aware datetime that `to_instant` was given, to the millisecond."""
    return datetime.fromisoformat(text)


def from_instant_or_none(text: str | None) -> datetime | None:
    """Return the same of a column that may be NULL."""
    return None if text is None else from_instant(text)


def json_text(row: object) -> str:
    """Return a value as one line of JSON; a lone surrogate as its escape."""
    return json_line(row).decode().removesuffix("\n")


def storable(text: str) -> str:
    """Return the text without lone surrogates, which SQLite cannot hold."""
    return text.encode("utf-8", "replace").decode()
