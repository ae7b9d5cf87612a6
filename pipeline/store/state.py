"""state.sqlite and pages.sqlite of a data folder, opened together; runs and sources.

with open_state(folder) as state:      one writer: BusyError when another run holds the folder
    with state.transaction(): …        all of it or nothing
with open_state(folder, read_only=True) as state:   any number of readers, also beside a writer
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.store.addresses import Addresses
from pipeline.store.aliases import Aliases
from pipeline.store.articles import Articles
from pipeline.store.columns import from_instant, from_instant_or_none, json_text, storable, to_instant
from pipeline.store.database import Database, Row
from pipeline.store.decisions import Decisions
from pipeline.store.frontier import Frontier
from pipeline.store.hosts import Hosts
from pipeline.store.knowledge import KnowledgeStore
from pipeline.store.lock import lock_folder
from pipeline.store.pages import Pages
from pipeline.store.parts import Parts
from pipeline.store.schema import STATE_MIGRATIONS
from pipeline.store.survey import Survey

STATE_NAME = "state.sqlite"
DIED = -1  # the exit code of a run whose process died


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One use of the data folder by a command."""

    id: int
    command: str
    started_at: datetime
    ended_at: datetime | None  # None: it runs, or its process died
    exit_code: int | None
    plan: str  # fingerprint of all parameters
    tally: Mapping[str, Any] | None  # None: it did not come so far
    seconds: Mapping[str, float] | None = None  # of the clock, by stage; None: not measured, or it did not come so far


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source has done."""

    name: str
    position: int
    kind: str
    is_active: bool
    last_success_at: datetime | None
    failing_since: datetime | None  # None: all is well
    last_error: str | None
    new_articles: int  # in the last run
    requires_topic: bool  # only what its topic keeps is exported


class State:
    """All that is stored between runs."""

    def __init__(self, database: Database, pages: Pages, folder: Path) -> None:
        self._db = database
        self.folder = folder
        self.pages = pages
        self.frontier = Frontier(database)
        self.addresses = Addresses(database)
        self.hosts = Hosts(database)
        self.articles = Articles(database)
        self.decisions = Decisions(database)
        self.aliases = Aliases(database)
        self.knowledge = KnowledgeStore(database)
        self.parts = Parts(database)
        self.survey = Survey(database)

    def close(self) -> None:
        """Close both files; what was committed stands."""
        self._db.close()
        self.pages.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Return a block of which all is written or nothing."""
        return self._db.transaction()

    def is_sound(self) -> bool:
        """Return whether SQLite finds nothing wrong with both files."""
        return bool(self._db.value("PRAGMA integrity_check") == "ok") and self.pages.is_sound()

    # ---- runs

    def begin_run(self, command: str, plan: str, now: datetime) -> int:
        """Close the runs whose process died, give their leases back, and return the id of the new run."""
        with self.transaction():
            self._db.run("UPDATE run SET exit_code = ? WHERE ended_at IS NULL AND exit_code IS NULL", (DIED,))
            self.frontier.give_back(now)
            self._db.run(
                "INSERT INTO run (command, started_at, plan) VALUES (?, ?, ?)", (command, to_instant(now), plan)
            )
            return int(self._db.value("SELECT max(id) FROM run"))

    def end_run(self, run: int, exit_code: int, tally: Mapping[str, object], now: datetime) -> None:
        """Write how a run ended."""
        self._db.run(
            "UPDATE run SET ended_at = ?, exit_code = ?, tally = ? WHERE id = ?",
            (to_instant(now), exit_code, json_text(tally), run),
        )

    def keep_seconds(self, run: int, seconds: Mapping[str, float]) -> None:
        """Write how long the stages of a run took: when the last of them is over, which is after its end is written."""
        rounded = {stage: round(value, 3) for stage, value in seconds.items()}
        self._db.run("UPDATE run SET seconds = ? WHERE id = ?", (json_text(rounded), run))

    def last_finished_run(self) -> int:
        """Return the id of the last run that came to its end, undisturbed; 0: there is none."""
        return int(self._db.value("SELECT coalesce(max(id), 0) FROM run WHERE exit_code IN (0, 1)"))

    def runs(self, most: int = 20) -> tuple[Run, ...]:
        """Return the latest runs, the newest first."""
        return tuple(map(_run, self._db.rows("SELECT * FROM run ORDER BY id DESC LIMIT ?", (most,))))

    # ---- sources

    def set_sources(
        self, sources: Sequence[tuple[str, str]], active: frozenset[str], required: frozenset[str] = frozenset()
    ) -> None:
        """Write names and kinds in the order of sources.yaml, which of them this run asks, and which require their topic."""
        with self.transaction():
            self._db.run("UPDATE source SET is_active = 0")
            self._db.run_many(
                "INSERT INTO source (name, position, kind, is_active, requires_topic) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET position = excluded.position, kind = excluded.kind,"
                " is_active = excluded.is_active, requires_topic = excluded.requires_topic",
                [(name, place, kind, name in active, name in required) for place, (name, kind) in enumerate(sources)],
            )

    def pause_source(self, name: str) -> None:
        """Ask nothing more of a source in this run."""
        self._db.run("UPDATE source SET is_active = 0 WHERE name = ?", (name,))

    def source_worked(self, name: str, now: datetime) -> None:
        """Note that the lists or files of a source could be read."""
        self._db.run(
            "UPDATE source SET last_success_at = ?, failing_since = NULL, last_error = NULL WHERE name = ?",
            (to_instant(now), name),
        )

    def source_failed(self, name: str, error: str, now: datetime) -> None:
        """Note that a source could not be read; since when it fails stays as it was."""
        self._db.run(
            "UPDATE source SET failing_since = coalesce(failing_since, ?), last_error = ? WHERE name = ?",
            (to_instant(now), storable(error), name),
        )

    def count_new_articles(self, run: int) -> dict[str, int]:
        """Write and return how many new articles each source brought in a run; copies are not counted."""
        counts = dict(
            tuple(row)
            for row in self._db.rows(
                "SELECT source, count(*) FROM article JOIN decision USING (id) WHERE kept IS NULL AND decided_run = ?"
                " AND version = 1 GROUP BY source",
                (run,),
            )
        )
        with self.transaction():
            self._db.run("UPDATE source SET new_articles = 0")
            self._db.run_many(
                "UPDATE source SET new_articles = ? WHERE name = ?", [(n, name) for name, n in counts.items()]
            )
        return counts

    def sources(self) -> tuple[SourceState, ...]:
        """Return how the sources have done, in the order of sources.yaml."""
        return tuple(map(_source, self._db.rows("SELECT * FROM source ORDER BY position, name")))

    # ---- settings

    def setting(self, name: str) -> Any:  # noqa: ANN401 - whatever was kept
        """Return a value that stored data depends on; None: it was never kept."""
        text = self._db.value("SELECT value FROM setting WHERE name = ?", (name,))
        return None if text is None else json.loads(text)

    def keep_setting(self, name: str, value: object) -> None:
        """Write a value that stored data depends on."""
        self._db.run("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, json_text(value)))


@contextmanager
def open_state(folder: Path, *, read_only: bool = False) -> Iterator[State]:
    """Open the state of a data folder, making it unless `read_only`.

    Raises BusyError when another run writes there, OutputError when it cannot be written, StateError when it is damaged
    or of a newer version.
    """
    with ExitStack() as stack:
        if not read_only:
            stack.enter_context(lock_folder(folder))
        database = stack.enter_context(Database(folder / STATE_NAME, STATE_MIGRATIONS, read_only=read_only))
        state = State(database, Pages(folder, read_only=read_only), folder)
        stack.callback(state.close)
        yield state


def _run(row: Row) -> Run:
    return Run(
        id=row["id"],
        command=row["command"],
        started_at=from_instant(row["started_at"]),
        ended_at=from_instant_or_none(row["ended_at"]),
        exit_code=row["exit_code"],
        plan=row["plan"],
        tally=None if row["tally"] is None else json.loads(row["tally"]),
        seconds=None if row["seconds"] is None else json.loads(row["seconds"]),
    )


def _source(row: Row) -> SourceState:
    return SourceState(
        name=row["name"],
        position=row["position"],
        kind=row["kind"],
        is_active=bool(row["is_active"]),
        last_success_at=from_instant_or_none(row["last_success_at"]),
        failing_since=from_instant_or_none(row["failing_since"]),
        last_error=row["last_error"],
        new_articles=row["new_articles"],
        requires_topic=bool(row["requires_topic"]),
    )
