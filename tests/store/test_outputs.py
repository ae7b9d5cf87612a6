"""What is selected for others, and how much of it the topic of its source left out."""

import json
import sys

import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError
from pipeline.model import Relevance
from pipeline.store.outputs import Selection, Written, write_corpus
from tests.builders import article


def scored(name, source, verdict):
    relevance = Relevance(topic="t", score=1.0, verdict=verdict, hits=()) if verdict else None
    return article("船停了。", id=name, source=source, relevance=relevance)


ARTICLES = (
    *(scored(f"a-{verdict}", "a", verdict) for verdict in ("keep", "review", "drop", None)),
    *(scored(f"b-{verdict}", "b", verdict) for verdict in ("keep", "drop")),
)
CASES = {
    "all": (Selection(), ["a-keep", "a-review", "a-drop", "a-None", "b-keep", "b-drop"], 0),
    "one requires its topic": (Selection(required=frozenset("a")), ["a-keep", "b-keep", "b-drop"], 3),
    "both do": (Selection(required=frozenset("ab")), ["a-keep", "b-keep"], 4),
    "those of another source are not counted": (
        Selection(required=frozenset("ab"), sources=frozenset("b")),
        ["b-keep"],
        1,
    ),
    "what is not wanted anyway is not counted": (
        Selection(required=frozenset("a"), only="keep"),
        ["a-keep", "b-keep"],
        0,
    ),
    "one that requires it has none to review": (
        Selection(required=frozenset("a"), only="review"),
        ["a-keep", "b-keep"],
        1,
    ),
    "without a verdict nothing is kept": (Selection(only="review"), ["a-keep", "a-review", "b-keep"], 0),
}


@pytest.mark.parametrize(("selection", "ids", "off_topic"), CASES.values(), ids=CASES.keys())
def test_selection(tmp_path, selection, ids, off_topic):
    target = tmp_path / "c.jsonl"
    written = write_corpus(ARTICLES, target, "jsonl", selection, force=False)
    assert [json.loads(line)["id"] for line in target.read_text().splitlines()] == ids
    assert written == Written(articles=len(ids), off_topic=off_topic)


def test_a_table_of_many_articles_has_them_all(tmp_path):
    target = tmp_path / "c.parquet"
    many = (article("船停了。", id=str(n)) for n in range(1001))
    selection = Selection(fields=("id", "text"))
    assert write_corpus(many, target, "parquet", selection, force=False).articles == 1001
    assert pq.read_table(target)["id"].to_pylist() == [str(n) for n in range(1001)]


def test_a_table_without_its_extra_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"zhnews\[parquet\]"):
        write_corpus(ARTICLES, tmp_path / "c.parquet", "parquet", Selection(), force=False)
    assert not list(tmp_path.iterdir())
