"""The documents are true: their commands are run, their pages are current, their links lead somewhere."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pipeline
from pipeline.cli.main import VERBS

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(p for p in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/*.md")))
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def shell(tmp_path):
    """A folder where `zhnews` is this program, and a function that runs a line there."""
    command = tmp_path / "bin" / "zhnews"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pipeline "$@"\n')
    command.chmod(0o755)
    (tmp_path / "work").mkdir()
    environment = {**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    def run(line: str) -> str:
        done = subprocess.run(
            ["bash", "-c", line], cwd=tmp_path / "work", env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run.folder = tmp_path / "work"  # type: ignore[attr-defined]  # where files go
    return run


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial.md"])
def test_the_commands_print_what_the_page_shows(page, shell):
    n = 0
    for language, name, body in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        if language == "text" and name:
            path = shell.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(body, encoding="utf-8")
        elif language == "console":
            for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", body, re.MULTILINE):
                assert shell(command) == shown, command
                n += 1
    assert n >= 4


EXAMPLES = {
    "README.md": (ROOT / "README.md").read_text(encoding="utf-8").replace("```", ""),
    "import pipeline": pipeline.__doc__ or "",
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_python_examples_are_true(name):
    test = doctest.DocTestParser().get_doctest(EXAMPLES[name], {}, name, name, 0)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_generated_pages_are_current():
    done = subprocess.run(
        [sys.executable, "scripts/build_reference.py", "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_verb_is_in_the_reference():
    text = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    assert all(f"## zhnews {verb}" in text for verb in VERBS)


def test_every_decision_is_listed():
    listed = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    pages = [p.name for p in (ROOT / "docs/decisions").glob("[0-9]*.md")]
    assert len(pages) >= 18
    assert all(f"({name})" in listed for name in pages)


def test_nothing_names_a_path_of_a_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    marks = re.compile(r"/(?:home|root|Users)/\w+/")
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".json", ".sh", ""} and path.is_file():
            assert not marks.search(path.read_text(encoding="utf-8", errors="replace")), name
