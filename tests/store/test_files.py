"""A file is there whole or not at all."""

import gzip
import resource
import subprocess
import sys

import pytest

from pipeline.errors import InputError, OutputError
from pipeline.store.files import (
    json_line,
    open_plain,
    open_whole,
    read_jsonl,
    remove_partial,
    write_jsonl,
    write_text_whole,
)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"])
def test_rows_come_back(tmp_path, name):
    rows = [{"t": "客服"}, {"t": "\ud800"}]
    assert write_jsonl(tmp_path / name, rows) == 2
    assert list(read_jsonl(tmp_path / name)) == rows


def test_the_same_rows_give_the_same_compressed_bytes(tmp_path):
    for name in ("a.gz", "b.gz"):
        write_jsonl(tmp_path / name, [{"a": 1}])
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == json_line({"a": 1})


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    write_text_whole(path, "old")

    def fail_in_the_middle():
        with open_whole(path) as stream:
            stream.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_the_middle()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_nothing_is_overwritten_without_force(tmp_path):
    write_text_whole(tmp_path / "a.txt", "old")
    with pytest.raises(OutputError, match="exists already"):
        write_text_whole(tmp_path / "a.txt", "new", force=False)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_text_whole(tmp_path / "file" / "a.txt", "x")


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path):
    code = (
        "import sys, signal; from pathlib import Path\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from pipeline.store.files import write_text_whole\n"
        "from pipeline.errors import OutputError\n"
        "try: write_text_whole(Path(sys.argv[1]), 'x' * 100_000)\n"
        "except OutputError as exc: print(exc)\n"
    )
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))  # noqa: E731
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.txt")],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=limit,
    )
    assert "Free some space" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_what_crashed_runs_left_is_swept(tmp_path):
    (tmp_path / ".a.txt.123.partial").write_text("half")
    (tmp_path / "keep.txt").write_text("whole")
    assert remove_partial(tmp_path) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["keep.txt"]
    assert remove_partial(tmp_path / "missing") == 0


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"), open_plain(tmp_path / "none.txt"):
        pass
