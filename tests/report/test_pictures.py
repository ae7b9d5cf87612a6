"""The pictures in the documents: all there, none too heavy, each of them shown."""

import re
import shutil
import struct
from pathlib import Path

import pytest
from rich.cells import cell_len

from scripts.take_pictures import MOST_BYTES, OUT, PICTURES, SCREENS
from scripts.terminal import Screen, page_of, shown
from tests.report.reports import Page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "read-the-report.md"


def size_of(name: str) -> tuple[int, int]:
    taken = (OUT / f"{name}.png").read_bytes()
    assert len(taken) <= MOST_BYTES
    assert f"../pictures/{name}.png" in PAGE.read_text(encoding="utf-8")
    width, height = struct.unpack(">II", taken[16:24])
    return width, height


def test_there_is_a_file_for_each_and_no_other():
    assert {path.stem for path in OUT.glob("*.png")} == {one.name for one in (*PICTURES, *SCREENS)}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_of_the_report_is_small_has_its_size_and_is_shown(picture):
    assert size_of(picture.name) == (picture.width * picture.scale, picture.height * picture.scale)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_picture_of_a_terminal_is_small_and_no_wider_than_that(screen):
    width, _ = size_of(screen.name)
    assert width <= 9 * screen.columns + 32  # what page_of gives a cell, and the margins


def test_a_screen_becomes_a_page_of_cells_with_their_styles():
    screen = "\x1b[1m$ zhnews\x1b[0m\n\x1b[9;31m删\x1b[39m除\x1b[29m\x1b[4m\x1b[92m<\x1b[0m \x1b(B\x1b[2mb\x1b[22mc\n\n"
    page = Page()
    page.feed(page_of(screen).partition("</style>")[2])
    assert page.text.rstrip() == "$ zhnews\n删除< bc"
    assert [a["class"] for a in page.all("span")] == ["bold", "red strike", "strike", "green underline", "", "dim", ""]
    assert [a.get("class") for a in page.all("i")][-6:] == ["wide", "wide", None, None, None, None]


@pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux on PATH")
def test_a_command_is_shown_with_its_colours_and_as_wide_as_the_terminal(tmp_path):
    command = "printf '\\033[31m红\\033[0m%s\\n' {1..9}; pwd"
    said = shown(Screen(name="x", command=command, columns=40), tmp_path)
    assert said.startswith("\x1b[1m$ printf")
    assert "红\x1b[39m1\n\x1b[31m红\x1b[39m2\n" in said
    assert all(cell_len(line) <= 40 for line in re.sub(r"\x1b\[[\d;]*m", "", said).splitlines())
    assert tmp_path.name in said.replace("\n", "")
