"""A copy beside the article that stays."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.difference import MOST_COMPARED, marked_difference, steps
from tests.builders import QUADRATIC_S

SHORT = st.text(st.sampled_from("甲乙丙丁戊己，。1\n"), max_size=40)

CASES = {
    "the same": ("一二三四五", "一二三四五", '<span class="same">全文相同，5 字：</span>一二三四五'),
    "script and width are no difference": (
        "旧冰箱，3天",
        "舊冰箱,３天",
        '<span class="same">全文相同，6 字：</span>舊冰箱,３天',
    ),
    "only in the copy": ("客服回电了", "客服昨天回电了", None),
    "a word changed": ("老人来到营业厅办事", "老人来到服务厅办事", "老人来到<del>营业</del><ins>服务</ins>厅办事"),
    "markup in texts": ("一二三<b>", "一二三四", "一二三<del>&lt;b&gt;</del><ins>四</ins>"),
    "a break that went": ("一二三四\n五六七八", "一二三四五六七八", None),
}


@pytest.mark.parametrize(("kept", "copy", "html"), CASES.values(), ids=CASES)
def test_difference(kept, copy, html):
    drawn = marked_difference(kept, copy)
    assert drawn == html or html is None
    if kept != copy and html is None:
        assert "<del>" in drawn or "<ins>" in drawn


def test_a_break_that_went_can_be_seen():
    assert '<del><span class="sign">↵</span></del>' in marked_difference("一二三四\n五六七八", "一二三四五六七八")


def test_speckles_are_joined():
    (change,) = [s for s in steps("开头甲的乙的丙结尾的话", "开头丁的戊的己结尾的话") if not s.equal]
    assert (change.kept, change.copy) == ("甲的乙的丙", "丁的戊的己")


@given(kept=SHORT, copy=SHORT)
def test_both_texts_are_whole_in_the_steps(kept, copy):
    found = steps(kept, copy)
    assert "".join(s.kept for s in found) == kept
    assert "".join(s.copy for s in found) == copy
    assert all(a.equal != b.equal for a, b in pairwise(found))


def test_long_equal_parts_are_folded_away():
    html = marked_difference("甲" * 500 + "旧的" + "乙" * 500, "甲" * 500 + "新的" + "乙" * 500)
    assert html.count("相同") == 2
    assert "<del>旧</del>" in html or "<del>旧的</del>" in html
    assert len(html) < 500


def test_hostile_lengths_are_fast_and_small():
    began = time.process_time()
    html = marked_difference("甲" * 1_000_000, "乙" * 1_000_000)
    assert time.process_time() - began < QUADRATIC_S
    assert len(html) < 20_000
    assert f"{MOST_COMPARED:,}" in html


def test_lone_surrogates():
    assert "\ud800" not in marked_difference("一二三\ud800", "一二三\ud801四")
