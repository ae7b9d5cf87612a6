"""Near-duplicates of a crawl's state, without the crawl."""

import os
from datetime import UTC, datetime

import numpy as np
import pytest

from pipeline.dedup.decide import DedupParams
from pipeline.dedup.signature import SignatureSpec
from pipeline.errors import StateError
from pipeline.model import Article, ArticleId, CanonicalUrl
from pipeline.run.settle import INDEX_FOLDER, resettle, settle, update_index, verify_index
from pipeline.store.articles import Arrival
from pipeline.store.index import NearDuplicateIndex
from pipeline.store.state import open_state
from tests.dedup.stories import story

PARAMS = DedupParams()
NOW = datetime(2026, 11, 22, tzinfo=UTC)
STORY = story(1)


@pytest.fixture
def state(tmp_path):
    with open_state(tmp_path) as opened:
        yield opened


def article(name, text, source="daily"):
    made = Article(
        id=ArticleId(name), url=CanonicalUrl(f"https://news.example/{name}"), source=source, published_at=NOW
    )
    return made.with_text(text)


def put(state, *articles):
    """Store articles and decide; return the decisions about all that are stored, by id."""
    run = state.begin_run("crawl", "p", NOW)
    for one in articles:
        state.articles.put(one, Arrival(run=run, plan="p", position=0))
    with state.transaction():
        settle(state, PARAMS, run=run)
    update_index(state, PARAMS.spec)
    return {one.id: state.decisions.find(one.id) for one in state.articles.all()}


def given(state):
    """What an export gives: the id of each article, and of the one that it stands for."""
    return [(one.id, *(flag.detail for flag in one.flags)) for one in state.articles.preferred()]


def test_what_is_fuller_is_given_in_place_of_the_cut_one_that_stays(state):
    put(state, article("cut", STORY[:330]), article("other", story(2)))
    found = put(state, article("longer", STORY[:450]), article("whole", STORY))
    assert {name: (one.kept, one.supersedes) for name, one in found.items()} == {
        "cut": (None, False),
        "other": (None, False),
        "longer": ("cut", True),
        "whole": ("cut", True),
    }
    assert [one.id for one in state.articles.corpus()] == ["cut", "other"]
    assert given(state) == [("whole", "cut"), ("other",)]


def test_a_fuller_form_comes_from_the_sources_that_may_give_one(state):
    put(state, article("cut", STORY[:330]))
    put(state, article("longer", STORY[:450]), article("whole", STORY, "weekly"))
    given = {sources: [one.id for one in state.articles.preferred(sources)] for sources in ((), ("weekly",))}
    assert given == {(): ["longer"], ("weekly",): ["whole"]}


def test_a_page_that_changed_takes_the_place_of_its_earlier_version_and_nothing_is_lost(state):
    put(state, article("1", STORY), article("2", STORY + "完"), article("3", story(2)))
    updated = STORY.replace("。", "；", 1) + "\n" + story(7, 1)
    found = put(state, article("1", updated))
    assert (found["1"].kept, found["2"].kept) == (None, "1")
    (earlier,) = state.articles.earlier_versions("1")
    assert earlier.article.text == article("1", STORY).text
    assert state.articles.find("1").text == article("1", updated).text
    found = put(state, article("1", story(9)))
    assert (found["1"].kept, found["2"].kept) == (None, None)  # it is another article now: the copy stays itself
    assert len(state.articles.earlier_versions("1")) == 2
    assert given(state) == [("1",), ("2",), ("3",)]


@pytest.mark.parametrize("name", ["signatures.u32", "ordinals.u32", "manifest.sqlite"])
@pytest.mark.parametrize("how", ["cut", "gone"])
def test_a_torn_index_is_found_and_made_again_from_the_state(state, tmp_path, name, how):
    put(state, article("a", STORY), article("b", story(2)))
    path = tmp_path / INDEX_FOLDER / name
    good = path.stat().st_size
    if how == "gone":
        path.unlink()
    elif name != "manifest.sqlite":
        os.truncate(path, good // 2)
    faults = verify_index(state, PARAMS)
    if name != "manifest.sqlite":
        assert [name in fault for fault in faults] == [True]
    assert verify_index(state, PARAMS) == []
    assert put(state, article("c", STORY[:500]))["c"].kept == "a"


def test_a_wrong_bit_is_found(state, tmp_path):
    put(state, article("a", STORY), article("b", story(2)))
    assert verify_index(state, PARAMS) == []
    path = tmp_path / INDEX_FOLDER / "signatures.u32"
    good = path.read_bytes()
    path.write_bytes(good[:40] + bytes([good[40] ^ 4]) + good[41:])
    (fault,) = verify_index(state, PARAMS)
    assert fault.endswith("are damaged")
    assert path.read_bytes() == good


def test_nothing_to_decide(state):
    assert put(state) == {}


def test_an_index_of_another_state_is_made_anew(state, tmp_path):
    put(state, article("a", STORY), article("b", story(2)))
    with NearDuplicateIndex.open(tmp_path / INDEX_FOLDER, PARAMS.spec) as index:
        index.add([7], np.zeros((1, 128), np.uint32))
    assert put(state, article("c", STORY[:500]))["c"].kept == "a"
    with NearDuplicateIndex.open(tmp_path / INDEX_FOLDER, PARAMS.spec) as index:
        assert (len(index), index.last_ordinal) == (3, 2)


def test_other_signatures_are_refused_until_all_is_decided_anew(state):
    put(state, article("a", STORY), article("b", STORY[:500]))
    other = DedupParams(spec=SignatureSpec(ngram=4))
    with pytest.raises(StateError, match=r"ngram 3 instead of 4.*--rebuild"):
        verify_index(state, other)
    resettle(state, other, run=state.begin_run("dedup", "p", NOW))
    assert verify_index(state, other) == []
    assert [state.decisions.find(name).kept for name in "ab"] == [None, "a"]
