"""Rows in pieces: all of them, in order, and each piece knows its place."""

import pytest

from pipeline.report.reading import OneReader, read_all, read_tasks
from pipeline.report.sampling import MOST_SHOWN
from pipeline.store.files import write_jsonl
from pipeline.store.records import article_to_json
from pipeline.store.shards import cut_rows, read_piece, read_rows, write_parquet
from tests.report.reports import articles


def rows(n):
    return list(map(article_to_json, articles(n)))


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize("piece_bytes", [1, 1000, 2000, 10**9])
def test_pieces_hold_all_rows_in_order(tmp_path, monkeypatch, form, piece_bytes):
    monkeypatch.setattr("pipeline.store.shards._PIECE_BYTES", piece_bytes)
    monkeypatch.setattr("pipeline.store.arrow.ROWS_AT_ONCE", 3)  # in a row group
    for number, some in enumerate((rows(7), [], rows(2))):
        write = write_jsonl if form == "jsonl" else write_parquet
        write(tmp_path / f"corpus-{number:05d}.{form}", some)
    pieces = cut_rows(tmp_path, "corpus")
    read = [list(read_piece(piece)) for piece in pieces]
    assert [row for some in read for row in some] == list(read_rows(tmp_path, "corpus")) == rows(7) + rows(2)
    assert [len(some) for some in read] == [piece.rows for piece in pieces]
    assert 0 not in map(len, read)
    assert [piece.first for piece in pieces] == [sum(map(len, read[:n])) for n in range(len(read))]
    assert (len(pieces) > 2) == (piece_bytes < 10**9)


@pytest.mark.parametrize("end", [b"", b"\n"])
@pytest.mark.parametrize("piece_bytes", range(1, 10))
def test_lines_are_cut_where_they_end(tmp_path, monkeypatch, piece_bytes, end):
    monkeypatch.setattr("pipeline.store.shards._PIECE_BYTES", piece_bytes)
    (tmp_path / "corpus.jsonl").write_bytes(b'{}\n{"a":1}\n{}' + end)
    pieces = cut_rows(tmp_path, "corpus")
    assert [row for piece in pieces for row in read_piece(piece)] == [{}, {"a": 1}, {}]
    assert sum(piece.rows for piece in pieces) == 3


def test_what_is_shown_and_what_is_wanted_is_found_in_any_piece(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.store.shards._PIECE_BYTES", 20_000)
    made = rows(MOST_SHOWN + 50)
    write_jsonl(tmp_path / "corpus.jsonl", made)
    tasks = read_tasks(tmp_path, "corpus", (), {"a3", "a401", "elsewhere"})
    assert len(tasks) > 3
    found = read_all(tasks, (), OneReader())
    corpus = found["corpus"]
    assert list(corpus.kept) == ["a3", "a401"]
    assert corpus.kept["a401"] == made[401]
    assert corpus.rows.taken().total == corpus.survey.articles == len(made)
    shown = {row["id"] for row in corpus.rows.taken().shown}
    assert shown == {row["id"] for row in made[::2]} | {"a1"}, "every second, and the first that lost something"
    assert found["rejected"].rows.taken().total == 0
