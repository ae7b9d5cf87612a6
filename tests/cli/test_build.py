"""`zhnews build` from the command line: what is asked for, what is printed, what is refused."""

import json
import re
import sys

import pytest

from pipeline.cli.main import main
from pipeline.errors import EXIT_NOTHING_DONE
from pipeline.store.files import read_jsonl
from pipeline.store.shards import read_rows

STORY = "一位老人今天给营业厅送来一封信，感谢客服小周三次上门帮他办好了退费手续，还教会他用手机查账单。"
OTHER = "青木图书馆把开馆时间延长到晚上九点，第一周就有四百多名学生留下来自习，保安老郑每天最后一个关灯。"


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "rows.jsonl"
    made = [("a", STORY), ("b", STORY + "他说谢谢。"), ("c", OTHER)]
    path.write_text("\n".join(json.dumps({"id": i, "text": t}) for i, t in made))
    return path


def built(source, out, *words):
    return main(["build", str(source), "-o", str(out), "--jobs", "1", *words])


def test_copies_stay_where_they_are_annotated(source, tmp_path, capsys):
    assert built(source, tmp_path / "out", "--keep-duplicates", "annotate") == 0
    assert "seen 3 = kept 3 " in capsys.readouterr().out
    rows = [json.loads(line) for line in (tmp_path / "out" / "corpus.jsonl").read_text().splitlines()]
    assert [row["duplicate_of"] for row in rows] == [None, "a", None]
    assert "<html" in (tmp_path / "out" / "report.html").read_text()


def test_the_report_is_the_same_whoever_reads(source, tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.store.shards._PIECE_BYTES", 1)
    words = ["build", str(source), "--select", "chars < 48", "--jobs"]
    assert [main([*words, jobs, "-o", str(tmp_path / jobs)]) for jobs in "12"] == [0, 0]
    one, two = (
        re.sub(r"<figcaption>用时，.*?</figure>", "", (tmp_path / jobs / "report.html").read_text()) for jobs in "12"
    )
    assert one == two
    assert one.count('class="entry"') == 1


def test_two_builds_are_compared(source, tmp_path, capsys):
    assert built(source, tmp_path / "old") == 0
    assert built(source, tmp_path / "new", "--prefer", "longest") == 0
    capsys.readouterr()
    words = ["build", "--compare", str(tmp_path / "old"), str(tmp_path / "new")]
    assert main(words) == 0
    assert capsys.readouterr().out.splitlines() == [
        "appeared: 1",
        "         1  dedup.near",
        "vanished: 1",
        "         1  dedup.near",
        "changed: 0",
        "the same: 1",
    ]
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["appeared"] == ["b"]


def test_a_dry_run_says_what_to_expect(source, tmp_path, capsys):
    assert main(["build", str(source), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert f"rows.jsonl\t{source.stat().st_size}" in said
    assert "1 files, 0.0 MB: about 3 records, " in said
    assert main(["build", str(source), "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["estimate"]["n_records"] == 3


def test_a_build_that_begins_anew_says_why(source, tmp_path, capsys):
    work = tmp_path / "out.work"
    work.mkdir()
    (work / "fingerprint").write_text('{"the inputs": "0", "the settings": "0"}')
    assert built(source, tmp_path / "out") == 0
    assert "the inputs and the settings changed since the build that was stopped" in capsys.readouterr().err


def test_the_rest_of_several_files_is_counted(source, tmp_path, capsys, monkeypatch):
    assert built(source, tmp_path / "out", "--format", "parquet") == 0
    assert f"corpus: {tmp_path / 'out' / 'corpus-00000.parquet'}\n" in capsys.readouterr().out
    monkeypatch.setattr("pipeline.run.build.OutputOptions.shard_bytes", 100)
    assert built(source, tmp_path / "more", "--shard-mb", "1") == 0
    assert f"corpus: {tmp_path / 'more' / 'corpus-00000.jsonl'} and 1 more\n" in capsys.readouterr().out


REFUSED = {
    "nothing to read": (["-o", "out"], "give inputs and -o DIR"),
    "no folder": (["in.jsonl"], "give inputs and -o DIR"),
    "no ray": (["in.jsonl", "-o", "out", "--engine", "ray"], r"zhnews[cluster]"),
    "no build": (["--compare", ".", "."], "is no build"),
}


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_done_is_said(tmp_path, monkeypatch, capsys, words, message):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "ray", None)
    (tmp_path / "in.jsonl").write_text(json.dumps({"text": STORY}))
    assert main(["build", *words]) == EXIT_NOTHING_DONE
    assert message in capsys.readouterr().err


def test_signals_stand_in_records_of_either_form(source, tmp_path):
    words = ("--signals", "--select", "chars < 47")
    assert built(source, tmp_path / "json", *words) == 0
    assert built(source, tmp_path / "parquet", "--format", "parquet", *words) == 0
    rows = list(read_rows(tmp_path / "json", "corpus"))
    assert list(read_rows(tmp_path / "parquet", "corpus")) == rows
    assert [row["signals"]["chars"] < 47 for row in rows] == [True] * len(rows)
    (out, *_) = read_jsonl(tmp_path / "json" / "rejected.jsonl")
    assert out["begins"][:4] in (STORY[:4], OTHER[:4])
    assert out["signals"]["chars"] >= 47
    manifest = json.loads((tmp_path / "json" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["select"] == ["chars < 47"]
