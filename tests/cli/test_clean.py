"""`zhnews clean`: text in, text out."""

import io
import json
import sys

import pytest

from pipeline.cli.main import main

STORY = "一位老人今天给营业厅送来一封信，感谢客服小周三次上门帮他办好了退费手续，还教会他用手机查账单。"
DIRTY = f"您的位置：首页>社会>正文\n\n{STORY}\n{STORY[::-1]}\n责任编辑：林一\n"


@pytest.fixture
def dirty(tmp_path):
    path = tmp_path / "dirty.txt"
    path.write_text(DIRTY)
    return str(path)


def test_clean_text_goes_to_stdout_and_nothing_else(dirty, capsysbinary):
    assert main(["clean", dirty]) == 0
    said = capsysbinary.readouterr()
    assert said.out.decode() == f"{STORY}\n{STORY[::-1]}\n"
    assert said.err == b""


def test_several_articles_have_a_blank_line_between(dirty, capsysbinary):
    assert main(["clean", dirty, dirty]) == 0
    assert capsysbinary.readouterr().out.decode().split("\n\n")[1].startswith(STORY)


def test_a_pipe(monkeypatch, capsysbinary):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(DIRTY.encode("gb18030")))))
    assert main(["clean", "-"]) == 0
    assert capsysbinary.readouterr().out.decode() == f"{STORY}\n{STORY[::-1]}\n"


def test_json_has_the_public_names_and_edits_that_replay(dirty, capsysbinary):
    assert main(["clean", "--json", "--title", "一封信", dirty]) == 0
    (row,) = map(json.loads, capsysbinary.readouterr().out.splitlines())
    assert row["title"] == "一封信"
    assert row["paragraphs"] == [STORY, STORY[::-1]]
    assert {"title", "authors", "published_at", "paragraphs", "edits", "flags"} <= set(row)
    assert all({"start", "end", "old", "new", "rule", "kind"} <= set(edit) for edit in row["edits"])
    assert all(DIRTY[edit["start"] : edit["end"]] == edit["old"] for edit in row["edits"])


def test_diff_marks_what_went(dirty, capsys):
    assert main(["clean", "--diff", dirty]) == 0
    said = capsys.readouterr().out
    assert "责任编辑：林一-]" in said
    assert STORY in said


def test_explain_is_a_table_with_rule_and_reason(dirty, capsys):
    assert main(["clean", "--explain", dirty]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["place", "kind", "rule", "reason", "was", "is"]
    assert any("责任编辑" in line[4] for line in lines[1:])


def test_a_kind_can_be_kept(dirty, capsysbinary):
    assert main(["clean", "--json", dirty]) == 0
    kinds = {e["kind"] for e in json.loads(capsysbinary.readouterr().out)["edits"] if "责任编辑" in e["old"]}
    assert main(["clean", "--keep", ",".join(kinds), dirty]) == 0
    assert "责任编辑：林一" in capsysbinary.readouterr().out.decode()


def test_another_script(dirty, capsysbinary):
    assert main(["clean", "--script", "tw", dirty]) == 0
    assert "營業廳" in capsysbinary.readouterr().out.decode()


def test_what_fails_is_named_and_the_rest_goes_on(dirty, tmp_path, capsysbinary):
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "only.txt").write_text("\u200b\ufeff\u200b")
    assert main(["clean", str(tmp_path)]) == 1
    said = capsysbinary.readouterr()
    assert STORY in said.out.decode()
    assert "empty.txt: empty" in said.err.decode()
    assert "rejected by flow.nothing_left" in said.err.decode()


def test_nothing_done_is_said_by_the_exit_code(tmp_path, capsys):
    (tmp_path / "empty.txt").write_text("")
    assert main(["clean", str(tmp_path / "empty.txt")]) == 2
    assert main(["clean", str(tmp_path / "none.txt")]) != 0
    assert "does not exist" in capsys.readouterr().err


def test_a_users_rule_is_used_and_a_broken_one_told(dirty, tmp_path, capsys):
    rules = tmp_path / "rules.d"
    rules.mkdir()
    (rules / "own.toml").write_text("nonsense = [")
    assert main(["clean", "--rules", str(rules), dirty]) == 2
    assert "own.toml" in capsys.readouterr().err
    assert main(["clean", "--rules", str(tmp_path / "none"), dirty]) == 2
    assert main(["clean", "--topic", "none.yaml", dirty]) == 2
    assert "no such topic" in capsys.readouterr().err


def test_keywords_on_request(dirty, tmp_path, capsysbinary):
    words = tmp_path / "words.txt"
    words.write_text("退费手续 99999 n\n", encoding="utf-8")

    def keywords(*asked) -> list[str]:
        assert main(["clean", "--json", *asked, dirty]) == 0
        return list(json.loads(capsysbinary.readouterr().out)["keywords"])

    assert keywords() == []
    assert len(keywords("--keywords", "3")) == 3
    assert "退费手续" in keywords("--keywords", "9", "--user-dictionary", str(words))
    assert main(["clean", "--keywords", "0", dirty]) == 2


def test_what_shows_no_keywords_makes_none(dirty, monkeypatch, capsys):
    monkeypatch.setattr("pipeline.flow.add_keywords", lambda *_: pytest.fail("made for nobody"))
    assert main(["clean", "--keywords", "3", dirty]) == 0
    assert STORY in capsys.readouterr().out
