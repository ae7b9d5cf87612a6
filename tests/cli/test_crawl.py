"""What a crawl tells to cron, a log and Prometheus, and what it would do."""

import json
import re
import socket

import pytest

from pipeline.cli.main import main
from pipeline.run.demo import serve_site
from tests.run.newsroom import sentences

HOST = "news.example"
INBOX = "渡口的老船工今天最后一次撑船过河，岸上站满了来送他的乡亲，有人带来了三十年前他救起的孩子。"


@pytest.fixture
def place(tmp_path):
    """A site with two articles and a missing one, a source that is fine, one that fails and one that is off."""
    site = tmp_path / "site" / HOST
    site.mkdir(parents=True)
    for n in (1, 2):
        text = "".join(sentences(n))
        (site / f"{n}.html").write_text(f"<title>感谢信{n}</title><h1>感谢信{n}</h1><p>{text}</p>")
    items = "".join(f"<item><link>http://{HOST}/{n}.html?token=abc</link></item>" for n in (1, 2, 3))
    (site / "feed.xml").write_text(f"<rss><channel>{items}</channel></rss>")
    (site / "robots.txt").write_text("User-agent: *\nDisallow: /closed/\n")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.txt").write_text(INBOX)
    with serve_site(tmp_path / "site") as server, socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        at = f'connect_to: "127.0.0.1:{server.port}"'
        nobody = f'connect_to: "127.0.0.1:{unused.getsockname()[1]}"'
        (tmp_path / "sources.yaml").write_text(
            "delay_s: 0\nsources:\n"
            f"  - {{name: good, kind: feed, url: 'http://{HOST}/feed.xml', {at}}}\n"
            f"  - {{name: closed, kind: list, url: 'http://{HOST}/closed/list.html', {at}}}\n"
            f"  - {{name: dead, kind: feed, url: 'http://dead.example/feed.xml', {nobody}}}\n"
            "  - {name: inbox, kind: files, path: inbox}\n"
            "  - {name: none, kind: files, path: nowhere}\n"
            f"  - {{name: off, kind: feed, url: 'http://{HOST}/off.xml', enabled: false, {at}}}\n"
        )
        yield tmp_path, server


def crawl(folder, *words) -> int:
    return main(["crawl", "--sources", str(folder / "sources.yaml"), "--data", str(folder / "data"), *words])


def test_a_log_of_json_lines(place, capsys):
    folder, _ = place
    assert crawl(folder, "--log", "json") == 1
    rows = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    visits = {(row["source"], row["kind"], row["outcome"]): row for row in rows if row["event"] == "visit"}
    assert set(visits) >= {
        ("good", "feed", "read"),
        ("good", "article", "article"),
        ("good", "article", "rejected"),
        ("closed", "list", "failed"),
        ("dead", "feed", "failed"),
        ("inbox", "file", "article"),
    }
    fetched, missing = visits["good", "article", "article"], visits["good", "article", "rejected"]
    assert fetched["bytes"] > 200
    assert fetched["ms"] >= 0
    assert fetched["url"].endswith(".html?token=…")
    assert missing["rule"] == "fetch.gone"
    assert [row["source"] for row in rows if row["event"] == "trouble"] == ["closed", "dead", "none"]
    assert rows[-1]["event"] == "end"
    assert rows[-1]["exit"] == 1
    assert rows[-1]["tally"]["seen"] == 4


def test_what_cannot_be_read_is_a_line_of_the_log_too(place, capsys):
    folder, _ = place
    (folder / "inbox" / "b.bin").write_bytes(bytes(range(256)))
    assert crawl(folder, "--log", "json", "--only", "inbox") == 1
    rows = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [row["event"] for row in rows] == ["visit", "visit", "unreadable", "end"]
    assert crawl(folder, "--only", "inbox", "--summary") == 1
    said = capsys.readouterr()
    assert "b.bin" in said.err
    assert said.out.startswith("seen 2 = ")


def test_figures_for_prometheus(place, capsys):
    folder, _ = place
    target = folder / "zhnews.prom"
    assert crawl(folder, "--metrics", str(target)) == 1
    lines = target.read_text().splitlines()
    assert all(
        re.fullmatch(r'zhnews_\w+(\{\w+="[^"]*"\})? -?[\d.e+]+|# (HELP|TYPE) zhnews_\w+ .+', line) for line in lines
    )
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert values["zhnews_run_active"] == "0"
    assert values["zhnews_run_exit_code"] == "1"
    assert values['zhnews_run_inputs{fate="rejected"}'] == "1"
    assert values['zhnews_source_failing{source="dead"}'] == "1"
    assert values['zhnews_source_failing{source="good"}'] == "0"
    assert values['zhnews_source_new_articles{source="good"}'] == "2"
    assert float(values['zhnews_source_last_success_timestamp_seconds{source="good"}']) > 1.7e9
    assert capsys.readouterr().err.count("\n") == 3, "the troubles are told all the same"


def test_a_dry_run_says_what_and_why(place, capsysbinary):
    folder, server = place

    def told():
        assert crawl(folder, "--dry-run", "--json") == 0
        found = json.loads(capsysbinary.readouterr().out)
        return {(row["source"], row["kind"]): (row["is_due"], row["why"]) for row in found}

    before = told()
    assert not (folder / "data").exists()
    assert server.requests == []
    assert before["good", "feed"] == (True, "each run reads it; robots.txt is asked first")
    assert before["inbox", "files"] == (True, "1 files; those that changed are processed")
    assert before["none", "files"][0] is False
    assert before["off", "feed"] == (False, "enabled: false")
    crawl(folder, "--max-requests", "4")
    asked = len(server.requests)
    after = told()
    assert len(server.requests) == asked
    assert after["good", "feed"] == (True, "each run reads it; robots.txt allows it")
    assert after["closed", "list"] == (False, "robots.txt forbids it")
    assert after["good", "article"] == (True, "known, not read yet")
    assert crawl(folder, "--dry-run") == 0
    assert b"robots.txt forbids it" in capsysbinary.readouterr().out


def test_a_host_that_rests_is_seen(place, capsysbinary):
    folder, server = place
    wall = "<title>安全验证</title><p>请完成滑动验证后继续访问"
    (folder / "site" / HOST / "feed.xml").write_text(wall)
    crawl(folder)
    assert crawl(folder, "--dry-run") == 0
    assert b"the host rests until" in capsysbinary.readouterr().out
    assert main(["status", "--data", str(folder / "data")]) == 0
    assert b"host that rests" in capsysbinary.readouterr().out
    assert main(["status", "--data", str(folder / "data"), "--failed"]) == 0
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert any("feed.xml" in line and "captcha" in line for line in lines)
    assert server.count(path="/feed.xml") == 1
    assert main(["status", "--data", str(folder / "data"), "--json"]) == 0
    health = json.loads(capsysbinary.readouterr().out)
    assert [host["host"] for host in health["resting_hosts"]] == [HOST]
    assert health["failed"] == {}


def test_bytes_are_a_budget(place, capsysbinary):
    folder, _ = place
    assert crawl(folder, "--only", "good", "--max-bytes", "1", "--json") == 0
    assert json.loads(capsysbinary.readouterr().out)["tally"]["kept"] == 0
    assert crawl(folder, "--only", "good", "--max-bytes", "1.5M", "--json") == 0
    assert json.loads(capsysbinary.readouterr().out)["tally"]["kept"] == 2
    for nonsense in ("0", "x", "-1K"):
        assert crawl(folder, f"--max-bytes={nonsense}") == 2


def test_pages_for_archives_and_back(place, capsysbinary):
    folder, _ = place
    crawl(folder, "--only", "good")
    target = folder / "pages.warc.gz"
    export = ["export", "--data", str(folder / "data"), "-o", str(target)]
    assert main(export) == 0
    assert b"2 pages" in capsysbinary.readouterr().err
    assert main(export) == 2
    assert main([*export, "--force", "--fields", "id"]) == 2
    assert main(["export", "--data", str(folder / "data"), "--format", "warc", "--source", "good"]) == 0
    assert (folder / "data" / "export" / "pages.warc.gz").read_bytes() == target.read_bytes()
    again = folder / "again.yaml"
    again.write_text(
        "sources:\n  - {name: all, kind: warc, path: pages.warc.gz}\n"
        "  - {name: others, kind: warc, path: pages.warc.gz, hosts: [other.example]}\n"
        "  - {name: latin, kind: warc, path: pages.warc.gz, min_han_ratio: 1.0}\n"
    )
    words = ["crawl", "--sources", str(again), "--data", str(folder / "other"), "--json"]
    assert main([*words, "--only", "others", "--only", "latin"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["tally"]["seen"] == 0
    assert main(words) == 0
    assert json.loads(capsysbinary.readouterr().out)["tally"]["kept"] == 2
    assert main(words) == 0
    assert json.loads(capsysbinary.readouterr().out)["tally"]["unchanged"] == 2
    for data in ("data", "other"):
        assert (
            main(["export", "--data", str(folder / data), "-o", str(folder / f"{data}.csv"), "--fields", "id,url,text"])
            == 0
        )
    assert (folder / "data.csv").read_text() == (folder / "other.csv").read_text()


FERRY = "id: ferry\nname: 渡轮\nreview_score: 0.5\nkeep_score: 1\ngroups:\n  - {weight: 5, words: [渡口, 船工]}\n"
REQUIRING = """
topic: ferry.yaml
require_topic: true
sources:
  - {name: inbox, kind: files, path: inbox}
  - {name: attic, kind: files, path: attic, require_topic: false}
"""
OTHER = "社区图书馆本周起延长开放时间，周末也不再午休，管理员说来的人比去年多了三成，座位常常不够用。"


def export(folder, *words) -> set[str]:
    target = folder / "data" / "export" / "corpus.jsonl"
    assert main(["export", "--data", str(folder / "data"), *words]) == 0
    return {json.loads(line)["paragraphs"][0][:3] for line in target.read_text(encoding="utf-8").splitlines()}


def test_a_source_that_requires_its_topic_exports_only_what_that_keeps(tmp_path, capsys):
    for name, texts in {"inbox": (OTHER, INBOX), "attic": (OTHER[::-1],)}.items():
        (tmp_path / name).mkdir()
        for n, text in enumerate(texts):
            (tmp_path / name / f"{n}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "ferry.yaml").write_text(FERRY, encoding="utf-8")
    sources = tmp_path / "sources.yaml"
    sources.write_text(REQUIRING, encoding="utf-8")
    assert crawl(tmp_path) == 0
    assert export(tmp_path) == {INBOX[:3], OTHER[::-1][:3]}
    assert "2 articles" in (said := capsys.readouterr().err)
    assert "left out by require_topic: 1" in said
    assert export(tmp_path, "--topic", "service") == {OTHER[::-1][:3]}, "the topic that is named decides"
    sources.write_text(REQUIRING.replace("require_topic: true\n", ""), encoding="utf-8")
    assert crawl(tmp_path) == 0
    capsys.readouterr()
    assert len(export(tmp_path)) == 3, "it was stored all the same"
    assert "require_topic" not in capsys.readouterr().err


SELECTING = """
select: ["chars >= 40"]
mask: [mobile]
sources:
  - {name: inbox, kind: files, path: inbox}
  - {name: attic, kind: files, path: attic, select: []}
"""


def test_exports_select_and_mask_as_the_file_says_or_the_command_line(tmp_path, capsys):
    texts = {"inbox": (OTHER, "渡轮停了，问管理员，电话13912345678。"), "attic": ("船修好了，明天复航，旧票可以用。",)}
    for name, some in texts.items():
        (tmp_path / name).mkdir()
        for n, text in enumerate(some):
            (tmp_path / name / f"{n}.txt").write_text(text, encoding="utf-8")
    sources = tmp_path / "sources.yaml"
    sources.write_text(SELECTING, encoding="utf-8")
    assert crawl(tmp_path) == 0
    capsys.readouterr()
    assert export(tmp_path) == {OTHER[:3], "船修好"}
    assert "left out by quality.select: 1" in capsys.readouterr().err
    assert main(["report", "--data", str(tmp_path / "data")]) == 0
    assert "chars &gt;= 40" in (tmp_path / "data" / "report" / "index.html").read_text(encoding="utf-8")
    assert export(tmp_path, "--select", "none") == {OTHER[:3], "船修好", "渡轮停"}
    written = (tmp_path / "data" / "export" / "corpus.jsonl").read_text(encoding="utf-8")
    assert "电话<手机号>。" in written, "the mask of the file is not what --select replaces"
    assert export(tmp_path, "--select", "chars < 40") == {"船修好", "渡轮停"}
    sources.write_text(SELECTING.replace('select: ["chars >= 40"]\nmask: [mobile]\n', ""), encoding="utf-8")
    assert crawl(tmp_path) == 0
    assert len(export(tmp_path)) == 3, "all of it was stored"


def test_keywords_as_the_file_says_or_the_command_line(place, capsys):
    folder, _ = place
    path = folder / "sources.yaml"
    path.write_text("keywords: 1\nuser_dictionary: words.txt\n" + path.read_text())
    (folder / "words.txt").write_text("老船工 99999 n\n\n", encoding="utf-8")
    (folder / "others.txt").write_text("乡亲 n\n", encoding="utf-8")

    def noted(*words) -> list[str]:
        (folder / "data" / "state.sqlite").unlink(missing_ok=True)
        (folder / "data" / "pages.sqlite").unlink(missing_ok=True)
        assert crawl(folder, "--only", "inbox", *words) == 0
        export(folder)
        (row,) = map(json.loads, (folder / "data" / "export" / "corpus.jsonl").read_text("utf-8").splitlines())
        return list(row["keywords"])

    assert noted() == ["老船工"]
    assert len(noted("--keywords", "3")) == 3
    assert noted("--user-dictionary", str(folder / "others.txt")) != ["老船工"]
