"""`zhnews topic` as a person meets it: tables, labels at a terminal, thresholds, words."""

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time

import pytest
from rich.console import Console

from pipeline.cli.label_page import Terminal, label_articles
from pipeline.cli.main import VERBS, main
from pipeline.model import ArticleId, Hit, Relevance
from pipeline.run.topic import Scored
from tests.builders import article

FERRY = "id: ferry\nname: 渡轮\ngroups:\n  - {weight: 8, words: [渡轮]}\n  - {weight: -3, words: [股价]}\n"
TEXTS = [
    f"第{k}天大家坐渡轮去对岸，船上的人很多。" if k % 2 else f"第{k}天大家在家看书，屋里很安静。" for k in range(60)
]
START = (
    "import sys; from pipeline.cli import main as m; m.VERBS.setdefault('topic', 't'); sys.exit(m.main(sys.argv[1:]))"
)


@pytest.fixture(autouse=True)
def _verb(monkeypatch):
    monkeypatch.setitem(VERBS, "topic", "score texts by a topic")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ferry.yaml").write_text(FERRY, encoding="utf-8")
    with (tmp_path / "in.jsonl").open("w", encoding="utf-8") as stream:
        for k, text in enumerate(TEXTS):
            stream.write(json.dumps({"id": f"a{k}", "title": f"第{k}天", "text": text}, ensure_ascii=False) + "\n")
    return tmp_path


def write_labels(folder, n=60, of=lambda k: k % 2):
    with (folder / "labels.jsonl").open("w", encoding="utf-8") as stream:
        for k in range(n):
            row = {"id": f"a{k}", "title": "", "text": TEXTS[k % len(TEXTS)], "label": of(k)}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def test_scores_are_a_table_of_verdicts_and_words(folder, capsys):
    assert main(["topic", "score", "--topic", "ferry.yaml", "in.jsonl"]) == 0
    head, first, second, *_ = capsys.readouterr().out.splitlines()
    assert head.split("\t") == ["score", "verdict", "topic", "article", "words"]
    assert first.split("\t") == ["0.0", "drop", "ferry", "第0天", ""]
    assert second.split("\t")[1:] == ["review", "ferry", "第1天", "渡轮"]


def test_repeated_and_negative_words_are_shown_as_such(folder, capsys):
    (folder / "one.txt").write_text("渡轮来了，渡轮又走了，大家谈起了股价。", encoding="utf-8")
    assert main(["topic", "score", "--topic", "ferry.yaml", "one.txt"]) == 0
    assert "渡轮×2 -股价" in capsys.readouterr().out


def test_a_record_has_the_places_of_every_topic(folder, capsys):
    assert main(["topic", "score", "--json", "--topic", "ferry.yaml", "--topic", "service", "in.jsonl"]) == 0
    row = json.loads(capsys.readouterr().out.splitlines()[1])
    assert (row["id"], [found["topic"] for found in row["relevance"]]) == ("a1", ["ferry", "service"])
    (hit,) = row["relevance"][0]["hits"]
    assert TEXTS[1][hit["start"] : hit["end"]] == "渡轮"


def test_what_cannot_be_read_is_told_and_counted(folder, capsys):
    (folder / "empty.txt").write_text("")
    assert main(["topic", "score", "empty.txt", "in.jsonl"]) == 1
    assert main(["topic", "score", "empty.txt"]) == 2
    assert "empty.txt: empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    "action", [["score", "x", "--topic", "none.yaml"], ["scroe"], [], ["calibrate", "l", "--beta", "99"]]
)
def test_wrong_words_are_one_sentence(folder, action, capsys):
    assert main(["topic", *action]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_schema_is_json(capsys):
    assert main(["topic", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Topic"


def test_debug_may_stand_behind_the_action(folder):
    with pytest.raises(Exception, match="no such topic"):
        main(["topic", "score", "in.jsonl", "--topic", "none", "--debug"])


# ---- thresholds and words


def test_calibrate_says_what_to_write_into_the_topic(folder, capsys):
    write_labels(folder)
    assert main(["topic", "calibrate", "labels.jsonl", "--topic", "ferry.yaml"]) == 0
    said = capsys.readouterr().out
    assert "60 labels, 30 of them relevant; average precision 1.000" in said
    assert "\nkeep_score: " in said
    assert "100% of the relevant are above" in said
    assert "few" not in said


def test_calibrate_of_few_labels_advises_and_of_one_kind_refuses(folder, capsys):
    write_labels(folder, 12)
    assert main(["topic", "calibrate", "labels.jsonl", "--topic", "ferry.yaml"]) == 0
    assert "a threshold is a guess" in capsys.readouterr().out
    write_labels(folder, 12, lambda _: 0)
    assert main(["topic", "calibrate", "labels.jsonl"]) == 2
    assert "all labels say the same" in capsys.readouterr().err


def test_calibrate_as_json(folder, capsys):
    write_labels(folder)
    assert main(["topic", "calibrate", "labels.jsonl", "--topic", "ferry.yaml", "--json", "--beta", "2"]) == 0
    assert json.loads(capsys.readouterr().out)["labels"] == 60


def test_suggest_lists_words_with_examples(folder, capsys):
    write_labels(folder)
    assert main(["topic", "suggest", "labels.jsonl", "--topic", "ferry.yaml", "--words", "5"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert 2 <= len(rows) <= 6
    assert all(row[0] in row[4] for row in rows[1:])
    assert main(["topic", "suggest", "labels.jsonl", "--json"]) == 0
    assert "telling" in json.loads(capsys.readouterr().out.splitlines()[0])


def test_learn_writes_a_table_that_the_topic_can_use(folder, capsys):
    write_labels(folder, 240)
    assert main(["topic", "learn", "labels.jsonl", "--topic", "ferry.yaml", "-o", "w.tsv"]) == 0
    said = capsys.readouterr().out
    assert "without" in said
    assert "The table adds nothing: leave it out" in said  # the topic tells all of these already
    (folder / "ferry.yaml").write_text(FERRY + "learned: w.tsv\n", encoding="utf-8")
    assert main(["topic", "score", "--topic", "ferry.yaml", "in.jsonl"]) == 0
    assert main(["topic", "learn", "labels.jsonl", "--topic", "ferry.yaml", "-o", "w.tsv"]) == 2
    assert "exists already" in capsys.readouterr().err


def test_learn_without_a_file_prints_figures_and_too_few_labels_are_refused(folder, capsys):
    write_labels(folder, 220)
    assert main(["topic", "learn", "labels.jsonl", "--topic", "ferry.yaml", "--words", "3"]) == 0
    assert "words:" not in capsys.readouterr().out
    write_labels(folder, 30)
    assert main(["topic", "learn", "labels.jsonl"]) == 2
    assert "30 labels are too few" in capsys.readouterr().err


def test_no_labels_and_no_file(folder, capsys):
    (folder / "labels.jsonl").write_text("")
    assert main(["topic", "suggest", "labels.jsonl"]) == 2
    assert "no labels in it" in capsys.readouterr().err
    assert main(["topic", "suggest", "none.jsonl"]) != 0


# ---- the page


def queue(n=3, text="客服回电了。\n股价没动。"):
    hits = (
        Hit(term="客服", weight=4, where="text", start=0, end=2),
        Hit(term="股价", weight=-3, where="text", start=7, end=9),
    )
    found = (
        Relevance(
            topic="t", score=4, verdict="drop", hits=(*hits, Hit(term="题", weight=1, where="title", start=0, end=1))
        ),
    )
    return [Scored(article=article(text, id=ArticleId(f"a{k}"), title=f"题{k}\x1b[31m"), found=found) for k in range(n)]


def page(keys: str, articles, height=12):
    out = Console(
        file=io.StringIO(), force_terminal=True, width=40, height=height, color_system="standard", no_color=False
    )
    waiting = iter(keys)
    said: list[tuple[str, int]] = []
    n = label_articles(
        articles, Terminal(out, lambda: next(waiting, "\x04")), lambda s, k: said.append((s.article.id, k))
    )
    assert isinstance(out.file, io.StringIO)
    return n, said, out.file.getvalue()


def test_keys_label_skip_go_back_and_stop():
    assert page("0x1b2sq", queue())[:2] == (2, [("a0", 0), ("a1", 1), ("a1", 2)])
    assert page("b1\x04", queue())[:2] == (1, [("a0", 1)])


def test_the_page_ends_with_the_queue():
    assert page("012", queue())[:2] == (3, [("a0", 0), ("a1", 1), ("a2", 2)])


def test_title_place_words_and_keys_are_shown_and_nothing_steers_the_terminal():
    drawn = page("q", queue())[2]
    assert "题0\ufffd[31m" in drawn
    assert "1 of 3" in drawn
    assert "\x1b[1;32m客服\x1b[0m" in drawn
    assert "\x1b[31m股价\x1b[0m" in drawn
    assert "2 mainly" in drawn


def test_a_long_text_is_shown_screen_by_screen_and_round_again():
    long = queue(1, "\n".join(f"第{k}行" for k in range(20)))
    drawn = re.sub(r"\x1b\[[0-9;]*m", "", page("   q", long)[2]).split("\x1b[2J")
    shown = [[line for line in one.splitlines() if line.startswith("第")] for one in drawn[1:]]
    assert shown[0][0] == "第0行" == shown[3][0]
    assert sorted({line for one in shown for line in one}) == sorted(f"第{k}行" for k in range(20))


def test_without_a_terminal_there_is_a_sentence(folder, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main(["topic", "label", "in.jsonl", "--topic", "ferry.yaml"]) == 2
    assert "needs a terminal" in capsys.readouterr().err


def test_the_labels_may_not_be_the_input(folder, capsys):
    assert main(["topic", "label", "in.jsonl", "-o", "in.jsonl"]) == 2
    assert "is an input" in capsys.readouterr().err


def at_terminal(keys: str, words: list[str]) -> tuple[int, str]:
    """Return exit code and screen of a real process at a real (pseudo-) terminal; a key when the page asks for it."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-c", START, *words]
    with subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower) as process:
        os.close(follower)
        seen, asked, deadline = b"", 0, time.monotonic() + 60
        while time.monotonic() < deadline:
            if select.select([leader], [], [], 0.1)[0]:
                try:
                    seen += os.read(leader, 65536)
                except OSError:  # EIO: the process has closed its end
                    break
            if asked < len(keys) and seen.count(b"q stop") > asked:
                press(keys[asked], leader, process)
                asked += 1
        process.kill() if time.monotonic() >= deadline else process.wait()
    assert termios.tcgetattr(leader)[3] & termios.ICANON, "the terminal was not put back"
    os.close(leader)
    return process.returncode, seen.decode(errors="replace")


def press(key: str, leader: int, process: subprocess.Popen[bytes]) -> None:
    if key == CTRL_C:
        process.send_signal(signal.SIGINT)  # what the terminal does with it
    else:
        os.write(leader, key.encode())


CTRL_C = "\x03"


def test_at_a_terminal_labels_are_saved_at_once_and_labelling_goes_on_where_it_stopped(folder):
    words = ["topic", "label", "in.jsonl", "--topic", "ferry.yaml"]
    code, screen = at_terminal("21q", words)
    assert code == 0, screen
    assert "2 labelled now, 0 before, 58 left" in screen
    first = [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["label"] for row in first] == [2, 1]
    assert {row["topic"] for row in first} == {"ferry"}
    with (folder / "labels.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"id": "a7", "te')  # a crash
    code, screen = at_terminal("0q", words)
    assert code == 0, screen
    assert "1 labelled now, 2 before, 57 left" in screen
    rows = [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == 3


def test_ctrl_c_gives_the_terminal_back_and_keeps_what_was_said(folder):
    code, screen = at_terminal(f"2{CTRL_C}", ["topic", "label", "in.jsonl", "--topic", "ferry.yaml"])
    assert code == 130, screen
    assert len((folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_nothing_left_to_label_needs_no_terminal(folder, capsys):
    write_labels(folder)
    assert main(["topic", "label", "in.jsonl", "--topic", "ferry.yaml"]) == 0
    assert "0 labelled now, 60 before, 0 left" in capsys.readouterr().err
