"""Which files are meant: patterns, hidden ones, parts of about equal size."""

import os

import pytest

from pipeline.errors import UsageError
from pipeline.store.inputs import InputOptions, read_part
from pipeline.store.listing import count_hidden, list_inputs, split_inputs


@pytest.fixture
def folder(tmp_path):
    for name in ("b.txt", "a.txt", "c.md", "sub/d.txt", ".hidden.txt", ".git/x.txt", "sub/.e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"客服{name}")
    return tmp_path


PATTERNS = {
    "a star": ("*.txt", ["a.txt", "b.txt"]),
    "a set": ("[ac].*", ["a.txt", "c.md"]),
    "any depth": ("**/*.txt", ["a.txt", "b.txt", "d.txt"]),
    "a folder": ("su?", ["d.txt"]),
}


@pytest.mark.parametrize(("pattern", "names"), PATTERNS.values(), ids=PATTERNS.keys())
@pytest.mark.parametrize("absolute", [True, False])
def test_patterns_in_order_of_name(folder, monkeypatch, pattern, names, absolute):
    monkeypatch.chdir(folder)
    path = os.fspath(folder / pattern) if absolute else pattern
    assert [file.name for file in list_inputs([path])] == names


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder):
    (folder / "[a].txt").write_text("x")
    assert [file.name for file in list_inputs([str(folder / "[a].txt")])] == ["[a].txt"]


def test_a_pattern_without_a_match_is_told(folder):
    with pytest.raises(UsageError, match="matches no file"):
        list_inputs([str(folder / "*.warc")])


def test_hidden_files_are_counted(folder):
    assert count_hidden([str(folder)]) == 3
    assert count_hidden([str(folder / "*.txt"), "-", str(folder / "sub")]) == 1


def test_parts_end_at_a_number_of_bytes_and_lose_no_line(tmp_path):
    rows = [f'{{"text": "第{n}行今天客服回电了", "id": "{n}"}}\n' for n in range(100)]
    (tmp_path / "a.jsonl").write_text("".join(rows))
    for n in range(9):
        (tmp_path / f"b{n}.txt").write_text("客服" * 50)
    parts = split_inputs(list_inputs([str(tmp_path)]), lines=10**9, files_at_once=100, part_bytes=1000)
    assert [len(group) for group in parts][-3:] == [4, 4, 1]
    lined = [group[0] for group in parts[:-3]]
    assert len(lined) > 4
    read = [item for part in lined for item in read_part(part, InputOptions())]
    assert [item.id for item in read] == [str(n) for n in range(100)]
