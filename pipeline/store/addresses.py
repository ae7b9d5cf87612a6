"""What is known of an address: where it stands, what its last visit brought. Reading only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pipeline.store.columns import from_instant_or_none
from pipeline.store.database import Database, Row
from pipeline.store.frontier import LinkKind, UrlOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUrl:
    """A page or a file's item."""

    url: str  # '' for an item without an address
    item_id: str
    kind: LinkKind
    source: str
    state: str  # ready, leased, done, dead
    attempts: int
    outcome: UrlOutcome | None  # None: it was never asked
    rule: str | None
    detail: str | None
    content_type: str | None
    body_hash: str | None  # None: no bytes came yet
    fetched_at: datetime | None


class Addresses:
    """Look-ups in the tables url and alias."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def find(self, address: str) -> KnownUrl | None:
        """Return what is known of a canonical address, of another address of it, or of an item id."""
        target = self._db.value("SELECT target FROM alias WHERE url = ?", (address,)) or address
        sql = "SELECT * FROM url WHERE turn <> 'list' AND url = ? UNION SELECT * FROM url WHERE owner = '' AND item_id = ?"
        row = self._db.row(sql, (target, target))
        return None if row is None else _known(row)

    def find_item(self, item: str) -> KnownUrl | None:
        """Return what is known of a page or file item by its id."""
        row = self._db.row("SELECT * FROM url WHERE owner = '' AND item_id = ?", (item,))
        return None if row is None else _known(row)

    def visited(self) -> Iterator[KnownUrl]:
        """Yield the pages and file items whose bytes are kept, in the order in which they became known."""
        sql = "SELECT * FROM url WHERE turn <> 'list' AND body_hash IS NOT NULL ORDER BY id"
        yield from map(_known, self._db.rows(sql))

    def fates(self, run: int) -> Iterator[tuple[UrlOutcome, str, int]]:
        """Yield outcome, rule and count of what was visited in a run; lists are left out."""
        sql = (
            "SELECT outcome, coalesce(rule, ''), count(*) FROM url WHERE outcome_run = ? AND turn <> 'list'"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        )
        yield from ((row[0], row[1], row[2]) for row in self._db.rows(sql, (run,)))

    def count_seen(self, run: int) -> int:
        """Return how many pages and items a run has to account for: its own, and articles that no run has counted."""
        sql = (
            "SELECT count(*) FROM (SELECT item_id FROM url WHERE outcome_run = ? AND turn <> 'list'"
            " UNION SELECT id FROM article WHERE is_fresh)"
        )
        return int(self._db.value(sql, (run,)))

    def count_begun(self, source: str, since_run: int) -> int:
        """Return how many pages of a source were read for the first time after a run."""
        sql = "SELECT count(*) FROM url WHERE source = ? AND turn = 'page' AND begun_run > ?"
        return int(self._db.value(sql, (source, since_run)))


def _known(row: Row) -> KnownUrl:
    return KnownUrl(
        url=row["url"],
        item_id=row["item_id"],
        kind=row["kind"],
        source=row["source"],
        state=row["state"],
        attempts=row["attempts"],
        outcome=row["outcome"],
        rule=row["rule"],
        detail=row["detail"],
        content_type=row["content_type"],
        body_hash=row["body_hash"],
        fetched_at=from_instant_or_none(row["fetched_at"]),
    )
