"""The documents are true: their commands are run, their pages are current, their links lead somewhere."""

import doctest
import os
import re
import subprocess
import sys
from collections import Counter

import pytest

import pipeline
from pipeline.cli.main import VERBS
from tests.pages import PAGES, ROOT, Shell, blocks_of, play


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "docs/tutorial.md"])
def test_the_commands_print_what_the_page_shows(page, tmp_path):
    assert play(ROOT / page, Shell(tmp_path)) >= 4


EXAMPLES = {
    "README.md": (ROOT / "README.md").read_text(encoding="utf-8").replace("```", ""),
    "import pipeline": pipeline.__doc__ or "",
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_python_examples_are_true(name):
    test = doctest.DocTestParser().get_doctest(EXAMPLES[name], {}, name, name, 0)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


# ------------------------------------------------------------------------------------------- two languages, one README

ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
LINK = re.compile(r"\]\(([^)]+)\)")
CODE = re.compile(r"`([^`\n]+)`")


def without_blocks(page):
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def commands_and_files(page):
    """Return the blocks of a page, but for what a comment behind a command says in the reader's language."""
    return [(b.language, b.name, re.sub(r" *#.*", "", b.body)) for b in blocks_of(page)]


def shape_of(page):
    """Return what the lines of a page are: headings by their depth, points of a list, rows of a table, pictures."""
    return re.findall(r"^(#+ |\* |\||!\[)", without_blocks(page), re.MULTILINE)


def test_both_readmes_show_the_same_commands_and_files():  # so that it is enough to run those of one
    assert commands_and_files(CHINESE) == commands_and_files(ENGLISH)


def test_both_readmes_have_the_same_headings_points_and_rows():
    assert shape_of(CHINESE) == shape_of(ENGLISH)
    assert shape_of(ENGLISH).count("## ") >= 4


def test_both_readmes_lead_to_the_same_pages_and_to_each_other():
    there, here = (LINK.findall(without_blocks(page)) for page in (ENGLISH, CHINESE))
    assert [x for x in there if x != CHINESE.name] == [x for x in here if x != ENGLISH.name]
    assert CHINESE.name in there
    assert ENGLISH.name in here
    assert any(target.startswith("docs/pictures/report-") for target in here)


def test_both_readmes_name_the_same_things_in_code():
    there, here = (Counter(CODE.findall(without_blocks(page))) for page in (ENGLISH, CHINESE))
    assert set(there) == set(here)


def test_no_paragraph_of_the_chinese_one_is_broken():
    """A line break shows as a space, which Chinese has not between its words."""
    assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]\n *[^\s#*|!`\[]", without_blocks(CHINESE))


# ------------------------------------------------------------------------------------------------------------- the pages


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


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_list_and_a_table_have_a_blank_line_before_them(page):
    """GitHub does not mind; the site would make one paragraph of it."""
    before = ""
    for line in re.sub(
        r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    ).splitlines():
        starts = re.match(r"[*-] |\d+\. |\|", line)
        goes_on = re.match(r"[*-] |\d+\. |\||#| |$", before)
        assert not starts or goes_on, line
        before = line
