"""The report of a build, from its folder."""

import json

import pytest

from pipeline.clean.rulebook import RuleFile
from pipeline.report.build import write_build_report
from pipeline.store.files import read_jsonl, write_jsonl
from pipeline.store.records import article_to_json, decision_to_json, rejected_to_json
from pipeline.store.shards import cut_rows, write_parquet
from tests.report.reports import SELECT, articles, copies, full_report, read_page


@pytest.fixture
def folder(tmp_path):
    kept = articles(3)
    write_jsonl(tmp_path / "corpus.jsonl", map(article_to_json, kept))
    rows = ({**decision_to_json(d), "article": article_to_json(a)} for a, d in copies(kept[:1]))
    write_jsonl(tmp_path / "duplicates.jsonl", rows)
    write_jsonl(tmp_path / "rejected.jsonl", map(rejected_to_json, full_report().rejected.shown))
    write_jsonl(tmp_path / "failed.jsonl", [{"place": "空.txt", "what": "the file is empty", "remedy": "fill it"}])
    tally = {"seen": 6, "kept": 3, "rejected": 2, "unchanged": 0, "failed": 1, "duplicates": 1}
    (tmp_path / "manifest.json").write_text(json.dumps({"tally": tally}))
    return tmp_path


def test_all_that_the_folder_holds(folder):
    path = write_build_report(folder)
    assert path == folder / "report.html"
    page = read_page(path.read_text(encoding="utf-8"))
    assert [len(page.all("details", class_=name)) for name in ("entry", "cluster")] == [3, 1]
    for told in ("处理 seen6", "空.txt: the file is empty. fill it", "fetch.gone", "语料共 3 篇", "转载：第0封表扬信"):
        assert told in page.text


def test_rules_of_the_user_are_told_as_such(folder):
    rule = """
[[rule]]
id = "disclaimer.test_rule"
kind = "disclaimer"
strength = "legal"
position = "tail"
why = "我们报社的声明"
pattern = "仅代表作者观点"
examples = ["本文仅代表作者观点"]
"""
    said = read_page(write_build_report(folder, (RuleFile("mine.toml", rule),)).read_text(encoding="utf-8")).text
    assert "disclaimer.test_rule 自订我们报社的声明" in said


def test_a_build_without_copies(folder):
    (folder / "duplicates.jsonl").write_bytes(b"")
    assert 'id="copies"' not in write_build_report(folder).read_text(encoding="utf-8")


def test_seconds_and_what_a_selection_cut_are_told(folder):
    said = write_build_report(folder, (), ["chars >= 35"], {"process": 61.237, "report": 1e-9}).read_text(
        encoding="utf-8"
    )
    page = read_page(said)
    assert "用时，按阶段 Seconds by stage共 61.24 秒（挂钟时间）抽取与清洗 process61.24" in page.text
    assert "写报告" not in page.text
    assert [s["id"] for s in page.all("section")][4] == "quality"


@pytest.mark.parametrize("piece_bytes", [1, 2000])
@pytest.mark.parametrize("form", ["file", "shards", "parquet"])
def test_the_page_is_the_same_however_the_rows_are_cut(folder, monkeypatch, form, piece_bytes):
    write_jsonl(folder / "corpus.jsonl", map(article_to_json, articles(9)))
    rows = ({**decision_to_json(d), "article": article_to_json(a)} for a, d in copies(articles(7)))
    write_jsonl(folder / "duplicates.jsonl", rows)
    wanted = write_build_report(folder, (), SELECT).read_text(encoding="utf-8")
    assert 'id="quality"' in wanted
    monkeypatch.setattr("pipeline.store.shards._PIECE_BYTES", piece_bytes)
    monkeypatch.setattr("pipeline.store.arrow.ROWS_AT_ONCE", 2)  # in a row group
    cut_up(folder, form)
    assert len(cut_rows(folder, "corpus")) > 2
    assert write_build_report(folder, (), SELECT, readers=Backwards()).read_text(encoding="utf-8") == wanted


class Backwards:
    """Reads the last piece first."""

    def map(self, fn, tasks, on_done):
        results = [fn(task) for task in reversed(tasks)]
        for task in tasks:
            on_done(task)
        return results[::-1]


def cut_up(folder, form):
    if form != "file":
        kept = list(read_jsonl(folder / "corpus.jsonl"))
        (folder / "corpus.jsonl").unlink()
        for n, some in enumerate((kept[:4], kept[4:5], kept[5:])):
            if form == "parquet":
                write_parquet(folder / f"corpus-{n:05d}.parquet", some)
            else:
                write_jsonl(folder / f"corpus-{n:05d}.jsonl", some)
