"""What is known of hosts, kept between runs: one value, replaced whole."""

import zlib
from typing import TYPE_CHECKING

from pipeline.errors import StateError
from pipeline.store.database import Database

if TYPE_CHECKING:
    from pipeline.clean.knowledge import Knowledge


class KnowledgeStore:
    """The table knowledge."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def read(self) -> "Knowledge":
        """Return what earlier runs learned. What another version learned is no use: nothing is known then."""
        from pipeline.clean.knowledge import EMPTY, Knowledge  # noqa: PLC0415 - numpy: status and export do without

        packed = self._db.value("SELECT packed FROM knowledge")
        if packed is None:
            return EMPTY
        try:
            return Knowledge.from_json(zlib.decompress(packed).decode())
        except (StateError, zlib.error, UnicodeDecodeError):
            return EMPTY

    def keep(self, knowledge: "Knowledge", *, run: int) -> None:
        """Write what is known from now on."""
        self._db.run(
            "INSERT OR REPLACE INTO knowledge (id, packed, learned_run) VALUES (1, ?, ?)",
            (zlib.compress(knowledge.to_json().encode()), run),
        )
