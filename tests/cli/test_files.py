"""The verbs that work on files: build, dedup, check, explain."""

import json

import pytest

from pipeline.cli.main import main

STORY = "一位老人今天给营业厅送来一封信，感谢客服小周三次上门帮他办好了退费手续，还教会他用手机查账单。"
OTHER = "青木图书馆把开馆时间延长到晚上九点，第一周就有四百多名学生留下来自习，保安老郑每天最后一个关灯。"


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.jsonl"
    made = [("a", STORY), ("b", STORY + "他说谢谢。"), ("c", OTHER)]
    path.write_text("\n".join(json.dumps({"id": i, "text": t}) for i, t in made))
    return str(path)


def test_build_prints_where_everything_went(rows, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["build", rows, "-o", str(out), "--jobs", "1"]) == 0
    said = capsys.readouterr().out
    assert "seen 3 = kept 2 + rejected 1 + unchanged 0 + failed 0" in said
    assert "report.html" in said
    assert "<html" in (out / "report.html").read_text()


def test_build_as_json_and_dry_run(rows, tmp_path, capsysbinary):
    assert main(["build", rows, "-o", str(tmp_path / "o"), "--dry-run"]) == 0
    assert b"rows.jsonl" in capsysbinary.readouterr().out
    assert not (tmp_path / "o").exists()
    assert main(["build", rows, "-o", str(tmp_path / "o"), "--json", "--jobs", "1"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["tally"]["kept"] == 2


def test_dedup_decides_on_stdout(rows, capsysbinary):
    assert main(["dedup", rows]) == 0
    said = capsysbinary.readouterr()
    assert [(d["id"], d["kept"]) for d in map(json.loads, said.out.splitlines())] == [
        ("a", None),
        ("b", "a"),
        ("c", None),
    ]
    assert said.err.decode() == "3 records, 2 stay\n"


def test_dedup_writes_what_stays(rows, tmp_path, capsys):
    unique, why = tmp_path / "unique.jsonl", tmp_path / "why.jsonl"
    words = ["dedup", rows, "-o", str(unique), "--decisions", str(why), "--prefer", "longest"]
    assert main(words) == 0
    assert [json.loads(line)["id"] for line in unique.read_text().splitlines()] == ["b", "c"]
    assert len(why.read_text().splitlines()) == 3
    assert main(words) == 2
    assert "--force" in capsys.readouterr().err


def test_dedup_reads_pages_and_tells_faults(tmp_path, capsysbinary):
    for name in ("a", "b"):
        page = (
            f"<html><head><title>一封信</title></head><body><h1>一封信</h1><p>{STORY}</p><p>{OTHER}</p></body></html>"
        )
        (tmp_path / f"{name}.html").write_text(page)
    (tmp_path / "shell.html").write_text("<html><body><form>登录</form></body></html>")
    (tmp_path / "same.jsonl").write_text('{"id": "x", "text": "一"}\n{"id": "x", "text": "二"}\n')
    assert main(["dedup", str(tmp_path)]) == 1
    said = capsysbinary.readouterr()
    assert sum(json.loads(line)["kept"] is not None for line in said.out.splitlines()) == 1
    assert "a second record with this id" in said.err.decode()
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "e.txt").write_text("")
    assert main(["dedup", str(tmp_path / "none")]) == 2


def test_check_tells_all_faults_or_that_all_is_well(tmp_path, capsys):
    path = tmp_path / "sources.yaml"
    path.write_text("sources:\n  - {name: inbox, kind: files, path: inbox}\n")
    assert main(["check", "--sources", str(path)]) == 0
    assert "rules in order, proved on" in capsys.readouterr().out
    path.write_text("sources:\n  - {name: a, kind: fed}\n  - {name: b, kind: list, delay: 1}\n")
    assert main(["check", "--sources", str(path)]) == 2
    said = capsys.readouterr().out
    assert f"{path}:2: " in said
    assert f"{path}:3: sources[1].delay: unknown key" in said


def test_check_asks_for_a_contact_where_live_sites_are_read(tmp_path, capsys):
    path = tmp_path / "sources.yaml"
    path.write_text('sources:\n  - {name: a, kind: feed, url: "https://news.example/rss"}\n')
    assert main(["check", "--sources", str(path)]) == 2
    assert "contact" in capsys.readouterr().out


def test_explain_a_rule_a_step_and_what_is_neither(tmp_path, capsys):
    from pipeline.clean.rulebook import load_rulebook  # noqa: PLC0415 - slow to load for the others

    rule = load_rulebook().rules[0]
    assert main(["explain", rule.id]) == 0
    assert rule.examples[0] in capsys.readouterr().out
    assert main(["explain", "clean.repeats.copy_vote"]) == 0
    assert capsys.readouterr().out.startswith("pipeline/clean/repeats.py")
    assert main(["explain", "no.such", "--data", str(tmp_path)]) == 2
    assert "neither a rule, nor an address" in capsys.readouterr().err
