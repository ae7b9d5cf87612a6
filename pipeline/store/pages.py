"""The bytes as they came, compressed, each once: extraction can be repeated without the network.

A page is written before the state that speaks of it. After a crash there may be bytes that nothing speaks of yet; the
next visit finds them there.
"""

import hashlib
import json
import zlib
from pathlib import Path

from pipeline.errors import StateError
from pipeline.model import Document, Flag, Page
from pipeline.store.columns import from_instant_or_none, json_text
from pipeline.store.database import Database
from pipeline.store.records import value_to_json
from pipeline.store.schema import PAGES_MIGRATIONS

PAGES_NAME = "pages.sqlite"
DOCUMENT_TYPE = "application/vnd.zhnews.document+json"  # the content type of a stored Document
_LEVEL = 6  # zlib's default: news pages shrink to a fifth, a megabyte in 25 ms


class Pages:
    """pages.sqlite: bytes by the SHA-256 of what they are."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open or make the file in a data folder."""
        self._db = Database(folder / PAGES_NAME, PAGES_MIGRATIONS, read_only=read_only)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def put(self, body: bytes) -> str:
        """Keep the bytes; return their hash."""
        key = hash_of(body)
        if self._db.row("SELECT 1 FROM page WHERE hash = ?", (key,)) is None:
            self._db.run(
                "INSERT OR IGNORE INTO page (hash, bytes, body) VALUES (?, ?, ?)",
                (key, len(body), zlib.compress(body, _LEVEL)),
            )
        return key

    def get(self, key: str) -> bytes | None:
        """Return the bytes; None: they are not kept. Raises StateError when they are not what they were."""
        packed = self._db.value("SELECT body FROM page WHERE hash = ?", (key,))
        if packed is None:
            return None
        try:
            body = zlib.decompress(packed)
        except zlib.error as exc:
            raise _damaged(self._db.path, key) from exc
        if hash_of(body) != key:
            raise _damaged(self._db.path, key)
        return body

    def count(self) -> int:
        """Return how many pages are kept."""
        return int(self._db.value("SELECT count(*) FROM page"))

    def is_sound(self) -> bool:
        """Return whether SQLite finds nothing wrong with the file."""
        return bool(self._db.value("PRAGMA integrity_check") == "ok")


def hash_of(body: bytes) -> str:
    """Return the key of bytes."""
    return hashlib.sha256(body).hexdigest()


def body_of(item: Page | Document) -> tuple[bytes, str | None]:
    """Return the bytes to keep of an item, and their content type. A document is kept with all its record said."""
    if isinstance(item, Page):
        return item.body, item.content_type
    return json_text(value_to_json(item)).encode(), DOCUMENT_TYPE


def document_of(body: bytes) -> Document:
    """Return the document that `body_of` made bytes of."""
    row = json.loads(body)
    published_at = from_instant_or_none(row["published_at"])
    flags = tuple(Flag(**flag) for flag in row.get("flags", ()))  # none in what earlier versions kept
    return Document(**{**row, "authors": tuple(row["authors"]), "published_at": published_at, "flags": flags})


def _damaged(path: Path, key: str) -> StateError:
    return StateError(f"{path}: the page {key} is damaged. Restore a copy of the file")
