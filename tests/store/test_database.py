import sqlite3

import pytest

from pipeline.errors import BusyError, OutputError, StateError
from pipeline.store.database import Database

ONE = ("CREATE TABLE word (text TEXT NOT NULL) STRICT;\nCREATE INDEX words ON word (text);",)
TWO = (*ONE, "ALTER TABLE word ADD COLUMN n INTEGER")


def words(database: Database) -> list[str]:
    return [row["text"] for row in database.rows("SELECT text FROM word ORDER BY rowid")]


def test_a_transaction_is_written_whole(tmp_path):
    with Database(tmp_path / "a.sqlite", ONE) as database:
        with database.transaction():
            database.run("INSERT INTO word VALUES (?)", ("热线",))
            with database.transaction():
                database.run("INSERT INTO word VALUES (:text)", {"text": "客服"})
        assert words(database) == ["热线", "客服"]


def test_a_failed_transaction_leaves_nothing(tmp_path):
    with Database(tmp_path / "a.sqlite", ONE) as database:
        with pytest.raises(RuntimeError), database.transaction():  # noqa: PT012 - the block is what is tested
            database.run("INSERT INTO word VALUES ('热线')")
            raise RuntimeError
        assert words(database) == []


def test_migrations_are_made_once_each(tmp_path):
    Database(tmp_path / "a.sqlite", ONE).close()
    with Database(tmp_path / "a.sqlite", TWO) as database:
        database.run_many("INSERT INTO word VALUES (?, ?)", [("热线", 1), ("客服", 2)])
    with Database(tmp_path / "a.sqlite", TWO) as database:
        assert words(database) == ["热线", "客服"]
        assert database.value("PRAGMA user_version") == 2


def test_a_broken_migration_changes_nothing(tmp_path):
    Database(tmp_path / "a.sqlite", ONE).close()
    with pytest.raises(StateError):
        Database(tmp_path / "a.sqlite", (*ONE, "ALTER TABLE word ADD COLUMN n INTEGER;\nALTER TABLE missing ADD x"))
    with Database(tmp_path / "a.sqlite", TWO) as database:
        assert database.row("SELECT n FROM word") is None


def test_a_newer_file_is_refused(tmp_path):
    Database(tmp_path / "a.sqlite", TWO).close()
    with pytest.raises(StateError, match="newer zhnews"):
        Database(tmp_path / "a.sqlite", ONE)


def test_reading_an_older_file_is_refused(tmp_path):
    Database(tmp_path / "a.sqlite", ONE).close()
    with pytest.raises(StateError, match="older zhnews"):
        Database(tmp_path / "a.sqlite", TWO, read_only=True)


def test_reading_nothing_says_what_to_do(tmp_path):
    with pytest.raises(StateError, match="Run zhnews crawl first"):
        Database(tmp_path / "a.sqlite", ONE, read_only=True)


def test_a_reader_cannot_write(tmp_path):
    Database(tmp_path / "a.sqlite", ONE).close()
    with Database(tmp_path / "a.sqlite", ONE, read_only=True) as database, pytest.raises(OutputError):
        database.run("INSERT INTO word VALUES ('热线')")


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "a.sqlite").write_bytes(b"no database at all, but long enough to look like one" * 20)
    with pytest.raises(StateError, match="damaged"):
        Database(tmp_path / "a.sqlite", ONE)


def test_a_folder_in_the_place_of_the_file_is_an_output_error(tmp_path):
    (tmp_path / "a.sqlite").mkdir()
    with pytest.raises(OutputError, match=r"a\.sqlite"):
        Database(tmp_path / "a.sqlite", ONE)


def test_a_file_in_the_place_of_the_folder_is_an_output_error(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(OutputError):
        Database(tmp_path / "data" / "a.sqlite", ONE)


def test_a_second_writer_is_told_to_come_back(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.store.database.BUSY_TIMEOUT_S", 0.01)
    path = tmp_path / "a.sqlite"
    with Database(path, ONE) as first, Database(path, ONE) as second, first.transaction():  # noqa: SIM117 - three are enough for a line
        with pytest.raises(BusyError, match="another program"):
            second.run("INSERT INTO word VALUES ('热线')")


def test_our_own_mistakes_are_not_dressed_up(tmp_path):
    with Database(tmp_path / "a.sqlite", ONE) as database:
        with pytest.raises(sqlite3.IntegrityError):
            database.run("INSERT INTO word VALUES (NULL)")
        with pytest.raises(sqlite3.ProgrammingError):
            database.run("INSERT INTO word VALUES (?)", ("one", "too many"))


def test_a_statement_that_is_wrong_names_the_file(tmp_path):
    with Database(tmp_path / "a.sqlite", ONE) as database, pytest.raises(StateError, match="no such table"):
        database.value("SELECT 1 FROM missing")
