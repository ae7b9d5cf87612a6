"""The report of a build, from its folder."""

import json

import pytest

from pipeline.clean.rulebook import RuleFile
from pipeline.report.build import write_build_report
from pipeline.store.files import write_jsonl
from pipeline.store.records import article_to_json, decision_to_json, rejected_to_json
from tests.report.reports import articles, copies, full_report, read_page


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
