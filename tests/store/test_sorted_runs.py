import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedup.bands import ANCHORS
from pipeline.dedup.kernels import search_loop
from pipeline.machine import compiled
from pipeline.store import sorted_runs
from pipeline.store.sorted_runs import Run, RunEntry

VALUES = st.lists(st.integers(0, 40), max_size=30)


def run_of(keys: list[int]) -> Run:
    bands = np.array([[sorted(keys), range(len(keys))]], np.uint32).reshape(1, 2, len(keys))
    return Run(RunEntry(name="", level=0, first_row=0, count=len(keys), checksum=0), bands)


@pytest.mark.parametrize("loop", [search_loop, compiled(search_loop)], ids=["as it stands", "compiled"])
@given(keys=VALUES, queries=VALUES, enough=st.integers(1, 5))
def test_search_loop_finds_where_each_query_begins_and_how_many_there_are(loop, keys, queries, enough) -> None:
    held, asked = np.array(sorted(keys), np.uint32), np.array(sorted(queries), np.uint32)
    starts, counts = np.empty(asked.size, np.int64), np.empty(asked.size, np.int64)
    loop(held, asked, enough, starts, counts)
    assert starts.tolist() == [sum(key < query for key in keys) for query in sorted(queries)]
    assert counts.tolist() == [min(keys.count(query), enough) for query in sorted(queries)]


def test_both_ways_to_search_a_run_agree(monkeypatch) -> None:
    run = run_of([1] * (ANCHORS + 9) + [3, 3, 8])
    queries = np.array([0, 1, 1, 2, 3, 8, 9], np.uint32)
    monkeypatch.setattr(sorted_runs, "is_worth_compiling", lambda _amount, _at_least: False)
    starts, counts = run.find(0, queries)
    monkeypatch.setattr(sorted_runs, "is_worth_compiling", lambda _amount, _at_least: True)
    assert [part.tolist() for part in run.find(0, queries)] == [starts.tolist(), counts.tolist()]
    assert counts.tolist() == [0, ANCHORS, ANCHORS, 0, 2, 1, 0]
