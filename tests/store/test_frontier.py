import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pipeline.model import ArticleId, Rejected
from pipeline.store.articles import Arrival
from pipeline.store.database import Database
from pipeline.store.frontier import MAX_ATTEMPTS, SET_ASIDE, Lease, Link, Visit
from pipeline.store.hosts import KnownRobots
from pipeline.store.pages import Pages
from pipeline.store.schema import STATE_MIGRATIONS
from pipeline.store.state import State
from tests.builders import article

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def make_state(folder, sources=("a", "b")) -> State:
    database = Database(folder / "state.sqlite", STATE_MIGRATIONS)
    state = State(database, Pages(folder), folder)
    state.set_sources([(name, "feed") for name in sources], frozenset(sources))
    return state


@pytest.fixture
def state(tmp_path):
    state = make_state(tmp_path)
    yield state
    state.close()


def link(n=1, **fields) -> Link:
    values = {"url": f"https://news.example/{n}", "item_id": f"id{n}", "kind": "article", "host": "news.example"}
    return Link(**{**values, "source": "a", "position": 0, **fields})


def take(state: State, *, turn="page", host="news.example", now=NOW) -> Lease:
    lease = state.frontier.lease(host, turn, now)
    assert lease is not None
    return lease


def done(**fields) -> Visit:
    return Visit(**{"outcome": "article", "at": NOW, **fields})


def discover(state: State, *links: Link, run=1, now=NOW) -> int:
    return state.frontier.discover(links, run=run, now=now)


def test_a_link_is_new_once(state):
    assert discover(state, link(1), link(2)) == 2
    assert discover(state, link(1), link(3)) == 1


def test_the_lease_follows_rank_then_arrival(state):
    discover(state, link(1, rank=2), link(2, rank=1), link(3, rank=1))
    assert [take(state).item_id for _ in range(3)] == ["id2", "id3", "id1"]
    assert state.frontier.lease("news.example", "page", NOW) is None


def test_what_is_leased_is_not_leased_again(state):
    discover(state, link(1))
    assert take(state).attempts == 1
    assert state.frontier.hosts("page", NOW) == []
    assert state.frontier.count("page") == 0


def test_lists_and_pages_have_turns_of_their_own(state):
    discover(state, link(1), link(2, kind="feed"))
    assert take(state, turn="list").kind == "feed"
    assert take(state, turn="page").kind == "article"


def test_two_sources_may_read_one_list(state):
    assert discover(state, link(1, kind="feed"), link(1, kind="feed", source="b", position=1)) == 2


def test_a_page_belongs_to_the_first_source_whoever_came_first(state):
    discover(state, link(1, source="b", position=1, url="http://news.example/1"))
    discover(state, link(1, source="a", position=0))
    discover(state, link(1, source="b", position=1))
    lease = take(state)
    assert (lease.source, lease.url) == ("a", "https://news.example/1")


def test_a_page_that_was_asked_stays_where_it_is(state):
    discover(state, link(1, source="b", position=1))
    take(state)
    discover(state, link(1, source="a", position=0))
    assert state.addresses.find("id1").source == "b"


def test_sources_that_are_not_asked_keep_their_pages(state):
    discover(state, link(1, source="b"))
    state.set_sources([("a", "feed"), ("b", "feed")], frozenset({"a"}))
    assert state.frontier.lease("news.example", "page", NOW) is None
    assert state.frontier.hosts("page", NOW) == []
    assert state.frontier.next_at("page") is None


def test_a_paused_source_gives_nothing_more(state):
    discover(state, link(1))
    state.pause_source("a")
    assert state.frontier.hosts("page", NOW) == []


def test_finish_writes_what_came_and_keeps_what_was_not_said(state):
    discover(state, link(1))
    state.frontier.finish(take(state), done(etag='"1"', body_hash="h", content_type="text/html"), run=1)
    known = state.addresses.find("https://news.example/1")
    assert (known.state, known.outcome, known.body_hash, known.attempts) == ("done", "article", "h", 0)
    state.frontier.finish(_again(state), done(outcome="unchanged", last_modified="yesterday"), run=2)
    lease = _again(state)
    assert (lease.etag, lease.last_modified, lease.body_hash, lease.unchanged) == ('"1"', "yesterday", "h", 1)
    assert lease.was_read
    assert not lease.is_first


def _again(state: State) -> Lease:
    state._db.run("UPDATE url SET state = 'ready', next_at = ?", ("2026-01-01T00:00:00.000Z",))
    return take(state)


def test_a_page_is_looked_at_again_when_it_is_due(state):
    discover(state, link(1), link(2))
    state.frontier.finish(take(state), done(next_at=NOW + timedelta(hours=1)), run=1)
    state.frontier.finish(take(state), done(next_at=None), run=1)
    assert state.frontier.wake_articles(NOW + timedelta(minutes=59)) == 0
    assert state.frontier.wake_articles(NOW + timedelta(hours=1)) == 1


def test_a_page_whose_article_is_not_decided_can_wait(state):
    discover(state, link(1))
    state.articles.put(article("热线", id="id1"), Arrival(run=1, plan="p", position=0))
    state.frontier.finish(take(state), done(next_at=NOW), run=1)
    assert state.frontier.wake_articles(NOW) == 0


def test_postponed_pages_come_back_and_are_set_aside_in_the_end(state):
    discover(state, link(1))
    failed = Visit(outcome="failed", at=NOW, rule="fetch.timeout", next_at=NOW + timedelta(seconds=5))
    for attempt in range(1, MAX_ATTEMPTS + 1):
        lease = take(state, now=NOW + timedelta(minutes=attempt))
        assert lease.attempts == attempt
        assert state.frontier.postpone(lease, failed, run=1) == (attempt < MAX_ATTEMPTS)
        assert state.frontier.lease("news.example", "page", NOW) is None
    assert state.addresses.find("id1").state == "dead"


def test_next_at_leaves_resting_hosts_out(state):
    discover(state, link(1, host="a.example"), now=NOW)
    discover(state, link(2, host="b.example"), now=NOW + timedelta(hours=1))
    assert state.frontier.next_at("page") == NOW
    assert state.frontier.next_at("page", without={"a.example"}) == NOW + timedelta(hours=1)


def test_release_costs_no_attempt(state):
    discover(state, link(1))
    state.frontier.release(take(state), NOW)
    assert take(state).attempts == 1


def test_leases_of_a_dead_process_are_given_back(state):
    discover(state, link(1))
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert take(state).attempts == attempt
        assert state.frontier.give_back(NOW) == (attempt < MAX_ATTEMPTS)
    known = state.addresses.find("id1")
    assert (known.state, known.outcome, known.rule) == ("dead", "failed", SET_ASIDE)


def test_a_clock_that_was_ahead_does_not_stop_us_for_good(state):
    discover(state, link(1), now=NOW + timedelta(days=400))
    assert state.frontier.lease("news.example", "page", NOW) is None
    state.frontier.give_back(NOW)
    assert take(state).item_id == "id1"


class TestLists:
    def test_a_list_is_read_once_a_run(self, state):
        feed = link(1, kind="feed")
        discover(state, feed, run=1)
        state.frontier.finish(take(state, turn="list"), done(outcome="read"), run=1)
        discover(state, feed, run=1)
        assert state.frontier.lease("news.example", "list", NOW) is None
        discover(state, feed, run=2)
        assert take(state, turn="list").kind == "feed"

    def test_sitemaps_below_an_unchanged_index_are_read_again(self, state):
        discover(state, link(1, kind="sitemap"), run=1)
        index = take(state, turn="list")
        discover(state, link(2, kind="sitemap", parent=index.key), link(3, kind="list", parent=index.key), run=1)
        for _ in range(2):
            state.frontier.finish(take(state, turn="list"), done(outcome="read"), run=1)
        state.frontier.wake_lists(index.key, kind="sitemap", run=1, now=NOW)
        assert state.frontier.count("list") == 0
        state.frontier.wake_lists(index.key, kind="sitemap", run=2, now=NOW)
        assert take(state, turn="list").item_id == "id2"
        assert state.frontier.count("list") == 0

    def test_other_settings_make_a_list_new(self, state):
        feed = link(1, kind="feed")
        discover(state, feed)
        state.frontier.finish(
            take(state, turn="list"), done(outcome="read", etag='"1"', body_hash="h", spec="s"), run=1
        )
        for spec, known in (("s", True), ("other", False)):
            state.frontier.forget_validators(feed, spec)
            discover(state, feed, run=2)
            lease = take(state, turn="list")
            assert lease.was_read is known
            state.frontier.release(lease, NOW)

    def test_lists_are_no_pages(self, state):
        discover(state, link(1, kind="feed"))
        state.frontier.finish(take(state, turn="list"), done(outcome="read"), run=1)
        assert state.addresses.find("https://news.example/1") is None
        assert list(state.addresses.fates(1)) == []
        assert state.addresses.count_seen(1) == 0


class TestMoves:
    def test_an_unknown_target_takes_the_place(self, state):
        discover(state, link(1))
        assert state.frontier.move(take(state), link(2), run=1)
        assert state.addresses.find("https://news.example/1").url == "https://news.example/2"
        assert discover(state, link(1)) == 0, "the old address is known as an alias"

    def test_the_same_page_with_another_scheme_only_changes_its_address(self, state):
        discover(state, link(1, url="http://news.example/1"))
        assert state.frontier.move(take(state), link(1), run=1)
        assert state.addresses.find("id1").url == "https://news.example/1"

    def test_a_known_target_stays_one_page(self, state):
        discover(state, link(1), link(2))
        assert not state.frontier.move(take(state), link(2), run=1)
        assert state.addresses.find("https://news.example/1").item_id == "id2"

    def test_a_known_target_goes_to_the_earlier_source(self, state):
        discover(state, link(2, source="b", position=1))
        state.articles.put(article("热线", id="id2", source="b"), Arrival(run=1, plan="p", position=1))
        discover(state, link(1))
        state.frontier.move(next(x for x in (take(state), take(state)) if x.item_id == "id1"), link(2), run=1)
        assert state.addresses.find("id2").source == "a"
        assert state.articles.find("id2").source == "a"


class TestFiles:
    def test_an_item_is_received_at_once(self, state):
        item = link(1, kind="file", url="", host="")
        lease = state.frontier.receive(item, run=1, now=NOW)
        assert (lease.kind, lease.is_first, lease.attempts) == ("file", True, 1)
        state.frontier.finish(lease, done(body_hash="h"), run=1)
        assert state.frontier.receive(item, run=2, now=NOW).body_hash == "h"

    def test_what_a_user_gives_wins_over_the_web(self, state):
        discover(state, link(1))
        state.frontier.receive(link(1, kind="file", source="b", position=1), run=1, now=NOW)
        assert state.frontier.lease("news.example", "page", NOW) is None
        assert state.addresses.find("id1").source == "b"

    def test_an_item_that_kills_the_process_is_set_aside_and_counted(self, state):
        item = link(1, kind="file")
        for _ in range(MAX_ATTEMPTS):
            assert state.frontier.receive(item, run=1, now=NOW) is not None
            state.frontier.give_back(NOW)
        assert state.frontier.receive(item, run=9, now=NOW) is None
        assert list(state.addresses.fates(9)) == [("failed", SET_ASIDE, 1)]


def test_fates_count_outcomes_and_rules(state):
    discover(state, *(link(n) for n in range(4)))
    for visit in (
        done(),
        done(outcome="rejected", rule="r"),
        done(outcome="rejected", rule="r"),
        done(outcome="unchanged"),
    ):
        state.frontier.finish(take(state), visit, run=7)
    assert list(state.addresses.fates(7)) == [("article", "", 1), ("rejected", "r", 2), ("unchanged", "", 1)]
    assert state.addresses.count_seen(7) == 4
    assert state.addresses.count_begun("a", 6) == 4
    assert state.addresses.count_begun("a", 7) == 0


def test_visited_pages_are_those_with_bytes(state):
    discover(state, link(1), link(2))
    state.frontier.finish(take(state), done(body_hash="h"), run=1)
    assert [(known.item_id, known.fetched_at) for known in state.addresses.visited()] == [("id1", NOW)]
    assert state.addresses.find_item("id2").body_hash is None
    assert state.addresses.find_item("never") is None


def test_hosts_and_robots_are_remembered(state):
    assert state.hosts.pace("news.example") is None
    state.hosts.keep_pace("news.example", {"next_at_s": 1.5})
    assert state.hosts.pace("news.example") == {"next_at_s": 1.5}
    assert state.hosts.robots("https://news.example") is None
    for robots in (KnownRobots(asked_at=NOW, body=b"x"), KnownRobots(asked_at=NOW, body=None, unreachable_since=NOW)):
        state.hosts.keep_robots("https://news.example", robots)
        assert state.hosts.robots("https://news.example") == robots


def test_a_rejection_with_an_odd_detail_is_stored(state):
    discover(state, link(1))
    state.frontier.finish(take(state), done(outcome="rejected", rule="r", detail="断\ud800"), run=1)
    assert state.addresses.find("id1").detail == "断?"
    state.articles.reject(
        Rejected(id=ArticleId("id1"), url=None, source="a", rule="r", detail="断\ud800"),
        Arrival(run=1, plan="p", position=0),
    )
    assert state.articles.find_rejected("id1").detail == "断?"


class FrontierMachine(RuleBasedStateMachine):
    """However leases, answers and deaths follow each other, no page is lost and none is in two hands."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.state = make_state(Path(self._folder.name))
        self.known: set[str] = set()
        self.held: dict[str, Lease] = {}
        self.run_id = 1

    def teardown(self) -> None:
        self.state.close()
        self._folder.cleanup()

    @rule(n=st.integers(0, 5))
    def discover(self, n):
        discover(self.state, link(n), run=self.run_id)
        self.known.add(f"id{n}")

    @rule()
    def lease(self):
        lease = self.state.frontier.lease("news.example", "page", NOW)
        if lease is not None:
            assert lease.item_id not in self.held
            self.held[lease.item_id] = lease

    @rule(outcome=st.sampled_from(["article", "unchanged", "rejected"]), again=st.booleans())
    def finish(self, outcome, again):
        if self.held:
            _, lease = self.held.popitem()
            self.state.frontier.finish(lease, done(outcome=outcome, next_at=NOW if again else None), run=self.run_id)

    @rule()
    def postpone(self):
        if self.held:
            _, lease = self.held.popitem()
            self.state.frontier.postpone(lease, done(outcome="failed", next_at=NOW), run=self.run_id)

    @rule()
    def die(self):
        self.held.clear()
        self.run_id = self.state.begin_run("crawl", "p", NOW)
        self.state.frontier.wake_articles(NOW)

    @invariant()
    def nothing_is_lost(self):
        states = {row[0]: row[1] for row in self.state._db.rows("SELECT item_id, state FROM url")}
        assert set(states) == self.known
        assert {item for item, state in states.items() if state == "leased"} == set(self.held)


FrontierMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
test_no_page_is_lost = FrontierMachine.TestCase
