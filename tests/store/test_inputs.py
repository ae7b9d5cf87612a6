"""Whatever lies in a folder is read or named; nothing is left out in silence."""

import csv
import gzip
import io
import json
import sys
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import UsageError
from pipeline.flow import Plan, process
from pipeline.model import Article, Document, Page
from pipeline.store.inputs import InputOptions, Unreadable, read_inputs, read_part
from pipeline.store.listing import list_inputs, split_inputs
from pipeline.store.pages import body_of, document_of
from pipeline.urls import article_id

TEXT = "客服中心今天回访了三位老人。"


def read(path, **options):
    return list(read_inputs([str(path)], InputOptions(**options)))


def one(path, **options):
    (item,) = read(path, **options)
    return item


def write_rows(path, *rows):
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    return path


def test_a_text_file_in_any_chinese_charset(tmp_path):
    for n, charset in enumerate(["utf-8", "gb18030", "big5"]):
        (tmp_path / f"{n}.txt").write_bytes("客戶服務熱線今天接了很多電話，話務員一一回覆。".encode(charset))
    assert [d.text for d in read(tmp_path)] == ["客戶服務熱線今天接了很多電話，話務員一一回覆。"] * 3


def test_a_byte_order_mark_belongs_to_the_text_as_received(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert one(tmp_path / "a.txt").text == "\ufeff" + TEXT


@pytest.mark.parametrize("n", [2**18 - 1, 2**18, 2**18 + 1, 10**6])
def test_a_long_text_is_whole(tmp_path, n):
    (tmp_path / "a.txt").write_bytes(b"x" * n)
    assert len(one(tmp_path / "a.txt", max_bytes=10**6).text) == n
    assert isinstance(one(tmp_path / "a.txt", max_bytes=n - 1), Unreadable)


def test_html_is_a_page_and_compressed_files_are_opened(tmp_path):
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(f"<p>{TEXT}</p>".encode()))
    page = one(tmp_path / "a.html.gz")
    assert isinstance(page, Page)
    assert page.body == f"<p>{TEXT}</p>".encode()


def test_a_record_with_the_usual_names(tmp_path):
    row = {
        "url": "https://News.example/a?utm_source=x",
        "title": " 客服 ",
        "content": TEXT,
        "author": "林一",
        "date": "2026-03-01 08:00",
    }
    document = one(write_rows(tmp_path / "a.jsonl", row))
    assert isinstance(document, Document)
    assert (document.url, document.title, document.authors) == ("https://news.example/a", "客服", ("林一",))
    assert str(document.published_at) == "2026-03-01 08:00:00+08:00"


def test_named_fields_win_over_the_usual_ones(tmp_path):
    path = write_rows(tmp_path / "a.jsonl", {"text": "no", "t": TEXT, "k": 7, "h": "题"})
    document = one(path, text_field="t", id_field="k", title_field="h")
    assert (document.text, document.id, document.title) == (TEXT, "7", "题")


def test_paragraphs_html_and_authors_lists(tmp_path):
    path = write_rows(
        tmp_path / "a.jsonl", {"paragraphs": ["一", "二"], "authors": ["甲", "乙"]}, {"html": "<p>三</p>", "url": None}
    )
    first, second = read(path)
    assert (first.text, first.authors) == ("一\n二", ("甲", "乙"))
    assert isinstance(second, Page)


@pytest.mark.parametrize("value", ["昨天 12:30", "soon", "", None], ids=str)
def test_a_date_that_names_no_year_is_not_guessed(tmp_path, value):
    assert one(write_rows(tmp_path / "a.jsonl", {"text": TEXT, "date": value})).published_at is None


def test_json_one_object_a_list_or_lines(tmp_path):
    write_rows(tmp_path / "a.json", {"text": "一"})
    write_rows(tmp_path / "b.json", [{"text": "二"}, {"text": "三"}])
    write_rows(tmp_path / "c.json", {"text": "四"}, {"text": "五"})
    assert "".join(d.text for d in read(tmp_path)) == "一二三四五"


def test_parquet(tmp_path):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    pq.write_table(pa.table({"text": [TEXT], "id": ["x"], "date": [at]}), tmp_path / "a.parquet")
    document = one(tmp_path / "a.parquet")
    assert (document.id, document.text, document.published_at) == ("x", TEXT, at)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", [".csv", ".tsv", ".csv.gz"])
def test_csv_in_any_chinese_charset(tmp_path, charset, ending):
    mark = "\t" if "tsv" in ending else ","
    story = "话务员说，今天接到了一百多个电话，\n大多是老人打来的，想问退费的事。"
    lines = [
        ["标题", "正文", "链接"],
        ["", f'"{story}"', ""],
        ["题", "第二行今天回访了三位老人。", "https://a.example/x"],
    ]
    data = "\r\n".join(mark.join(line) for line in lines).encode(charset)
    path = tmp_path / f"a{ending}"
    path.write_bytes(gzip.compress(data) if ending.endswith("gz") else data)
    first, second = read(path, text_field="正文", title_field="标题", url_field="链接")
    assert (first.text, first.title, first.id) == (story, None, article_id(f"a{ending}:2"))
    assert (second.text, second.title, second.url) == ("第二行今天回访了三位老人。", "题", "https://a.example/x")


FAULTS = {
    "an empty file": ("a.txt", b" \n", "a.txt: empty"),
    "a binary file": ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(200), "a.txt: binary, not text"),
    "an unknown kind": ("a.docx", b"PK", "a.docx: .docx: not a kind of file that is read here"),
    "no ending": ("a", b"x", "a: no ending: not a kind"),
    "a file too large": ("a.txt", b"x" * 3000, "a.txt: larger than 0 MB"),
    "a broken line": ("a.jsonl", b'{"text": ', "a.jsonl:1: not valid JSON"),
    "a line that is no object": ("a.jsonl", b"[1]", "a.jsonl:1: expected an object with fields, got list"),
    "a line too long": ("a.jsonl", b'{"text": "' + b"x" * 5000 + b'"}\n', "a.jsonl:1: the line is longer than"),
    "a line nested too deeply": ("a.jsonl", b"[" * 1900, "a.jsonl:1: "),
    "a record without text": ("a.jsonl", b'{"body_html": "x"}', "a.jsonl:1: no text in the field text, content, body"),
    "a cut .gz": ("a.txt.gz", gzip.compress(b"x" * 2000)[:30], "a.txt.gz: cannot be read to its end"),
    "a damaged .gz": (
        "a.txt.gz",
        gzip.compress(b"x" * 2000)[:12] + b"\xff" * 20,
        "a.txt.gz: cannot be read to its end",
    ),
    "a broken .zst": ("a.txt.zst", b"no zstd at all", "a.txt.zst: cannot be read to its end"),
    "a broken .gz": ("a.txt.gz", b"no gzip at all", "a.txt.gz: cannot be read to its end"),
    "a CSV record with too many cells": ("a.csv", b"text,id\nx,1,2\n", "a.csv:2: more cells than the head line has"),
    "a CSV cell too long": ("a.csv", b"text,id\n" + b"x" * 2500 + b",1\n", "a.csv:2: not readable as CSV"),
    "a CSV file without the text": ("a.csv", b"id\n7\n", "a.csv:2: no text in the field"),
    "broken parquet": ("a.parquet", b"PAR1 no", "a.parquet: "),
    "a json file too large": ("a.json", b"[" + b" " * 3000 + b"]", "a.json:1: larger than"),
}


@pytest.mark.parametrize(("name", "data", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_what_cannot_be_read_is_named_with_place_and_remedy(tmp_path, name, data, expected):
    (tmp_path / name).write_bytes(data)
    item = one(tmp_path / name, max_bytes=2000)
    assert isinstance(item, Unreadable)
    assert str(item).replace(str(tmp_path) + "/", "").startswith(expected)


def test_the_limit_of_a_cell_is_not_left_behind_for_other_readers(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"text,id\n" + TEXT.encode() + b",1\n" + b"x" * 2500 + b",2\n")
    csv.field_size_limit(2**17)  # as Python sets it
    items = iter(read_inputs([str(tmp_path / "a.csv")], InputOptions(max_bytes=2000)))
    first = next(items)
    assert isinstance(first, Document)
    assert first.text == TEXT
    assert csv.field_size_limit() == 2**17
    assert isinstance(next(items), Unreadable)
    assert csv.field_size_limit() == 2**17


def test_the_lines_around_a_broken_one_are_read(tmp_path):
    path = write_rows(tmp_path / "a.jsonl", {"text": "一"}, "{oops", "", {"text": "二"}, "x" * 4000, {"text": "三"})
    items = read(path, max_bytes=2000)
    assert [i.text if isinstance(i, Document) else i.place for i in items] == [
        "一",
        "a.jsonl:2",
        "二",
        "a.jsonl:5",
        "三",
    ]


def test_what_came_before_a_cut_is_kept(tmp_path):
    rows = (json.dumps({"text": f"第{n}位读者来电。", "id": str(n)}) for n in range(3000))
    data = gzip.compress("\n".join(rows).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(data[: len(data) // 2])
    *documents, fault = read(tmp_path / "a.jsonl.gz")
    assert str(fault).startswith("a.jsonl.gz: cannot be read to its end (the compressed file ends too early)")
    assert [item.id for item in documents] == [str(n) for n in range(len(documents))]
    assert len(documents) > 1200


def test_invalid_utf8_is_read_with_what_is_lost_marked(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT.encode() * 5 + b"\xff" + TEXT.encode())
    assert TEXT in one(tmp_path / "a.txt").text


def test_a_missing_path_or_empty_folder_stops_at_once(tmp_path):
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(UsageError):
            read(path)


def test_names_below_the_folder_make_the_ids_and_hidden_files_are_left_out(tmp_path):
    for name in ("b/x.txt", "a.txt", ".git/y.txt", ".hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    assert [f.name for f in list_inputs([str(tmp_path)])] == ["a.txt", "b/x.txt"]


def test_equal_names_of_several_inputs_are_told_apart(tmp_path):
    for folder in ("p", "q", "r/q"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.txt").write_text(TEXT)
    names = [f.name for f in list_inputs([str(tmp_path / f / "x.txt") for f in ("p", "q", "r/q")])]
    assert names == ["x.txt", "q/x.txt", "q/x.txt~2"]


@pytest.mark.parametrize("n_rows", [0, 1, 4, 5, 11])
def test_parts_read_as_the_whole(tmp_path, n_rows):
    path = write_rows(tmp_path / "a.jsonl", *({"text": f"第{n}条"} for n in range(n_rows)))
    (tmp_path / "b.txt").write_text(TEXT)
    files = list_inputs([str(tmp_path)])
    parts = [p for group in split_inputs(files, lines=2) for p in group]
    options = InputOptions()
    assert [i for p in parts for i in read_part(p, options)] == read(tmp_path)
    assert len(parts) == max(1, -(-n_rows // 2)) + 1
    assert path.exists()


def test_many_small_files_share_a_task(tmp_path):
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text(TEXT)
    assert [len(g) for g in split_inputs(list_inputs([str(tmp_path)]), files_at_once=2)] == [2, 2, 1]


STREAMS = {
    "text": (TEXT.encode(), Document),
    "html": (f"<!doctype html><p>{TEXT}".encode(), Page),
    "rows": (json.dumps({"text": TEXT}).encode(), Document),
    "nothing": (b"", Unreadable),
}


@pytest.mark.parametrize(("data", "kind"), STREAMS.values(), ids=STREAMS.keys())
def test_a_pipe_is_looked_at(monkeypatch, data, kind):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
    (item,) = read_inputs(["-"])
    assert isinstance(item, kind)


def test_a_broken_url_is_remarked_and_the_text_stays(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "热线全天有人接听。", "url": "http://[x"}\n{"html": "<p>三</p>", "url": "ftp://x/"}\n')
    document, page = read_inputs([str(path)])
    assert isinstance(document, Document)
    assert isinstance(page, Page)
    assert (document.url, document.id, document.text) == (None, article_id("a.jsonl:1"), "热线全天有人接听。")
    assert [(flag.name, flag.detail) for flag in document.flags] == [("broken_url", "no URL: 'http://[x'")]
    assert page.url is None
    outcome = process(document, Plan())
    assert isinstance(outcome, Article)
    assert outcome.flags[0].name == "broken_url"
    assert document_of(body_of(document)[0]) == document
