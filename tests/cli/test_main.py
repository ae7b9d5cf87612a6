"""The command line as a person meets it: help, errors in one sentence, exit codes."""

import importlib
import re
import shlex
import subprocess
import sys

import pytest

from pipeline.cli.main import VERBS, main, parser_of
from pipeline.errors import BusyError


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"]])
def test_help_lists_every_verb(words, capsys):
    assert main(words) == 0
    said = capsys.readouterr().out
    assert all(verb in said for verb in VERBS)


def test_no_verb_is_help_and_nothing_done(capsys):
    assert main([]) == 2
    assert "usage: zhnews" in capsys.readouterr().out


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("zhnews ")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example_that_parses(verb, capsys):
    module = importlib.import_module(f"pipeline.cli.{verb}")
    with pytest.raises(SystemExit) as stopped:
        main([verb, "--help"])
    assert stopped.value.code == 0
    assert f"zhnews {verb}" in capsys.readouterr().out
    examples = [line for line in module.EXAMPLE.splitlines() if line.startswith(f"  zhnews {verb}")]
    assert examples
    for line in examples:
        command = re.split(r"   |\||\d?>", line.removeprefix("  "))[0]
        words = shlex.split(command, comments=True)
        parser_of(verb, module).parse_args([w for w in words[2:] if w.isascii()])


def test_a_verb_that_is_none_is_told_with_what_there_is(capsys):
    assert main(["cleam"]) == 2
    assert "no verb 'cleam'. Known: clean" in capsys.readouterr().err


def test_a_wrong_argument_is_one_sentence(capsys):
    assert main(["clean", "--jsn", "x"]) == 2
    assert capsys.readouterr().err == "zhnews clean: unrecognized arguments: --jsn. See: zhnews clean --help\n"


def test_a_fault_of_the_program_is_a_sentence_and_a_traceback_only_on_request(monkeypatch, capsys):
    clean = importlib.import_module("pipeline.cli.clean")
    monkeypatch.setattr(clean, "run", lambda _: 1 / 0)
    assert main(["clean", "x"]) == 2
    assert "ZeroDivisionError" in capsys.readouterr().err
    with pytest.raises(ZeroDivisionError):
        main(["clean", "x", "--debug"])


@pytest.mark.parametrize(
    ("error", "code"), [(BusyError("busy"), 75), (KeyboardInterrupt(), 130)], ids=["busy", "interrupted"]
)
def test_errors_have_their_exit_codes(monkeypatch, capsys, error, code):
    def fail(_: object) -> int:
        raise error

    monkeypatch.setattr(importlib.import_module("pipeline.cli.clean"), "run", fail)
    assert main(["clean", "x"]) == code
    assert capsys.readouterr().err.count("\n") == 1


def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "客服今天回电了。"}\n' * 3000)
    command = f"{shlex.quote(sys.executable)} -m pipeline clean --topic none {shlex.quote(str(path))} | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("客服今天回电了。\n", "", 0)


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from pipeline.cli.main import main; main(['--help']);"
        "sys.exit(any(m in sys.modules for m in ('numpy', 'opencc', 'yaml', 'httpx2', 'rich', 'selectolax')))"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
