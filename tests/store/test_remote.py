"""Files in the cloud are named, read and reported as those of a folder; fsspec's own storage in memory stands for them."""

import gzip
import importlib
import io
import json
import sys
import types
import zipfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError, UsageError
from pipeline.flow import Plan
from pipeline.model import Document
from pipeline.run.build import BuildOptions, build
from pipeline.run.workfolder import check_replaceable, digest_task, digest_tasks, digests_of, stamp
from pipeline.store.inputs import InputOptions, Unreadable, read_inputs
from pipeline.store.listing import count_hidden, list_inputs, split_inputs
from pipeline.store.remote import is_remote

fsspec = pytest.importorskip("fsspec")  # the reader needs it only for the cloud
TEXT = "客服热线今天接了很多电话，话务员一一回覆。"


@pytest.fixture
def storage():
    """Yield the storage in memory, empty before and after."""
    memory = fsspec.filesystem("memory")
    memory.rm("/", recursive=True) if memory.find("/") else None
    memory.pipe("/bucket/dumps/b.jsonl.gz", gzip.compress(json.dumps({"text": TEXT + "二", "id": "b"}).encode()))
    memory.pipe("/bucket/dumps/a.txt", TEXT.encode())
    memory.pipe("/bucket/dumps/.tmp/x.txt", b"x")
    yield memory
    memory.rm("/", recursive=True)


def read(*paths):
    return list(read_inputs(paths, InputOptions()))


NAMED = {
    "a folder": ("memory://bucket/dumps", ["a.txt", "b.jsonl.gz"]),
    "a folder with a slash": ("memory://bucket/dumps/", ["a.txt", "b.jsonl.gz"]),
    "a file": ("memory://bucket/dumps/a.txt", ["a.txt"]),
    "a pattern": ("memory://bucket/*/*.gz", ["b.jsonl.gz"]),
}


@pytest.mark.parametrize(("url", "names"), NAMED.values(), ids=NAMED.keys())
def test_files_are_known_by_their_names_below_the_url(storage, url, names):
    files = list_inputs([url])
    assert [file.name for file in files] == names
    assert all(file.size > 0 and file.is_there for file in files)
    assert [len(group) for group in split_inputs(files, part_bytes=10**6)] == [len(names)]


def test_they_are_read_as_those_of_a_folder(storage, tmp_path):
    for name in ("a.txt", "b.jsonl.gz"):
        (tmp_path / name).write_bytes(storage.cat(f"/bucket/dumps/{name}"))
    assert read("memory://bucket/dumps") == read(str(tmp_path))
    assert count_hidden(["memory://bucket/dumps"]) == 1
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("in/c.txt", TEXT)
    storage.pipe("/bucket/c.zip", archive.getvalue())
    (item,) = read("memory://bucket/c.zip")
    assert isinstance(item, Document)


@pytest.fixture
def ranged(storage, monkeypatch):
    """Return the scheme of a storage whose files are fetched by ranges of bytes, as those of S3 are."""
    blocks: Any = importlib.import_module("fsspec.spec").AbstractBufferedFile
    memory: Any = importlib.import_module("fsspec.implementations.memory").MemoryFileSystem

    class RangedFile(blocks):  # type: ignore[misc]  # fsspec has no types
        def _fetch_range(self, start, end):
            return storage.cat_file(self.path, start, end)

    class Ranged(memory):  # type: ignore[misc]  # as above
        protocol = "ranged"

        @classmethod
        def _strip_protocol(cls, path):
            return super()._strip_protocol(path.replace("ranged:", "memory:"))

        def _open(self, path, mode="rb", **_):
            return RangedFile(self, path, mode, block_size=64)

    monkeypatch.setitem(importlib.import_module("fsspec.registry")._registry, "ranged", Ranged)
    return "ranged"


def test_files_that_are_fetched_by_ranges(ranged, storage, tmp_path):
    rows = "".join(json.dumps({"text": TEXT, "id": f"c{n}"}) + "\n" for n in range(50)).encode()
    table = io.BytesIO()
    pq.write_table(pa.table({"text": [TEXT] * 3}), table)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("in/c.jsonl", rows)
    files = {"c.jsonl": rows, "d.csv": f"id,text\n1,{TEXT}\n".encode(), "e.parquet": table.getvalue()}
    files |= {"f.zip": archive.getvalue(), "g.jsonl.gz": gzip.compress(rows)}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        storage.pipe(f"/lake/{name}", data)
    assert read(f"{ranged}://lake") == read(str(tmp_path))


def test_a_build_of_the_cloud(storage, tmp_path):
    result = build(["memory://bucket/dumps"], tmp_path / "out", Plan(), BuildOptions())
    assert result.tally.seen == 2
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert [row["url"] for row in manifest["inputs"]] == [
        "memory:///bucket/dumps/a.txt",
        "memory:///bucket/dumps/b.jsonl.gz",
    ]
    assert manifest["hidden_files"] == 1


def test_a_file_that_was_replaced_has_another_stamp(storage, tmp_path):
    (before,) = list_inputs(["memory://bucket/dumps/a.txt"])
    assert stamp(before) == stamp(list_inputs(["memory://bucket/dumps/a.txt"])[0])
    storage.pipe("/bucket/dumps/a.txt", TEXT.encode())
    (after,) = list_inputs(["memory://bucket/dumps/a.txt"])
    assert stamp(before) != stamp(after)
    (task,) = digest_tasks([after], tmp_path)
    digest_task(task)
    assert digests_of([task])[0]["version"] == stamp(after)[2]
    (tmp_path / "out").mkdir()
    check_replaceable(tmp_path / "out", [after], force=True)


def test_what_is_gone_before_it_is_read_is_a_fault(storage):
    (file,) = list_inputs(["memory://bucket/dumps/a.txt"])
    storage.rm("/bucket/dumps/a.txt")
    with pytest.raises(InputError, match="cannot be opened"):
        file.open()


def test_a_driver_that_fails_half_way_is_a_fault_of_that_file(storage, monkeypatch):
    class Lost(io.BytesIO):
        def read1(self, size=-1):
            raise RuntimeError("connection lost")

    monkeypatch.setattr(type(storage), "open", lambda *_, **__: Lost())
    (item,) = read("memory://bucket/dumps/a.txt")
    assert isinstance(item, Unreadable)
    assert str(item).startswith("a.txt: cannot be read to its end (connection lost)")


def refused(url):
    raise ConnectionError("no such bucket")


REFUSALS = {
    "nothing there": ("memory://bucket/none", "no files there. Check the name"),
    "only hidden files": ("memory://bucket/dumps/.tmp/", None),
    "a driver not installed": ("s3://bucket/x", r"needs s3fs. Install it: pip install s3fs"),
    "a scheme not known": ("nope://bucket/x", "cannot be reached .Protocol not known: nope"),
    "the web": ("https://a.example/x.jsonl", "is an address in the web"),
}


@pytest.mark.parametrize(("url", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_cannot_be_listed_is_told_with_the_remedy(storage, monkeypatch, url, message):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    if message is None:
        assert [file.name for file in list_inputs([url])] == ["x.txt"]  # who names a hidden folder means it
        return
    with pytest.raises(UsageError, match=message):
        list_inputs([url])


def test_a_folder_of_hidden_files_alone(storage):
    storage.rm("/bucket/dumps/a.txt")
    storage.rm("/bucket/dumps/b.jsonl.gz")
    with pytest.raises(UsageError, match="only hidden files"):
        list_inputs(["memory://bucket/dumps"])


def test_without_fsspec_the_driver_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(UsageError, match="needs huggingface_hub"):
        list_inputs(["hf://datasets/a/b"])


def test_a_storage_that_refuses(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", types.SimpleNamespace(url_to_fs=refused))
    with pytest.raises(UsageError, match=r"cannot be reached \(no such bucket\). Check the name"):
        list_inputs(["s3://bucket/x"])


def test_a_file_of_this_machine_has_no_scheme():
    assert [is_remote(path) for path in ("s3://b/x", "a/b.txt", "-", "C:/x", "a://", "é://x")] == [
        True,
        False,
        False,
        False,
        False,
        False,
    ]
