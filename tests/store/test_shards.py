"""A corpus in JSON Lines or Parquet: the rows come back as they were, the kinds do not mix."""

import errno
import os

import pyarrow.parquet as pq
import pytest

from pipeline.errors import OutputError
from pipeline.store import shards
from pipeline.store.files import write_jsonl
from pipeline.store.records import article_to_json
from pipeline.store.shards import join_files, read_rows, shard_paths, write_parquet
from tests.builders import article, change


def rows(n):
    made = article("今天客服回电了。\n第二段。").changed([change(0, 2)])
    return [{**article_to_json(made), "id": f"{i:04d}"} for i in range(n)]


@pytest.mark.parametrize("n", [0, 1, 1001])
def test_parquet_rows_come_back(tmp_path, n):
    write_parquet(tmp_path / "corpus-00000.parquet", iter(rows(n)))
    assert list(read_rows(tmp_path, "corpus")) == rows(n)


def test_the_text_stands_in_a_column_of_its_own(tmp_path):
    write_parquet(tmp_path / "a.parquet", rows(1))
    assert pq.read_table(tmp_path / "a.parquet")["text"].to_pylist() == ["客服回电了。\n第二段。"]


def test_what_parquet_cannot_hold_is_replaced(tmp_path):
    (row,) = rows(1)
    write_parquet(tmp_path / "corpus.parquet", [{**row, "title": "题\ud800", "paragraphs": ["客\udfff"]}])
    (back,) = read_rows(tmp_path, "corpus")
    assert (back["title"], back["paragraphs"]) == ("题?", ["客?"])


def test_files_of_a_kind_in_order_and_no_others(tmp_path):
    for name in ("corpus-00001.jsonl", "corpus-00000.jsonl", "corpus.txt", "corpus-old.jsonl", "duplicates.jsonl"):
        write_jsonl(tmp_path / name, [{"id": name}])
    assert [path.name for path in shard_paths(tmp_path, "corpus")] == ["corpus-00000.jsonl", "corpus-00001.jsonl"]
    assert [row["id"] for row in read_rows(tmp_path, "duplicates")] == ["duplicates.jsonl"]


def joined(folder):
    for name, data in (("a", b"1\n" * 3000), ("b", b""), ("c", b"2\n")):
        (folder / name).write_bytes(data)
    join_files([folder / name for name in "abc"], folder / "whole")
    return (folder / "whole").read_bytes()


def test_parts_are_joined_in_order(tmp_path):
    assert joined(tmp_path) == b"1\n" * 3000 + b"2\n"


@pytest.mark.parametrize("copied", [0, 1000])
@pytest.mark.parametrize("says", [errno.EXDEV, errno.ENOSYS, None])
def test_parts_are_joined_where_the_system_copies_no_files(tmp_path, monkeypatch, says, copied):
    """Nothing of them, or less than all; and it may say so, or say nothing."""
    left = [copied]

    def copy(source, target, _):
        n = os.write(target, os.read(source, left.pop())) if left else 0
        if n == 0 and says is not None:
            raise OSError(says, "cannot")
        return n

    monkeypatch.setattr(shards, "_copy_range", copy)
    assert joined(tmp_path) == b"1\n" * 3000 + b"2\n"


def test_a_system_that_has_no_such_call_is_read_and_written(tmp_path, monkeypatch):
    monkeypatch.setattr(shards, "_copy_range", shards._cannot_copy)
    assert joined(tmp_path) == b"1\n" * 3000 + b"2\n"


def test_a_disk_that_is_full_while_parts_are_joined_is_told(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shards, "_copy_range", full)
    with pytest.raises(OutputError, match="No space left"):
        joined(tmp_path)
    assert not (tmp_path / "whole").exists()
