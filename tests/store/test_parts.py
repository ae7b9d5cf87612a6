"""Further pages of articles, other addresses, knowledge and the survey, table by table."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.clean.knowledge import EMPTY, learn
from pipeline.model import ArticleId, CanonicalUrl
from pipeline.store.articles import Arrival
from pipeline.store.frontier import Link, Visit
from pipeline.store.parts import Part
from pipeline.store.state import State, open_state
from tests.builders import article

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def state(tmp_path):
    with open_state(tmp_path) as state:
        state.begin_run("crawl", "p", NOW)
        state.set_sources([("s", "feed")], frozenset({"s"}))
        yield state


def part(number: int, name: str = "") -> Part:
    return Part(number=number, url=f"http://a.example/{name}{number}", content_type=None, body_hash="h", fetched_at=NOW)


def link(name: str, kind="article", parent=None) -> Link:
    return Link(
        url=f"http://a.example/{name}", item_id=name, kind=kind, host="a.example", source="s", position=0, parent=parent
    )


def story(name: str, canonical: str | None = None):
    own = {"url": CanonicalUrl(f"http://a.example/{name}"), "canonical": canonical and CanonicalUrl(canonical)}
    return article(f"热线今天接到{name}的来电。", id=ArticleId(name), **own)


def put(state: State, name: str, canonical: str | None = None, position: int = 0) -> None:
    state.frontier.discover([link(name)], run=1, now=NOW)
    state.articles.put(story(name, canonical), Arrival(run=1, plan="p", position=position))


def test_waiting_parts_become_those_of_the_article(state):
    for number in (3, 2):
        state.parts.keep("a", part(number))
    assert (state.parts.waiting("a"), state.parts.of("a")) == ((part(2), part(3)), ())
    state.parts.settle("a")
    assert (state.parts.waiting("a"), state.parts.of("a")) == ((), (part(2), part(3)))
    state.parts.keep("a", part(2, "new"))
    state.parts.keep("b", part(2))
    state.parts.settle("a")
    assert state.parts.of("a") == (part(2, "new"),)
    assert state.parts.waiting("b") == (part(2),)
    state.parts.settle("a")
    assert state.parts.of("a") == (), "an article that has one page now"


def test_an_alias_is_asked_no_more_and_counted_once(state):
    state.frontier.discover([link("a"), link("b")], run=1, now=NOW)
    state.aliases.add("http://a.example/b", "http://a.example/a", "part", run=1)
    assert state.aliases.close("b", "crawl.same_page", "a", run=1)
    assert not state.aliases.close("b", "crawl.same_page", "a", run=2)
    assert not state.aliases.close("unknown", "crawl.same_page", "a", run=1)
    lease = state.frontier.lease("a.example", "page", NOW)
    assert lease.item_id == "a"
    assert state.frontier.lease("a.example", "page", NOW) is None
    assert state.frontier.discover([link("b")], run=2, now=NOW) == 0
    assert state.aliases.target("http://a.example/b") == "http://a.example/a"
    assert state.aliases.target("http://a.example/a") is None


def test_who_shares_an_address(state):
    address = "http://a.example/c"
    put(state, "a", address, position=1)
    put(state, "b", address, position=0)
    put(state, "x")
    assert state.aliases.claimed() == (address,)
    assert state.aliases.of_one_address(address, "c") == (("b", True), ("a", True))
    put(state, "c", position=5)
    assert state.aliases.of_one_address(address, "c") == (("c", True), ("b", True), ("a", True))


def test_the_survey(state):
    state.frontier.discover([link("l", "list")], run=1, now=NOW)
    top = state.frontier.lease("a.example", "list", NOW)
    state.frontier.finish(top, Visit(outcome="read", at=NOW, rule="crawl.nothing_new"), run=1)
    state.frontier.discover([link("m", "list", parent=top.key), link("p"), link("q")], run=1, now=NOW)
    below = state.frontier.lease("a.example", "list", NOW)
    assert state.survey.count_before(below.key, "crawl.nothing_new", run=1) == 1
    assert state.survey.count_before(below.key, "crawl.nothing_new", run=2) == 0
    assert state.survey.count_before(top.key, "crawl.nothing_new", run=1) == 0
    assert state.survey.has_unasked(["unknown", "p"])
    assert not state.survey.has_unasked([])
    assert state.survey.count_waiting() == {"s": 2}
    page = state.frontier.lease("a.example", "page", NOW)
    assert state.survey.fate(page.key) is None
    state.frontier.postpone(page, Visit(outcome="failed", at=NOW, rule="fetch.dns", next_at=NOW), run=1)
    assert state.survey.fate(page.key) == ("failed", "fetch.dns", "")
    assert state.survey.count_failed() == {"s": 1}
    (failed,) = state.survey.failed()
    assert (failed.url, failed.rule, failed.at, failed.is_set_aside) == (page.url, "fetch.dns", NOW, False)
    state.hosts.keep_pace("b.example", {"blocked_until_s": NOW.timestamp() + 60, "blocks": 2})
    state.hosts.keep_pace("c.example", {"blocked_until_s": NOW.timestamp() - 60, "blocks": 1})
    (resting,) = state.survey.resting_hosts(NOW)
    assert (resting.host, resting.until, resting.rests) == ("b.example", NOW + timedelta(seconds=60), 2)


def test_a_circle_of_lists_is_counted_once(state):
    state.frontier.discover([link("l", "list")], run=1, now=NOW)
    top = state.frontier.lease("a.example", "list", NOW)
    state.frontier.discover([link("m", "list", parent=top.key)], run=1, now=NOW)
    for lease in (top, state.frontier.lease("a.example", "list", NOW)):
        state.frontier.finish(lease, Visit(outcome="read", at=NOW, rule="crawl.nothing_new"), run=1)
    state._db.run("UPDATE url SET parent = (SELECT max(id) FROM url) WHERE id = ?", (top.key,))
    assert state.survey.count_before(top.key, "crawl.nothing_new", run=1) == 2


def test_knowledge_is_one_value(state):
    assert state.knowledge.read() == EMPTY
    known = learn([story("a"), story("b")])
    for value in (known, EMPTY, known):
        state.knowledge.keep(value, run=1)
        assert state.knowledge.read() == value
