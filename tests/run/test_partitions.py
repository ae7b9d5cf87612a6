"""Near-duplicates in partitions and groups must be decided as all at once: the pairs, the components, the decisions."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedup.bands import ANCHORS, Pairs, candidate_pairs
from pipeline.dedup.decide import DedupParams, find_near_duplicates
from pipeline.dedup.verify import VerifyParams
from pipeline.flow import Plan
from pipeline.model import Record
from pipeline.run import candidates, partitions, resolving
from pipeline.run.build import BuildOptions, build
from pipeline.run.candidates import AnchorFile, Candidates, read_anchors
from pipeline.run.groups import find_groups
from pipeline.run.inventory import ROWS, ArticleFiles
from pipeline.run.partitions import PairTask, components, merged_ties, packed, pair_task, pair_tasks
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
    """Return all pairs, the articles being one group that is asked for at once."""
    tasks = pair_tasks(files, n, bands, 8.0, folder, parts)
    for task in tasks:
        pair_task(task)
    found = candidates_of(files, tasks, np.arange(n), bands)
    pairs = found.of(0, n, np.zeros(n, np.uint8), 8.0, ANCHORS * bands)
    order = np.lexsort((pairs.earlier, pairs.later))
    return Pairs(pairs.earlier[order], pairs.later[order])


def candidates_of(files: ArticleFiles, tasks: list[PairTask], places: np.ndarray, bands: int) -> Candidates:
    anchors = read_anchors([AnchorFile(path=t.anchors, first_band=t.first_band) for t in tasks], bands, places)
    asks = np.load(files.articles)["has_letters"][places]
    return Candidates(places, np.load(files.keys), anchors, asks, np.load(files.signatures))


def crowded(draw: np.random.Generator, n: int = 600) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return keys, who asks and who is a member, with a bucket that has more members than anchors."""
    keys = draw.integers(0, 9, (n, 4)).astype(np.uint32)
    keys[:200, 1] = 7
    asks, members = draw.random(n) < 0.9, draw.random(n) < 0.7
    assert members[:200].sum() > ANCHORS
    return keys, asks, members


@pytest.mark.parametrize("parts", [None, 1, 3])
def test_partitions_find_the_pairs_that_are_found_at_once(tmp_path, parts):
    keys, asks, members = crowded(np.random.default_rng(5))
    files = write_articles(tmp_path / "articles", keys, asks, members)
    expected = candidate_pairs(keys, queries=asks, members=members)
    found = found_pairs(files, tmp_path / "pairs", 600, 4, parts)
    assert np.array_equal(found.earlier, expected.earlier)
    assert np.array_equal(found.later, expected.later)


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("at_once", [2_000_000, 50])
@pytest.mark.parametrize("together", [4_000_000, 600])
def test_ties_hold_together_what_the_pairs_do(tmp_path, monkeypatch, parts, at_once, together):
    monkeypatch.setattr(partitions, "_PAIRS_AT_ONCE", at_once)
    monkeypatch.setattr(partitions, "_KEYS_AT_ONCE", together)
    draw = np.random.default_rng(6)
    keys, asks, members = crowded(draw)
    keys[200:] += draw.integers(0, 90, (400, 4)).astype(np.uint32)
    files = write_articles(tmp_path, keys, asks, members)
    signatures = draw.integers(0, 2, (600, 8)).astype(np.uint32)
    save_array(files.signatures, signatures)
    every = candidate_pairs(keys, queries=asks, members=members)
    alike = (signatures[every.earlier] == signatures[every.later]).sum(1) >= 6
    expected = components(packed(every.earlier[alike], every.later[alike]), 600)
    ties = merged_ties([pair_task(task) for task in pair_tasks(files, 600, 4, 6.0, tmp_path / "pairs", parts)], 600)
    assert np.array_equal(components(ties, 600), expected)
    assert ties.size == 600 - np.unique(expected).size


@pytest.mark.parametrize("n_before", [1, 3, 8])
@pytest.mark.parametrize("as_machine_code", [True, False])
def test_of_those_before_the_likest_that_stay_are_given(tmp_path, monkeypatch, n_before, as_machine_code):
    monkeypatch.setattr(candidates, "is_worth_compiling", lambda *_: as_machine_code)
    draw = np.random.default_rng(8)
    keys, asks, members = crowded(draw, 300)
    files = write_articles(tmp_path, keys, asks, members)
    signatures = draw.integers(0, 2, (300, 8)).astype(np.uint32)
    save_array(files.signatures, signatures)
    tasks = pair_tasks(files, 300, 4, 5.0, tmp_path / "pairs")
    for task in tasks:
        pair_task(task)
    fates = (draw.random(300) < 0.3).astype(np.uint8)
    found = candidates_of(files, tasks, np.arange(300), 4).of(150, 300, fates, 5.0, n_before)
    every = candidate_pairs(keys, queries=asks, members=members)
    equal = (signatures[every.earlier] == signatures[every.later]).sum(1)
    expected = []
    for later in range(150, 300):
        mine = np.flatnonzero((every.later == later) & (equal >= 5))
        pairs = list(zip((-equal[mine]).tolist(), every.earlier[mine].tolist(), strict=True))
        before = sorted(pair for pair in pairs if pair[1] < 150 and not fates[pair[1]])[:n_before]
        expected += [(later, a) for _, a in sorted(before + [pair for pair in pairs if pair[1] >= 150])]
    assert list(zip(found.later.tolist(), found.earlier.tolist(), strict=True)) == expected


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
    assert group.tolist() == [0, 1, 2, 5]


def test_groups_are_whole_components_of_bounded_size():
    articles = np.zeros(100, ROWS)
    articles["chars"] = 500_000
    articles["content"]["low"] = np.arange(100) + 1
    even = np.arange(0, 100, 2)
    groups = find_groups(packed(even, even + 1), articles)
    assert len(groups) > 10
    assert sorted(np.concatenate(groups).tolist()) == list(range(100))
    assert all(np.array_equal(np.unique(group // 2), group[::2] // 2) for group in groups)


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
@given(st.integers(0, 10_000), st.sampled_from([1, 7, 1000]), st.sampled_from([1, 8]))
def test_groups_are_decided_as_all_at_once(tmp_path_factory, seed, lot, max_compared):
    params = DedupParams(verify=VerifyParams(max_compared=max_compared))
    records = made_records(random.Random(seed), 120)
    folder = tmp_path_factory.mktemp("groups")
    lines = [json.dumps({"id": r.id, "text": r.text, "url": r.url}, ensure_ascii=False) for r in records]
    (folder / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resolving, "_LOT", lot)
        build([str(folder / "in.jsonl")], folder / "out", Plan(deduplication=params), BuildOptions(partitions=2))
    copies = [json.loads(line) for line in (folder / "out" / "duplicates.jsonl").read_text("utf-8").splitlines()]
    kept = [json.loads(line) for line in (folder / "out" / "corpus.jsonl").read_text("utf-8").splitlines()]
    articles = {row["id"]: row for row in [*kept, *(copy["article"] for copy in copies)]}
    cleaned = [
        Record(id=r.id, text="\n".join(articles[r.id]["paragraphs"]), url=articles[r.id]["url"])
        for r in records
        if r.id in articles
    ]
    expected = [
        json.loads(json.dumps(decision_to_json(d))) for d in find_near_duplicates(cleaned, params) if not d.is_kept
    ]
    assert len(expected) > 20
    assert [{k: v for k, v in copy.items() if k != "article"} for copy in copies] == expected
