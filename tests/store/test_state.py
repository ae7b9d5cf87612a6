import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import BusyError, StateError
from pipeline.model import ArticleId, Decision
from pipeline.store.articles import Arrival
from pipeline.store.columns import from_instant, to_instant
from pipeline.store.database import Database
from pipeline.store.decisions import Settled
from pipeline.store.frontier import Link
from pipeline.store.schema import STATE_MIGRATIONS
from pipeline.store.state import DIED, STATE_NAME, open_state
from tests.builders import article

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def test_one_writer_and_any_number_of_readers(tmp_path):
    with open_state(tmp_path) as state:
        run = state.begin_run("crawl", "p", NOW)
        with pytest.raises(BusyError), open_state(tmp_path):
            pass
        with open_state(tmp_path, read_only=True) as one, open_state(tmp_path, read_only=True) as other:
            assert one.runs() == other.runs() == state.runs()
            assert one.runs()[0].id == run


def test_reading_where_nothing_is_says_so(tmp_path):
    with pytest.raises(StateError, match="nothing is stored there yet"), open_state(tmp_path, read_only=True):
        pass
    assert not any(tmp_path.iterdir())


def test_a_state_from_before_stages_were_timed_is_opened_and_goes_on(tmp_path):
    before = next(n for n, script in enumerate(STATE_MIGRATIONS) if "ADD COLUMN seconds" in script)
    with Database(tmp_path / STATE_NAME, STATE_MIGRATIONS[:before]) as database:
        database.run("INSERT INTO run (command, started_at, plan) VALUES ('crawl', ?, 'p')", (to_instant(NOW),))
    with open_state(tmp_path) as state:
        state.keep_seconds(state.begin_run("crawl", "p", NOW), {"network": 1.23456, "store": 0.1})
        assert [run.seconds for run in state.runs()] == [{"network": 1.235, "store": 0.1}, None]


def test_both_files_are_sound_and_can_be_opened_by_others(tmp_path):
    with open_state(tmp_path) as state:
        assert state.is_sound()
    with sqlite3.connect(tmp_path / STATE_NAME) as other:
        tables = {row[0] for row in other.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
    assert {"run", "source", "host", "url", "article", "rejection", "decision", "alias"} <= tables


def test_a_transaction_spans_all_tables(tmp_path):
    link = Link(url="https://a.example/1", item_id="1", kind="article", host="a.example", source="a", position=0)
    with open_state(tmp_path) as state:
        with pytest.raises(RuntimeError), state.transaction():  # noqa: PT012 - the block is what is tested
            state.frontier.discover([link], run=1, now=NOW)
            state.articles.put(article("热线"), Arrival(run=1, plan="p", position=0))
            raise RuntimeError
        assert state.articles.count() == 0
        assert state.addresses.find_item("1") is None


class TestRuns:
    def test_a_run_is_written_as_it_went(self, tmp_path):
        with open_state(tmp_path) as state:
            run = state.begin_run("crawl", "p", NOW)
            state.end_run(run, 1, {"seen": 3}, NOW + timedelta(seconds=2))
            (kept,) = state.runs()
        assert (kept.command, kept.exit_code, kept.plan, kept.tally) == ("crawl", 1, "p", {"seen": 3})
        assert kept.ended_at is not None
        assert kept.ended_at - kept.started_at == timedelta(seconds=2)

    def test_a_run_that_died_is_closed_by_the_next(self, tmp_path):
        with open_state(tmp_path) as state:
            state.begin_run("crawl", "p", NOW)
        with open_state(tmp_path) as state:
            state.begin_run("crawl", "p", NOW)
            second, first = state.runs()
            assert (first.exit_code, first.ended_at) == (DIED, None)
            assert second.exit_code is None

    def test_only_runs_that_came_to_their_end_count_as_finished(self, tmp_path):
        with open_state(tmp_path) as state:
            assert state.last_finished_run() == 0
            runs = [state.begin_run("crawl", "p", NOW) for _ in range(4)]
            state.end_run(runs[0], 0, {}, NOW)
            state.end_run(runs[1], 1, {}, NOW)
            state.end_run(runs[2], 130, {}, NOW)
            assert state.last_finished_run() == runs[1]

    def test_the_latest_come_first(self, tmp_path):
        with open_state(tmp_path) as state:
            ids = [state.begin_run("crawl", "p", NOW) for _ in range(3)]
            assert [run.id for run in state.runs(2)] == ids[:0:-1]


class TestSources:
    def test_failing_since_stays_until_it_works_again(self, tmp_path):
        with open_state(tmp_path) as state:
            state.set_sources([("a", "feed"), ("b", "list")], frozenset("a"))
            state.source_failed("a", "断\ud800: timeout", NOW)
            state.source_failed("a", "a.example: dns", NOW + timedelta(hours=1))
            a, b = state.sources()
            assert (a.failing_since, a.last_error, a.is_active, b.is_active) == (NOW, "a.example: dns", True, False)
            state.source_worked("a", NOW + timedelta(hours=2))
            a = state.sources()[0]
            assert (a.failing_since, a.last_error, a.last_success_at) == (None, None, NOW + timedelta(hours=2))

    def test_the_order_is_that_of_the_file_today(self, tmp_path):
        with open_state(tmp_path) as state:
            state.set_sources([("a", "feed"), ("b", "list")], frozenset("ab"))
            state.set_sources([("b", "feed"), ("a", "feed")], frozenset("ab"))
            assert [(s.name, s.kind) for s in state.sources()] == [("b", "feed"), ("a", "feed")]

    def test_who_requires_the_topic_is_what_the_file_said_last(self, tmp_path):
        with open_state(tmp_path) as state:
            state.set_sources([("a", "feed"), ("b", "feed")], frozenset("ab"), frozenset("a"))
            state.set_sources([("b", "feed"), ("c", "feed")], frozenset("bc"), frozenset("b"))
            assert {s.name: s.requires_topic for s in state.sources()} == {"a": True, "b": True, "c": False}
            state.set_sources([("b", "feed")], frozenset("b"))
            assert not next(s for s in state.sources() if s.name == "b").requires_topic

    def test_new_articles_are_those_that_stay(self, tmp_path):
        with open_state(tmp_path) as state:
            state.set_sources([("test", "feed"), ("b", "feed")], frozenset({"test", "b"}))
            for name in ("x", "y"):
                state.articles.put(article(name, id=ArticleId(name)), Arrival(run=1, plan="p", position=0))
            decisions = [Decision(id="x", kept=None), Decision(id="y", kept="x", relation="near")]
            state.decisions.decide(
                [Settled(decision=d, content_key=d.id.encode(), is_member=True, signature=b"") for d in decisions],
                run=1,
            )
            assert state.count_new_articles(1) == {"test": 1}
            assert [s.new_articles for s in state.sources()] == [1, 0]
            assert state.count_new_articles(2) == {}


def test_settings_come_back(tmp_path):
    with open_state(tmp_path) as state:
        assert state.setting("spec") is None
        state.keep_setting("spec", {"ngram": 3})
        state.keep_setting("spec", {"ngram": 4})
        assert state.setting("spec") == {"ngram": 4}


@pytest.mark.parametrize("moment", [NOW, datetime.fromisoformat("1999-12-31T23:59:59.999+08:00")])
def test_moments_sort_as_text(moment):
    text = to_instant(moment)
    assert from_instant(text) == moment
    assert len(text) == len("2026-11-22T03:04:05.678Z")
    assert to_instant(moment + timedelta(milliseconds=1)) > text
