"""Archives are read where they lie, each file with its place; what is made to harm is told, and the rest is read."""

import gzip
import io
import json
import random
import struct
import tarfile
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError
from pipeline.model import Document, Page
from pipeline.store import archives
from pipeline.store.archives import count_hidden_members, tar_members, zip_members, zip_sizes
from pipeline.store.inputs import InputOptions, Unreadable, read_inputs, read_part
from pipeline.store.listing import list_inputs, split_inputs
from pipeline.urls import article_id

TEXT = "客服中心今天回访了三位老人，听他们说说热线好不好打。"
LINES = "".join(
    json.dumps({"text": f"第{n}位读者来电，问报纸为什么没有送到。"}, ensure_ascii=False) + "\n" for n in (1, 2)
)


def parquet():
    made = io.BytesIO()
    pq.write_table(pa.table({"text": [TEXT]}), made)
    return made.getvalue()


FILES = {
    "in/a.txt": TEXT.encode("gb18030"),
    "in/b.jsonl": LINES.encode(),
    "c.jsonl.gz": gzip.compress(LINES.encode()),
    "d.html": f"<p>{TEXT}</p>".encode(),
    "e.csv": f"id,text\n7,{TEXT}\n".encode(),
    "f.parquet": parquet(),
    "g.json": json.dumps([{"text": TEXT}]).encode(),
    ".hidden/x.txt": b"x",
    "__MACOSX/._a.txt": b"x",
}
EXPECTED = [
    "a!in/a.txt",
    "a!in/b.jsonl:1",
    "a!in/b.jsonl:2",
    "a!c.jsonl.gz:1",
    "a!c.jsonl.gz:2",
    "a!d.html",
    "7",
    "a!f.parquet:1",
    "a!g.json:1",
]


def zipped(files, method=zipfile.ZIP_DEFLATED):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.mkdir("in")
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def tarred(files, form=tarfile.PAX_FORMAT):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


def read(path, **options):
    return list(read_inputs([str(path)], InputOptions(**options)))


def written(folder, name, data):
    (folder / name).write_bytes(data)
    return folder / name


FORMS = {
    "zip": ("a.zip", zipped(FILES)),
    "stored zip": ("a.zip", zipped(FILES, zipfile.ZIP_STORED)),
    "tar": ("a.tar", tarred(FILES)),
    "tar of GNU": ("a.tar", tarred(FILES, tarfile.GNU_FORMAT)),
    "tar.gz": ("a.tar.gz", gzip.compress(tarred(FILES))),
    "tgz": ("a.tgz", gzip.compress(tarred(FILES))),
    "capitals": ("a.ZIP", zipped(FILES)),
}


@pytest.mark.parametrize(("name", "data"), FORMS.values(), ids=FORMS.keys())
def test_each_file_is_read_by_its_own_ending_and_known_by_its_place(tmp_path, name, data):
    items = read(written(tmp_path, name, data))
    assert all(isinstance(item, Document | Page) for item in items)
    places = [place.replace("a!", f"{name}!") for place in EXPECTED]
    assert [item.id for item in items] == [place if place == "7" else article_id(place) for place in places]
    assert isinstance(items[0], Document)
    assert items[0].text == TEXT


def test_an_archive_of_the_web_in_an_archive(tmp_path):
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>{TEXT}</p>".encode()
    head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/1\r\n"
    head += "WARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nContent-Type: application/http\r\n"
    warc = f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"
    (page,) = read(written(tmp_path, "a.zip", zipped({"x.warc.gz": gzip.compress(warc)})))
    assert isinstance(page, Page)
    assert page.url == "https://a.example/1"


def test_names_in_the_charset_of_chinese_windows(tmp_path):
    data = zipped({"TT.txt": TEXT.encode()}).replace(b"TT.txt", "报.txt".encode("gb18030"))
    (item,) = read(written(tmp_path, "a.zip", data))
    assert item.id == article_id("a.zip!报.txt")
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.GNU_FORMAT, encoding="gb18030") as archive:
        archive.addfile(tarfile.TarInfo("报\u3000.txt"))
    (member,) = tar_members(io.BytesIO(made.getvalue()), 1)
    assert member.name == "报\u3000.txt"
    assert archives._name_of(b"\xff\xff.txt") == "\ufffd\ufffd.txt"


@pytest.mark.parametrize("part_bytes", [1, 60, 10**9])
def test_parts_of_a_zip_read_as_the_whole(tmp_path, part_bytes):
    path = written(tmp_path, "a.zip", zipped(FILES))
    parts = [part for group in split_inputs(list_inputs([str(path)]), part_bytes=part_bytes) for part in group]
    assert [item for part in parts for item in read_part(part, InputOptions())] == read(path)
    assert len(parts) == (7 if part_bytes == 1 else 1 if part_bytes > 60 else len(parts))


def test_an_empty_or_broken_zip_is_one_part(tmp_path):
    for name, data in (("a.zip", zipped({})), ("b.zip", b"PK no")):
        written(tmp_path, name, data)
    parts = split_inputs(list_inputs([str(tmp_path)]), part_bytes=10**6)
    assert [len(group) for group in parts] == [2]


def test_hidden_files_are_counted():
    for suffix, data in ((".zip", zipped(FILES)), (".tar", tarred(FILES)), (".tgz", gzip.compress(tarred(FILES)))):
        assert count_hidden_members(io.BytesIO(data), suffix, len(data)) == 2
        assert count_hidden_members(io.BytesIO(data[:40]), suffix, 40) == 0


def damaged(data, name, by=5):
    """Turn some bytes of the content of a file in a zip; its head stays."""
    at = data.index(name.encode()) + len(name) + by
    return data[:at] + bytes(255 - byte for byte in data[at : at + 4]) + data[at + 4 :]


def locked(data):
    made = bytearray(data)
    made[data.index(b"b.txt") - 30 + 6] |= 1  # in its head
    made[data.rindex(b"b.txt") - 46 + 8] |= 1  # in the table
    return bytes(made)


def linked():
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        link = tarfile.TarInfo("in/x.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "y.txt"
        archive.addfile(link)
        info = tarfile.TarInfo("z.txt")
        info.size = len(TEXT.encode())
        archive.addfile(info, io.BytesIO(TEXT.encode()))
    return made.getvalue()


def wrong_head():
    data = bytearray(tarred({"a.txt": TEXT.encode(), "b.txt": TEXT.encode(), "z.txt": TEXT.encode()}))
    data[1024 + 20] ^= 255
    return bytes(data)


THREE = {"a.txt": TEXT.encode() * 20, "b.txt": TEXT.encode() * 20, "z.txt": TEXT.encode() * 20}
INNER = zipped({"a.txt": TEXT.encode()})
FAULTS = {  # what is broken: the archive, the faults, and how many texts are read beside them
    "a broken file": ("a.zip", damaged(zipped(THREE), "b.txt"), ["a.zip!b.txt: cannot be read to its end"], 2),
    "a broken head": (
        "a.zip",
        zipped(THREE).replace(b"PK\3\4", b"PK\3\5", 2).replace(b"PK\3\5", b"PK\3\4", 1),
        ["a.zip!a.txt: cannot be unpacked (Bad magic number"],
        2,
    ),
    "a locked file": ("a.zip", locked(zipped(THREE)), ["a.zip!b.txt: locked with a password. Unpack"], 2),
    "another packing": ("a.zip", zipped(THREE, zipfile.ZIP_LZMA), ["packed by method 14"] * 3, 0),
    "no zip": ("a.zip", b"PK\3\4 and no more", ["a.zip: not readable as zip (File is not a zip file)"], 0),
    "a cut zip": ("a.zip", zipped(THREE)[:-30], ["a.zip: not readable as zip"], 0),
    "an empty file": ("a.zip", zipped({"a.txt": b"", "b.txt": TEXT.encode()}), ["a.zip!a.txt: empty"], 1),
    "an archive within": ("a.zip", zipped({"b.zip": INNER, "c.txt": TEXT.encode()}), ["a.zip!b.zip: an archive"], 1),
    "a kind not known": ("a.tar", tarred({"b.docx": b"PK"}), ["a.tar!b.docx: .docx: not a kind of file"], 0),
    "a file too large": ("a.zip", zipped({"a.txt": b"x" * 5000}), ["a.zip!a.txt: larger than"], 0),
    "a table too large": ("a.zip", zipped({"f.parquet": parquet() + bytes(4000)}), ["a.zip!f.parquet: Parquet"], 0),
    "no tar": ("a.tar", b"no tar at all" * 100, ["a.tar: not readable as tar"], 0),
    "an empty tar": ("a.tar", b"", ["a.tar: not readable as tar (it ends too early)"], 0),
    "a tar cut in a file": ("a.tar", tarred(THREE)[:4000], ["a.tar!b.txt: cannot be read to its end"], 1),
    "a tar cut in a head": ("a.tar", tarred(THREE)[: 512 * 5 + 200], ["a.tar: not readable as tar (it ends too"], 1),
    "a tar cut between files": ("a.tar", tarred(THREE)[: 512 * 5], ["a.tar: not readable as tar (it ends too"], 1),
    "a tar with a wrong head": ("a.tar", wrong_head(), ["a.tar: not readable as tar (bad checksum)"], 1),
    "a cut tar.gz": ("a.tar.gz", gzip.compress(tarred(THREE))[:-60], ["cannot be read to its end (the comp"], None),
    "a broken tar.gz": ("a.tar.gz", b"no gzip", ["a.tar.gz: cannot be read to its end (Not a gzipped file"], 0),
    "a link": ("a.tar", linked(), ["a.tar!in/x.txt: a link or a device, not a file. Pack the files"], 1),
}


@pytest.mark.parametrize(("name", "data", "faults", "n_read"), FAULTS.values(), ids=FAULTS.keys())
def test_what_is_broken_is_told_once_and_the_rest_is_read(tmp_path, name, data, faults, n_read):
    items = read(written(tmp_path, name, data), max_bytes=4000)
    told = [str(item) for item in items if isinstance(item, Unreadable)]
    assert len(told) == len(faults)
    assert all(expected in found for expected, found in zip(faults, told, strict=True)), told
    assert n_read in (None, len(items) - len(told))


def test_what_unpacks_to_far_more_than_it_is_stops(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "_FREE_BYTES", 10_000)
    files = {"bomb.jsonl": bytes(2 * 10**6), **THREE}
    bomb, *texts = read(written(tmp_path, "a.zip", zipped(files)))
    assert str(bomb).startswith("a.zip!bomb.jsonl: unpacks to over 250 times its size")
    assert all(isinstance(item, Document) for item in texts)
    (bomb,) = read(written(tmp_path, "a.tgz", gzip.compress(tarred(files))))
    assert str(bomb).startswith("a.tgz!bomb.jsonl: unpacks to over 250 times its size")


def overlapping(n):
    """Return a zip whose table names the same packed bytes again and again, each time as another file."""
    made = zipped({"00.txt": b" " * 500 + TEXT.encode()})
    table, end = made.rindex(b"PK\1\2"), made.index(b"PK\5\6")
    entries = made[table:end] * n
    return made[:table] + entries + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, n, n, len(entries), table, 0)


def test_files_that_share_their_bytes_are_bounded_together(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_RATIO", 2)
    monkeypatch.setattr(archives, "_FREE_BYTES", 1000)
    items = read(written(tmp_path, "a.zip", overlapping(200)))
    assert str(items[-1]).startswith("a.zip: unpacks to over 2 times")
    assert len(items) < 60


def test_a_table_that_would_fill_the_memory_is_not_read(monkeypatch):
    monkeypatch.setattr(archives, "_TABLE_BYTES", 100)
    with pytest.raises(InputError, match="Split the archive"):
        zip_sizes(io.BytesIO(zipped(FILES)))
    wide = b"PK\6\6" + bytes(36) + struct.pack("<QQ", 2**40, 0) + b"PK\6\7" + bytes(16)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    with pytest.raises(InputError, match="has 1048576 MB"):
        list(zip_members(io.BytesIO(bytes(100) + wide + end)))
    assert archives._table_size(io.BytesIO(b"PK\5\6")) == 0


def test_heads_that_would_fill_the_memory_are_not_read(monkeypatch):
    monkeypatch.setattr(archives, "_HEAD_BYTES", 100_000)
    monkeypatch.setattr(archives, "_PIECE", 10_000)
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("a.txt")
        info.pax_headers = {"comment": "x" * 10**6}
        archive.addfile(info)
    with pytest.raises(InputError, match="between two of its files"):
        list(tar_members(io.BytesIO(made.getvalue()), 10**9))


@pytest.mark.parametrize("make", [zipped, tarred, lambda files: gzip.compress(tarred(files))])
@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tgz"])
def test_whatever_is_turned_around_nothing_but_faults_comes_out(tmp_path, make, suffix):
    draw = random.Random(7)
    whole = make({f"{n}.txt": TEXT.encode() for n in range(4)})
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(draw.choice((1, 1, 3, 30))):
            data[draw.randrange(len(data))] = draw.choice((0, 255, 1, draw.randrange(256)))
        end = draw.choice((len(data), draw.randrange(len(data))))
        items = read(written(tmp_path, f"a{suffix}", bytes(data[:end])))
        assert all(isinstance(item, Document | Page | Unreadable) for item in items)
        assert items or data[0] == 0
