import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.rejoin import RejoinParams, rejoin_paragraphs
from tests.builders import article

PARAMS = RejoinParams()

JOINED = {
    "after a comma": ("集市从清早六点就热闹起来，\n卖菜的人占满了半条街，来晚的只好摆在桥头。", 1),
    "after a half-width comma": ("集市从清早六点就热闹起来,\n卖菜的人占满了半条街。", 1),
    "after an enumeration comma": ("现场摆着手机、电脑、\n手表和耳机，围了三层人。", 1),
    "before a quotation": ("她翻开那本旧账对记者说了一句：\n“人家不怕你犯错，怕你忘了。”", 1),
    "before a straight quotation": ('老周放下手里的茶壶,慢慢地说:\n"这把壶跟了我四十年。"', 1),
    "before a corner quotation": ("校長站在臺上，看著孩子們說：\n「明年這個時候，我們再見。」", 1),
    "before a closing quote": ("“手艺是要传下去的。\n”他说。", 1),
    "before a straight closing quote": ('他说:"手艺要传下去。\n"说完就走了。', 1),
    "three in a row": ("从早上到晚上雨一直没有停过，\n路上几乎看不到什么行人，\n店里自然也没有客人来。", 1),
}
APART = {
    "sentences": "会议开了一天。\n大家都累了。",
    "verse": "床前看月光，\n低头想家乡。",
    "list head after a comma": "需要带的东西有下面这些，\n1. 身份证\n（二）照片",
    "bullet after a comma": "需要带的东西有下面这些，\n- 身份证",
    "heading": "小标题\n会议开了一天。",
    "opening straight quote": '会议开了一天。\n"大家都累了。"',
    "dialogue in verse": "老人说：\n“再等等。”",
    "a list behind a colon": "区里今年要办的事有三件：\n“小哥驿站”再开二十家。",
    "a closed straight quotation": '他说"等一等"，又说：\n会议开了一天。',
    "letter address": "王女士，\n您好！",
}


@pytest.mark.parametrize("case", JOINED)
def test_joined(case):
    text, paragraphs = JOINED[case]
    found = rejoin_paragraphs(article(text), PARAMS)
    assert len(found.paragraphs) == paragraphs
    assert found.text == text.replace("\n", "")
    assert found.original == text


@pytest.mark.parametrize("case", APART)
def test_apart(case):
    text = APART[case]
    assert rejoin_paragraphs(article(text), PARAMS) == article(text)


def test_latin_words_do_not_run_together():
    found = rejoin_paragraphs(article("We went to the market in the morning,\nand came back late."), PARAMS)
    assert found.text == "We went to the market in the morning, and came back late."


def test_break_without_a_mark_is_only_flagged():
    text = "消防队赶到的时候火已经烧到了三楼" * 4 + "\n附近的居民自发搬来了水管。"
    found = rejoin_paragraphs(article(text), PARAMS)
    assert found.text == text
    assert [flag.name for flag in found.flags] == ["weak_join"]


def test_break_behind_a_dash_is_only_flagged():
    text = "今年得奖的有三位，分别是——\n生命科学奖：张三。"
    found = rejoin_paragraphs(article(text), PARAMS)
    assert found.text == text
    assert [flag.name for flag in found.flags] == ["weak_join"]


@settings(deadline=None)  # the first example reads the tables
@given(st.lists(st.text('甲说：，。”“—"1-', min_size=1, max_size=14), max_size=8))
def test_laws(lines):
    """Nothing but line breaks goes, twice is once, and the original is there."""
    before = article("\n".join(lines))
    params = RejoinParams(max_passes=9)  # made-up lines are all shorter than verse and join one by one
    once = rejoin_paragraphs(before, params)
    assert once.text.replace("\n", "").replace(" ", "") == before.text.replace("\n", "").replace(" ", "")
    assert once.original == before.original
    assert rejoin_paragraphs(once, params).paragraphs == once.paragraphs
