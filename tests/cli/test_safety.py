"""What `--force` and a slip of the hand must not destroy, and what a full or closed output says."""

import subprocess
import sys

import pytest

from pipeline.cli.main import main
from pipeline.store.state import open_state

STORY = "一位老人今天给营业厅送来一封信，感谢客服小周三次上门帮他办好了退费手续。"


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "in" / "letter.txt"
    path.parent.mkdir()
    path.write_text(STORY)
    return path


def refused(words, capsys):
    assert main([str(word) for word in words]) == 2
    return capsys.readouterr().err


def test_a_build_never_replaces_what_is_no_build_or_holds_inputs(letter, tmp_path, capsys):
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.txt").write_text("mine")
    assert "is no earlier build" in refused(["build", letter, "-o", own, "--force"], capsys)
    assert "holds inputs" in refused(["build", letter.parent, "-o", letter.parent, "--force"], capsys)
    assert "holds inputs" in refused(["build", letter.parent, "-o", tmp_path, "--force"], capsys)
    assert (own / "mine.txt").read_text() == "mine"
    assert letter.read_text() == STORY
    assert main(["build", str(letter), "-o", str(tmp_path / "out"), "--jobs", "1"]) == 0
    assert main(["build", str(letter), "-o", str(tmp_path / "out"), "--jobs", "1", "--force"]) == 0


def test_outputs_never_replace_inputs_or_the_state(letter, tmp_path, capsys):
    assert "is an input, too" in refused(["dedup", letter, "-o", letter, "--force"], capsys)
    with open_state(tmp_path / "data"):
        pass
    for verb in ("export", "report"):
        words = [verb, "--data", tmp_path / "data", "-o", tmp_path / "data" / "state.sqlite", "--force"]
        assert "is the crawl's own file" in refused(
            [*words, *(["--format", "jsonl"] if verb == "export" else [])], capsys
        )


def test_names_that_are_none_are_told_with_those_that_are(letter, tmp_path, capsys):
    assert "Kinds of rules: " in refused(["clean", "--keep", "foo", letter], capsys)
    with open_state(tmp_path / "data"):
        pass
    assert "no source nope" in refused(["export", "--data", tmp_path / "data", "--source", "nope"], capsys)
    assert "nothing is stored there yet" in refused(["dedup", "--rebuild", "--data", tmp_path / "none"], capsys)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("words", [["clean", "--max-mb", "0"], ["demo", "--serve", "99999"]], ids=lambda w: w[0])
def test_numbers_out_of_range_are_wrong_arguments(words, letter, capsys):
    assert "See: zhnews" in refused([*words, *([letter] if words[0] == "clean" else [])], capsys)


def test_a_missing_file_does_not_stop_the_others(letter, capsysbinary):
    assert main(["clean", "nowhere.txt", str(letter)]) == 1
    said = capsysbinary.readouterr()
    assert said.out.decode() == f"{STORY}\n"
    assert said.err.decode() == "nowhere.txt: does not exist. Check the name\n"


@pytest.mark.parametrize("redirection", ["> /dev/full", ">&-"])
@pytest.mark.parametrize("words", ["--help", "clean in/letter.txt"])
def test_an_output_that_cannot_be_written_is_one_sentence(letter, tmp_path, redirection, words):
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -m pipeline {words} {redirection}'],
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("zhnews: ")
    assert done.stderr.count("\n") == 1
