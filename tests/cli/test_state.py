"""The verbs that work on a data folder: demo, crawl, export, report, status, explain, reprocess, dedup --rebuild."""

import csv
import io
import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from pipeline.cli.main import main
from pipeline.run.demo import demo_sources, sample_root, serve_site
from pipeline.store.lock import lock_folder


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """The data folder after one demo; tests that write take a copy."""
    data = tmp_path_factory.mktemp("crawled") / "data"
    assert main(["demo", "--data", str(data)]) == 0
    return data


@pytest.fixture
def data(crawled, tmp_path):
    return shutil.copytree(crawled, tmp_path / "data")


def ids(path):
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_demo_accounts_for_everything(tmp_path, capsys):
    data = tmp_path / "data"
    assert main(["demo", "--data", str(data)]) == 0
    first = capsys.readouterr().out
    assert "copies, each with the article that stays:" in first
    assert str(data / "report" / "index.html") in first
    report = (data / "report" / "index.html").read_text(encoding="utf-8")
    assert "where an excerpt is from is no part of the text" in report  # why there is the sample's rule on trial
    before = (data / "export" / "corpus.jsonl").read_bytes()
    assert main(["demo", "--data", str(data)]) == 0
    second = capsys.readouterr().out
    assert " = kept 0 + rejected 0 + unchanged " in second
    assert (data / "export" / "corpus.jsonl").read_bytes() == before


def test_the_demo_can_only_serve():
    command = [sys.executable, "-m", "pipeline", "demo", "--serve", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        told = server.stdout.readline()
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) == 0
    assert "127.0.0.1:" in told


@pytest.fixture
def sources(tmp_path):
    """A sources file for the demo site at a running port, with its rules beside it and one source that cannot be reached."""
    root = sample_root()
    with serve_site(root / "site") as site, socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        path = tmp_path / "sources.yaml"
        dead = (
            "\n  - name: dead\n    kind: feed\n    url: http://dead.example/rss\n"
            f'    connect_to: "127.0.0.1:{unused.getsockname()[1]}"\n    allow_private: ["127.0.0.0/8"]\n'
        )
        path.write_text(demo_sources(root, site.port) + dead, encoding="utf-8")
        shutil.copytree(root / "rules.d", tmp_path / "rules.d")
        yield path


def test_a_source_that_cannot_be_reached_is_one_line_and_the_rest_goes_on(sources, tmp_path, capsys):
    data = tmp_path / "data"
    assert main(["crawl", "--sources", str(sources), "--data", str(data), "--summary"]) == 1
    said = capsys.readouterr()
    assert [line for line in said.err.splitlines() if line.startswith("dead: ")]
    assert said.err.count("\n") == 1
    assert "seen 67 = kept " in said.out


def test_a_crawl_that_goes_well_is_silent(sources, tmp_path, capsys):
    assert main(["crawl", "--sources", str(sources), "--data", str(tmp_path / "d"), "--only", "萍聚号"]) == 0
    assert capsys.readouterr() == ("", "")


def test_limits_leave_the_rest_for_the_next_run(sources, tmp_path, capsysbinary):
    words = ["crawl", "--sources", str(sources), "--data", str(tmp_path / "d"), "--only", "云桥晚报", "--json"]
    assert main([*words, "--max-requests", "3"]) == 0
    first = json.loads(capsysbinary.readouterr().out)
    assert first["requests"] <= 3
    assert first["waiting"] > 0
    assert main(words) == 0
    assert json.loads(capsysbinary.readouterr().out)["waiting"] == 0


def test_a_dry_run_asks_nobody(sources, tmp_path, capsys):
    assert main(["crawl", "--sources", str(sources), "--data", str(tmp_path / "d"), "--dry-run"]) == 0
    assert "http://dead.example/rss" in capsys.readouterr().out
    assert not (tmp_path / "d").exists()


def test_an_unknown_source_and_a_busy_folder_are_told(sources, data, capsys):
    assert main(["crawl", "--sources", str(sources), "--data", str(data), "--only", "nobody"]) == 2
    assert "no such source: nobody" in capsys.readouterr().err
    with lock_folder(data):
        assert main(["crawl", "--sources", str(sources), "--data", str(data)]) == 75


def test_export_in_every_form(data, tmp_path, capsysbinary):
    n = len(ids(data / "export" / "corpus.jsonl"))
    for form in ("csv", "parquet", "txt", "jsonl"):
        assert main(["export", "--data", str(data), "-o", str(tmp_path / f"c.{form}")]) == 0
    with (tmp_path / "c.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == n
    assert pq.read_table(tmp_path / "c.parquet").num_rows == n
    assert ids(tmp_path / "c.jsonl") == ids(data / "export" / "corpus.jsonl")
    assert (tmp_path / "c.txt").read_text(encoding="utf-8").count("\n\n") >= n - 1
    assert main(["export", "--data", str(data), "-o", "-", "--format", "csv", "--fields", "id,text"]) == 0
    rows = list(csv.reader(io.StringIO(capsysbinary.readouterr().out.decode())))
    assert rows[0] == ["id", "text"]
    assert len(rows) == n + 1


def test_export_selects(data, tmp_path):
    def exported(*words):
        assert main(["export", "--data", str(data), "-o", str(tmp_path / "x.jsonl"), "--force", *words]) == 0
        return set(ids(tmp_path / "x.jsonl"))

    everything, keep, review = exported(), exported("--only", "keep"), exported("--only", "review")
    assert keep < review < everything
    assert exported("--source", "萍聚号") < everything


WEATHER = "id: weather\nname: 天气\nkeep_score: 3\nreview_score: 1\ngroups:\n  - {weight: 5, words: [气温, 低温]}\n"


def test_export_asks_about_another_topic(data, tmp_path):
    topic = tmp_path / "weather.yaml"
    topic.write_text(WEATHER, encoding="utf-8")
    own, other = tmp_path / "own.jsonl", tmp_path / "other.jsonl"
    assert main(["export", "--data", str(data), "--only", "keep", "-o", str(own)]) == 0
    assert main(["export", "--data", str(data), "--topic", str(topic), "--only", "keep", "-o", str(other)]) == 0
    rows = [json.loads(line) for line in other.read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 1
    assert all(row["relevance"]["topic"] == "weather" for row in rows)
    assert all(any(word in str(row) for word in ("气温", "氣溫", "低温", "低溫")) for row in rows)
    assert not set(ids(other)) & set(ids(own))


def test_export_tells_a_fault_of_the_topic(data, tmp_path, capsys):
    assert main(["export", "--data", str(data), "--topic", "nothing", "-o", str(tmp_path / "x.jsonl")]) == 2
    assert "no such topic" in capsys.readouterr().err
    assert main(["export", "--data", str(data), "--format", "warc", "--topic", "service"]) == 2
    assert "--topic" in capsys.readouterr().err
    assert not list(tmp_path.glob("x*"))


def test_export_refuses_what_makes_no_sense(data, tmp_path, capsys):
    out = tmp_path / "x.jsonl"
    out.write_text("mine")
    assert main(["export", "--data", str(data), "-o", str(out)]) == 2
    assert main(["export", "--data", str(data), "-o", str(tmp_path / "x.docx")]) == 2
    assert main(["export", "--data", str(data), "--fields", "nonsense"]) == 2
    said = capsys.readouterr().err
    assert all(words in said for words in ("--force", "cannot tell the format", "no field nonsense"))
    assert out.read_text() == "mine"


def test_report(data, tmp_path, capsys):
    assert main(["report", "--data", str(data)]) == 0
    assert "<html" in (data / "report" / "index.html").read_text(encoding="utf-8")
    assert main(["report", "--data", str(data), "-o", str(tmp_path / "r.html")]) == 0
    assert main(["report", "--data", str(data), "-o", str(tmp_path / "r.html")]) == 2
    assert "--force" in capsys.readouterr().err


def test_a_report_tells_of_rules_and_of_a_selection(data, tmp_path, capsys, monkeypatch):
    rules = tmp_path / "rules.d"
    rules.mkdir()
    rule = """
[[rule]]
id = "mine.trial"
kind = "promo"
strength = "weak"
position = "tail"
mode = "shadow"
why = "先看看会删什么"
pattern = "欢迎来店里坐坐"
examples = ["欢迎来店里坐坐"]
"""
    (rules / "mine.toml").write_text(rule, encoding="utf-8")
    out, page = tmp_path / "r.html", ["report", "--data", str(data), "-o", str(tmp_path / "r.html"), "--force"]
    assert main([*page, "--rules", str(rules), "--select", "chars > 200"]) == 0
    told = out.read_text(encoding="utf-8")
    assert "先看看会删什么" in told
    assert 'id="quality"' in told
    monkeypatch.chdir(tmp_path)  # rules.d of the folder that one works in
    assert main(page) == 0
    assert "先看看会删什么" in out.read_text(encoding="utf-8")
    assert main([*page, "--select", "chars >"]) == 2
    assert "chars >" in capsys.readouterr().err


def test_status_as_table_and_json(data, capsysbinary):
    assert main(["status", "--data", str(data)]) == 0
    told = capsysbinary.readouterr().out.decode()
    assert "萍聚号" in told
    assert "stage of run 1\tseconds\tshare\n" in told
    assert "\t100%\n" in told
    assert main(["status", "--data", str(data), "--json"]) == 0
    told = json.loads(capsysbinary.readouterr().out)
    assert told["runs"][0]["exit_code"] == 0
    assert len(told["sources"]) == 10


def test_a_folder_without_state_is_told(tmp_path, capsys):
    for verb in ("status", "export", "report"):
        assert main([verb, "--data", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.count("\n") == 3


def test_explain_a_kept_article_a_copy_and_a_rejected_page(data, capsys):
    db = sqlite3.connect(data / "state.sqlite")
    copy, kept = db.execute("SELECT id, kept FROM decision WHERE kept IS NOT NULL AND facts = '[]' LIMIT 1").fetchone()
    (rejected,) = db.execute("SELECT url FROM rejection WHERE rule = 'fetch.soft_404'").fetchone()
    db.close()
    for what, expected in ((copy, f"of {kept}"), (kept, f"its copy: {copy}"), (rejected, "rejected by fetch.soft_404")):
        assert main(["explain", what, "--data", str(data)]) == 0
        assert expected in capsys.readouterr().out
    assert main(["explain", copy, "--data", str(data)]) == 0
    told = capsys.readouterr().out
    assert "differing facts" not in told
    assert "\n  where it first differs: " in told
    assert main(["explain", kept, "--data", str(data), "--diff"]) == 0
    assert main(["explain", "http://[", "--data", str(data)]) == 2


def test_reprocess_changes_nothing_when_nothing_changed(data, sources, capsys):
    assert main(["reprocess", "--sources", str(sources), "--data", str(data)]) == 0
    assert "0 articles changed, 0 withdrawn, 0 without bytes" in capsys.readouterr().out


def test_reprocess_uses_todays_rules(data, sources, tmp_path, capsys):
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "off.toml").write_text('[[rule]]\nid = "byline.editor"\nmode = "off"\n')
    assert main(["reprocess", "--sources", str(sources), "--data", str(data), "--rules", str(rules)]) == 0
    assert "0 withdrawn" in capsys.readouterr().out
    assert main(["export", "--data", str(data)]) == 0
    assert main(["reprocess", "--sources", str(sources), "--data", str(data)]) == 0


def test_deciding_anew_gives_the_same_corpus(data, capsys):
    before = (data / "export" / "corpus.jsonl").read_bytes()
    assert main(["dedup", "--rebuild", "--data", str(data)]) == 0
    assert main(["export", "--data", str(data)]) == 0
    assert (data / "export" / "corpus.jsonl").read_bytes() == before
    assert main(["dedup"]) == 2


STORY = "一位老人今天给营业厅送来一封信，感谢客服小周三次上门帮他办好了退费手续，还教会他用手机查账单。"


@pytest.mark.parametrize("order", ["open first", "closed first"])
def test_a_source_that_may_not_go_to_a_private_host_does_not_close_it_for_one_that_may(order, tmp_path, capsys):
    pages = tmp_path / "site" / "127.0.0.1"
    pages.mkdir(parents=True)
    (pages / "open.html").write_text('<ul><li><a href="/1.html">营业厅收到一封老人的感谢信</a></ul>')
    (pages / "1.html").write_text(f"<title>感谢信</title><h1>感谢信</h1><p>{STORY}</p><p>{STORY[::-1]}</p>")
    with serve_site(tmp_path / "site") as site:
        start = f"http://127.0.0.1:{site.port}"
        opened = (
            f'  - {{name: open, kind: list, url: "{start}/open.html", selector: a, allow_private: ["127.0.0.0/8"]}}\n'
        )
        closed = f'  - {{name: closed, kind: list, url: "{start}/closed.html"}}\n'
        path = tmp_path / "sources.yaml"
        ordered = opened + closed if order == "open first" else closed + opened
        path.write_text(f"contact: me@news.example\ndelay_s: 0\nsources:\n{ordered}", encoding="utf-8")
        assert main(["crawl", "--sources", str(path), "--data", str(tmp_path / "d"), "--summary"]) == 1
        assert site.count(path="/1.html", status=200) == 1
        assert site.count(path="/closed.html") == 0
    said = capsys.readouterr()
    assert said.err.startswith("closed: ")
    assert said.err.count("\n") == 1
    assert "kept 1" in said.out
