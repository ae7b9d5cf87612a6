"""The other pages of articles that are printed in several.

    keep ─▶ waiting (one row a page, as it comes) ─ settle, with the article ─▶ its pages

A visit that is broken off leaves what it got as waiting; the next visit takes it from there instead of asking again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pipeline.store.columns import from_instant, to_instant
from pipeline.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the other pages."""

    number: int  # 2 is the page behind the first
    url: str
    content_type: str | None
    body_hash: str  # in pages.sqlite
    fetched_at: datetime


class Parts:
    """The table part."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def keep(self, item: str, part: Part) -> None:
        """Write a page for a visit that is under way."""
        self._db.run(
            "INSERT OR REPLACE INTO part (item_id, is_waiting, number, url, content_type, body_hash, fetched_at)"
            " VALUES (?, 1, ?, ?, ?, ?, ?)",
            (item, part.number, part.url, part.content_type, part.body_hash, to_instant(part.fetched_at)),
        )

    def waiting(self, item: str) -> tuple[Part, ...]:
        """Return what an earlier visit got before it was broken off, in order."""
        return tuple(self._read(item, is_waiting=True))

    def of(self, item: str) -> tuple[Part, ...]:
        """Return the pages that the stored article was made of, but for its first, in order."""
        return tuple(self._read(item, is_waiting=False))

    def settle(self, item: str) -> None:
        """Make the waiting pages those of the article; earlier ones go."""
        with self._db.transaction():
            self._db.run("DELETE FROM part WHERE item_id = ? AND NOT is_waiting", (item,))
            self._db.run("UPDATE part SET is_waiting = 0 WHERE item_id = ?", (item,))

    def _read(self, item: str, *, is_waiting: bool) -> Iterator[Part]:
        sql = "SELECT * FROM part WHERE item_id = ? AND is_waiting = ? ORDER BY number"
        for row in self._db.rows(sql, (item, is_waiting)):
            yield Part(
                number=row["number"],
                url=row["url"],
                content_type=row["content_type"],
                body_hash=row["body_hash"],
                fetched_at=from_instant(row["fetched_at"]),
            )
