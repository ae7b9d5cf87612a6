"""One SQLite file: opened, brought up to date, and spoken to in transactions. What goes wrong becomes one of our errors.

WAL and `synchronous=NORMAL`: a killed process loses nothing that was committed; a power cut may lose the last
transactions but never leaves half of one.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeAlias

from pipeline.errors import BusyError, OutputError, StateError, ZhnewsError
from pipeline.store.files import cannot_write

Value: TypeAlias = str | int | float | bytes | None
Values: TypeAlias = Sequence[Value] | Mapping[str, Value]
Row: TypeAlias = sqlite3.Row

BUSY_TIMEOUT_S = 5.0  # how long to wait for a reader that holds the file; a second writer never gets past the lock

_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Database:
    """A connection that is closed by `with`; used by one thread."""

    def __init__(self, path: Path, migrations: Sequence[str], *, read_only: bool = False) -> None:
        """Open the file; make it or bring it up to date unless `read_only`. Raises StateError or OutputError."""
        self.path = path
        self._connection = _connect(path, read_only=read_only)
        try:
            with self._translated():
                self._set_up(migrations, read_only=read_only)
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was committed stands."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block is written or nothing of it; inside another transaction it is part of that one."""
        if self._connection.in_transaction:
            yield
            return
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self._connection.rollback()  # does nothing where the error has rolled back already
            raise

    def run(self, sql: str, values: Values = ()) -> int:
        """Run one statement; return how many rows it changed."""
        with self._translated():
            return self._connection.execute(sql, values).rowcount

    def run_many(self, sql: str, rows: Iterable[Values]) -> None:
        """Run one statement for each row."""
        with self._translated():
            self._connection.executemany(sql, rows)

    def rows(self, sql: str, values: Values = ()) -> Iterator[Row]:
        """Yield the rows of a query. Nothing may be written while they are read."""
        with self._translated():
            cursor = self._connection.execute(sql, values)
            while batch := cursor.fetchmany(256):
                yield from batch

    def row(self, sql: str, values: Values = ()) -> Row | None:
        """Return the first row of a query; None: it has none."""
        with self._translated():
            found: Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def value(self, sql: str, values: Values = ()) -> Any:  # noqa: ANN401 - whatever the column holds
        """Return the first column of the first row; None: the query has no row."""
        found = self.row(sql, values)
        return None if found is None else found[0]

    def _set_up(self, migrations: Sequence[str], *, read_only: bool) -> None:
        version = self.value("PRAGMA user_version")
        if version > len(migrations):
            raise StateError(f"{self.path} was made by a newer zhnews (version {version}). Update zhnews")
        if read_only:
            if version < len(migrations):
                raise StateError(
                    f"{self.path} was made by an older zhnews. Run zhnews crawl once to bring it up to date"
                )
            return
        self.run("PRAGMA journal_mode = WAL")
        self.run("PRAGMA synchronous = NORMAL")
        self.run("PRAGMA foreign_keys = ON")
        for number, script in enumerate(migrations[version:], start=version + 1):
            self._migrate(script, number)

    def _migrate(self, script: str, number: int) -> None:
        with self.transaction():
            for statement in _statements(script):
                self.run(statement)
            self.run(f"PRAGMA user_version = {number}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
            raise  # a mistake of ours, not of the disk
        except sqlite3.Error as exc:
            raise _error_of(self.path, exc) from exc


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    if read_only and not path.is_file():
        raise StateError(f"{path}: nothing is stored there yet. Run zhnews crawl first, or give another --data folder")
    try:
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    except OSError as exc:
        raise cannot_write(path, exc) from exc
    except sqlite3.Error as exc:
        raise _error_of(path, exc) from exc
    connection.row_factory = sqlite3.Row
    return connection


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script, each on lines of its own: `executescript` would end the transaction around it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _error_of(path: Path, exc: sqlite3.Error) -> ZhnewsError:
    code = getattr(exc, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary == sqlite3.SQLITE_BUSY:
        return BusyError(f"{path}: another program is writing there. Try again when it has ended")
    if primary in _FULL:
        return OutputError(
            f"{path}: cannot be written ({exc}). Free some space and run again: what was finished stands"
        )
    if primary in _BROKEN:
        return StateError(
            f"{path}: is damaged or no state of ours ({exc}). Restore a copy, or move it away to start anew"
        )
    return StateError(
        f"{path}: {exc}. Was it changed by another program? Restore a copy, or move it away to start anew"
    )
