"""Rows are read back at any place, from more files than may be open."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.store import rowfiles
from pipeline.store.files import json_line, open_whole
from pipeline.store.rowfiles import (
    PLACE,
    RowFiles,
    RowWriter,
    fields_before,
    map_array,
    save_array,
    save_arrays,
    text_field,
)

ROWS = ({"id": "a", "text": "客服"}, {"id": "b", "text": "\ud800"}, {"id": "c", "text": "\u2028\n"})


@pytest.fixture
def written(tmp_path):
    """Return the files, and for each row its place."""
    paths, places = [tmp_path / f"{n}.jsonl" for n in range(3)], []
    for number, path in enumerate(paths):
        with open_whole(path) as stream:
            writer = RowWriter(stream)
            places += [(number, *writer.write({**row, "file": number})) for row in ROWS]
    return paths, np.array(places, PLACE)


@pytest.mark.parametrize("most_open", [1, 200])
def test_any_row_at_any_time(written, monkeypatch, most_open):
    monkeypatch.setattr(rowfiles, "_MOST_OPEN", most_open)
    paths, places = written
    with RowFiles(paths) as rows:
        for at in (8, 0, 4, 4, 1, 7, 2, 3):
            assert rows.row(places[at]) == {**ROWS[at % 3], "file": at // 3}
        assert b"".join(rows.line(place) for place in places[:3]) == paths[0].read_bytes()


TEXTS = st.text(st.sampled_from('"\\\\:, {}\\nid客\\ud800')) | st.sampled_from(['", "id": "', '"id": "a"', ', "id": '])


@given(st.lists(TEXTS, min_size=1, max_size=4), TEXTS, TEXTS)
def test_a_field_is_found_whatever_the_texts_before_it_hold(texts, wanted, behind):
    before = {f"k{n}": text for n, text in enumerate(texts)}
    line = json_line({**before, "id": wanted, "behind": {"id": behind}})
    assert fields_before(line, "id") == before
    assert fields_before(line, "behind") == {**before, "id": wanted}
    assert fields_before(line, "nowhere") == {**before, "id": wanted, "behind": {"id": behind}}
    is_plain = wanted and json_line(wanted) == f'"{wanted}"\n'.encode("utf-8", "replace")
    assert text_field(line, "id") == (wanted if is_plain else None)


def test_the_beginning_of_a_row_tells_a_text_only_when_it_is_whole():
    line = json_line({"id": "客服热线", "url": None})
    told = [text_field(line[:end], "id") for end in range(len(line))]
    assert told == [None] * 21 + ["客服热线"] * (len(line) - 21)
    assert text_field(line, "url") is None


def test_arrays_come_back_as_they_were(tmp_path):
    array = np.arange(6, dtype=np.uint32).reshape(2, 3)
    save_array(tmp_path / "a.npy", array)
    save_arrays(tmp_path / "b.npz", one=array, two=array.T)
    assert np.array_equal(map_array(tmp_path / "a.npy"), array)
    with np.load(tmp_path / "b.npz") as arrays:
        assert np.array_equal(arrays["two"], array.T)
