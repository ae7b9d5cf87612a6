"""`zhnews check --url`: what a page would give. The rest of the verb is tested in test_files.py."""

import json

import pytest

from pipeline.cli.main import main
from pipeline.run.demo import serve_site

ONE = "市民服务中心今天起把排队取号改成了电话预约，老人们不用再一早赶来等候，窗口前的队伍不见了。"
TWO = "中心主任说，取消排队的想法来自一位八十岁老人的来信，试行一个月以来，没有人再抱怨等得太久。"
PAGE = f"""<html><head><title>排队改成了电话预约_示例网</title><link rel="canonical" href="/a/c12345.html"></head><body>
<div class="crumbs"><a href="/">首页</a> &gt; <a href="/m/">民生</a> &gt; 正文</div><h1>排队改成了电话预约</h1>
<p class="info">2026-11-20 09:15 来源：示例网 作者：顾晓岚</p><div id="text"><p>{ONE}</p><p>{TWO}</p></div>
<div class="pages"><a href="c12345_2.html">下一页</a></div></body></html>"""
SOURCE = """delay_s: 0
contact: https://zhnews.example.org/about
sources:
  - name: 示例网
    kind: list
    url: http://news.check.example/
    connect_to: "127.0.0.1:{port}"
    allow_private: ["127.0.0.0/8"]
    selectors: {{title: h2, body: "#text p:first-child"}}
  - {{name: 别家, kind: list, url: "http://www.elsewhere.example/"}}
"""


@pytest.fixture
def site(tmp_path):
    """The path of a sources file whose first source is served on loopback."""
    folder = tmp_path / "site" / "news.check.example"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "c12345.html").write_text(PAGE, encoding="utf-8")
    (folder / "robots.txt").write_text("User-agent: *\nDisallow: /private/\n")
    with serve_site(tmp_path / "site") as running:
        sources = tmp_path / "sources.yaml"
        sources.write_text(SOURCE.format(port=running.port), encoding="utf-8")
        yield str(sources)


URL = "http://news.check.example/a/c12345.html"


def test_a_page_of_a_source_is_shown_beside_the_generic_answer(site, capsys):
    assert main(["check", "--url", URL, "--sources", site]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["generic", "示例网"]
    rows = {line[:10].strip(): line[10:].split() for line in lines[2:] if line[:10].strip()}
    assert rows["title"] == ["排队改成了电话预约", "排队改成了电话预约"]
    assert rows["section"] == ["民生", "民生"]
    assert rows["authors"] == ["顾晓岚", "顾晓岚"]
    assert rows["paragraphs"][:2] == ["2", "of"]
    assert f"1 of {len(ONE)} characters" in " ".join(rows["paragraphs"])
    assert "c12345_2.html" in "".join(lines[-4:])
    assert "utf-8 (valid utf-8)" in lines[-1] + lines[-2]


def test_no_line_is_wider_than_80_columns(site, capsys):
    main(["check", "--url", URL, "--sources", site])
    from rich.cells import cell_len  # noqa: PLC0415 - only here

    assert max(map(cell_len, capsys.readouterr().out.splitlines())) <= 80


def test_as_json(site, capsysbinary):
    assert main(["check", "--url", URL, "--sources", site, "--json"]) == 0
    said = json.loads(capsysbinary.readouterr().out)
    assert said["url"] == URL
    assert said["answers"]["generic"]["paragraphs"] == [ONE, TWO]
    assert said["answers"]["示例网"]["paragraphs"] == [ONE]
    assert said["next_pages"] == ["http://news.check.example/a/c12345_2.html"]
    assert said["decoded_by"] == "valid utf-8"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://news.check.example/gone.html", "it is not there (HTTP 404)"),
        ("http://news.check.example/private/c12345.html", "robots.txt: forbids to read it"),
    ],
)
def test_a_page_that_cannot_be_had_is_told(site, url, why, capsys):
    assert main(["check", "--url", url, "--sources", site]) == 2
    assert why in capsys.readouterr().err


def test_a_file_is_shown_with_and_without_sources(site, tmp_path, capsys):
    saved = tmp_path / "saved.html"
    saved.write_bytes(PAGE.replace("/a/c12345.html", URL).encode("gb18030"))
    assert main(["check", "--url", str(saved), "--sources", str(tmp_path / "none.yaml")]) == 0
    said = capsys.readouterr().out
    assert "gb18030" in said
    assert "c12345_2.html" in said  # the page says where it stands
    assert main(["check", "--url", str(saved), "--sources", site, "--source", "示例网"]) == 0
    assert "示例网" in capsys.readouterr().out.splitlines()[0]


def test_a_page_without_an_article_says_why(tmp_path, capsys):
    saved = tmp_path / "shell.html"
    saved.write_text("<title>某某网</title><div id=app></div>")
    assert main(["check", "--url", str(saved), "--sources", str(tmp_path / "none.yaml")]) == 1
    assert "extract.article.shell" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--url", "http://www.stranger.example/a/1.html"], "contact"),
        (["--url", "nowhere.html"], "No such file"),
        (["--url", "http://[/"], "no URL"),
        (["--source", "示例网"], "go with --url"),
    ],
)
def test_what_cannot_be_done_is_told(words, said, tmp_path, capsys):
    assert main(["check", "--sources", str(tmp_path / "none.yaml"), *words]) == 2
    assert said in capsys.readouterr().err


def test_rules_are_proved_where_there_are_no_sources(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    assert main(["check"]) == 2
    assert "sources.yaml: there is no such file. Name it with --sources, or write one to start from: zhnews init" in (
        capsys.readouterr().out
    )
    assert main(["check", "--rules", "mine"]) == 0
    assert "rules in order" in capsys.readouterr().out
    assert main(["check", "--rules", "mine", "--sources", "other.yaml"]) == 2
    assert "other.yaml: there is no such file" in capsys.readouterr().out


def test_an_unknown_source_is_told(site, capsys):
    assert main(["check", "--url", URL, "--sources", site, "--source", "nobody"]) == 2
    assert "no such source: nobody. There are: 别家, 示例网" in capsys.readouterr().err
