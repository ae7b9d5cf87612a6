from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.model import ArticleId, CanonicalUrl, Decision, Rejected
from pipeline.store.articles import Arrival
from pipeline.store.decisions import Settled
from pipeline.store.state import State, open_state
from tests.builders import article, change

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def state(tmp_path):
    with open_state(tmp_path) as state:
        yield state


def arrival(run=1, **fields) -> Arrival:
    return Arrival(**{"run": run, "plan": "p", "position": 0, "body_hash": f"h{run}", **fields})


def story(name="a", text="热线全天有人接听。", **fields):
    return article(text, **{"id": ArticleId(name), "url": CanonicalUrl(f"https://news.example/{name}"), **fields})


def settled(name: str, kept: str | None = None) -> Settled:
    decision = Decision(
        id=name,
        kept=kept,
        relation="near" if kept else None,
        scores={"containment": 0.9} if kept else {},
        facts=("3次",),
    )
    return Settled(decision=decision, content_key=name.encode(), is_member=kept is None, signature=b"s")


def put(state: State, *names: str) -> None:
    for name in names:
        state.articles.put(story(name), arrival())


class TestPut:
    def test_an_article_comes_back_as_it_was(self, state):
        one = story(title="题目", published_at=NOW, text="热线免费\n声明一句").changed([change(4, 9)])
        assert state.articles.put(one, arrival()) == "new"
        assert state.articles.find("a") == one
        assert state.articles.find("a").original == "热线免费\n声明一句"
        assert state.articles.find("b") is None

    def test_a_lone_surrogate_comes_back(self, state):
        one = story(text="断\ud800开", title="断\ud800")
        state.articles.put(one, arrival())
        assert state.articles.find("a") == one

    def test_the_same_again_writes_nothing(self, state):
        assert state.articles.put(story(), arrival()) == "new"
        assert state.articles.put(story(), arrival(run=2)) == "same"
        assert state.articles.earlier_versions("a") == ()

    def test_a_changed_page_replaces_its_article_and_the_old_one_is_kept(self, state):
        old = story(text="声明一句\n热线").changed([change(0, 4)])
        state.articles.put(old, arrival())
        state.decisions.decide([settled("a")], run=1)
        assert state.articles.put(story(text="热线改期"), arrival(run=2)) == "changed"
        assert state.articles.find("a").text == "热线改期"
        (version,) = state.articles.earlier_versions("a")
        assert (version.article, version.version, version.body_hash, version.replaced_run) == (old, 1, "h1", 2)
        assert version.article.original == "声明一句\n热线"
        assert state.articles.is_fresh("a")

    def test_copies_of_a_changed_article_are_decided_anew_and_others_are_not(self, state):
        put(state, "a", "b", "c")
        state.decisions.decide([settled("a"), settled("b", kept="a"), settled("c")], run=1)
        state.articles.put(story("a", text="全文改写。"), arrival(run=2))
        assert [(one.id, one.seniority, one.is_fresh) for one in state.decisions.undecided()] == [
            ("a", 0, True),
            ("b", 1, False),
        ]
        assert state.decisions.find("c") is not None

    def test_what_a_replaced_copy_was_a_copy_of_stays_known(self, state):
        put(state, "a", "b")
        state.decisions.decide([settled("a"), settled("b", kept="a")], run=1)
        state.articles.put(story("b", text="全文改写。"), arrival(run=2))
        assert state.articles.earlier_versions("b")[0].kept == "a"
        assert [one.id for one in state.decisions.undecided()] == ["b"]


class TestReject:
    REJECTED = Rejected(
        id=ArticleId("a"),
        url=CanonicalUrl("https://news.example/a"),
        source="s",
        rule="fetch.gone",
        detail="status 404",
    )

    def test_a_rejection_is_kept_with_its_reason(self, state):
        state.articles.reject(self.REJECTED, arrival())
        assert state.articles.find_rejected("a") == self.REJECTED
        assert list(state.articles.rejections()) == [self.REJECTED]

    def test_the_last_reason_counts(self, state):
        state.articles.reject(self.REJECTED, arrival())
        state.articles.reject(replace(self.REJECTED, rule="fetch.robots"), arrival())
        assert state.articles.find_rejected("a").rule == "fetch.robots"

    def test_an_article_takes_the_place_of_a_rejection(self, state):
        state.articles.reject(self.REJECTED, arrival())
        state.articles.put(story(), arrival(run=2))
        assert state.articles.find_rejected("a") is None

    def test_a_rejection_does_not_take_the_place_of_an_article(self, state):
        state.articles.put(story(), arrival())
        state.articles.reject(self.REJECTED, arrival(run=2))
        assert state.articles.find_rejected("a") is None
        assert state.articles.find("a") == story()


class TestWithdraw:
    def test_an_article_that_is_refused_now_goes_and_its_history_stays(self, state):
        put(state, "a", "b")
        state.decisions.decide([settled("a"), settled("b", kept="a")], run=1)
        state.articles.withdraw(TestReject.REJECTED, arrival(run=2))
        assert state.articles.find("a") is None
        assert state.articles.find_rejected("a") == TestReject.REJECTED
        assert [one.id for one in state.decisions.undecided()] == ["b"]
        assert [one.article for one in state.articles.earlier_versions("a")] == [story("a")]

    def test_it_may_come_back(self, state):
        put(state, "a")
        state.articles.withdraw(TestReject.REJECTED, arrival(run=2))
        assert state.articles.put(story("a"), arrival(run=3)) == "new"
        state.articles.put(story("a", text="全文改写。"), arrival(run=4))
        assert [one.version for one in state.articles.earlier_versions("a")] == [1, 2]


class TestOrder:
    def test_the_order_does_not_depend_on_arrival(self, state):
        stories = {
            "b": (story("b", published_at=NOW), 1),
            "z": (story("z", published_at=NOW), 0),
            "early": (story("early", published_at=NOW - timedelta(days=1)), 2),
            "undated": (story("undated"), 0),
            "file": (story("file", url=None, published_at=NOW), 1),
        }
        for name in sorted(stories, reverse=True):
            state.articles.put(stories[name][0], arrival(position=stories[name][1]))
        assert [one.id for one in state.decisions.undecided()] == ["early", "z", "file", "b", "undated"]

    def test_the_corpus_keeps_its_order_when_an_article_changes(self, state):
        put(state, "a", "b")
        state.decisions.decide([settled("a"), settled("b")], run=1)
        state.articles.put(story("a", text="全文改写。"), arrival(run=2))
        assert [one.id for one in state.articles.corpus()] == ["b"], "what is not decided is not in the corpus"
        state.decisions.decide([settled("a")], run=2)
        assert [one.id for one in state.articles.corpus()] == ["a", "b"]
        assert state.decisions.places() == 3

    def test_all_gives_the_undecided_last(self, state):
        put(state, "c", "a", "b")
        state.decisions.decide([settled("b")], run=1)
        assert [one.id for one in state.articles.all()] == ["b", "a", "c"]
        assert state.articles.count() == 3


class TestDecisions:
    def test_decisions_come_back(self, state):
        put(state, "a", "b")
        state.decisions.decide([settled("a"), settled("b", kept="a")], run=1)
        assert state.decisions.find("b") == settled("b", kept="a").decision
        assert state.decisions.copies_of("a") == (settled("b", kept="a").decision,)
        assert state.decisions.find("nobody") is None
        assert [one.id for one in state.articles.corpus()] == ["a"]
        assert [(one.id, decision.kept) for one, decision in state.articles.copies()] == [("b", "a")]
        assert not state.articles.is_fresh("a")

    def test_a_decision_that_cannot_be_written_leaves_none(self, state):
        put(state, "a")
        with pytest.raises(Exception, match="FOREIGN KEY"):
            state.decisions.decide([settled("a"), settled("nobody")], run=1)
        assert state.decisions.find("a") is None
        assert state.decisions.places() == 0

    def test_the_index_is_made_of_members(self, state):
        put(state, "a", "b", "c")
        state.decisions.decide([settled("a"), settled("b", kept="a"), settled("c")], run=1)
        assert [one.place for one in state.decisions.members()] == [0, 2]
        assert [one.place for one in state.decisions.members(1)] == [2]
        assert [state.decisions.count_members(last) for last in (-1, 0, 1, 2)] == [0, 1, 1, 2]

    def test_kept_articles_are_found_by_content_url_and_place(self, state):
        put(state, "a", "b")
        state.decisions.decide([settled("a"), settled("b", kept="a")], run=1)
        assert state.decisions.known_contents([b"a", b"b", b"c"]) == {b"a", b"b"}
        assert state.decisions.kept_with_content(b"a")[1].id == "a"
        assert state.decisions.kept_with_content(b"b") is None, "a copy justifies nothing"
        assert state.decisions.kept_with_url("https://news.example/a")[0] == 0
        assert state.decisions.kept_with_url("https://news.example/b") is None
        assert state.decisions.kept_like(0)[1].id == "a"

    def test_a_place_whose_article_changed_stands_for_whoever_has_its_text_now(self, state):
        put(state, "a", "b")
        state.decisions.decide([settled("a"), settled("b", kept="a")], run=1)
        state.articles.put(story("a", text="全文改写。"), arrival(run=2))
        assert state.decisions.kept_like(0) is None
        state.decisions.decide(
            [replace(settled("a"), content_key=b"new"), replace(settled("b"), content_key=b"a", is_member=False)], run=2
        )
        place, found = state.decisions.kept_like(0)
        assert (place, found.id) == (3, "b")

    def test_forget_makes_all_undecided_in_the_same_order(self, state):
        put(state, "a", "b", "c")
        state.decisions.decide([settled("c"), settled("a"), settled("b", kept="a")], run=1)
        state.decisions.forget()
        assert [one.id for one in state.decisions.undecided()] == ["c", "a", "b"]
        assert state.decisions.places() == 0
        state.decisions.decide([settled("c"), settled("a"), settled("b")], run=2)
        assert [one.id for one in state.articles.corpus()] == ["c", "a", "b"]
