"""Web archives: read what two other programs wrote, and let them read what we write."""

import gzip
import io
import zlib
from datetime import UTC, datetime
from pathlib import Path

import fastwarc.warc as fastwarc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.errors import InputError, OutputError
from pipeline.model import Document, Page
from pipeline.store.inputs import InputOptions, Unreadable, read_inputs
from pipeline.store.warc import ArchiveFilter, WarcRow, warc_rows, write_warc

HTML = "<html><title>热线</title><p>客服今天给老人回了电话。</p></html>".encode()
LATIN = b"<html><title>News</title><p>Nothing in this page is written in another script.</p></html>"
MB = 2**20


def archive(*records, is_gzip=True) -> bytes:
    """Return a WARC file of (url, body, fields) records, written by warcio."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=is_gzip)
    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "test"}))
    for url, body, fields in records:
        kind = fields.get("kind", "response")
        headers = [("Content-Type", fields.get("content_type", "text/html; charset=utf-8")), *fields.get("headers", ())]
        http = StatusAndHeaders(fields.get("status", "200 OK"), headers, protocol="HTTP/1.1")
        more = {"http_headers": http} if kind in ("response", "request") else {}
        named = {"warc_content_type": fields.get("content_type", "text/html")} if not more else {}
        date = {"WARC-Date": "2026-11-20T08:00:00Z"}
        record = writer.create_warc_record(url, kind, payload=io.BytesIO(body), warc_headers_dict=date, **more, **named)
        writer.write_record(record)
        record.raw_stream.close()  # the writer's own temporary file
    return out.getvalue()


def rows(data: bytes, max_bytes: int = MB, **wanted) -> list[WarcRow]:
    return list(warc_rows(io.BytesIO(data), max_bytes, ArchiveFilter(**wanted)))


@pytest.mark.parametrize("is_gzip", [True, False])
def test_pages_and_nothing_else(is_gzip):
    data = archive(
        ("http://a.example/1.html", HTML, {}),
        ("http://a.example/logo.png", b"\x89PNG", {"content_type": "image/png"}),
        ("http://a.example/gone.html", HTML, {"status": "404 Not Found"}),
        ("http://a.example/moved.html", HTML, {"status": "301 Moved"}),
        ("http://a.example/1.html", b"", {"kind": "request"}),
        ("http://a.example/2.html", HTML, {"kind": "resource"}),
        ("http://a.example/3.js", b"x", {"kind": "resource", "content_type": "text/javascript"}),
        ("http://a.example/4.html", "热线\n老人".encode(), {"kind": "conversion", "content_type": "text/plain"}),
        is_gzip=is_gzip,
    )
    found = rows(data)
    assert [row.url[-6:] for row in found] == ["1.html", "2.html", "4.html"]
    assert [row.body for row in found] == [HTML, HTML, "热线\n老人".encode()]
    assert [row.is_text for row in found] == [False, False, True]
    assert found[0].content_type == "text/html; charset=utf-8"
    assert found[0].at == datetime(2026, 11, 20, 8, tzinfo=UTC)


PACKED = {
    "gzip": (gzip.compress(HTML), [("Content-Encoding", "gzip")]),
    "deflate": (zlib.compress(HTML), [("Content-Encoding", "deflate")]),
    "unpacked already": (HTML, [("Content-Encoding", "gzip")]),
    "deflate, unpacked already": (HTML, [("Content-Encoding", "deflate")]),
    "brotli, unpacked already": (HTML, [("Content-Encoding", "br")]),
    "chunked": (
        b"%x\r\n" % 20 + HTML[:20] + b"\r\n" + b"%x;a=b\r\n" % len(HTML[20:]) + HTML[20:] + b"\r\n0\r\n\r\n",
        [("Transfer-Encoding", "chunked")],
    ),
    "chunks undone already": (HTML, [("Transfer-Encoding", "chunked")]),
}


@pytest.mark.parametrize(("body", "headers"), PACKED.values(), ids=PACKED)
def test_packed_answers(body, headers):
    (row,) = rows(archive(("http://a.example/1.html", body, {"headers": headers})))
    assert (row.body, row.fault) == (HTML, "")


@pytest.mark.parametrize(
    ("body", "coding", "words"),
    [
        (b"\x1b\x03\x80", "br", "content coding br"),
        (gzip.compress(HTML)[:12] + b"\xff" * 20, "gzip", "cannot be unpacked"),
        (gzip.compress(bytes(2 * MB)), "gzip", "larger than 1 MB"),
    ],
    ids=["brotli", "broken", "bomb"],
)
def test_answers_that_cannot_be_unpacked_are_told(body, coding, words):
    packed = {"headers": [("Content-Encoding", coding)]}
    told, row = rows(archive(("http://a.example/1.html", body, packed), ("http://a.example/2.html", HTML, {})))
    assert words in told.fault
    assert row.body == HTML


def test_filters():
    data = archive(
        ("http://news.a.example/1.html", HTML, {}),
        ("http://a.example:8080/2.html", LATIN, {}),
        ("http://nota.example/3.html", HTML, {}),
        ("http://[broken/4.html", HTML, {}),
        ("http://a.example/5.html", b"plain words", {"kind": "conversion", "content_type": "text/plain"}),
    )
    assert [row.number for row in rows(data, hosts=frozenset({"a.example"}))] == [2, 3, 6]
    assert [row.number for row in rows(data, min_han_ratio=0.3)] == [2, 4, 5]


@given(cut=st.integers(1, 2000))
def test_a_file_that_ends_early_gives_what_came_before_and_says_so(cut):
    whole = archive(*((f"http://a.example/{n}.html", HTML * 9, {}) for n in range(3)), is_gzip=False)
    data = whole[:-cut] if cut < len(whole) else whole[:1]
    try:
        found = rows(data)
    except OSError:
        return  # within the head of a record: the reader says so itself
    good = [row for row in found if not row.fault]
    assert [row.body for row in good] == [HTML * 9] * len(good)
    assert all("ends within this record" in row.fault for row in found[len(good) :])
    assert len(found) <= 3


def test_a_gzipped_file_that_ends_early():
    data = archive(*((f"http://a.example/{n}.html", HTML * 50, {}) for n in range(3)))
    found = rows(data[:-60])
    assert [bool(row.fault) for row in found] == [False, False, True]


def test_an_archive_gzipped_as_a_whole():
    data = archive(("http://a.example/1.html", HTML, {}), is_gzip=False)
    assert len(rows(gzip.compress(data))) == 1


def test_a_page_that_is_too_large_is_told_and_not_read():
    data = archive(("http://a.example/1.html", bytes(2 * MB), {}), ("http://a.example/2.html", HTML, {}))
    told, row = rows(data)
    assert "larger than 1 MB" in told.fault
    assert row.body == HTML


def test_as_an_input(tmp_path):
    data = archive(
        ("http://a.example/1.html?utm_source=x", HTML, {}),
        ("urn:x", HTML, {}),
        ("http://a.example/2.html", "热线\n老人".encode(), {"kind": "conversion", "content_type": "text/plain"}),
    )
    (tmp_path / "a.warc.gz").write_bytes(data)
    (tmp_path / "b.warc").write_bytes(b"no archive at all\r\n")
    page, broken, text, other = read_inputs([str(tmp_path)], InputOptions(source="cc"))
    assert isinstance(page, Page)
    assert (page.url, page.source, page.body) == ("http://a.example/1.html", "cc", HTML)
    assert page.fetched_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert isinstance(broken, Unreadable)
    assert broken.place == "a.warc.gz:3"
    assert isinstance(text, Document)
    assert text.text == "热线\n老人"
    assert isinstance(other, Unreadable)
    assert "cannot be read to its end" in other.what


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "fastwarc.warc", None)
    with pytest.raises(InputError, match=r"pip install 'zhnews\[warc\]'"):
        rows(b"")


PAGES = [
    WarcRow(
        number=n,
        url=f"http://a.example/{n}.html",
        body=HTML * n,
        content_type="text/html; charset=gbk",
        at=datetime(2026, 11, 20, 8, n, tzinfo=UTC),
    )
    for n in (1, 2, 3)
]


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_others_read_what_we_write(tmp_path: Path, name):
    target = tmp_path / name
    assert write_warc(PAGES, target, force=False) == 3
    with target.open("rb") as stream:
        theirs = [
            (r.rec_headers.get_header("WARC-Target-URI"), r.rec_type, r.content_stream().read())
            for r in ArchiveIterator(stream, check_digests="raise")
        ]
    assert theirs == [(page.url, "resource", page.body) for page in PAGES]
    with target.open("rb") as stream:
        sound = [record.verify_block_digest() for record in fastwarc.ArchiveIterator(stream)]
    assert sound == [True] * 3
    assert [(r.url, r.body, r.content_type, r.at) for r in rows(target.read_bytes())] == [
        (page.url, page.body, page.content_type, page.at) for page in PAGES
    ]
    before = target.read_bytes()
    with pytest.raises(OutputError, match="exists already"):
        write_warc(PAGES, target, force=False)
    write_warc(PAGES, target, force=True)
    assert target.read_bytes() == before


def test_a_page_without_date_and_type(tmp_path: Path):
    write_warc([WarcRow(number=1, url="http://a.example/", body=b"x")], tmp_path / "a.warc", force=True)
    assert b"application/octet-stream" in (tmp_path / "a.warc").read_bytes()
