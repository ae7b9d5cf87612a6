"""What people see: a diff that reads well, tables that fit, no colour where none is wanted."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from pipeline.cli import show
from pipeline.cli.progress import progress
from pipeline.cli.tables import draw_table, wrap_cells
from pipeline.edits import Change
from pipeline.model import Flag
from tests.builders import article

LETTER = "您的位置：首页\n\n  客服\u200b回电了。\n声明：本文由用户上传。\n仅供参考。\n"


def cleaned():
    one = article(LETTER, title="一封信")
    text = one.text
    changes = [
        Change(start=0, end=len("您的位置：首页"), new="", rule="nav.crumb", kind="crumb"),
        Change(
            start=text.index("\u200b"),
            end=text.index("\u200b") + 1,
            new="",
            rule="normalise.invisible",
            kind="invisible",
        ),
        Change(start=text.index("电"), end=text.index("电") + 1, new="復", rule="r.change", kind="script"),
        Change(start=text.index("声明"), end=len(text), new="", rule="disclaimer.upload", kind="disclaimer"),
    ]
    return one.changed(changes)


def fake(**options) -> Console:
    options = {"force_terminal": True, "color_system": "standard", "width": 80, "no_color": False, **options}
    return Console(file=io.StringIO(), highlight=False, emoji=False, **options)


def said(out: Console) -> str:
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def without_style(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


# ---- the diff


def test_in_a_pipe_the_marks_are_brackets_line_by_line():
    out = fake(force_terminal=False)
    show.diff(cleaned(), out)
    assert said(out) == (
        "[-您的位置：首页-]\n客服[-U+200B-]回[-电-]{+復+}了。\n[-声明：本文由用户上传。-]\n[-仅供参考。-]\n"
    )


def test_on_a_terminal_the_marks_are_colours_and_the_rules_stand_below():
    out = fake()
    show.diff(cleaned(), out)
    lines = said(out).splitlines()
    assert lines[0] == "\x1b[1m一封信\x1b[0m"
    assert "\x1b[9;31m您的位置：首页\x1b[0m" in lines
    assert "客服\x1b[9;31mU+200B\x1b[0m回\x1b[9;31m电\x1b[0m\x1b[4;32m復\x1b[0m了。" in lines
    assert "[-" not in said(out)
    account = [line.split() for line in without_style(said(out)).splitlines() if " characters " in line]
    assert account[0] == ["7", "characters", "1×", "crumb", "nav.crumb"]
    assert len({line.rindex(" ") for line in without_style(said(out)).splitlines() if " characters " in line}) == 1
    assert [line[-1] for line in account] == ["nav.crumb", "normalise.invisible", "r.change", "disclaimer.upload"]


@pytest.mark.parametrize("options", [{"no_color": True}, {"color_system": None}], ids=["NO_COLOR", "a dumb terminal"])
def test_without_colour_the_marks_are_brackets(options):
    out = fake(**options)
    show.diff(cleaned(), out)
    assert "[-您的位置：首页-]" in said(out)
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", said(out))


def test_no_color_of_the_environment_is_honoured(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")  # a terminal, as far as rich can tell
    assert show.console().is_terminal
    assert not show.has_colour(show.console())


def test_nothing_removed_is_said():
    out = fake()
    show.diff(article("客服回电了。"), out)
    assert without_style(said(out)).splitlines() == ["a1", "客服回电了。", "", "  nothing was removed"]


def test_a_join_is_seen():
    one = article("前半句，\n后半句。")
    out = fake(force_terminal=False)
    show.diff(one.changed([Change(start=4, end=5, new="", rule="r", kind="join")]), out)
    assert said(out) == "前半句，[-↵-]后半句。\n"


def test_long_lines_are_not_broken():
    out = fake(force_terminal=False)
    show.diff(article("字" * 500), out)
    assert said(out) == "字" * 500 + "\n"


def test_a_text_cannot_steer_the_terminal():
    for force in (True, False):
        out = fake(force_terminal=force, color_system=None)
        show.diff(article("开头\x1b]0;owned\x07结尾\x9b2J\ud800", title="\x1b[2J题"), out)
        show.edits(article("文", title="\x1b[2J题").flagged(Flag(name="x", detail="\x1b[2J")), out)
        show.table(("a",), [("\x1b[2J",)], out=out)
        assert "\x1b" not in said(out).replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
        assert not re.search("[\x07\x9b\ud800]", said(out))


@given(st.text(max_size=60))
def test_the_diff_of_an_untouched_text_is_the_text(text):
    one = article(text)
    out = fake(force_terminal=False)
    show.diff(one, out)
    assert said(out) == show.plain(one.text) + "\n"


# ---- tables


ROWS = [
    ("云桥晚报 全站，一个名字很长很长的来源", "sitemap", 12, "2026-11-22 04:40", ""),
    ("海岸日報", "feed", 3, "2026-11-22 04:40", "http://news.yunqiao.example/a/rss.xml: 连接被拒绝，请检查网址。"),
]
HEAD = ("source", "kind", "new", "last success", "error")


@pytest.mark.parametrize("width", [60, 80, 132])
def test_a_table_fits_the_terminal(width):
    out = fake(width=width, no_color=True)
    show.table(HEAD, ROWS, out=out)
    lines = without_style(said(out)).splitlines()
    assert max(map(cell_len, lines)) <= width
    flat = "".join(said(out).split())
    assert all(char in flat for row in ROWS for char in str(row[0]) if not char.isspace())


def test_a_table_of_edits_fits_80_columns():
    out = fake(no_color=True)
    show.edits(cleaned().flagged(Flag(name="spun", detail="x")), out)
    lines = without_style(said(out)).splitlines()
    assert lines[0] == "一封信"
    assert lines[1].split() == ["place", "kind", "rule", "was", "is"]  # no reason was given anywhere
    assert max(map(cell_len, lines)) <= 80
    assert lines[-1] == "flag spun: x"


def test_in_a_pipe_a_table_is_whole_and_tab_separated():
    out = fake(force_terminal=False)
    show.table(HEAD, [*ROWS, ("a\tb", "c\nd", 1, "", "")], out=out)
    lines = [line.split("\t") for line in said(out).splitlines()]
    assert lines[0] == list(HEAD)
    assert lines[2][4] == ROWS[1][4]
    assert lines[3] == ["a b", "c d", "1", "", ""]


def test_what_a_terminal_shows_in_place_of_a_table_without_rows():
    out, pipe = fake(), fake(force_terminal=False)
    for one in (out, pipe):
        show.table(("a", "b"), [], title="all", nothing="nothing failed", out=one)
    assert said(out) == "nothing failed\n"
    assert said(pipe) == "a\tb\n"


def test_lines_are_broken_between_words_and_keep_their_place():
    out, pipe = fake(width=14), fake(force_terminal=False)
    for one in (out, pipe):
        show.lines("why: the same again\n  客服小周上门三次\x1b[2J，办好。\n\n  end", one)
    assert without_style(said(out)).splitlines() == [
        "why: the same", "again", "  客服小周上门", "  三次\ufffd[2J，办", "  好。", "", "  end",
    ]  # fmt: skip
    assert said(pipe) == "why: the same again\n  客服小周上门三次\ufffd[2J，办好。\n\n  end\n"


def test_figures_stand_right_and_are_never_broken():
    lines = draw_table(("name", "n"), [("字" * 60, "1,234"), ("b", "5")], 40)
    assert lines[2].endswith("1,234")
    assert lines[-1].endswith("    5")


def test_a_table_without_rows_has_its_head():
    assert draw_table(("a", "b"), [], 80)[0] == "a  b"
    assert draw_table((), [], 80) == []


WRAPPED = {
    "han anywhere": ("一二三四五", 4, ["一二", "三四", "五"]),
    "no stop begins a line": ("一二三四，五六", 8, ["一二三", "四，五六"]),
    "no bracket ends one": ("一二（三四）", 6, ["一二", "（三", "四）"]),
    "words stay whole": ("客服 hotline 热线", 10, ["客服", "hotline 热", "线"]),
    "a rule behind its joints": ("clean.repeats.copy_vote", 14, ["clean.repeats.", "copy_vote"]),
    "a number stays whole": ("score 0.123 12:30", 8, ["score", "0.123", "12:30"]),
    "a word too long": ("abcdefgh", 3, ["abc", "def", "gh"]),
    "breaks of its own": ("一\n二", 10, ["一", "二"]),
    "nothing": ("", 5, [""]),
    "too narrow for anything": ("一，二", 1, ["一", "，", "二"]),
}


@pytest.mark.parametrize(("text", "width", "lines"), WRAPPED.values(), ids=WRAPPED)
def test_wrapping(text, width, lines):
    assert wrap_cells(text, width) == lines


@given(text=st.text(st.sampled_from("客服abc ，。（）-1"), max_size=80), width=st.integers(2, 30))
def test_wrapping_loses_nothing_and_fits(text, width):
    lines = wrap_cells(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


# ---- progress


def test_progress_shows_what_how_far_and_how_fast():
    out = fake()
    with progress(out) as report:
        for done in range(5):
            report("files: 海岸日報\x1b[2J", done, 4)
    shown = without_style(said(out))
    assert "files: 海岸日報\ufffd[2J" in shown
    assert "4/4" in shown
    assert "/s" in shown


def test_what_is_done_makes_room():
    out = fake()
    with progress(out) as report:
        for n in range(20):
            report(f"files: 来源{n}", 1, 1)
        report("pages", 1, 0)
    last = said(out).split("pages")[-2:]
    assert "来源18" not in "".join(last)
    assert "1/?" in last[-1]


def test_progress_is_silent_where_nobody_looks():
    out = fake(force_terminal=False)
    with progress(out) as report:
        report("pages", 1, 2)
    assert said(out) == ""


@pytest.mark.parametrize(("n", "said"), [(0, "0 pages"), (1, "1 page"), (2, "2 pages")])
def test_one_is_told_as_one(n, said):
    assert show.counted(n, "page") == said
