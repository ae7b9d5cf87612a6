"""Which articles stay and which are copies of one that stays; the order in which that was decided.

Each decided version has a place, counted from 0, and a row in `signature` that never changes: the index on disk is made
of these rows and can be made again. A version that was replaced leaves its place empty; nobody is compared with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.model import Article, Decision
from pipeline.store.articles import decision_of, stored_article
from pipeline.store.columns import from_instant_or_none, json_text, storable
from pipeline.store.database import Database

_KEPT = (
    "SELECT a.place, a.record, a.source FROM signature AS s JOIN article AS a ON a.place = s.place"
    " JOIN decision AS d ON d.id = a.id WHERE d.kept IS NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """What the order of decisions is made of."""

    id: str
    url: str | None
    position: int  # of the source in sources.yaml
    published_at: datetime | None
    seniority: int | None  # the place it was decided at before it changed; None: it is new
    is_fresh: bool  # no run has counted it yet
    turn: int = 0  # given by the caller

    @property
    def order(self) -> tuple[object, ...]:
        """The sort key: nothing in it depends on when something was fetched.

        What was decided before keeps its place; then by the caller's turn; then by date, the undated last; then by source
        and address.
        """
        when = self.published_at.timestamp() if self.published_at else 0.0
        return (
            self.seniority is None,
            self.seniority or 0,
            self.turn,
            self.published_at is None,
            when,
            self.position,
            self.url or self.id,
            self.id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A decision and what it was made with."""

    decision: Decision
    content_key: bytes  # equal for texts that are equal as folded
    is_member: bool  # whether it counts in the buckets of the index
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What the index is made of."""

    place: int
    signature: bytes


class Decisions:
    """The tables decision and signature, and the columns of article that belong to them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def undecided(self, turns: Mapping[str, int] | None = None) -> list[Undecided]:
        """Return the articles without a decision, in the order in which they are to be decided.

        `turns`: of new ones by id, before what else orders them.
        """
        sql = "SELECT id, url, position, published_at, seniority, is_fresh FROM article WHERE place IS NULL"
        found = [
            Undecided(
                id=row["id"],
                url=row["url"],
                position=row["position"],
                published_at=from_instant_or_none(row["published_at"]),
                seniority=row["seniority"],
                turn=(turns or {}).get(row["id"], 0),
                is_fresh=bool(row["is_fresh"]),
            )
            for row in self._db.rows(sql)
        ]
        return sorted(found, key=lambda one: one.order)

    def find(self, item: str) -> Decision | None:
        """Return the decision about an article; None: there is none yet."""
        row = self._db.row("SELECT * FROM decision WHERE id = ?", (item,))
        return None if row is None else decision_of(row)

    def copies_of(self, item: str) -> tuple[Decision, ...]:
        """Return the decisions that name an article as the one that was kept, in order."""
        sql = "SELECT d.* FROM decision AS d JOIN article AS a USING (id) WHERE d.kept = ? ORDER BY a.seniority"
        return tuple(map(decision_of, self._db.rows(sql, (item,))))

    def places(self) -> int:
        """Return how many places there are."""
        return int(self._db.value("SELECT count(*) FROM signature"))

    def members(self, start: int = 0) -> Iterator[Member]:
        """Yield what the index is made of, from a place on, in order."""
        sql = "SELECT place, signature FROM signature WHERE place >= ? AND is_member ORDER BY place"
        yield from (Member(place=row[0], signature=row[1]) for row in self._db.rows(sql, (start,)))

    def count_members(self, last: int) -> int:
        """Return how many rows the index should have up to and with a place."""
        return int(self._db.value("SELECT count(*) FROM signature WHERE place <= ? AND is_member", (last,)))

    def known_contents(self, keys: Iterable[bytes]) -> frozenset[bytes]:
        """Return those of the content keys that a decided article has or had, kept or not."""
        return self._with_row("SELECT 1 FROM signature WHERE content_key = ?", keys)

    def standing_contents(self, keys: Iterable[bytes]) -> frozenset[bytes]:
        """Return those of the content keys that a decided article has now, kept or not."""
        return self._with_row("SELECT 1 FROM signature JOIN article USING (place) WHERE content_key = ?", keys)

    def kept_like(self, place: int) -> tuple[int, Article] | None:
        """Return the kept article that has the text of a place now, and where it stands; None: there is none.

        The article that stood there may have changed, and another one with the old text may have been kept since.
        """
        return self._kept("s.content_key = (SELECT content_key FROM signature WHERE place = ?)", place)

    def kept_with_content(self, key: bytes) -> tuple[int, Article] | None:
        """Return the kept article whose text has this content key, and its place; None: there is none."""
        return self._kept("s.content_key = ?", key)

    def kept_with_url(self, url: str) -> tuple[int, Article] | None:
        """Return the kept article of an address, and its place; None: there is none."""
        return self._kept("a.url = ?", url)

    def decide(self, settled: Sequence[Settled], *, run: int) -> None:
        """Write decisions in their order, each at the next place. All or none."""
        with self._db.transaction():
            for place, one in enumerate(settled, start=self.places()):
                self._write(place, one, run)

    def forget(self) -> None:
        """Make every article undecided: they will be decided anew, in the order that they have."""
        with self._db.transaction():
            self._db.run("DELETE FROM decision")
            self._db.run("DELETE FROM signature")
            self._db.run("UPDATE article SET place = NULL")
            self._db.run("UPDATE article_history SET place = NULL")

    def _with_row(self, sql: str, keys: Iterable[bytes]) -> frozenset[bytes]:
        return frozenset(key for key in keys if self._db.row(sql, (key,)) is not None)

    def _kept(self, condition: str, value: int | bytes | str) -> tuple[int, Article] | None:
        sql = f"{_KEPT} AND {condition} ORDER BY a.place"
        row = self._db.row(sql, (value,))
        return None if row is None else (row["place"], stored_article(row))

    def _write(self, place: int, one: Settled, run: int) -> None:
        decision = one.decision
        self._db.run(
            "INSERT INTO signature (place, id, version, content_key, is_member, signature)"
            " SELECT ?, id, version, ?, ?, ? FROM article WHERE id = ?",
            (place, one.content_key, one.is_member, one.signature, decision.id),
        )
        self._db.run(
            "UPDATE article SET place = ?1, seniority = coalesce(seniority, ?1), is_fresh = 0 WHERE id = ?2",
            (place, decision.id),
        )
        self._db.run(
            "INSERT INTO decision (id, kept, relation, scores, facts, supersedes, snippet, decided_run)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                decision.id,
                decision.kept,
                decision.relation,
                json_text(dict(decision.scores)),
                json_text(list(decision.facts)),
                int(decision.supersedes),
                storable(decision.snippet),
                run,
            ),
        )
