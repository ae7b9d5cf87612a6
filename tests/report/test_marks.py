"""The text as received, its changes marked where they are."""

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edits import Change
from pipeline.report.marks import MOST_CHARS, marked_original, visible
from tests.builders import QUADRATIC_S
from tests.report.reports import article

TEXTS = st.text(st.sampled_from('甲乙丙丁，。<>&"\n x'), min_size=1, max_size=60)


def without_tags(html: str) -> str:
    return unescape(re.sub(r"<ins>.*?</ins>|<[^>]*>", "", html, flags=re.DOTALL))


def test_a_removal_is_marked_in_place_and_signed():
    html = marked_original(article(text="开头。声明<b>。", cut="声明<b>"), {})
    assert html.startswith(
        '开头。<del class="notice" tabindex="0" title="声明 disclaimer · disclaimer.test_rule · for the test">'
    )
    assert html.endswith("声明&lt;b&gt;</del>。")


def test_the_reason_of_the_rule_is_told_where_the_place_has_none():
    one = article(text="正文。尾").changed([Change(start=3, end=4, new="", rule="r.one", kind="nav")])
    assert 'title="导航 nav · r.one · 为什么"' in marked_original(one, {"r.one": "为什么"})
    assert 'title="导航 nav · r.one"' in marked_original(one, {})


def test_a_replacement_shows_both():
    one = article(text="Ａ座").changed([Change(start=0, end=1, new="A", rule="r", kind="width")])
    assert re.search(r'<del class="character"[^>]*>Ａ</del><ins>A</ins>座', marked_original(one, {}))


@pytest.mark.parametrize("cut", ["声明", "声明\n", "\n声明", "\n声明\n"])
@pytest.mark.parametrize("text", ["一\n声明\n二", "一\n\n声明\n二"])
def test_the_breaks_of_a_line_that_went_stay_outside(text, cut):
    assert re.search(r"^一\n+<del [^>]*>声明</del>\n+二$", marked_original(article(text=text, cut=cut), {}))


def test_a_last_line_that_went_stands_on_its_own():
    assert re.search(r"^一\n<del [^>]*>声明</del>$", marked_original(article(text="一\n\n声明\n", cut="声明"), {}))


def test_a_break_that_went_is_shown_as_a_sign():
    one = article(text="前半句，\n后半句。").changed([Change(start=4, end=5, new="", rule="r", kind="join")])
    assert '<span class="sign">↵</span></del>后' in marked_original(one, {})


def test_layout_is_no_change():
    assert marked_original(article(text="  一  \n\n  二"), {}) == "一\n二"


VISIBLE = {
    "words": ("字 母\n", "字 母\n"),
    "zero-width": ("客\u200b服", '客<span class="sign">U+200B</span>服'),
    "many": ("\u200b\u200b\u200b", '<span class="sign">U+200B×3</span>'),
    "only blanks": ("  ", '<span class="sign">␣×2</span>'),
    "an ideographic blank": ("\u3000", '<span class="sign">□</span>'),
    "a control": ("\x07", '<span class="sign">U+0007</span>'),
}


@pytest.mark.parametrize(("text", "html"), VISIBLE.values(), ids=VISIBLE)
def test_what_has_no_ink_is_visible(text, html):
    assert visible(text) == html


@given(text=TEXTS, spans=st.lists(st.tuples(st.integers(0, 59), st.integers(1, 9)), max_size=5))
def test_every_character_that_was_received_is_shown(text, spans):
    one = article(text=text)
    changes, at = [], 0
    for start, length in sorted(spans):
        if start >= at and start + length <= len(one.text):
            changes.append(Change(start=start, end=start + length, new="新", rule="r", kind="spam"))
            at = start + length
    one = one.changed(changes)
    shown = without_tags(marked_original(one, {}))
    assert re.sub(r"[\s␣↵×\d]", "", shown) == re.sub(r"\s", "", one.original)


LONG = {
    "one long line": article(text="字" * 1_000_000),
    "ten thousand lines": article(text="一行\n" * 20_000),
    "a long removal": article(text="头" + "字" * 1_000_000, cut="字" * 1_000_000),
    "as many marks as characters": article(text="头\u200b" * 5_000).changed(
        [Change(start=n, end=n + 1, new="", rule="r", kind="invisible") for n in range(1, 10_000, 2)]
    ),
    "a long run without ink": article(text="头" + "\u200b" * 500_000 + "尾", cut="\u200b" * 500_000),
}


@pytest.mark.parametrize("one", LONG.values(), ids=LONG)
def test_long_texts_are_cut_with_a_word_about_it_and_fast(one):
    began = time.process_time()
    html = marked_original(one, {})
    assert time.process_time() - began < QUADRATIC_S
    assert len(html) < 3 * MOST_CHARS
    assert re.search(r"[0-9,]+ 字", html)


def test_what_was_left_out_is_counted():
    html = marked_original(article(text="字" * (MOST_CHARS + 5)), {})
    assert "后面还有 5 字" in html
    assert "zhnews explain --diff a0" in html
