"""Rows are copied as they stand: what is read at once and what is put together must not show in the bytes."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.run import writing
from pipeline.run.writing import ENTRY, Sources, WriteTask, _extended, joined_spans, spans_of, write_task
from pipeline.store.files import json_line, open_whole
from pipeline.store.rowfiles import PLACE, RowWriter

TEXTS = st.text(st.sampled_from('"\\:, {}\nu客\U0001f4f0\ud800'), max_size=6) | st.just("\\ud800")
ROWS = st.dictionaries(TEXTS, TEXTS | st.floats(allow_nan=False) | st.none() | st.lists(TEXTS, max_size=2), min_size=1)
ARTICLES = [{"id": f"{n:02d}", "text": text} for n, text in enumerate(["客服", "\ud800", "来电" * 9, "", "热线"] * 4)]


@given(ROWS, ROWS)
def test_two_rows_are_put_together_as_if_they_were_written_at_once(row, more):
    more = {f"more {name}": value for name, value in more.items()}
    assert _extended(json_line(row), json_line(more)) == json_line({**row, **more})


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 40), st.integers(1, 20)), max_size=30))
def test_neighbours_are_read_as_one_and_the_bytes_are_the_same(rows):
    places, at = np.zeros(len(rows), PLACE), 0
    for n, (file, gap, size) in enumerate(rows):
        at += gap if gap > 30 else 0
        places[n] = (file, at, size)
        at += size
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "_BYTES_AT_ONCE", 64)
        spans = list(joined_spans(places))
    files = [np.random.default_rng(n).bytes(at + 1) for n in range(3)]

    def read(some):
        return b"".join(files[file][start : start + size] for file, start, size in some)

    assert read(spans) == read(spans_of(places))
    assert all(size < 64 + 20 for _, _, size in spans)


def test_rows_in_their_order_are_one_read():
    places = np.array([(0, 0, 10), (0, 10, 5), (0, 15, 5), (1, 20, 5), (1, 30, 5)], PLACE)
    assert list(joined_spans(places)) == [(0, 0, 20), (1, 20, 5), (1, 30, 5)]


@pytest.fixture
def sources(tmp_path):
    """Return row files of articles and of decisions about all of them, and the entries of these."""
    entries = np.zeros(len(ARTICLES), ENTRY)
    paths = [(tmp_path / f"p{n}.jsonl", tmp_path / f"r{n}.jsonl") for n in range(2)]
    for number, both in enumerate(paths):
        with open_whole(both[0]) as articles, open_whole(both[1]) as decisions:
            writers = RowWriter(articles), RowWriter(decisions)
            for n in range(number, len(ARTICLES), 2):
                entries[n]["row"] = (number, *writers[0].write({**ARTICLES[n], "rule": "a.b"}))
                entries[n]["decision"] = (number, *writers[1].write(decision(n)))
    entries["is_copy"] = True
    return Sources(processed=tuple(a for a, _ in paths), resolved=tuple(b for _, b in paths)), entries


def decision(n):
    return {"id": ARTICLES[n]["id"], "kept": '"客"' if n % 3 else "k\ud800", "relation": "near" if n % 2 else "exact"}


def written(sources, kind, *, annotate=False):
    files, entries = sources
    target = files.processed[0].with_name(f"{kind}.jsonl")
    tally = write_task(
        WriteTask(kind=kind, entries=entries, sources=files, target=target, annotate=annotate, signals=False)
    )
    return target.read_bytes(), tally


@pytest.mark.parametrize("at_once", [1, 7, 10_000])
def test_each_kind_is_written_as_its_rows_are(sources, monkeypatch, at_once):
    monkeypatch.setattr(writing, "_ENTRIES_AT_ONCE", at_once)
    rows = [{**article, "rule": "a.b"} for article in ARTICLES]
    plain = b"".join(map(json_line, rows))
    copies = b"".join(json_line({**decision(n), "article": row}) for n, row in enumerate(rows))
    for kind, expected in {"corpus": plain, "failed": plain, "rejected": plain, "duplicates": copies}.items():
        data, tally = written(sources, kind)
        assert data == expected
        assert tally.seen == len(rows)
        tally.check()
    assert written(sources, "rejected")[1].rules == {"a.b": 20}
    assert written(sources, "duplicates")[1].rules == {"dedup.near": 10, "dedup.exact": 10}


def test_a_copy_is_annotated_and_counted_once(sources):
    sources[1]["is_copy"][0] = False
    sources[1]["decision"][0] = 0
    data, tally = written(sources, "corpus", annotate=True)
    rows = [json.loads(line) for line in data.splitlines()]
    assert (rows[0]["duplicate_of"], rows[0]["relation"]) == (None, None)
    assert [(row["duplicate_of"], row["relation"]) for row in rows[1:]] == [
        (decision(n)["kept"], decision(n)["relation"]) for n in range(1, 20)
    ]
    assert data == b"".join(map(json_line, rows))
    assert tally.kept == 20
    assert written(sources, "duplicates", annotate=True)[1].seen == 0


def test_a_row_of_an_id_that_was_taken_says_so(sources):
    sources[1]["is_repeat"][3] = True
    data, tally = written(sources, "rejected")
    assert json.loads(data.splitlines()[3])["rule"] == "run.stages.repeated_id"
    assert tally.rules == {"a.b": 19, "run.stages.repeated_id": 1}
