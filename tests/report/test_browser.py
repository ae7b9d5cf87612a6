"""The page in a real browser: looks, filters, keys; nothing loaded, nothing complained of, nothing cut off."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.report.data import RuleNotes
from pipeline.report.page import render_report
from tests.report.chromium import NAMES, Tab, chromium, find_chromium
from tests.report.looks import FAINT, OVERLAPS, SHAPE
from tests.report.reports import article, articles, copies, full_report, hostile_report, report

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason=f"none of {', '.join(NAMES)} on PATH"),
]

PHONE = 390  # CSS pixels
OPEN_ALL = "document.querySelectorAll('details').forEach((d) => { d.open = true; })"
SHOWN = "[...document.querySelectorAll('#list > details')].filter((d) => d.checkVisibility()).map((d) => d.id)"
COUNT = "document.getElementById('count').textContent"


@pytest.fixture(scope="module")
def tab(tmp_path_factory) -> Iterator[Tab]:
    program = find_chromium()
    assert program is not None
    with chromium(program, tmp_path_factory.mktemp("profile")) as one:
        yield one


@pytest.fixture(scope="module")
def full(tmp_path_factory) -> Path:
    return written(tmp_path_factory.mktemp("page"), full_report())


def written(folder: Path, data) -> Path:
    path = folder / "report.html"
    path.write_text(render_report(data), encoding="utf-8")
    return path


def choose(tab: Tab, control: str, value: str) -> None:
    tab.run(f"(() => {{ const c = document.getElementById('{control}'); c.value = '{value}';"
            " c.dispatchEvent(new Event('input')); })()")  # fmt: skip


def wide_report():
    """Return a report full of what cannot be broken into lines."""
    word = "W" * 400
    kept = [
        article(0, f"{word}声明{word}", cut=f"声明{word}", title=word, source=word, outlet=word, authors=(word,)),
        *articles(3),
    ]
    data = report(kept, copies(kept), failed=[word], about=word, tally={"seen": 10**12, "kept": 10**12})
    return replace(
        data, sources=full_report().sources, rejected=full_report().rejected, rules=RuleNotes(own=frozenset({word}))
    )


@pytest.mark.parametrize("width", [1280, PHONE])
@pytest.mark.parametrize("light", ["light", "dark"])
def test_loads_without_complaint_and_asks_for_nothing(tab, full, width, light):
    tab.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": light}])
    tab.open(full, width=width)
    assert tab.faults() == []
    assert tab.requests() == [full.as_uri()]
    white = tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert white == (light == "light")


@pytest.mark.parametrize(
    "data", [full_report(), wide_report(), hostile_report(), report()], ids=["full", "wide", "hostile", "empty"]
)
def test_a_phone_need_not_scroll_sideways(tab, tmp_path, data):
    tab.open(written(tmp_path, data), width=PHONE)
    tab.run(OPEN_ALL)
    assert tab.run("Math.max(document.documentElement.scrollWidth, innerWidth)") == PHONE
    assert tab.run(
        "[...document.querySelectorAll('.text, table, figure')].every((e) => e.scrollWidth <= e.clientWidth + 1)"
    )
    assert tab.faults() == []


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("width", [1440, 1000, PHONE])
@pytest.mark.parametrize("data", [full_report(), wide_report()], ids=["full", "wide"])
def test_no_word_lies_on_another_or_is_cut_off(tab, tmp_path, data, width, media):
    tab.ask("Emulation.setEmulatedMedia", media=media)
    try:
        tab.open(written(tmp_path, data), width=width)
        tab.run(OPEN_ALL)
        assert tab.run(OVERLAPS) == []
    finally:
        tab.ask("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("light", ["light", "dark"])
def test_each_word_stands_out_from_what_is_behind_it(tab, full, light, media):
    tab.ask("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": light}])
    try:
        tab.open(full)
        tab.run(OPEN_ALL)
        assert tab.run(FAINT) == []  # as WCAG 2.2 AA asks
    finally:
        tab.ask("Emulation.setEmulatedMedia", media="", features=[])


def test_the_page_has_its_shape(tab, full):
    wanted = [
        "overview: figure×9",
        "articles: h2 form×6 details×12",
        "copies: h2 details×3",
        "rules: h2 table×2 details×1",
        "quality: h2 figure×3",
        "rejected: h2 table×1",
        "sources: h2 table×2",
        "failed: h2",
        "runs: h2 table×1",
    ]
    for width in (1440, PHONE):
        tab.open(full, width=width)
        assert tab.run(SHAPE) == wanted


def test_reading_aloud_finds_the_headings_and_a_name_for_each_control(tab, full):
    tab.open(full)
    nodes = [n for n in tab.ask("Accessibility.getFullAXTree")["nodes"] if not n["ignored"]]
    named = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if "role" in n]
    headings = [name for role, name in named if role == "heading"]
    assert headings[:2] == ["语料报告", "保留的文章 Kept"]
    assert all(name for role, name in named if role in {"searchbox", "combobox", "checkbox", "button", "link"})


def test_an_opened_article_is_not_hidden_behind_the_tools(tab, full):
    tab.open(full, width=1440, height=600)
    tab.run("location.hash = '#a-a9'; new Promise((done) => setTimeout(done, 50))")
    top = tab.run("document.getElementById('a-a9').getBoundingClientRect().top")
    assert tab.run("document.getElementById('tools').getBoundingClientRect().bottom") <= top < 600


def test_search_and_filters(tab, full):
    tab.open(full)
    assert tab.run(COUNT) == "显示 12 / 12 篇"
    choose(tab, "query", " 7号窗口 ")
    assert tab.run(SHOWN) == ["a-a7"]
    choose(tab, "query", "")
    choose(tab, "source", "晚报1")
    assert tab.run(SHOWN) == ["a-a1", "a-a4", "a-a7", "a-a10"]
    choose(tab, "kind", "disclaimer")
    assert tab.run(SHOWN) == ["a-a1", "a-a7"]
    choose(tab, "query", "没有这样的话")
    assert tab.run(COUNT) == "显示 0 / 12 篇"
    choose(tab, "query", "")
    choose(tab, "kind", "")
    choose(tab, "source", "")
    choose(tab, "flag", "spun")
    assert tab.run(SHOWN) == ["a-a0", "a-a5", "a-a10"]


def test_a_rule_leads_to_the_articles_it_touched(tab, full):
    tab.open(full)
    choose(tab, "query", "0号窗口")
    tab.run("document.querySelector('a.pick').click()")
    assert tab.run(SHOWN) == [f"a-a{n}" for n in (1, 3, 5, 7, 9, 11)]


def test_a_link_to_a_filtered_article_shows_and_opens_it(tab, full):
    tab.open(full)
    choose(tab, "query", "7号窗口")
    tab.run("location.hash = '#a-a2'; new Promise((done) => setTimeout(done, 50))")
    assert tab.run("document.getElementById('a-a2').open && document.getElementById('a-a2').checkVisibility()")
    assert tab.run(COUNT) == "显示 12 / 12 篇"


def test_all_that_is_listed_can_be_opened_and_closed(tab, full):
    tab.open(full)
    choose(tab, "source", "晚报1")
    for n_open in (4, 0):
        tab.run("document.getElementById('open').click()")
        assert tab.run("document.querySelectorAll('#list > details[open]').length") == n_open


def test_the_keyboard_reaches_a_removal_and_is_told_why(tab, full):
    tab.open(full)
    tab.run("document.querySelector('#a-a1 summary').focus()")
    tab.press("Enter")
    assert tab.run("document.getElementById('a-a1').open")
    for _ in range(3):  # past the link to the page
        tab.press("Tab")
        if tab.run("document.activeElement.tagName") == "DEL":
            break
    assert tab.run("document.activeElement.textContent") == "（本文仅代表作者观点）"
    told = tab.run("getComputedStyle(document.activeElement, '::after').content")
    assert told == '"声明 disclaimer · disclaimer.test_rule · for the test"'
    assert tab.run("getComputedStyle(document.activeElement, '::after').position") == "fixed"
    tab.press("Escape")
    assert tab.run("document.activeElement.tagName") == "BODY"


def test_the_keyboard_opens_a_cluster_and_the_text_that_stays(tab, full):
    tab.open(full)
    tab.run("document.querySelector('.cluster summary').focus()")
    tab.press("Enter")
    for _ in range(4):  # past the links of the article that stays
        tab.press("Tab")
        if tab.run("document.activeElement.parentElement.className") == "whole":
            break
    tab.press("Enter")
    assert tab.run("document.querySelector('.whole .text').checkVisibility()")


def test_removals_can_be_hidden(tab, full):
    tab.open(full)
    tab.run(OPEN_ALL)
    tab.run("document.getElementById('plain').click()")
    assert not tab.run("[...document.querySelectorAll('#list del')].some((d) => d.checkVisibility())")
    assert tab.run("document.querySelector('#copies ins').checkVisibility()")


def test_without_javascript_all_is_there_and_no_dead_controls(tab, full):
    tab.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.open(full)
        assert len(tab.run(SHOWN)) == 12
        assert not tab.run("document.getElementById('tools').checkVisibility()")
    finally:
        tab.ask("Emulation.setScriptExecutionDisabled", value=False)


def test_on_paper_there_are_no_controls_and_the_ground_is_white(tab, full):
    tab.ask("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    try:
        tab.open(full, width=794)
        assert not tab.run("document.getElementById('tools').checkVisibility()")
        assert tab.run("getComputedStyle(document.body).color") == "rgb(27, 32, 36)"
    finally:
        tab.ask("Emulation.setEmulatedMedia", media="", features=[])


def test_what_a_text_brings_along_does_not_run(tab, tmp_path):
    tab.open(written(tmp_path, hostile_report()))
    tab.run(OPEN_ALL)
    assert tab.faults() == []  # a blocked script would be a complaint too
    assert tab.run("document.scripts.length") == 1
    assert tab.run("document.images.length") == 0
