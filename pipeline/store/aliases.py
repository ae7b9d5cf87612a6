"""Other addresses of a page that is known: they are asked no more, and looked up as that page.

Reasons are `redirect` (written by the frontier), `canonical` (the page says so itself) and `part` (a further page of
an article).
"""

from typing import Literal, TypeAlias

from pipeline.store.columns import storable
from pipeline.store.database import Database

Reason: TypeAlias = Literal["canonical", "part"]


class Aliases:
    """The table alias, and the rows of url that turn into one."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def target(self, url: str) -> str | None:
        """Return the address that another one leads to; None: it leads nowhere else."""
        found: str | None = self._db.value("SELECT target FROM alias WHERE url = ?", (url,))
        return found

    def add(self, url: str, target: str, reason: Reason, *, run: int) -> None:
        """Note that an address is another one of a page. An address that is found later is not asked."""
        self._db.run(
            "INSERT OR REPLACE INTO alias (url, target, reason, seen_run) VALUES (?, ?, ?, ?)",
            (url, target, reason, run),
        )

    def close(self, item: str, rule: str, detail: str, *, run: int) -> bool:
        """Ask an address no more, as it is one of another page; return whether it was in the frontier at all."""
        return bool(
            self._db.run(
                "UPDATE url SET state = 'done', attempts = 0, next_at = NULL, outcome = 'rejected', rule = ?1,"
                " detail = ?2, outcome_run = ?3, begun_run = coalesce(begun_run, ?3)"
                " WHERE item_id = ?4 AND owner = '' AND kind = 'article' AND rule IS NOT ?1",
                (rule, storable(detail), run, item),
            )
        )

    def claimed(self) -> tuple[str, ...]:
        """Return the addresses that several web articles may share, one of them new: it gives the address, or has it."""
        return tuple(row[0] for row in self._db.rows(_CLAIMED))

    def of_one_address(self, canonical: str, item: str) -> tuple[tuple[str, bool], ...]:
        """Return the ids of the web articles that have or give an address as their own, and whether each is new.

        `item` is the id that belongs to the address. Those that earlier runs decided come first, then the one that has
        it, then the rest as their sources stand in sources.yaml.
        """
        rows = self._db.rows(_OF_ONE_ADDRESS, (canonical, item))
        return tuple((row["id"], bool(row["is_new"])) for row in rows)


# json_extract(record, '$.canonical') is spelled as in the index.
_CLAIMED = """
SELECT json_extract(article.record, '$.canonical') AS address
FROM article JOIN url ON url.item_id = article.id AND url.owner = '' AND url.kind = 'article'
WHERE article.place IS NULL AND article.seniority IS NULL AND json_extract(article.record, '$.canonical') IS NOT NULL
UNION
SELECT article.url
FROM article JOIN article AS other ON json_extract(other.record, '$.canonical') = article.url AND other.id <> article.id
WHERE article.place IS NULL AND article.seniority IS NULL
ORDER BY address
"""
_OF_ONE_ADDRESS = """
SELECT article.id, article.seniority IS NULL AS is_new
FROM article JOIN url ON url.item_id = article.id AND url.owner = '' AND url.kind = 'article'
WHERE json_extract(article.record, '$.canonical') = ?1 OR article.id = ?2
ORDER BY article.seniority IS NULL, article.seniority, article.id <> ?2, article.position, article.url
"""
