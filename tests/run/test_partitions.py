"""Near-duplicates in partitions and groups must be decided as all at once: the pairs, the components, the decisions."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedup.bands import ANCHORS, Pairs, candidate_pairs
from pipeline.dedup.decide import find_near_duplicates
from pipeline.flow import Plan
from pipeline.model import Record
from pipeline.run import partitions
from pipeline.run.build import BuildOptions, build
from pipeline.run.groups import components, find_groups, merged_pairs
from pipeline.run.inventory import ROWS, ArticleFiles
from pipeline.run.partitions import PairTask, earlier_of, later_of, packed, pair_task, pair_tasks
from pipeline.store.records import decision_to_json
from pipeline.store.rowfiles import save_array

SYLLABLES = (
    "云桥公交热线今天接到一通特别电话老人说自己坐过站话务员陪他聊天直到儿子赶来回家图书馆开放时间延长晚上学生自习"
)


def write_articles(folder: Path, keys: np.ndarray, asks: np.ndarray, members: np.ndarray) -> ArticleFiles:
    """Write articles with these band keys (articles, bands), all with the same signature."""
    files = ArticleFiles(folder=folder)
    articles = np.zeros(len(keys), ROWS)
    articles["has_letters"] = asks
    save_array(files.articles, articles)
    save_array(files.signatures, np.ones((len(keys), 8), np.uint32))
    save_array(files.keys, np.ascontiguousarray(keys.T))
    save_array(files.members, members)
    return files


def found_pairs(files: ArticleFiles, folder: Path, n: int, bands: int, parts: int | None = None) -> Pairs:
    tasks = pair_tasks(files, n, bands, 8.0, folder, parts)
    pairs = merged_pairs([pair_task(task) for task in tasks])
    return Pairs(earlier_of(pairs), later_of(pairs))


@pytest.mark.parametrize("parts", [None, 1, 3])
@pytest.mark.parametrize("at_once", [2_000_000, 50])
def test_partitions_find_the_pairs_that_are_found_at_once(tmp_path, monkeypatch, parts, at_once):
    monkeypatch.setattr(partitions, "_PAIRS_AT_ONCE", at_once)
    draw = np.random.default_rng(5)
    keys = draw.integers(0, 9, (600, 4)).astype(np.uint32)
    keys[:200, 1] = 7  # a bucket with more members than anchors
    asks, members = draw.random(600) < 0.9, draw.random(600) < 0.7
    assert members[:200].sum() > ANCHORS
    files = write_articles(tmp_path / "articles", keys, asks, members)
    expected = candidate_pairs(keys, queries=asks, members=members)
    found = found_pairs(files, tmp_path / "pairs", 600, 4, parts)
    assert np.array_equal(found.earlier, expected.earlier)
    assert np.array_equal(found.later, expected.later)


def test_pairs_whose_signatures_differ_are_left_out(tmp_path):
    keys = np.zeros((3, 1), np.uint32)
    files = write_articles(tmp_path, keys, np.ones(3, np.bool_), np.ones(3, np.bool_))
    save_array(files.signatures, np.array([[1] * 8, [1] * 5 + [2] * 3, [1] * 8], np.uint32))
    found = found_pairs(files, tmp_path / "pairs", 3, 1)
    assert (found.earlier.tolist(), found.later.tolist()) == ([0], [2])


def test_many_articles_are_shared_out_among_tasks():
    files = ArticleFiles(folder=Path("x"))
    few = pair_tasks(files, 1000, 32, 1.0, Path("y"))
    many = pair_tasks(files, 9_000_000, 32, 1.0, Path("y"))
    assert [(task.n_bands, task.n_parts) for task in few] == [(32, 1)]
    assert len(many) == len({task.path for task in many}) == 96
    assert {(task.n_bands, task.n_parts) for task in many} == {(1, 3)}
    assert pair_tasks(files, 0, 32, 1.0, Path("y"))


def test_a_finished_partition_is_not_made_again(tmp_path):
    task = PairTask(
        first_band=0,
        n_bands=1,
        part=0,
        n_parts=1,
        articles=ArticleFiles(folder=tmp_path),
        min_equal=1.0,
        folder=tmp_path,
    )
    task.path.write_bytes(b"stands")
    assert pair_task(task).read_bytes() == b"stands"


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40))
def test_components_are_those_of_a_walk(edges):
    ties = [(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]]
    labels = components(packed(*np.array(ties or np.empty((0, 2)), np.int64).T), 20)
    first = list(range(20))
    for _ in range(20):
        for left, right in ties:
            first[left] = first[right] = min(first[left], first[right])
    assert labels.tolist() == first


def test_a_long_chain_is_one_component():
    places = np.random.default_rng(1).permutation(20_000)
    low, high = np.minimum(places[1:], places[:-1]), np.maximum(places[1:], places[:-1])
    assert not components(packed(low, high), 20_000).any()


def test_equal_texts_and_addresses_tie_what_has_no_pair():
    articles = np.zeros(7, ROWS)
    articles["chars"] = 10
    articles["content"]["low"] = [1, 2, 1, 3, 3, 4, 5]
    articles["is_blank"] = [0, 0, 0, 1, 1, 0, 0]  # blank texts are equal, but no evidence of anything
    articles["url"]["high"] = [0, 9, 0, 0, 0, 9, 0]
    (group,) = find_groups(packed(np.array([0]), np.array([1])), articles)
    assert group.places.tolist() == [0, 1, 2, 5]
    assert later_of(group.pairs).tolist() == [1]


def test_groups_are_whole_components_of_bounded_size():
    articles = np.zeros(100, ROWS)
    articles["chars"] = 500_000
    articles["content"]["low"] = np.arange(100) + 1
    even = np.arange(0, 100, 2)
    groups = find_groups(packed(even, even + 1), articles)
    assert len(groups) > 10
    assert sorted(np.concatenate([group.places for group in groups]).tolist()) == list(range(100))
    for group in groups:
        assert np.isin(earlier_of(group.pairs), group.places).all()
        assert group.pairs.size * 2 == group.places.size


def made_records(draw: random.Random, n: int) -> list[Record]:
    """Return records of which many are copies of copies, exact, damaged or cut, some with one address."""
    records: list[Record] = []
    for number in range(n):
        text = "".join(draw.choices(SYLLABLES, k=draw.randint(30, 160))) + "。"
        if records and draw.random() < 0.6:
            text = draw.choice(records).text
            at = draw.randrange(len(text))
            text = draw.choice([text, text[:at] + text[at + 3 :], text + "".join(draw.choices(SYLLABLES, k=20))])
        url = f"https://news.example/{draw.randrange(n // 3)}" if draw.random() < 0.3 else None
        records.append(Record(id=f"r{number:03d}", text=text, url=url))
    return records


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_groups_are_decided_as_all_at_once(tmp_path_factory, seed):
    records = made_records(random.Random(seed), 120)
    folder = tmp_path_factory.mktemp("groups")
    lines = [json.dumps({"id": r.id, "text": r.text, "url": r.url}, ensure_ascii=False) for r in records]
    (folder / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build([str(folder / "in.jsonl")], folder / "out", Plan(), BuildOptions(partitions=2))
    copies = [json.loads(line) for line in (folder / "out" / "duplicates.jsonl").read_text("utf-8").splitlines()]
    kept = [json.loads(line) for line in (folder / "out" / "corpus.jsonl").read_text("utf-8").splitlines()]
    articles = {row["id"]: row for row in [*kept, *(copy["article"] for copy in copies)]}
    cleaned = [
        Record(id=r.id, text="\n".join(articles[r.id]["paragraphs"]), url=articles[r.id]["url"])
        for r in records
        if r.id in articles
    ]
    expected = [json.loads(json.dumps(decision_to_json(d))) for d in find_near_duplicates(cleaned) if not d.is_kept]
    assert len(expected) > 20
    assert [{k: v for k, v in copy.items() if k != "article"} for copy in copies] == expected
