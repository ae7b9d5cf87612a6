"""What `zhnews status` tells beside sources and runs: hosts that rest, addresses that failed, lists that lead nowhere. Reading only."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.store.columns import from_instant_or_none, to_instant
from pipeline.store.database import Database

NOTHING_NEW_RULE = "crawl.nothing_new"  # a list page without an article that was not asked before
STOPPED_RULE = "crawl.stopped"  # the last of too many such pages: those behind it are not read


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingHost:
    """A host that is not asked for a while: it failed too often, or showed a wall."""

    host: str
    until: datetime
    rests: int  # in a row, each twice as long as the one before


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedUrl:
    """An address whose last visit failed."""

    url: str
    source: str
    kind: str
    rule: str
    detail: str
    attempts: int
    at: datetime | None  # when it is tried again; None: it is set aside, or its list is read by the next run
    is_set_aside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedList:
    """A list page behind which no more were read."""

    url: str
    source: str
    detail: str


class Survey:
    """Look-ups over all sources."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def resting_hosts(self, now: datetime) -> tuple[RestingHost, ...]:
        """Return the hosts that rest, in order of name."""
        sql = "SELECT name, pace FROM host WHERE json_extract(pace, '$.blocked_until_s') > ? ORDER BY name"
        return tuple(_resting(row["name"], json.loads(row["pace"])) for row in self._db.rows(sql, (now.timestamp(),)))

    def failed(self) -> Iterator[FailedUrl]:
        """Yield the addresses whose last visit failed, by source, then address."""
        sql = "SELECT * FROM url WHERE outcome = 'failed' ORDER BY source, url, item_id"
        for row in self._db.rows(sql):
            yield FailedUrl(
                url=row["url"],
                source=row["source"],
                kind=row["kind"],
                rule=row["rule"] or "",
                detail=row["detail"] or "",
                attempts=row["attempts"],
                at=from_instant_or_none(row["next_at"]),
                is_set_aside=row["state"] == "dead",
            )

    def count_failed(self) -> dict[str, int]:
        """Return how many pages and items of each source failed at their last visit; lists are left out."""
        sql = "SELECT source, count(*) FROM url WHERE outcome = 'failed' AND turn <> 'list' GROUP BY source"
        return {row[0]: row[1] for row in self._db.rows(sql)}

    def count_waiting(self) -> dict[str, int]:
        """Return how many pages of each source are known and not read yet."""
        sql = "SELECT source, count(*) FROM url WHERE state = 'ready' AND turn = 'page' GROUP BY source"
        return {row[0]: row[1] for row in self._db.rows(sql)}

    def count_again(self, now: datetime) -> dict[str, int]:
        """Return how many read pages of each source are to be looked at again."""
        sql = "SELECT source, count(*) FROM url WHERE state = 'done' AND next_at <= ? AND kind = 'article' GROUP BY source"
        return {row[0]: row[1] for row in self._db.rows(sql, (to_instant(now),))}

    def fate(self, key: int) -> tuple[str, str, str] | None:
        """Return outcome, rule and detail of an address of the frontier; None: it was never asked."""
        row = self._db.row("SELECT outcome, rule, detail FROM url WHERE id = ?", (key,))
        return None if row is None or row["outcome"] is None else (row[0], row[1] or "", row[2] or "")

    def stopped_lists(self) -> tuple[StoppedList, ...]:
        """Return the list pages behind which nothing more was read, by source, then address."""
        sql = "SELECT url, source, detail FROM url WHERE rule = ? AND turn = 'list' ORDER BY source, url"
        rows = self._db.rows(sql, (STOPPED_RULE,))
        return tuple(StoppedList(url=row["url"], source=row["source"], detail=row["detail"] or "") for row in rows)

    def has_unasked(self, items: Iterable[str]) -> bool:
        """Return whether one of these pages was never asked for."""
        sql = "SELECT 1 FROM url WHERE item_id = ? AND owner = '' AND outcome IS NULL"
        return any(self._db.row(sql, (item,)) is not None for item in items)

    def count_before(self, key: int, rule: str, *, run: int) -> int:
        """Return how many list pages in a row led to this one, all read in a run and signed with the rule."""
        sql = """
WITH RECURSIVE before (id) AS (
  SELECT parent FROM url WHERE id = :key
  UNION
  SELECT url.parent FROM url JOIN before USING (id) WHERE url.rule = :rule AND url.outcome_run = :run
)
SELECT count(*) FROM before JOIN url USING (id) WHERE url.rule = :rule AND url.outcome_run = :run
"""
        return int(self._db.value(sql, {"key": key, "rule": rule, "run": run}))


def _resting(host: str, pace: dict[str, float]) -> RestingHost:
    until = datetime.fromtimestamp(pace["blocked_until_s"], UTC)
    return RestingHost(host=host, until=until, rests=int(pace["blocks"]))
