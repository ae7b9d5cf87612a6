"""How often hosts may be asked, and what their robots.txt said: kept between runs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.store.columns import from_instant, from_instant_or_none, json_text, to_instant, to_instant_or_none
from pipeline.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRobots:
    """A site's robots.txt as we last got it."""

    asked_at: datetime
    body: bytes | None  # the last good copy; None: there never was one
    unreachable_since: datetime | None = None  # None: the last answer was one


class Hosts:
    """The tables host and robots."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def pace(self, host: str) -> Mapping[str, Any] | None:
        """Return what was last written about a host; None: it was never asked."""
        text = self._db.value("SELECT pace FROM host WHERE name = ?", (host,))
        return None if text is None else json.loads(text)

    def keep_pace(self, host: str, pace: Mapping[str, object]) -> None:
        """Write when a host may be asked again and how it answered."""
        self._db.run("INSERT OR REPLACE INTO host (name, pace) VALUES (?, ?)", (host, json_text(pace)))

    def robots(self, origin: str) -> KnownRobots | None:
        """Return the robots.txt of a site; None: it was never asked for."""
        row = self._db.row("SELECT * FROM robots WHERE origin = ?", (origin,))
        if row is None:
            return None
        return KnownRobots(
            asked_at=from_instant(row["asked_at"]),
            body=row["body"],
            unreachable_since=from_instant_or_none(row["unreachable_since"]),
        )

    def keep_robots(self, origin: str, robots: KnownRobots) -> None:
        """Write the robots.txt of a site."""
        self._db.run(
            "INSERT OR REPLACE INTO robots (origin, asked_at, body, unreachable_since) VALUES (?, ?, ?, ?)",
            (origin, to_instant(robots.asked_at), robots.body, to_instant_or_none(robots.unreachable_since)),
        )
