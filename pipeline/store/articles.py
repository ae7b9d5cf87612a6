"""Articles, the versions that later ones replaced, and what was rejected.

    put ─▶ article (fresh, undecided) ─ decisions.decide ─▶ article with a place in the order of the corpus
               └ changed page ─▶ article_history keeps the earlier version; what was a copy of it is decided anew

A page that changed replaces its article. The earlier version, its decision and its bytes are kept, so what was removed
from it can still be shown.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from pipeline.model import Article, ArticleId, CanonicalUrl, Decision, Flag, Rejected
from pipeline.store.columns import json_text, storable, to_instant_or_none
from pipeline.store.database import Database, Row
from pipeline.store.records import article_from_json, article_to_json

STANDS_FOR = "supersedes"  # the flag of an article that is given in place of the one that stays; the detail is its id

Change: TypeAlias = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Where an outcome comes from, for the record."""

    run: int
    plan: str  # fingerprint of what made it
    position: int  # of the source in sources.yaml
    body_hash: str | None = None  # of the bytes in pages.sqlite


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An earlier version of an article."""

    article: Article
    version: int  # from 1
    plan: str
    body_hash: str | None
    kept: str | None  # what it was a copy of; None: it was kept, or never decided
    replaced_run: int


class Articles:
    """The tables article, article_history and rejection."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, article: Article, arrival: Arrival) -> Change:
        """Write an article; "same": nothing in it has changed, and nothing was written."""
        record = json_text(article_to_json(article))
        with self._db.transaction():
            self._db.run("DELETE FROM rejection WHERE id = ?", (article.id,))
            known = self._db.value("SELECT record FROM article WHERE id = ?", (article.id,))
            if known is None:
                self._insert(article, record, arrival)
                return "new"
            if known == record:
                return "same"
            self._replace(article, record, arrival)
            return "changed"

    def reject(self, rejected: Rejected, arrival: Arrival) -> None:
        """Write why an input did not become an article. One that an earlier visit brought stays as it is."""
        self._db.run(
            "INSERT OR REPLACE INTO rejection (id, url, source, rule, detail, body_hash, rejected_run)"
            " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS (SELECT 1 FROM article WHERE id = ?1)",
            (
                rejected.id,
                rejected.url,
                rejected.source,
                rejected.rule,
                storable(rejected.detail),
                arrival.body_hash,
                arrival.run,
            ),
        )

    def withdraw(self, rejected: Rejected, arrival: Arrival) -> None:
        """Turn an article into a rejected input: the stages, as they are now, refuse it. Its history keeps it."""
        with self._db.transaction():
            self._retire(rejected.id, arrival.run)
            self._db.run("DELETE FROM article WHERE id = ?", (rejected.id,))
            self.reject(rejected, arrival)

    def find(self, item: str) -> Article | None:
        """Return the article of an id; None: there is none."""
        row = self._db.row("SELECT record, source FROM article WHERE id = ?", (item,))
        return None if row is None else stored_article(row)

    def is_fresh(self, item: str) -> bool:
        """Return whether the article is there and no run has counted it yet."""
        return bool(self._db.value("SELECT is_fresh FROM article WHERE id = ?", (item,)))

    def find_rejected(self, item: str) -> Rejected | None:
        """Return why an input is no article; None: it is one, or it is not known."""
        row = self._db.row("SELECT * FROM rejection WHERE id = ?", (item,))
        return None if row is None else _rejected(row)

    def earlier_versions(self, item: str) -> tuple[Version, ...]:
        """Return the versions that later ones replaced, the oldest first."""
        sql = "SELECT * FROM article_history WHERE id = ? ORDER BY version"
        return tuple(map(_version, self._db.rows(sql, (item,))))

    def all(self) -> Iterator[Article]:
        """Yield every article, kept or not: the decided ones in their order, then the others by id."""
        sql = "SELECT record, source FROM article ORDER BY seniority IS NULL, seniority, id"
        yield from map(stored_article, self._db.rows(sql))

    def corpus(self) -> Iterator[Article]:
        """Yield the articles that stay, in the order in which they were decided."""
        sql = (
            "SELECT a.record, a.source FROM article AS a JOIN decision AS d USING (id) WHERE d.kept IS NULL"
            " ORDER BY a.seniority"
        )
        yield from map(stored_article, self._db.rows(sql))

    def preferred(self, sources: Collection[str] | None = None) -> Iterator[Article]:
        """Yield the corpus as an export gives it, in the same order.

        Where copies supersede the one that stays, the longest of them stands in its place, with its own id and a flag
        that names the other: what came first was cut short, or has been revised. Of equals the one decided first.
        `sources`: where it may come from, besides the source of the one that stays; None: from any.
        """
        sql = (
            "SELECT given.record, given.source, a.id AS kept FROM article AS a JOIN decision AS d USING (id)"
            " JOIN article AS given ON given.id = coalesce((SELECT copy.id FROM decision AS c JOIN article AS copy USING (id)"
            " WHERE c.kept = a.id AND c.supersedes"
            " AND (?1 IS NULL OR copy.source = a.source OR copy.source IN (SELECT value FROM json_each(?1)))"
            " ORDER BY copy.characters DESC, copy.seniority LIMIT 1), a.id)"
            " WHERE d.kept IS NULL ORDER BY a.seniority"
        )
        names = None if sources is None else json_text(sorted(sources))
        yield from (_given(stored_article(row), row["kept"]) for row in self._db.rows(sql, (names,)))

    def copies(self, run: int | None = None) -> Iterator[tuple[Article, Decision]]:
        """Yield the near-duplicates with what they are copies of, in their order; `run`: only what it decided."""
        sql = (
            "SELECT a.record, a.source, d.* FROM article AS a JOIN decision AS d USING (id) WHERE d.kept IS NOT NULL"
            " AND (?1 IS NULL OR d.decided_run = ?1) ORDER BY a.seniority"
        )
        yield from ((stored_article(row), decision_of(row)) for row in self._db.rows(sql, (run,)))

    def rejections(self) -> Iterator[Rejected]:
        """Yield what was rejected, in order of id."""
        yield from map(_rejected, self._db.rows("SELECT * FROM rejection ORDER BY id"))

    def count(self) -> int:
        """Return how many articles there are, kept or not."""
        return int(self._db.value("SELECT count(*) FROM article"))

    def _insert(self, article: Article, record: str, arrival: Arrival) -> None:
        self._db.run(
            "INSERT INTO article (id, url, source, position, title, published_at, characters, record, plan, body_hash,"
            " arrived_run, changed_run, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11,"
            " 1 + (SELECT coalesce(max(version), 0) FROM article_history WHERE id = ?1))",
            (article.id, *_facts(article, record, arrival), arrival.run),
        )

    def _replace(self, article: Article, record: str, arrival: Arrival) -> None:
        """Write a new version. It and what was a copy of the old one are to be decided; they keep their seniority."""
        self._retire(article.id, arrival.run)
        self._db.run(
            "UPDATE article SET url = ?, source = ?, position = ?, title = ?, published_at = ?, characters = ?, record = ?,"
            " plan = ?, body_hash = ?, version = version + 1, is_fresh = 1, changed_run = ? WHERE id = ?",
            (*_facts(article, record, arrival), arrival.run, article.id),
        )

    def _retire(self, item: str, run: int) -> None:
        """Move a version to the history; what was a copy of it is to be decided anew."""
        self._db.run(
            "INSERT INTO article_history (id, version, record, plan, body_hash, place, kept, replaced_run)"
            " SELECT a.id, a.version, a.record, a.plan, a.body_hash, a.place, d.kept, ?"
            " FROM article AS a LEFT JOIN decision AS d USING (id) WHERE a.id = ?",
            (run, item),
        )
        self._db.run(
            "UPDATE article SET place = NULL WHERE id = ?1 OR id IN (SELECT id FROM decision WHERE kept = ?1)", (item,)
        )
        self._db.run("DELETE FROM decision WHERE id = ?1 OR kept = ?1", (item,))


def decision_of(row: Row) -> Decision:
    """Return the decision in a row of the table."""
    return Decision(
        id=row["id"],
        kept=row["kept"],
        relation=row["relation"],
        scores=json.loads(row["scores"]),
        facts=tuple(json.loads(row["facts"])),
        supersedes=bool(row["supersedes"]),
        snippet=row["snippet"],
    )


def _given(article: Article, kept: str) -> Article:
    """Return the article, with a flag when it stands for another one."""
    return article if article.id == kept else article.flagged(Flag(name=STANDS_FOR, detail=kept))


def _facts(article: Article, record: str, arrival: Arrival) -> tuple[str | int | None, ...]:
    return (
        article.url,
        article.source,
        arrival.position,
        None if article.title is None else storable(article.title),
        to_instant_or_none(article.published_at),
        len(article.text),
        record,
        arrival.plan,
        arrival.body_hash,
    )


def stored_article(row: Row) -> Article:
    """Return the article; of two sources that show one page, the row names the one it belongs to."""
    return replace(article_from_json(json.loads(row["record"])), source=row["source"])


def _rejected(row: Row) -> Rejected:
    return Rejected(
        id=ArticleId(row["id"]),
        url=None if row["url"] is None else CanonicalUrl(row["url"]),
        source=row["source"],
        rule=row["rule"],
        detail=row["detail"],
    )


def _version(row: Row) -> Version:
    return Version(
        article=article_from_json(json.loads(row["record"])),
        version=row["version"],
        plan=row["plan"],
        body_hash=row["body_hash"],
        kept=row["kept"],
        replaced_run=row["replaced_run"],
    )
