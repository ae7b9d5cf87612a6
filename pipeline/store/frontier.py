"""The frontier: which addresses are known, which one is next, and what became of each.

    discover ─▶ ready ─ lease ─▶ leased ─ finish ─▶ done ─ wake ─▶ ready
                  ▲                │ postpone, give_back               └ next_at NULL: never again
                  └────────────────┴─ too many attempts ─▶ dead

A lease is written before anything is asked. If the process dies the lease is given back at the next start, one attempt
poorer: an address that kills the process is set aside in the end.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from pipeline.store.columns import from_instant, from_instant_or_none, storable, to_instant, to_instant_or_none
from pipeline.store.database import Database, Row, Value

LinkKind: TypeAlias = Literal["feed", "sitemap", "list", "article", "file"]
UrlOutcome: TypeAlias = Literal["article", "rejected", "unchanged", "failed", "read"]

Turn: TypeAlias = Literal["list", "page"]  # lists are read first: who shows a page must not depend on who was faster

LIST_KINDS: tuple[LinkKind, ...] = ("feed", "sitemap", "list")
MAX_ATTEMPTS = 5  # leases without a usable answer; a page that kills the process is set aside after so many
FAR_AHEAD = timedelta(days=2)  # longer than any wait that we set: a moment beyond it was written by a wrong clock
SET_ASIDE = "crawl.set_aside"  # the rule that signs for an address that is asked no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address to ask, as a source or one of its lists shows it."""

    url: str  # canonical
    item_id: str
    kind: LinkKind
    host: str
    source: str
    position: int  # of the source in sources.yaml
    rank: int = 0  # lower is asked earlier
    depth: int = 0
    parent: int | None = None  # the list that shows it

    @property
    def owner(self) -> str:
        """The source, for a list; an article is known once, whoever shows it."""
        return self.source if self.kind in LIST_KINDS else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """An address that is ours to ask now, with what the last visit left."""

    key: int
    url: str
    item_id: str
    kind: LinkKind
    host: str
    source: str
    position: int
    depth: int
    attempts: int  # this one included
    unchanged: int
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    first_seen_at: datetime
    is_first: bool  # it was never asked before

    @property
    def was_read(self) -> bool:
        """Whether an earlier visit brought a body."""
        return self.body_hash is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a visit brought; written by `finish`. None: the answer did not say."""

    outcome: UrlOutcome
    at: datetime
    rule: str = ""
    detail: str = ""
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    body_hash: str | None = None
    spec: str | None = None
    next_at: datetime | None = None  # when to look again; None: never


# A page that was not asked yet goes to the first source that shows it, under the first of its spellings.
_ADD = """
INSERT INTO url (url, item_id, owner, kind, host, source, position, depth, parent, rank, state, next_at, first_seen_at)
SELECT :url, :item_id, :owner, :kind, :host, :source, :position, :depth, :parent, :rank, 'ready', :at, :at
WHERE NOT EXISTS (SELECT 1 FROM alias WHERE alias.url = :url AND alias.target <> :url AND :kind = 'article')
ON CONFLICT (item_id, owner) DO UPDATE SET url = excluded.url, host = excluded.host, source = excluded.source,
  position = excluded.position, rank = excluded.rank, parent = excluded.parent
WHERE excluded.kind = 'article' AND url.state = 'ready' AND url.outcome IS NULL AND url.attempts = 0
  AND (url.position, url.url) > (excluded.position, excluded.url)
"""
_RENEW = """
UPDATE url SET state = 'ready', next_at = :at, position = :position, depth = min(depth, :depth)
WHERE item_id = :item_id AND owner = :owner AND state IN ('done', 'ready') AND coalesce(outcome_run, 0) <> :run
"""
# From one host to the next along the index: among a million addresses are some dozen hosts.
_HOSTS = """
WITH RECURSIVE known (host) AS (
  SELECT min(host) FROM url WHERE state = 'ready' AND turn = :turn
  UNION ALL
  SELECT (SELECT min(host) FROM url WHERE state = 'ready' AND turn = :turn AND url.host > known.host)
  FROM known WHERE known.host IS NOT NULL
)
SELECT host FROM known
"""
# INDEXED BY: without it SQLite asks whether the value of `turn` lets it use the index of lists (a partial one, `WHERE turn =
# 'list'`) and therefore prepares the statement again at each call: 230 instead of 75 µs a lease among a million addresses.
_READY = """url INDEXED BY url_to_ask
WHERE state = 'ready' AND EXISTS (SELECT 1 FROM source WHERE name = url.source AND is_active) AND turn = ?
"""
_LEASE = f"""
UPDATE url SET state = 'leased', attempts = attempts + 1 WHERE id = (
  SELECT id FROM {_READY} AND host = ? AND next_at <= ? ORDER BY rank, id LIMIT 1
) RETURNING *
"""  # noqa: S608 - of constants
_IS_DUE = f"SELECT 1 FROM {_READY} AND host = ? AND next_at <= ? LIMIT 1"  # noqa: S608 - of constants
_NEXT_AT = f"SELECT host, min(next_at) FROM {_READY} GROUP BY host"  # noqa: S608 - of constants
_COUNT = f"SELECT count(*) FROM {_READY}"  # noqa: S608 - of constants


class Frontier:
    """The tables url and alias."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # ---- what is known

    def discover(self, links: Iterable[Link], *, run: int, now: datetime) -> int:
        """Add the links that are not known yet; return how many those are.

        A page that several sources show belongs to the first of them in sources.yaml, however the lists came in.
        A list that was not read in this run is read again.
        """
        at = to_instant(now)
        rows = [_row_of(link, at) for link in links]
        with self._db.transaction():
            known = self._last_key()
            self._db.run_many(_ADD, rows)
            lists = [{**row, "run": run} for row in rows if row["kind"] in LIST_KINDS]
            self._db.run_many(_RENEW, lists)
            return self._last_key() - known

    def wake_lists(self, parent: int, *, kind: LinkKind, run: int, now: datetime) -> None:
        """Read the lists below an unchanged one again: a sitemap may change while its index does not."""
        self._db.run(
            "UPDATE url SET state = 'ready', next_at = ? WHERE parent = ? AND kind = ? AND state = 'done'"
            " AND coalesce(outcome_run, 0) <> ?",
            (to_instant(now), parent, kind, run),
        )

    def wake_articles(self, now: datetime) -> int:
        """Make the pages ready that are to be looked at again; one whose article is not yet decided can wait."""
        return self._db.run(
            "UPDATE url SET state = 'ready' WHERE state = 'done' AND next_at <= ? AND kind = 'article'"
            " AND NOT EXISTS (SELECT 1 FROM article WHERE article.id = url.item_id AND article.is_fresh)",
            (to_instant(now),),
        )

    def forget_validators(self, link: Link, spec: str) -> None:
        """Read a list as if for the first time when it was read with other settings of its source."""
        self._db.run(
            "UPDATE url SET etag = NULL, last_modified = NULL, body_hash = NULL"
            " WHERE item_id = ? AND owner = ? AND spec IS NOT ?",
            (link.item_id, link.owner, spec),
        )

    # ---- who is next

    def hosts(self, turn: Turn, now: datetime) -> list[str]:
        """Return the hosts that have something to ask now, in order of name."""
        known = (row[0] for row in self._db.rows(_HOSTS, {"turn": turn}))
        return [host for host in known if host is not None and self.is_due(host, turn, now)]

    def is_due(self, host: str, turn: Turn, now: datetime) -> bool:
        """Return whether a host has something to ask now."""
        return self._db.row(_IS_DUE, (turn, host, to_instant(now))) is not None

    def next_at(self, turn: Turn, without: Collection[str] = ()) -> datetime | None:
        """Return when the earliest of the ready ones may be asked, some hosts left out; None: nothing is left."""
        moments = (row[1] for row in self._db.rows(_NEXT_AT, (turn,)) if row[0] not in without)
        return from_instant_or_none(min(moments, default=None))

    def lease(self, host: str, turn: Turn, now: datetime) -> Lease | None:
        """Take the next address of a host; None: nothing may be asked now."""
        row = self._db.row(_LEASE, (turn, host, to_instant(now)))
        return None if row is None else _lease(row)

    def give_back(self, now: datetime) -> int:
        """Return the leases of a process that died, setting aside what was tried too often; return how many."""
        at = to_instant(now)
        with self._db.transaction():
            self._db.run(
                "UPDATE url SET state = 'dead', outcome = 'failed', rule = ?, detail = ? WHERE state = 'leased'"
                " AND attempts >= ?",
                (SET_ASIDE, f"the process ended {MAX_ATTEMPTS} times while it was being read", MAX_ATTEMPTS),
            )
            given = self._db.run("UPDATE url SET state = 'ready', next_at = ? WHERE state = 'leased'", (at,))
            self._db.run(
                "UPDATE url SET next_at = ? WHERE state = 'ready' AND next_at > ?", (at, to_instant(now + FAR_AHEAD))
            )
        return given

    # ---- what became of it

    def finish(self, lease: Lease, visit: Visit, *, run: int) -> None:
        """Write what a visit brought. What it does not say (validators of an unchanged page) stays as it was."""
        self._db.run(
            "UPDATE url SET state = 'done', attempts = 0, unchanged = :unchanged, next_at = :next_at, outcome = :outcome,"
            " rule = :rule, detail = :detail, outcome_run = :run, begun_run = coalesce(begun_run, :run),"
            " etag = coalesce(:etag, etag), last_modified = coalesce(:last_modified, last_modified),"
            " content_type = coalesce(:content_type, content_type), body_hash = coalesce(:body_hash, body_hash),"
            " fetched_at = :at, spec = coalesce(:spec, spec) WHERE id = :key",
            {**_columns(lease, visit, run), "unchanged": lease.unchanged + 1 if visit.outcome == "unchanged" else 0},
        )

    def postpone(self, lease: Lease, visit: Visit, *, run: int) -> bool:
        """Write that it did not work, and when to try again; return False when it is set aside instead."""
        is_over = visit.next_at is None or lease.attempts >= MAX_ATTEMPTS
        self._db.run(
            "UPDATE url SET state = :state, next_at = :next_at, outcome = :outcome, rule = :rule, detail = :detail,"
            " outcome_run = :run, begun_run = coalesce(begun_run, :run) WHERE id = :key",
            {**_columns(lease, visit, run), "state": "dead" if is_over else "ready"},
        )
        return not is_over

    def release(self, lease: Lease, next_at: datetime) -> None:
        """Give a lease back unused: nothing was asked."""
        self._db.run(
            "UPDATE url SET state = 'ready', attempts = attempts - 1, next_at = ? WHERE id = ?",
            (to_instant(next_at), lease.key),
        )

    def move(self, lease: Lease, target: Link, *, run: int) -> bool:
        """Note that the address leads to another one. Return False when that one is known already.

        An unknown target takes the place of the address, so that one page stays one row.
        """
        with self._db.transaction():
            self._db.run(
                "INSERT OR REPLACE INTO alias (url, target, reason, seen_run) VALUES (?, ?, 'redirect', ?)",
                (lease.url, target.url, run),
            )
            if target.item_id == lease.item_id:
                self._db.run("UPDATE url SET url = ? WHERE id = ?", (target.url, lease.key))
                return True
            if self._db.row("SELECT 1 FROM url WHERE item_id = ? AND owner = ''", (target.item_id,)) is None:
                self._db.run(
                    "UPDATE url SET url = ?, item_id = ? WHERE id = ?", (target.url, target.item_id, lease.key)
                )
                return True
            self._claim(target)
            return False

    def receive(self, link: Link, *, run: int, now: datetime) -> Lease | None:
        """Take an item of a file, new or known; None: it is set aside. What a user gives wins over the web."""
        with self._db.transaction():
            self._db.run(_ADD, _row_of(link, to_instant(now)))
            row = self._db.row(
                "UPDATE url SET state = 'leased', kind = 'file', host = '', source = ?, position = ?,"
                " attempts = attempts + 1 WHERE item_id = ? AND owner = '' AND state <> 'dead' RETURNING *",
                (link.source, link.position, link.item_id),
            )
            if row is None:
                self._db.run("UPDATE url SET outcome_run = ? WHERE item_id = ? AND owner = ''", (run, link.item_id))
        return None if row is None else _lease(row)

    def count(self, turn: Turn) -> int:
        """Return how many addresses of active sources are ready."""
        return int(self._db.value(_COUNT, (turn,)))

    # ---- parts of the above

    def _last_key(self) -> int:
        """Return the highest key; rows are never removed, so keys count the new ones."""
        return int(self._db.value("SELECT coalesce(max(id), 0) FROM url"))

    def _claim(self, target: Link) -> None:
        """Give a page that is not decided yet to the earlier source: who gets there first must not matter."""
        values = (target.source, target.position, target.item_id, target.position)
        self._db.run(
            "UPDATE url SET source = ?, position = ? WHERE item_id = ? AND owner = '' AND position > ?"
            " AND NOT EXISTS (SELECT 1 FROM article WHERE article.id = url.item_id AND article.place IS NOT NULL)",
            values,
        )
        self._db.run(
            "UPDATE article SET source = ?, position = ? WHERE id = ? AND position > ? AND place IS NULL", values
        )


def _row_of(link: Link, at: str) -> dict[str, Value]:
    return {
        "url": link.url,
        "item_id": link.item_id,
        "owner": link.owner,
        "kind": link.kind,
        "host": link.host,
        "source": link.source,
        "position": link.position,
        "depth": link.depth,
        "parent": link.parent,
        "rank": link.rank,
        "at": at,
    }


def _columns(lease: Lease, visit: Visit, run: int) -> dict[str, Value]:
    return {
        **asdict(visit),
        "key": lease.key,
        "run": run,
        "at": to_instant(visit.at),
        "next_at": to_instant_or_none(visit.next_at),
        "rule": visit.rule or None,
        "detail": storable(visit.detail) or None,
    }


def _lease(row: Row) -> Lease:
    return Lease(
        key=row["id"],
        url=row["url"],
        item_id=row["item_id"],
        kind=row["kind"],
        host=row["host"],
        source=row["source"],
        position=row["position"],
        depth=row["depth"],
        attempts=row["attempts"],
        unchanged=row["unchanged"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        body_hash=row["body_hash"],
        first_seen_at=from_instant(row["first_seen_at"]),
        is_first=row["begun_run"] is None,
    )
